/*
 * A column's numbers go on where they stand when another sequence comes to count for it: serial becomes
 * identity or the other way round, a table is made anew. The position waits in a setting of the
 * transaction, from the step that takes the old sequence from the column to the one that has made the
 * new one.
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

/* ---- statements ---- */

static char *setting_of(Arena *arena, const Object *column)
{
    return arena_printf(arena, "dbmig.position_%s", plan_short_hash(arena, column->key));
}

/* The number in the line "MINVALUE 1" of the options of whatever counts for the column. */
static const char *option_of(Arena *arena, const Object *column, const char *words, const char *attribute)
{
    StringList lines = {0};
    if (!identity_of(column))
        return object_get(ownership_of(column)->parent, attribute);
    ddl_lines(arena, object_get(column, "identity_options"), &lines);
    for (size_t i = 0; i < lines.count; i++) {
        if (text_starts(lines.items[i], words))
            return lines.items[i] + strlen(words);
    }
    return "0";
}

static const char *counter_of(const Object *column)
{
    return identity_of(column) ? identity_of(column) : ownership_of(column)->parent->key;
}

void position_leave(DdlWriter *ddl, const Object *column)
{
    const Entry *entry = plan_entry(column);
    if (!entry->moves_position)
        return;
    const char *sequence = counter_of(column);
    /* The rows of one that is filled are locked already. */
    if (column->parent->kind == KIND_TABLE && !plan_entry(column->parent)->fill)
        ddl_add(ddl, "LOCK TABLE %s IN ACCESS EXCLUSIVE MODE", column->parent->key);
    /* Changes nothing: nextval() waits for the plan from here on. */
    ddl_add(ddl, "ALTER SEQUENCE %s CACHE %s", sequence, option_of(ddl->arena, column, "CACHE ", "cache"));
    ddl_add(ddl, "SELECT pg_catalog.set_config('%s', last_value || ' ' || is_called, true) FROM %s",
            setting_of(ddl->arena, column), sequence);
}

/* " WHERE …" unless each position of the old sequence is one of the new: then that begins at its start. */
static const char *within_limits(Arena *arena, const Entry *entry, const char *position)
{
    const char *min = option_of(arena, entry->after, "MINVALUE ", "min");
    const char *max = option_of(arena, entry->after, "MAXVALUE ", "max");
    if (strtoll(min, NULL, 10) <= strtoll(option_of(arena, entry->before, "MINVALUE ", "min"), NULL, 10) &&
        strtoll(max, NULL, 10) >= strtoll(option_of(arena, entry->before, "MAXVALUE ", "max"), NULL, 10))
        return "";
    return arena_printf(arena, " WHERE %s BETWEEN %s AND %s", position, min, max);
}

void position_take(DdlWriter *ddl, const Object *column)
{
    const Entry *entry = plan_entry(column);
    if (!entry->moves_position)
        return;
    const char *setting = arena_printf(ddl->arena, "pg_catalog.current_setting('%s')",
                                       setting_of(ddl->arena, column));
    const char *position = arena_printf(ddl->arena, "pg_catalog.split_part(%s, ' ', 1)::bigint", setting);
    ddl_add(ddl, "SELECT pg_catalog.setval(%s, %s, pg_catalog.split_part(%s, ' ', 2)::boolean)%s",
            ddl_literal(ddl->arena, counter_of(column)), position, setting,
            within_limits(ddl->arena, entry, position));
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
