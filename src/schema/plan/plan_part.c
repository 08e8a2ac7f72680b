/*
 * Divides the statements into parts. Each goes to the earliest level that what it waits for allows: an
 * even level is a transaction, an odd one runs outside of any. Levels that stay empty vanish. Steps that
 * must be committed at once go to the level of the last of them.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "plan_internal.h"

typedef struct Level {
    StatementList first; /* what reads tables for long goes before what locks them strongly */
    StatementList statements;
    bool routines;       /* it makes some: bodies in strings name things that may come later */
    const char *purpose; /* NULL while it has no statement */
    size_t open;         /* pairs of steps that have begun and not ended */
} Level;

/* A value that an enum type got: nothing in the same transaction can use it. */
typedef struct NewValue {
    const char *type;  /* as DDL calls it, and as the server's casts do */
    const char *value; /* raw */
    size_t usable;     /* from this level on */
} NewValue;

typedef struct Placed {
    Node *node;
    StatementList statements;
} Placed;

struct PartWriter {
    Planner *planner;
    VEC(Placed) placed;
    VEC(Level) levels;
    VEC(NewValue) values;
};

PartWriter *plan_parts_begin(Planner *planner)
{
    PartWriter *writer = arena_alloc(planner->arena, sizeof(*writer));
    *writer = (PartWriter){.planner = planner};
    return writer;
}

void plan_parts_add(PartWriter *writer, Node *node, const StatementList *statements)
{
    VEC_PUSH(writer->planner->arena, writer->placed, (Placed){node, *statements});
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

/* ---- levels ---- */

static size_t first_level(const Placed *placed)
{
    return has_outside(&placed->statements) ? placed->node->level | 1 : next_even(placed->node->level);
}

/* *at: the level of what the node says without a wish of its own. */
static size_t level_of(const Statement *statement, size_t *at)
{
    if (statement->tx == STATEMENT_NEXT)
        *at = next_even(*at + 1);
    if (statement->tx == STATEMENT_LATER)
        return next_even(*at) + 2;
    return statement->tx == STATEMENT_LAST ? next_even(*at) + 4 : *at;
}

/* A table whose check is not validated cannot become a partition or child. */
static bool waits_for_validation(const Node *node)
{
    return node->kind == NODE_CREATE && (kind_spec(node->entry->after->kind)->flags & KIND_LINK);
}

static void let_wait(Node *part, const Node *root, size_t level, size_t validated)
{
    for (size_t i = 0; i < part->after.count; i++) {
        Node *then = plan_root(part->after.items[i]);
        size_t from = waits_for_validation(then) && validated > level ? validated : level;
        if (then != root && then->level < from)
            then->level = from;
    }
}

/* Lets the nodes that wait for it know. */
static void spread(PartWriter *writer, const Placed *placed)
{
    Node *node = placed->node;
    wait_for_values(writer, node, &placed->statements);
    size_t at = first_level(placed), reached = at, validated = at;
    for (size_t i = 0; i < placed->statements.count; i++) {
        const Statement *statement = &placed->statements.items[i];
        size_t level = level_of(statement, &at);
        if (statement->tx != STATEMENT_LATER && level > reached)
            reached = level;
        validated = level > validated ? level : validated;
    }
    note_values(writer, node, next_even(at) + 2);
    let_wait(node, node, reached, validated);
    for (size_t i = 0; i < node->folded.count; i++)
        let_wait(node->folded.items[i], node, reached, validated);
}

/* The first step of each pair goes where the last one is: the first pair that had to move; NULL: none. */
static const NodePair *lift(const Planner *planner)
{
    const NodePair *lifted = NULL;
    for (size_t i = 0; i < planner->pairs.count; i++) {
        const NodePair *pair = &planner->pairs.items[i];
        size_t level = next_even(plan_root(pair->last)->level);
        if (next_even(plan_root(pair->first)->level) == level)
            continue;
        plan_root(pair->first)->level = level;
        lifted = lifted ? lifted : pair;
    }
    return lifted;
}

/* A lift moves all that waits for it, which may move another pair. */
static bool find_levels(PartWriter *writer, Error *err)
{
    const Planner *planner = writer->planner;
    for (size_t pass = 0; pass <= 2 * planner->pairs.count + 1; pass++) {
        writer->values.count = 0;
        for (size_t i = 0; i < writer->placed.count; i++)
            spread(writer, &writer->placed.items[i]);
        const NodePair *lifted = lift(planner);
        if (!lifted)
            return true;
        error_set(err, EXIT_BUG, "what happens to %s cannot be committed at once",
                  plan_object(lifted->first->entry)->key);
        error_hint(err, "Please report this as a bug, with the two schemas.");
    }
    return false;
}

/* ---- statements ---- */

static void put(PartWriter *writer, size_t number, const Statement *statement, bool routine)
{
    Level *level = level_at(writer, number);
    const char *purpose = number & 1 ? "concurrently" : purpose_of(statement);
    StatementList *list = statement->tx == STATEMENT_LATER ? &level->first : &level->statements;
    VEC_PUSH(writer->planner->arena, *list, *statement);
    list->items[list->count - 1].joined = statement->joined || level->open > 0;
    level->routines = level->routines || routine;
    level->purpose = !level->purpose || text_equal(level->purpose, purpose) ? purpose : "";
}

static void put_node(PartWriter *writer, const Placed *placed)
{
    const Node *node = placed->node;
    size_t first = first_level(placed), at = first;
    level_at(writer, first)->open += node->opens;
    for (size_t i = 0; i < placed->statements.count; i++) {
        const Statement *statement = &placed->statements.items[i];
        size_t level = level_of(statement, &at);
        put(writer, level, statement, makes_routine(node));
    }
    Level *level = level_at(writer, first);
    level->open -= node->closes;
    if (level->statements.count > 0)
        level->statements.items[level->statements.count - 1].joined = level->open > 0;
}

static void count_pairs(const Planner *planner)
{
    for (size_t i = 0; i < planner->pairs.count; i++) {
        plan_root(planner->pairs.items[i].first)->opens++;
        plan_root(planner->pairs.items[i].last)->closes++;
    }
}

/* ---- the whole ---- */

static void add_part(Planner *planner, const Level *level, bool outside, SchemaPlan *ret)
{
    static const Statement no_bodies = {.sql = "SET check_function_bodies = off"};
    static const Statement bodies_again = {.sql = "RESET check_function_bodies"};
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
    if (level->routines)
        VEC_PUSH(planner->arena, ret->statements, bodies_again);
    part.count = ret->statements.count - part.first;
    VEC_PUSH(planner->arena, ret->parts, part);
}

bool plan_parts_end(PartWriter *writer, SchemaPlan *ret, Error *err)
{
    if (!find_levels(writer, err))
        return false;
    count_pairs(writer->planner);
    for (size_t i = 0; i < writer->placed.count; i++)
        put_node(writer, &writer->placed.items[i]);
    for (size_t i = 0; i < writer->levels.count; i++) {
        if (writer->levels.items[i].purpose)
            add_part(writer->planner, &writer->levels.items[i], (i & 1) != 0, ret);
    }
    error_clear(err);
    return true;
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
