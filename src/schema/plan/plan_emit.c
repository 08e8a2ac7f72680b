/* Writes the sorted plan as statements: each kind writes its own, facets follow. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/facet.h"
#include "../kinds.h"
#include "plan_internal.h"

char *plan_swap_name(Arena *arena, const Object *object)
{
    return ddl_suffixed(arena, object->name, 50, "__old");
}

/* What goes with an object that has no drop() of its own; rebuilt, it comes again as it was. */
static const char *drop_hazard(Arena *arena, const Entry *entry)
{
    const Object *object = entry->before;
    if (entry->change != CHANGE_DROP || entry->swap)
        return NULL;
    switch (object->kind) {
    case KIND_SCHEMA:
        return arena_printf(arena, "drops schema %s", object->key);
    case KIND_MATVIEW:
        return arena_printf(arena, "drops materialized view %s and what it holds", object->key);
    case KIND_SEQUENCE:
        return plan_keeps_position(object)
                   ? NULL
                   : arena_printf(arena, "drops sequence %s and its position", object->key);
    case KIND_EXTENSION:
        return arena_printf(arena, "drops extension %s and all that belongs to it", object->key);
    case KIND_POLICY:
        return object_true(object, "permissive")
                   ? arena_printf(arena, "drops policy %s: it shows no rows any more", object->key)
                   : arena_printf(arena, "drops policy %s: it hides no rows any more", object->key);
    default:
        return NULL;
    }
}

/* A column that was computed and is to be a plain one from now on begins empty. */
static void add_computed_hazard(DdlWriter *ddl, const Entry *entry)
{
    const Object *column = entry->before;
    if (column->kind == KIND_COLUMN && entry->after && object_get(column, "generated") &&
        !object_get(entry->after, "generated"))
        ddl->out->items[ddl->out->count - 1].hazard =
            arena_printf(ddl->arena, "drops column %s and the values that it computes", column->key);
}

/* A partitioned table that is made anew has let go of its partitions by now. Others, which were made since or
   elsewhere, would go with it: an error where there are any. */
static void emit_guard(DdlWriter *ddl, const Entry *entry)
{
    const Object *table = entry->before;
    if (entry->change != CHANGE_REPLACE || table->kind != KIND_TABLE ||
        !object_get(table, "partition_key") || plan_refills(entry))
        return;
    size_t first = ddl->out->count;
    const char *key = ddl_literal(ddl->arena, table->key);
    const char *words = arena_printf(
        ddl->arena, "%s has partitions that are not known here and would be lost: ", table->key);
    ddl_add(ddl, "LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE", table->key);
    ddl_add_guard(ddl, words,
                  arena_printf(ddl->arena,
                               "pg_catalog.string_agg(inhrelid::pg_catalog.regclass::text, ', ') "
                               "FROM pg_catalog.pg_inherits WHERE inhparent = %s::pg_catalog.regclass",
                               key));
    for (size_t i = first; i < ddl->out->count; i++)
        ddl->out->items[i].joined = true;
}

static void emit_drop(DdlWriter *ddl, const Entry *entry)
{
    const Object *object = entry->before;
    const KindSpec *spec = kind_spec(object->kind);
    emit_guard(ddl, entry);
    if (entry->swap)
        ddl_add(ddl, "DROP %s %s.%s", kind_noun(object), ddl_identifier(ddl->arena, object->schema),
                ddl_identifier(ddl->arena, plan_swap_name(ddl->arena, object)));
    else if (spec->drop)
        spec->drop(ddl, object);
    else
        ddl_add_as(ddl, STATEMENT_ANYWHERE, drop_hazard(ddl->arena, entry), "DROP %s %s",
                   kind_noun(object), object->key);
    add_computed_hazard(ddl, entry);
}

