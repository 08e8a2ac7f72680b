/*
 * A column's numbers go on where they stand when another sequence comes to count for it: serial becomes
 * identity or the other way round, a table is made anew. The position waits in a setting of the
 * transaction, from the step that takes the old sequence from the column to the one that has made the
 * new one. So it does when a sequence gets narrower limits: the server takes them only with a position within
 * them, and where that is nobody knows before the plan runs.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "../kinds.h"
#include "plan_internal.h"

/* The ownership by which a sequence of its own counts for the column; NULL when none does. */
static const Object *ownership_of(const Object *column)
{
    for (size_t i = 0; i < column->needed_by.count; i++) {
        if (column->needed_by.items[i]->kind == KIND_SEQUENCE_OWNED)
            return column->needed_by.items[i];
    }
    return NULL;
}

/* NULL: no identity, or a partition's, which its parent table counts for. */
static const char *identity_of(const Object *column)
{
    return object_get(column, "identity_sequence");
}

static bool is_renewed(const Object *column)
{
    return plan_entry(column->parent)->change == CHANGE_REPLACE;
}

/* ---- which positions move ---- */

/* The step that takes the old sequence from the column. */
static Node *leaver(const Entry *column)
{
    const Object *owned = ownership_of(column->before);
    if (!identity_of(column->before) && !owned)
        return NULL;
    if (is_renewed(column->before))
        return plan_entry(column->before->parent)->drop;
    if (column->drop)
        return NULL;
    if (identity_of(column->before))
        return column->alter;
    return plan_entry(owned)->drop ? plan_entry(owned)->drop : plan_entry(owned)->alter;
}

/* The step that makes another one count for it. */
static Node *taker(const Entry *column)
{
    const Object *owned = ownership_of(column->after);
    if (identity_of(column->after)) {
        if (is_renewed(column->before))
            return column->create;
        return identity_of(column->before) ? NULL : column->alter;
    }
    return owned && plan_entry(owned->parent)->change == CHANGE_CREATE ? plan_entry(owned)->create : NULL;
}

void plan_tie_position(Planner *planner, Entry *column)
{
    Node *first = leaver(column), *last = taker(column);
    column->moves_position = first && last;
    if (column->moves_position)
        plan_keep_together(planner, first, last);
}

/* The column that the ownership's sequence counts for; NULL: something else does. */
static const Object *owner_of(const Object *owned)
{
    for (size_t i = 0; i < owned->needs.count; i++) {
        const Object *column = owned->needs.items[i];
        if (column->kind == KIND_COLUMN && !identity_of(column) && ownership_of(column) == owned)
            return column;
    }
    return NULL;
}

bool plan_keeps_position(const Object *sequence)
{
    for (size_t i = 0; i < sequence->children.count; i++) {
        const Object *column = owner_of(sequence->children.items[i]);
        if (column && plan_entry(column)->moves_position)
            return true;
    }
    return false;
}

bool plan_leaves_position(const Object *owned)
{
    const Object *column = owner_of(owned);
    return column && plan_entry(column)->moves_position && !is_renewed(column);
}

/* ---- what counts ---- */

/* A sequence: one that stands by itself or owned by a column, or an identity column's. */
typedef struct Counter {
    const char *key;
    const char *start, *increment, *min, *max, *cache;
} Counter;

/* The number in the line "MINVALUE 1" of an identity's options. */
static const char *option_of(const StringList *lines, const char *words)
{
    for (size_t i = 0; i < lines->count; i++) {
        if (text_starts(lines->items[i], words))
            return lines->items[i] + strlen(words);
    }
    return "0";
}

/* object: a sequence or a column. */
static Counter counter_of(Arena *arena, const Object *object)
{
    StringList lines = {0};
    if (object->kind == KIND_COLUMN && !identity_of(object))
        object = ownership_of(object)->parent;
    if (object->kind == KIND_SEQUENCE)
        return (Counter){object->key,
                         object_get(object, "start"),
                         object_get(object, "increment"),
                         object_get(object, "min"),
                         object_get(object, "max"),
                         object_get(object, "cache")};
    ddl_lines(arena, object_get(object, "identity_options"), &lines);
    return (Counter){plan_identity_now(object),
                     option_of(&lines, "START WITH "),
                     option_of(&lines, "INCREMENT BY "),
                     option_of(&lines, "MINVALUE "),
                     option_of(&lines, "MAXVALUE "),
                     option_of(&lines, "CACHE ")};
}

static int compare_numbers(const char *left, const char *right)
{
    long long a = strtoll(left, NULL, 10), b = strtoll(right, NULL, 10);
    return (a > b) - (a < b);
}

/* Not every position of the first is one of the second. */
static bool narrows(const Counter *from, const Counter *to)
{
    return compare_numbers(to->min, from->min) > 0 || compare_numbers(to->max, from->max) < 0;
}

/* The column that the object counts for; NULL when nothing says so. */
static const Object *column_of(const Object *object)
{
    const Object *column = object->kind == KIND_COLUMN ? object : NULL;
    for (size_t i = 0; i < object->children.count && !column; i++) {
        if (object->children.items[i]->kind == KIND_SEQUENCE_OWNED)
            column = owner_of(object->children.items[i]);
    }
    return column;
}

