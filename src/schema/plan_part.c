/*
 * Divides the statements into parts. Each goes to the earliest level that what it waits for allows: an
 * even level is a transaction, an odd one runs outside of any. Levels that stay empty vanish.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "plan_internal.h"

typedef struct Level {
    StatementList first; /* what reads tables for long goes before what locks them strongly */
    StatementList statements;
    bool routines;       /* it makes some: bodies in strings name things that may come later */
    const char *purpose; /* NULL while it has no statement */
} Level;

/* A value that an enum type got: nothing in the same transaction can use it. */
typedef struct NewValue {
    const char *type;  /* as DDL calls it, and as the server's casts do */
    const char *value; /* raw */
    size_t usable;     /* from this level on */
} NewValue;

struct PartWriter {
    Planner *planner;
    VEC(Level) levels;
    VEC(NewValue) values;
};

PartWriter *plan_parts_begin(Planner *planner)
{
    PartWriter *writer = arena_alloc(planner->arena, sizeof(*writer));
    *writer = (PartWriter){.planner = planner};
    return writer;
}

static Level *level_at(PartWriter *writer, size_t level)
{
    while (writer->levels.count <= level)
        VEC_PUSH(writer->planner->arena, writer->levels, (Level){0});
    return &writer->levels.items[level];
}

static size_t next_even(size_t level)
{
    return level + (level & 1);
}

static bool has_outside(const StatementList *statements)
{
    for (size_t i = 0; i < statements->count; i++) {
        if (statements->items[i].tx == STATEMENT_OUTSIDE)
            return true;
    }
    return false;
}

/* ---- enum values ---- */

/* Literals of the type are printed with a cast to it. */
static bool uses_value(const StatementList *statements, const NewValue *value)
{
    for (size_t i = 0; i < statements->count; i++) {
        const char *sql = statements->items[i].sql;
        if (strstr(sql, value->type) && strstr(sql, value->value))
            return true;
    }
    return false;
}

static void wait_for_values(const PartWriter *writer, Node *node, const StatementList *statements)
{
    for (size_t i = 0; i < writer->values.count; i++) {
        const NewValue *value = &writer->values.items[i];
        if (node->level < value->usable && uses_value(statements, value))
            node->level = value->usable;
    }
}

/* The type's values that it did not have, as the literals stand in SQL. */
static void note_values(PartWriter *writer, const Node *node, size_t usable)
{
    const Entry *entry = node->entry;
    StringList had = {0}, values = {0};
    if (node->kind != NODE_ALTER || entry->after->kind != KIND_ENUM || !entry->altered)
        return;
    ddl_lines(writer->planner->arena, object_get(entry->before, "values"), &had);
    ddl_lines(writer->planner->arena, object_get(entry->after, "values"), &values);
    for (size_t i = 0; i < values.count; i++) {
        size_t len = strlen(values.items[i]);
        if (text_list_has(&had, values.items[i]) || len < 2)
            continue;
        NewValue value = {
            .type = entry->after->key,
            .value = arena_strndup(writer->planner->arena, values.items[i] + 1, len - 2),
            .usable = usable,
        };
        VEC_PUSH(writer->planner->arena, writer->values, value);
    }
}

/* ---- nodes ---- */

static bool makes_routine(const Node *node)
{
    return node->kind != NODE_DROP && node->entry->after && node->entry->after->kind == KIND_FUNCTION &&
           (node->entry->altered || node->kind == NODE_CREATE);
}

static const char *purpose_of(const Statement *statement)
{
    switch (statement->tx) {
    case STATEMENT_OUTSIDE:
        return "concurrently";
    case STATEMENT_LATER:
        return "validate";
    case STATEMENT_LAST:
        return "not_null";
    default:
        return "";
    }
}

static void put(PartWriter *writer, size_t number, const Statement *statement, bool routine)
{
    Level *level = level_at(writer, number);
    const char *purpose = number & 1 ? "concurrently" : purpose_of(statement);
    StatementList *list = statement->tx == STATEMENT_LATER ? &level->first : &level->statements;
    VEC_PUSH(writer->planner->arena, *list, *statement);
    level->routines = level->routines || routine;
    level->purpose = !level->purpose || text_equal(level->purpose, purpose) ? purpose : "";
}

static void let_wait(Node *part, const Node *root, size_t level)
{
    for (size_t i = 0; i < part->after.count; i++) {
        Node *then = plan_root(part->after.items[i]);
        if (then != root && then->level < level)
            then->level = level;
    }
}

void plan_parts_add(PartWriter *writer, Node *node, const StatementList *statements)
{
    wait_for_values(writer, node, statements);
    size_t at = next_even(node->level);
    if (has_outside(statements))
        at = node->level | 1;
    size_t reached = at;
    for (size_t i = 0; i < statements->count; i++) {
        const Statement *statement = &statements->items[i];
        if (statement->tx == STATEMENT_NEXT)
            at = next_even(at + 1);
        size_t level = at;
        if (statement->tx == STATEMENT_LATER)
            level = next_even(at) + 2;
        else if (statement->tx == STATEMENT_LAST)
            level = next_even(at) + 4;
        put(writer, level, statement, makes_routine(node));
        if (statement->tx != STATEMENT_LATER && level > reached)
            reached = level;
    }
    note_values(writer, node, next_even(at) + 2);
    let_wait(node, node, reached);
    for (size_t i = 0; i < node->folded.count; i++)
        let_wait(node->folded.items[i], node, reached);
}

/* ---- the whole ---- */

static void add_part(Planner *planner, const Level *level, bool outside, SchemaPlan *ret)
{
    static const Statement no_bodies = {.sql = "SET check_function_bodies = off"};
    PlanPart part = {
        .first = ret->statements.count,
        .outside = outside,
        .purpose = level->purpose,
    };
    if (level->routines)
        VEC_PUSH(planner->arena, ret->statements, no_bodies);
    for (size_t i = 0; i < level->first.count; i++)
        VEC_PUSH(planner->arena, ret->statements, level->first.items[i]);
    for (size_t i = 0; i < level->statements.count; i++)
        VEC_PUSH(planner->arena, ret->statements, level->statements.items[i]);
    part.count = ret->statements.count - part.first;
    VEC_PUSH(planner->arena, ret->parts, part);
}

void plan_parts_end(PartWriter *writer, SchemaPlan *ret)
{
    for (size_t i = 0; i < writer->levels.count; i++) {
        if (writer->levels.items[i].purpose)
            add_part(writer->planner, &writer->levels.items[i], (i & 1) != 0, ret);
    }
}

void plan_append(Arena *arena, SchemaPlan *plan, const SchemaPlan *rest)
{
    for (size_t i = 0; i < rest->parts.count; i++) {
        PlanPart part = rest->parts.items[i];
        size_t before = plan->parts.count;
        part.first = plan->statements.count;
        for (size_t n = 0; n < part.count; n++)
            VEC_PUSH(arena, plan->statements, rest->statements.items[rest->parts.items[i].first + n]);
        if (i == 0 && before > 0 && !plan->parts.items[before - 1].outside && !part.outside)
            plan->parts.items[before - 1].count += part.count;
        else
            VEC_PUSH(arena, plan->parts, part);
    }
}
