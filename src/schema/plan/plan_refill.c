/*
 * Tables that must be made anew (a plain one becomes partitioned, a partition key changes kind) keep
 * their rows: these wait in a temporary table while the old one goes and the new one comes, with its
 * partitions and before its triggers and foreign keys; all in one transaction, in which nobody else can
 * write to the old one. Partitions that outlive it keep their own rows.
 */
#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "../kinds.h"
#include "plan_internal.h"

static bool is_partitioned(const Object *table)
{
    return table->kind == KIND_TABLE && object_get(table, "partition_key") != NULL;
}

/* The rows of a partitioned table are its partitions', which stay when both sides are partitioned. */
bool plan_refills(const Entry *entry)
{
    return entry->change == CHANGE_REPLACE && entry->before->kind == KIND_TABLE &&
           !(is_partitioned(entry->before) && is_partitioned(entry->after));
}

/* NULL, or the link by which what needs the table is a partition of it: the link's parent. */
static const Object *partition_link(const Object *table, const Object *user)
{
    return user->kind == KIND_ATTACHMENT && user->parent != table ? user : NULL;
}

/* The column's old self, whose values it gets; NULL when there are none. */
static const Object *old_column(const Entry *table, const Object *column)
{
    if (column->kind != KIND_COLUMN || object_get(column, "generated"))
        return NULL;
    return object_child(table->before, KIND_COLUMN, column->name);
}

/* ---- order ---- */

/* Read whole before any of its partitions goes. */
static void tie_stash(Planner *planner, const Entry *entry, const Object *table)
{
    plan_tie(planner, entry->stash, plan_entry(table)->drop);
    for (size_t i = 0; i < table->needed_by.count; i++) {
        const Object *link = partition_link(table, table->needed_by.items[i]);
        if (!link)
            continue;
        plan_tie(planner, entry->stash, plan_entry(link)->drop);
        tie_stash(planner, entry, link->parent);
    }
}

/* What looks at the rows, or would do something for each of them. */
static bool comes_later(const Object *object)
{
    return object->kind == KIND_TRIGGER || object->kind == KIND_RULE || object->kind == KIND_MATVIEW ||
           (object->kind == KIND_CONSTRAINT && object_get(object, "type")[0] == 'f');
}

static void tie_users(Planner *planner, const Entry *entry, const Object *object, Map *seen)
{
    for (size_t i = 0; i < object->needed_by.count; i++) {
        const Object *user = object->needed_by.items[i];
        if (comes_later(user))
            plan_tie(planner, entry->fill, plan_entry(user)->create);
        if (user->kind != KIND_VIEW || map_has(seen, user->key))
            continue;
        map_set(seen, user->key, seen);
        tie_users(planner, entry, user, seen);
    }
}

/* Those of a partition that stands already, too. */
static void tie_triggers(Planner *planner, const Entry *entry, const Object *partition)
{
    for (size_t i = 0; partition && i < partition->children.count; i++) {
        if (partition->children.items[i]->kind == KIND_TRIGGER)
            plan_tie(planner, plan_entry(partition->children.items[i])->drop, entry->fill);
    }
}

static void tie_fill(Planner *planner, const Entry *entry, const Object *table, Map *seen)
{
    tie_users(planner, entry, table, seen);
    for (size_t i = 0; i < table->children.count; i++)
        tie_users(planner, entry, table->children.items[i], seen);
    for (size_t i = 0; i < table->needed_by.count; i++) {
        const Object *link = partition_link(table, table->needed_by.items[i]);
        if (!link)
            continue;
        plan_tie(planner, plan_entry(link)->create, entry->fill);
        tie_triggers(planner, entry, plan_entry(link->parent)->before);
        tie_fill(planner, entry, link->parent, seen);
    }
}

/* The waiting rows hold on to the types of their columns. */
static void tie_types(Planner *planner, const Entry *entry, const Object *old)
{
    for (size_t i = 0; i < old->needs.count; i++) {
        const Entry *need = plan_entry(old->needs.items[i]);
        /* What it was computed from is not among the waiting rows. */
        if (old->needs.items[i]->parent != old->parent && (need->swap || !need->after))
            plan_tie(planner, entry->fill, need->drop);
    }
}