/* The largest number that can have come into the column. */
static const char *largest_in(const Object *column)
{
    const char *type = column ? object_get(column, "type") : "";
    return strcmp(type, "integer") == 0 ? "2147483647" : strcmp(type, "smallint") == 0 ? "32767" : NULL;
}

/* What a position outside the new limits means: numbers that were given already come again when it was
   beyond the end that the sequence counts towards. NULL when it cannot be. */
static const char *hazard_of(Arena *arena, const Object *before, const Counter *from, const Counter *to)
{
    bool down = to->increment[0] == '-';
    const char *largest = largest_in(column_of(before));
    if (down ? compare_numbers(to->min, from->min) <= 0 : compare_numbers(to->max, from->max) >= 0)
        return NULL;
    if (!down && largest && compare_numbers(to->max, largest) >= 0)
        return NULL;
    return arena_printf(arena, "begins sequence %s at %s again where its position is %s %s", to->key,
                        to->start, down ? "below" : "above", down ? to->min : to->max);
}

/* ---- statements ---- */

static char *setting_of(Arena *arena, const char *key)
{
    return arena_printf(arena, "dbmig.position_%s", ddl_short_hash(arena, key));
}

static void put_aside(DdlWriter *ddl, const Counter *counter, const char *key)
{
    /* Changes nothing: nextval() waits for the plan from here on. */
    ddl_add(ddl, "ALTER SEQUENCE %s CACHE %s", counter->key, counter->cache);
    ddl_add_block(
        ddl, arena_printf(
                 ddl->arena,
                 "BEGIN PERFORM pg_catalog.set_config('%s', last_value || ' ' || is_called, true) "
                 "FROM %s; END",
                 setting_of(ddl->arena, key), counter->key));
}

/* Unless each position of the old sequence is one of the new, that begins at its start. */
static void take_back(DdlWriter *ddl, const Counter *from, const Counter *to, const char *key,
                      const char *sequence, const char *hazard)
{
    const char *setting = arena_printf(ddl->arena, "pg_catalog.current_setting('%s')",
                                       setting_of(ddl->arena, key));
    const char *position = arena_printf(ddl->arena, "pg_catalog.split_part(%s, ' ', 1)::bigint", setting);
    const char *within = !narrows(from, to) ? ""
                                            : arena_printf(ddl->arena, " WHERE %s BETWEEN %s AND %s",
                                                           position, to->min, to->max);
    ddl_add_block(ddl, arena_printf(ddl->arena,
                                    "BEGIN PERFORM pg_catalog.setval(%s, %s, pg_catalog.split_part(%s, ' ', "
                                    "2)::boolean)%s; END",
                                    ddl_literal(ddl->arena, sequence), position, setting, within));
    ddl->out->items[ddl->out->count - 1].hazard = hazard;
}

bool position_leave(DdlWriter *ddl, const Object *column)
{
    const Entry *entry = plan_entry(column);
    if (!entry->moves_position)
        return false;
    Counter counter = counter_of(ddl->arena, column);
    /* The rows of one that is filled are locked already. */
    if (column->parent->kind == KIND_TABLE && !plan_entry(column->parent)->fill)
        ddl_add(ddl, "LOCK TABLE %s IN ACCESS EXCLUSIVE MODE", column->parent->key);
    put_aside(ddl, &counter, column->key);
    return true;
}

void position_take(DdlWriter *ddl, const Object *column)
{
    const Entry *entry = plan_entry(column);
    if (!entry->moves_position)
        return;
    Counter from = counter_of(ddl->arena, entry->before), to = counter_of(ddl->arena, entry->after);
    take_back(ddl, &from, &to, column->key, to.key, hazard_of(ddl->arena, entry->before, &from, &to));
}

void position_leave_owned(DdlWriter *ddl, const Object *owned)
{
    if (plan_leaves_position(owned))
        position_leave(ddl, owner_of(owned));
}

void position_take_owned(DdlWriter *ddl, const Object *owned)
{
    if (owner_of(owned))
        position_take(ddl, owner_of(owned));
}

/* ---- new limits ---- */

bool position_hold(DdlWriter *ddl, const Object *before, const Object *after, const char **ret_hazard)
{
    Counter from = counter_of(ddl->arena, before), to = counter_of(ddl->arena, after);
    *ret_hazard = NULL;
    if (!narrows(&from, &to))
        return false;
    *ret_hazard = hazard_of(ddl->arena, before, &from, &to);
    put_aside(ddl, &from, from.key);
    return true;
}

void position_resume(DdlWriter *ddl, const Object *before, const Object *after)
{
    Counter from = counter_of(ddl->arena, before), to = counter_of(ddl->arena, after);
    take_back(ddl, &from, &to, from.key, from.key, NULL);
    /* Put aside, altered, taken back. */
    for (size_t i = 2; i <= 4 && i <= ddl->out->count; i++)
        ddl->out->items[ddl->out->count - i].joined = true;
}
