/*
 * User mappings, without their passwords. One that is made again takes along what it had: on the server, a
 * plan never knows it. One that is new gets a placeholder for it, with a mark.
 */
#include "dbmig/base/text.h"
#include "dbmig/schema/snapshot.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"user", ATTRIBUTE_IGNORE},
    {"options", ATTRIBUTE_ALTER},
    {"secrets", ATTRIBUTE_SECRET},
};

/* The object on the other side, when it has something secret that is to be taken along. */
static bool keeps_secret(const Snapshot *other, const Object *object, const Object **ret_before)
{
    const Object *found = snapshot_find(other, KIND_USER_MAPPING, object->key);
    *ret_before = found;
    return found && object_get(found, "secrets") != NULL;
}

/* "password '<password>'" for each that is in wanted and not in had; with `verb` before each. */
static char *placeholders(Arena *arena, const Object *wanted, const Object *had, const char *verb)
{
    StringList names = {0}, old = {0};
    Buf out = {0};
    ddl_lines(arena, object_get(wanted, "secrets"), &names);
    ddl_lines(arena, had ? object_get(had, "secrets") : NULL, &old);
    for (size_t i = 0; i < names.count; i++) {
        const char *filler = arena_printf(arena, "<%s>", names.items[i]);
        if (!text_list_has(&old, names.items[i]))
            buf_printf(&out, "%s%s%s %s", out.len ? ", " : "", verb, names.items[i],
                       ddl_literal(arena, filler));
    }
    return buf_steal(&out, arena);
}

static void create(DdlWriter *ddl, const Object *object)
{
    const Object *before;
    const char *options = object_get(object, "options");
    bool kept = keeps_secret(ddl->from, object, &before);
    const char *visible = options ? ddl_options_join(ddl->arena, options, ' ') : "";
    const char *fillers = placeholders(ddl->arena, object, before, "");
    const char *hazard = fillers[0] ? secret_hazard(ddl->arena, object) : NULL;
    const char *comma = visible[0] && fillers[0] ? ", " : "";
    bool any = visible[0] || fillers[0];
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "CREATE USER MAPPING %s%s%s%s%s%s", object->key,
               any ? " OPTIONS (" : "", visible, comma, fillers, any ? ")" : "");
    if (kept)
        secret_take(ddl, object, arena_printf(ddl->arena, "'ALTER USER MAPPING %%s OPTIONS (%%s)', %s, kept",
                                              ddl_literal(ddl->arena, object->key)));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    if (snapshot_find(ddl->to, KIND_USER_MAPPING, object->key) && object_get(object, "secrets"))
        secret_keep(
            ddl, object,
            arena_printf(
                ddl->arena,
                "pg_catalog.string_agg(pg_catalog.format('ADD %%I %%L', option_name, "
                "option_value), "
                "', ') FROM pg_catalog.pg_user_mappings AS m, "
                "pg_catalog.pg_options_to_table(m.umoptions) WHERE pg_catalog.format('FOR %%s "
                "SERVER "
                "%%I', CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(m.usename) "
                "END, m.srvname) = %s AND option_name ~* "
                "'pass(word|phrase|wd)?|secret|token|key|credential'",
                ddl_literal(ddl->arena, object->key)));
    ddl_add(ddl, "DROP USER MAPPING %s", object->key);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *visible = ddl_alter_fdw_options(ddl->arena, object_get(before, "options"),
                                                object_get(after, "options"));
    const char *fillers = placeholders(ddl->arena, after, before, "ADD ");
    ddl_add_as(ddl, STATEMENT_ANYWHERE, fillers[0] ? secret_hazard(ddl->arena, after) : NULL,
               "ALTER USER MAPPING %s OPTIONS (%s%s%s)", after->key, visible,
               visible[0] && fillers[0] ? ", " : "", fillers);
}

const KindSpec kind_user_mapping = {
    .name = "user mapping",
    .json = "user_mappings",
    .sql = sql_kind_user_mapping,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_SERVER,
    .create = create,
    .drop = drop,
    .alter = alter,
};