/* The rows of partitions that go are moved. */
static void mark_moved(const Object *table)
{
    for (size_t i = 0; i < table->needed_by.count; i++) {
        const Object *link = partition_link(table, table->needed_by.items[i]);
        if (!link || plan_entry(link->parent)->after)
            continue;
        link->parent->swapped = true;
        mark_moved(link->parent);
    }
}

void plan_tie_refill(Planner *planner, const Entry *entry)
{
    mark_moved(entry->before);
    plan_keep_together(planner, entry->stash, entry->fill);
    tie_stash(planner, entry, entry->before);
    plan_tie(planner, entry->create, entry->fill);
    tie_fill(planner, entry, entry->after, map_new(planner->arena));
    for (size_t i = 0; i < entry->after->children.count; i++) {
        const Object *column = entry->after->children.items[i];
        const Object *old = old_column(entry, column);
        if (column->kind == KIND_COLUMN)
            plan_tie(planner, plan_entry(column)->create, entry->fill);
        if (old)
            tie_types(planner, entry, old);
    }
}

/* ---- statements ---- */

/* Tables of several schemas wait in one. */
static char *stash_name(Arena *arena, const Object *table)
{
    char *suffix = arena_printf(arena, "__rows_%s", ddl_short_hash(arena, table->key));
    return ddl_identifier(arena, ddl_suffixed(arena, table->name, 40, suffix));
}

static void add_leaves(Arena *arena, const Object *table, StringList *ret)
{
    if (!is_partitioned(table))
        VEC_PUSH(arena, *ret, table->key);
    for (size_t i = 0; i < table->needed_by.count; i++) {
        const Object *link = partition_link(table, table->needed_by.items[i]);
        if (link)
            add_leaves(arena, link->parent, ret);
    }
}

/* The tables below that have rows of their own afterwards, or whose rows a table between them and this
   one has. */
static void add_outliving(Arena *arena, const Object *table, StringList *ret)
{
    for (size_t i = 0; i < table->needed_by.count; i++) {
        const Object *link = partition_link(table, table->needed_by.items[i]);
        if (link && plan_entry(link->parent)->after)
            add_leaves(arena, link->parent, ret);
        else if (link)
            add_outliving(arena, link->parent, ret);
    }
}

static void put_aside(DdlWriter *ddl, const Entry *entry)
{
    const Object *table = entry->before;
    Buf names = {0}, outliving = {0}, shown = {0};
    StringList tables = {0};
    for (size_t i = 0; i < entry->after->children.count; i++) {
        const Object *old = old_column(entry, entry->after->children.items[i]);
        if (old)
            buf_printf(&names, "%s%s", names.len ? ", " : " ", ddl_identifier(ddl->arena, old->name));
    }
    add_outliving(ddl->arena, table, &tables);
    for (size_t i = 0; i < tables.count; i++) {
        buf_printf(&outliving, "%s%s::pg_catalog.regclass", i ? ", " : " WHERE tableoid NOT IN (",
                   ddl_literal(ddl->arena, tables.items[i]));
        buf_printf(&shown, "%s%s", i ? ", " : "", tables.items[i]);
    }
    const char *hazard = tables.count == 0 ? NULL
                                           : arena_printf(ddl->arena, "leaves the rows of %s there: %s will "
                                                                      "not have them",
                                                          buf_text(&shown), table->key);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "CREATE TEMPORARY TABLE %s AS SELECT%s FROM %s%s%s%s",
               stash_name(ddl->arena, table), buf_text(&names), is_partitioned(table) ? "" : "ONLY ",
               table->key, buf_text(&outliving), tables.count ? ")" : "");
    buf_free(&names);
    buf_free(&outliving);
    buf_free(&shown);
}

/* A column that someone added on the database alone would be lost with the old table: an error where there is
   one. */
