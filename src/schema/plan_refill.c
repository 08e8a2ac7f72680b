/*
 * Tables that must be made anew (a plain one becomes partitioned, a partition key changes kind) keep
 * their rows: these wait in a temporary table while the old one goes and the new one comes, with its
 * partitions and before its triggers and foreign keys.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "kinds.h"
#include "plan_internal.h"

static bool is_partitioned(const Object *table)
{
    return object_get(table, "partition_key") != NULL;
}

/* The rows of a partitioned table are its partitions', which stay when both sides are partitioned. */
bool plan_refills(const Entry *entry)
{
    return entry->change == CHANGE_REPLACE && entry->before->kind == KIND_TABLE &&
           !(is_partitioned(entry->before) && is_partitioned(entry->after));
}

static bool is_link_to(const Object *link, const Object *table)
{
    return (link->kind == KIND_ATTACHMENT || link->kind == KIND_INHERITANCE) && link->parent != table;
}

/* Read whole, before any of its partitions goes. */
static void tie_stash(Planner *planner, const Entry *entry)
{
    plan_tie(planner, entry->stash, entry->drop);
    for (size_t i = 0; i < entry->before->needed_by.count; i++) {
        const Object *link = entry->before->needed_by.items[i];
        if (!is_link_to(link, entry->before))
            continue;
        plan_tie(planner, entry->stash, plan_entry(link)->drop);
        plan_tie(planner, entry->stash, plan_entry(link->parent)->drop);
    }
}

static bool comes_later(const Object *object)
{
    return object->kind == KIND_TRIGGER || object->kind == KIND_RULE || object->kind == KIND_MATVIEW ||
           (object->kind == KIND_CONSTRAINT && object_get(object, "type")[0] == 'f');
}

static void tie_users(Planner *planner, const Entry *entry, const Object *object)
{
    for (size_t i = 0; i < object->needed_by.count; i++) {
        const Object *user = object->needed_by.items[i];
        if (comes_later(user))
            plan_tie(planner, entry->fill, plan_entry(user)->create);
        else if (object == entry->after && is_link_to(user, object))
            plan_tie(planner, plan_entry(user)->create, entry->fill);
    }
}

static void tie_fill(Planner *planner, const Entry *entry)
{
    plan_tie(planner, entry->stash, entry->fill);
    plan_tie(planner, entry->create, entry->fill);
    tie_users(planner, entry, entry->after);
    for (size_t i = 0; i < entry->after->children.count; i++) {
        const Object *part = entry->after->children.items[i];
        tie_users(planner, entry, part);
        if (part->kind == KIND_COLUMN)
            plan_tie(planner, plan_entry(part)->create, entry->fill);
    }
}

void plan_tie_refill(Planner *planner, const Entry *entry)
{
    tie_stash(planner, entry);
    tie_fill(planner, entry);
}

/* ---- statements ---- */

static char *stash_name(Arena *arena, const Object *table)
{
    return ddl_identifier(arena, ddl_suffixed(arena, table->name, 50, "__rows"));
}

static const char *setting_of(Arena *arena, const Object *column)
{
    return arena_printf(arena, "dbmig.%s", sequence_position_name(arena, column));
}

/* The same column of the old table, where both count by identity; NULL otherwise. */
static const Object *old_identity(const Entry *entry, const Object *column)
{
    const Object *old = column->kind == KIND_COLUMN && object_get(column, "identity")
                            ? object_child(entry->before, KIND_COLUMN, column->name)
                            : NULL;
    return old && object_get(old, "identity") ? old : NULL;
}

void plan_emit_stash(DdlWriter *ddl, const Entry *entry)
{
    const Object *table = entry->before;
    ddl_add(ddl, "CREATE TEMPORARY TABLE %s AS SELECT * FROM %s%s", stash_name(ddl->arena, table),
            is_partitioned(table) ? "" : "ONLY ", table->key);
    for (size_t i = 0; i < entry->after->children.count; i++) {
        const Object *old = old_identity(entry, entry->after->children.items[i]);
        if (old)
            ddl_add(ddl, "SELECT pg_catalog.set_config('%s', last_value || ' ' || is_called, false) FROM %s",
                    setting_of(ddl->arena, old), object_get(old, "identity_sequence"));
    }
}

static void emit_position(DdlWriter *ddl, const Object *column)
{
    const char *setting = arena_printf(ddl->arena, "pg_catalog.current_setting('%s')",
                                       setting_of(ddl->arena, column));
    ddl_add(ddl, "SELECT pg_catalog.setval(%s, pg_catalog.split_part(%s, ' ', 1)::bigint, "
                 "pg_catalog.split_part(%s, ' ', 2)::boolean)",
            ddl_literal(ddl->arena, object_get(column, "identity_sequence")), setting, setting);
}

void plan_emit_fill(DdlWriter *ddl, const Entry *entry)
{
    Buf names = {0}, values = {0};
    bool overriding = false;
    const char *stash = stash_name(ddl->arena, entry->before);
    for (size_t i = 0; i < entry->after->children.count; i++) {
        const Object *column = entry->after->children.items[i];
        const Object *old = column->kind == KIND_COLUMN
                                ? object_child(entry->before, KIND_COLUMN, column->name)
                                : NULL;
        if (!old || object_get(column, "generated"))
            continue;
        const char *name = ddl_identifier(ddl->arena, column->name);
        const char *via = column_using(ddl, old, column, false);
        buf_printf(&names, "%s%s", names.len ? ", " : "", name);
        buf_printf(&values, "%s%s", values.len ? ", " : "", via ? via : name);
        overriding = overriding || object_get(column, "identity");
    }
    if (names.len > 0)
        ddl_add(ddl, "INSERT INTO %s (%s)%s SELECT %s FROM pg_temp.%s", entry->after->key,
                buf_text(&names), overriding ? " OVERRIDING SYSTEM VALUE" : "", buf_text(&values), stash);
    ddl_add(ddl, "DROP TABLE pg_temp.%s", stash);
    for (size_t i = 0; i < entry->after->children.count; i++) {
        if (old_identity(entry, entry->after->children.items[i]))
            emit_position(ddl, entry->after->children.items[i]);
    }
    buf_free(&names);
    buf_free(&values);
}