/* The values that an enum type loses; NULL when none. */
static const char *lost_values(Arena *arena, const Entry *entry)
{
    StringList old = {0}, new = {0};
    Buf list = {0};
    ddl_lines(arena, object_get(entry->before, "values"), &old);
    if (entry->after)
        ddl_lines(arena, object_get(entry->after, "values"), &new);
    for (size_t i = 0; i < old.count; i++) {
        if (!text_list_has(&new, old.items[i]))
            buf_printf(&list, "%s%s", list.len ? ", " : "", old.items[i]);
    }
    const char *hazard = list.len == 0
                             ? NULL
                             : arena_printf(arena, "removes %s from %s: the plan fails while a row has it",
                                            buf_text(&list), entry->before->key);
    buf_free(&list);
    return hazard;
}

static void emit_rename(DdlWriter *ddl, const Entry *entry)
{
    const Object *object = entry->before;
    const char *hazard = object->kind == KIND_ENUM ? lost_values(ddl->arena, entry) : NULL;
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "ALTER %s %s RENAME TO %s", kind_noun(object), object->key,
               ddl_identifier(ddl->arena, plan_swap_name(ddl->arena, object)));
}

static int compare_children(const void *a, const void *b)
{
    const Object *left = (*(Node *const *)a)->entry->after, *right = (*(Node *const *)b)->entry->after;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    int order = strcmp(left->parent ? left->parent->key : "", right->parent ? right->parent->key : "");
    if (order == 0 && left->objsubid != right->objsubid)
        order = left->objsubid < right->objsubid ? -1 : 1;
    return order ? order : strcmp(left->key, right->key);
}

static void emit_finish(DdlWriter *ddl, const Object *object)
{
    const KindSpec *spec = kind_spec(object->kind);
    if (spec->finish)
        spec->finish(ddl, object);
    facet_emit(ddl, NULL, object);
}

static void emit_create(DdlWriter *ddl, Node *node)
{
    const Object *object = node->entry->after;
    const KindSpec *spec = kind_spec(object->kind);
    NodeList *folded = &node->folded;
    for (size_t i = 0; i < folded->count; i++)
        folded->items[i]->entry->after->folded = true;
    if (node->entry->prepare && spec->complete_prepared)
        spec->complete_prepared(ddl, object);
    else if (spec->create)
        spec->create(ddl, object);
    else
        ddl_add(ddl, "%s", object_get(object, "definition"));
    emit_finish(ddl, object);
    if (folded->count > 0)
        qsort(folded->items, folded->count, sizeof(Node *), compare_children);
    for (size_t i = 0; i < folded->count; i++)
        emit_finish(ddl, folded->items[i]->entry->after);
}

static void emit_alter(DdlWriter *ddl, const Entry *entry)
{
    if (entry->altered || entry->retype)
        kind_spec(entry->after->kind)->alter(ddl, entry->before, entry->after);
    facet_emit(ddl, entry->before, entry->after);
}

static void emit_node(DdlWriter *ddl, Node *node)
{
    switch (node->kind) {
    case NODE_DROP:
        emit_drop(ddl, node->entry);
        break;
    case NODE_RENAME:
        emit_rename(ddl, node->entry);
        break;
    case NODE_PREPARE:
        kind_spec(node->entry->after->kind)->prepare(ddl, node->entry->after);
        break;
    case NODE_CREATE:
        emit_create(ddl, node);
        break;
    case NODE_ALTER:
        emit_alter(ddl, node->entry);
        break;
    case NODE_STASH:
        plan_emit_stash(ddl, node->entry);
        break;
    case NODE_FILL:
        plan_emit_fill(ddl, node->entry);
        break;
    }
}

bool plan_emit(Planner *planner, SchemaPlan *ret, Error *err)
{
    StatementList statements;
    DdlWriter ddl = {
        .arena = planner->arena,
        .out = &statements,
        .from = planner->from,
        .to = planner->to,
        .server_version = planner->from->server_version,
        .runner = planner->from->user,
    };
    PartWriter *parts = plan_parts_begin(planner);
    for (size_t i = 0; i < planner->order.count; i++) {
        statements = (StatementList){0};
        emit_node(&ddl, planner->order.items[i]);
        for (size_t n = 0; n < statements.count; n++)
            statements.items[n].object = plan_object(planner->order.items[i]->entry);
        plan_parts_add(parts, planner->order.items[i], &statements);
    }
    return plan_parts_end(parts, ret, err);
}