static void stop_at_unknown_columns(DdlWriter *ddl, const Object *table)
{
    Buf names = {0};
    for (size_t i = 0; i < table->children.count; i++) {
        const Object *column = table->children.items[i];
        if (column->kind == KIND_COLUMN)
            buf_printf(&names, "%s%s", names.len ? ", " : " AND attname NOT IN (",
                       ddl_literal(ddl->arena, column->name));
    }
    const char *words = arena_printf(
        ddl->arena, "%s has columns that are not known here and would be lost: ", table->key);
    ddl_add_guard(
        ddl, words,
        arena_printf(
            ddl->arena,
            "pg_catalog.string_agg(attname, ', ') FROM pg_catalog.pg_attribute "
            "WHERE attrelid = %s::pg_catalog.regclass AND attnum > 0 AND NOT attisdropped%s%s",
            ddl_literal(ddl->arena, table->key), buf_text(&names), names.len ? ")" : ""));
    buf_free(&names);
}

void plan_emit_stash(DdlWriter *ddl, const Entry *entry)
{
    const Object *table = entry->before;
    /* An error where the transaction sees less than has been committed when the lock is there … */
    ddl_add(ddl, "SET LOCAL transaction_isolation = 'read committed'");
    /* … or where policies hide rows. */
    ddl_add(ddl, "SET LOCAL row_security = off");
    ddl_add(ddl, "LOCK TABLE %s%s IN ACCESS EXCLUSIVE MODE", is_partitioned(table) ? "" : "ONLY ",
            table->key);
    if (object_true(table, "force_row_security"))
        ddl_add(ddl, "ALTER TABLE %s NO FORCE ROW LEVEL SECURITY", table->key);
    stop_at_unknown_columns(ddl, table);
    put_aside(ddl, entry);
}

static bool is_swapped(const Object *old)
{
    for (size_t i = 0; i < old->needs.count; i++) {
        if (plan_entry(old->needs.items[i])->swap)
            return true;
    }
    return false;
}

static void add_reason(Buf *out, const char *reason)
{
    if (reason)
        buf_printf(out, "%s%s", out->len ? "; " : "", reason);
}

/* What the old table had and the new one will not. */
static void add_lost(Buf *out, DdlWriter *ddl, const Entry *entry)
{
    for (size_t i = 0; i < entry->before->children.count; i++) {
        const Object *old = entry->before->children.items[i];
        if (old->kind != KIND_COLUMN || object_get(old, "generated"))
            continue;
        const Object *column = object_child(entry->after, KIND_COLUMN, old->name);
        if (!column || object_get(column, "generated"))
            add_reason(out, arena_printf(ddl->arena, "drops column %s and its values", old->key));
    }
}

void plan_emit_fill(DdlWriter *ddl, const Entry *entry)
{
    Buf names = {0}, values = {0}, hazard = {0};
    bool overriding = false;
    const char *stash = stash_name(ddl->arena, entry->before);
    add_lost(&hazard, ddl, entry);
    for (size_t i = 0; i < entry->after->children.count; i++) {
        const Object *column = entry->after->children.items[i];
        const Object *old = old_column(entry, column);
        if (!old)
            continue;
        const char *name = ddl_identifier(ddl->arena, column->name);
        const char *via = column_using(ddl, old, column, is_swapped(old));
        add_reason(&hazard, column_hazard(ddl, old, column, via));
        buf_printf(&names, "%s%s", names.len ? ", " : " (", name);
        buf_printf(&values, "%s%s", values.len ? ", " : " ", via ? via : name);
        overriding = overriding || object_get(column, "identity");
    }
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard.len > 0 ? arena_strdup(ddl->arena, buf_text(&hazard)) : NULL,
               "INSERT INTO %s%s%s%s SELECT%s FROM pg_temp.%s", entry->after->key, buf_text(&names),
               names.len ? ")" : "", overriding ? " OVERRIDING SYSTEM VALUE" : "", buf_text(&values), stash);
    ddl_add(ddl, "DROP TABLE pg_temp.%s", stash);
    table_finish_filled(ddl, entry->after);
    buf_free(&names);
    buf_free(&values);
    buf_free(&hazard);
}
