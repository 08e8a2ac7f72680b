/*
 * Subscriptions. They are made without connecting (slots are the operator's business), and dropped
 * without their slot on the publisher. Snapshots have no passwords: what was in a connection string
 * stays in it, on the server; where it cannot, a placeholder with a mark stands for it.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/snapshot.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"connection", ATTRIBUTE_ALTER}, {"secrets", ATTRIBUTE_SECRET},
    {"publications", ATTRIBUTE_ALTER},
    {"slot_name", ATTRIBUTE_ALTER},  {"enabled", ATTRIBUTE_IGNORE},
    {"options", ATTRIBUTE_ALTER},    {"two_phase", ATTRIBUTE_REPLACE},
    {"failover", ATTRIBUTE_REPLACE},
};

static const char *slot_of(const Object *object)
{
    const char *slot = object_get(object, "slot_name");
    return slot ? slot : "NONE";
}

static bool is_address(const Object *object)
{
    const char *connection = object_get(object, "connection");
    return connection &&
           (text_starts(connection, "'postgres://") || text_starts(connection, "'postgresql://"));
}

/* What is secret of the one stays when it becomes the other: pairs of words, which can be put
 * behind others. */
static bool keeps_secret(const Object *before, const Object *after)
{
    return before && object_get(before, "secrets") && !is_address(before) && !is_address(after);
}

/* The connection string as a literal, with a placeholder for each secret that cannot be kept. */
static const char *connection_of(DdlWriter *ddl, const Object *before, const Object *after,
                                 const char **ret_hazard)
{
    const char *connection = object_get(after, "connection");
    StringList names = {0}, old = {0};
    Buf out = {0};
    ddl_lines(ddl->arena, object_get(after, "secrets"), &names);
    ddl_lines(ddl->arena, before ? object_get(before, "secrets") : NULL, &old);
    for (size_t i = 0; i < old.count; i++) {
        if (!text_list_has(&names, old.items[i]))
            VEC_PUSH(ddl->arena, names, old.items[i]);
    }
    *ret_hazard = NULL;
    connection = connection ? connection : "''";
    buf_add(&out, connection, strlen(connection) - 1);
    for (size_t i = 0; i < names.count; i++) {
        if (keeps_secret(before, after) && text_list_has(&old, names.items[i]))
            continue;
        const char *separator = !is_address(after) ? " " : strchr(buf_text(&out), '?') ? "&" : "?";
        buf_printf(&out, "%s%s=<%s>", separator, names.items[i], names.items[i]);
        *ret_hazard = secret_hazard(ddl->arena, after);
    }
    buf_add_char(&out, '\'');
    return buf_steal(&out, ddl->arena);
}

static void keep_secret(DdlWriter *ddl, const Object *object)
{
    static const char pairs[] = "(\\w+)\\s*=\\s*('(?:[^'\\\\]|\\\\.)*'|(?:[^\\s\\\\]|\\\\.)*)";
    secret_keep(
        ddl, object,
        arena_printf(ddl->arena,
                     "pg_catalog.string_agg(pg_catalog.format('%%s=%%s', pair[1], pair[2]), ' ') "
                     "FROM pg_catalog.pg_subscription AS s, "
                     "pg_catalog.regexp_matches(s.subconninfo, %s, 'g') "
                     "AS parts(pair) WHERE s.subname = %s AND s.subdbid = (SELECT d.oid FROM "
                     "pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()) "
                     "AND pair[1] ~* 'password|secret|^scram_\\w+_key$'",
                     ddl_literal(ddl->arena, pairs), ddl_literal(ddl->arena, object->name)));
}

static void take_secret(DdlWriter *ddl, const Object *object, const char *connection)
{
    secret_take(ddl, object,
                arena_printf(ddl->arena, "'ALTER SUBSCRIPTION %%s CONNECTION %%L', %s, %s || ' ' || kept",
                             ddl_literal(ddl->arena, object->key), connection));
}

static void create(DdlWriter *ddl, const Object *object)
{
    const Object *before = snapshot_find(ddl->from, KIND_SUBSCRIPTION, object->key);
    const char *hazard, *connection = connection_of(ddl, before, object, &hazard);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard,
            "CREATE SUBSCRIPTION %s CONNECTION %s PUBLICATION %s WITH (connect = false, slot_name "
            "= %s%s%s, %s)",
            object->key, connection, object_get(object, "publications"),
            slot_of(object), object_true(object, "two_phase") ? ", two_phase = on" : "",
            object_true(object, "failover") ? ", failover = true" : "",
            object_get(object, "options"));
    if (keeps_secret(before, object))
        take_secret(ddl, object, connection);
}

static void drop(DdlWriter *ddl, const Object *object)
{
    const Object *after = snapshot_find(ddl->to, KIND_SUBSCRIPTION, object->key);
    if (after && keeps_secret(object, after))
        keep_secret(ddl, object);
    ddl_add(ddl, "ALTER SUBSCRIPTION %s DISABLE", object->key);
    ddl_add(ddl, "ALTER SUBSCRIPTION %s SET (slot_name = NONE)", object->key);
    char *hazard = arena_printf(ddl->arena, "leaves the slot of subscription %s on the publisher",
                                object->key);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "DROP SUBSCRIPTION %s", object->key);
}

/* Left alone when it was not to be read. */
static void alter_connection(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *hazard, *connection = connection_of(ddl, before, after, &hazard);
    if (!object_get(after, "connection") || (!object_differs(before, after, "connection") && !hazard))
        return;
    if (!keeps_secret(before, after)) {
        ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "ALTER SUBSCRIPTION %s CONNECTION %s",
                   after->key, connection);
        return;
    }
    keep_secret(ddl, before);
    take_secret(ddl, after, connection);
    ddl->out->items[ddl->out->count - 1].hazard = hazard;
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *prefix = arena_printf(ddl->arena, "ALTER SUBSCRIPTION %s", after->key);
    alter_connection(ddl, before, after);
    if (object_differs(before, after, "publications"))
        ddl_add(ddl, "%s SET PUBLICATION %s WITH (refresh = false)", prefix,
                object_get(after, "publications"));
    if (object_differs(before, after, "slot_name"))
        ddl_add(ddl, "%s SET (slot_name = %s)", prefix, slot_of(after));
    if (object_differs(before, after, "options"))
        ddl_add(ddl, "%s SET (%s)", prefix, object_get(after, "options"));
}

const KindSpec kind_subscription = {
    .name = "subscription",
    .json = "subscriptions",
    .noun = "SUBSCRIPTION",
    .sql = sql_kind_subscription,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_SUBSCRIPTION,
    .create = create,
    .drop = drop,
    .alter = alter,
};
