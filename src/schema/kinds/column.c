/*
 * Columns of tables and foreign tables. Statements go to the table ONLY where the server lets them:
 * what a parent table hands down has objects of its own in each child.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"type", ATTRIBUTE_ALTER},
    {"collation", ATTRIBUTE_ALTER},
    {"not_null", ATTRIBUTE_ALTER},
    {"not_null_constraint", ATTRIBUTE_ALTER},
    {"not_null_inherited", ATTRIBUTE_IGNORE},
    {"identity", ATTRIBUTE_ALTER},
    {"identity_sequence", ATTRIBUTE_ALTER},
    {"identity_options", ATTRIBUTE_ALTER},
    {"generated", ATTRIBUTE_ALTER},
    {"expression", ATTRIBUTE_ALTER},
    {"storage", ATTRIBUTE_ALTER},
    {"default_storage", ATTRIBUTE_IGNORE},
    {"compression", ATTRIBUTE_ALTER},
    {"statistics", ATTRIBUTE_ALTER},
    {"options", ATTRIBUTE_ALTER},
    {"fdw_options", ATTRIBUTE_ALTER},
    {"inherited", ATTRIBUTE_IGNORE},
    {"position", ATTRIBUTE_ORDER},
};

/* ---- definitions ---- */

/* "public.t_c_seq", as the server names the sequence of an identity column. */
static char *default_sequence(Arena *arena, const Object *column)
{
    char *name = arena_printf(arena, "%s_%s_seq", column->parent->name, column->name);
    return arena_printf(arena, "%s.%s", ddl_identifier(arena, column->schema),
                        ddl_identifier(arena, name));
}

static bool is_default_option(const Object *column, const char *line)
{
    static const char *const always[] = {"START WITH 1", "INCREMENT BY 1", "MINVALUE 1", "CACHE 1",
                                         "NO CYCLE"};
    for (size_t i = 0; i < ARRAY_LENGTH(always); i++) {
        if (strcmp(line, always[i]) == 0)
            return true;
    }
    const char *type = object_get(column, "type");
    const char *max = strcmp(type, "smallint") == 0  ? "MAXVALUE 32767"
                      : strcmp(type, "integer") == 0 ? "MAXVALUE 2147483647"
                                                     : "MAXVALUE 9223372036854775807";
    return strcmp(line, max) == 0;
}

static void add_identity(Buf *out, Arena *arena, const Object *column)
{
    Buf options = {0};
    StringList lines = {0};
    const char *sequence = object_get(column, "identity_sequence");
    if (!text_equal(sequence, default_sequence(arena, column)))
        buf_printf(&options, "SEQUENCE NAME %s", sequence);
    ddl_lines(arena, object_get(column, "identity_options"), &lines);
    for (size_t i = 0; i < lines.count; i++) {
        if (!is_default_option(column, lines.items[i]))
            buf_printf(&options, "%s%s", options.len ? " " : "", lines.items[i]);
    }
    buf_printf(out, " GENERATED %s AS IDENTITY", object_get(column, "identity"));
    if (options.len > 0)
        buf_printf(out, " (%s)", buf_text(&options));
    buf_free(&options);
}

static const Object *folded_default(const Object *column)
{
    for (size_t i = 0; i < column->children.count; i++) {
        const Object *child = column->children.items[i];
        if (child->kind == KIND_DEFAULT && child->folded)
            return child;
    }
    return NULL;
}

/* The name in "CONSTRAINT name NOT NULL …", or the one that the server gives; *ret_rest: from NOT NULL. */
static const char *not_null_name(Arena *arena, const Object *object, const char **ret_rest)
{
    const char *constraint = object_get(object, "not_null_constraint");
    *ret_rest = constraint ? strstr(constraint, "NOT NULL") : NULL;
    if (*ret_rest && *ret_rest > constraint) {
        size_t start = strlen("CONSTRAINT ");
        return arena_strndup(arena, constraint + start, (size_t)(*ret_rest - constraint) - start - 1);
    }
    return ddl_identifier(arena,
                          arena_printf(arena, "%s_%s_not_null", object->parent->name, object->name));
}

/* Since 18 these have names, and partitions may keep the one that the server would give to the column of a
   table made anew: it is said then, unless the server would shorten it. */
static void add_not_null(Buf *out, Arena *arena, const Object *column)
{
    const char *constraint = object_get(column, "not_null_constraint"), *rest;
    const char *name = not_null_name(arena, column, &rest);
    /* NOT VALID cannot stand in a definition: finish() sees to it. */
    if (constraint && text_ends(constraint, " NOT VALID"))
        return;
    if (rest && column->parent->renewed && strlen(name) < 64)
        buf_printf(out, " CONSTRAINT %s %s", name, rest);
    else
        buf_printf(out, " %s", constraint ? constraint : "NOT NULL");
}

static void add_constraints(Buf *out, Arena *arena, const Object *column)
{
    const Object *value = folded_default(column);
    if (object_get(column, "identity"))
        add_identity(out, arena, column);
    if (object_get(column, "generated"))
        buf_printf(out, " GENERATED ALWAYS AS (%s) %s", object_get(column, "expression"),
                   object_get(column, "generated"));
    if (value)
        buf_printf(out, " DEFAULT %s", object_get(value, "expression"));
    if (object_true(column, "not_null"))
        add_not_null(out, arena, column);
}

void column_add_definition(Buf *out, Arena *arena, const Object *column)
{
    const char *collation = object_get(column, "collation");
    const char *options = object_get(column, "fdw_options");
    buf_printf(out, "%s %s", ddl_identifier(arena, column->name), object_get(column, "type"));
    if (options)
        buf_printf(out, " OPTIONS (%s)", ddl_options_join(arena, options, ' '));
    if (collation)
        buf_printf(out, " COLLATE %s", collation);
    add_constraints(out, arena, column);
}

bool column_add_options(Buf *out, Arena *arena, const Object *column)
{
    Buf constraints = {0};
    add_constraints(&constraints, arena, column);
    bool any = constraints.len > 0;
    if (any)
        buf_printf(out, "%s WITH OPTIONS%s", ddl_identifier(arena, column->name),
                   buf_text(&constraints));
    buf_free(&constraints);
    return any;
}

/* ---- create and drop ---- */

static void create(DdlWriter *ddl, const Object *object)
{
    Buf out = {0};
    column_add_definition(&out, ddl->arena, object);
    ddl_add(ddl, "ALTER TABLE %s ADD COLUMN %s", object->parent->key, buf_text(&out));
    buf_free(&out);
}

/* "ALTER TABLE ONLY public.t ALTER COLUMN c" */
static char *prefix_of(DdlWriter *ddl, const Object *object, const char *only)
{
    return arena_printf(ddl->arena, "ALTER TABLE %s%s ALTER COLUMN %s", only, object->parent->key,
                        ddl_identifier(ddl->arena, object->name));
}

static void emit_storage(DdlWriter *ddl, const Object *object, const char *storage)
{
    ddl_add(ddl, "%s SET STORAGE %s", prefix_of(ddl, object, "ONLY "), storage);
}

/* Named in 18, and NOT VALID there perhaps. */
static void emit_not_null(DdlWriter *ddl, const Object *object)
{
    const char *constraint = object_get(object, "not_null_constraint");
    const char *column = ddl_identifier(ddl->arena, object->name);
    if (!constraint || strcmp(constraint, "NOT NULL") == 0) {
        ddl_add(ddl, "%s SET NOT NULL", prefix_of(ddl, object, ""));
        return;
    }
    /* "CONSTRAINT name NOT NULL NO INHERIT" as a table constraint names the column. */
    const char *words = strstr(constraint, "NOT NULL");
    ddl_add(ddl, "ALTER TABLE %s ADD %.*sNOT NULL %s%s", object->parent->key, (int)(words - constraint),
            constraint, column, words + strlen("NOT NULL"));
}

static void finish(DdlWriter *ddl, const Object *object)
{
    const char *only = prefix_of(ddl, object, "ONLY ");
    const Object *origin = object->origin;
    const char *constraint = object_get(object, "not_null_constraint");
    bool not_valid = constraint && text_ends(constraint, " NOT VALID");
    bool stricter = origin && object_true(object, "inherited") && !object_true(origin, "not_null");
    bool comes_along =
        object_true(object, "not_null_inherited") && !object_true(object->parent, "is_partition");
    if (object_true(object, "not_null") && (not_valid || stricter) && !comes_along)
        emit_not_null(ddl, object);
    if (object_get(object, "storage"))
        emit_storage(ddl, object, object_get(object, "storage"));
    if (object_get(object, "compression"))
        ddl_add(ddl, "%s SET COMPRESSION %s", only, object_get(object, "compression"));
    if (object_get(object, "statistics"))
        ddl_add(ddl, "%s SET STATISTICS %s", only, object_get(object, "statistics"));
    ddl_alter_reloptions(ddl, only, NULL, object_get(object, "options"));
    if (object_get(object, "identity_sequence"))
        position_take(ddl, object);
}

static void drop(DdlWriter *ddl, const Object *object)
{
    const char *hazard = NULL;
    if (!object_get(object, "generated"))
        hazard = arena_printf(ddl->arena, "drops column %s and its values", object->key);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "ALTER TABLE %s%s DROP COLUMN %s",
               object->alone ? "ONLY " : "", object->parent->key,
               ddl_identifier(ddl->arena, object->name));
}

/* ---- alter ---- */

static void alter_identity(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *prefix = prefix_of(ddl, after, "");
    if (!object_get(before, "identity")) {
        Buf out = {0};
        add_identity(&out, ddl->arena, after);
        ddl_add(ddl, "%s ADD%s", prefix, buf_text(&out));
        buf_free(&out);
        position_take(ddl, after);
        return;
    }
    if (object_differs(before, after, "identity"))
        ddl_add(ddl, "%s SET GENERATED %s", prefix, object_get(after, "identity"));
    if (object_differs(before, after, "identity_options")) {
        Buf out = {0};
        StringList lines = {0};
        const char *hazard;
        bool held = position_hold(ddl, before, after, &hazard);
        ddl_lines(ddl->arena, object_get(after, "identity_options"), &lines);
        for (size_t i = 0; i < lines.count; i++)
            buf_printf(&out, " SET %s", lines.items[i]);
        ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "%s%s%s", prefix, buf_text(&out), held ? " RESTART" : "");
        if (held)
            position_resume(ddl, before, after);
        buf_free(&out);
    }
    identity_rename(ddl, after);
}

static bool type_differs(const Object *before, const Object *after)
{
    return object_differs(before, after, "type") || object_differs(before, after, "collation");
}

const char *column_hazard(DdlWriter *ddl, const Object *before, const Object *after, const char *via)
{
    if (!via && !column_narrows(ddl, before, after))
        return NULL;
    return arena_printf(ddl->arena,
                        "converts column %s from %s to %s: values may change or the conversion may fail",
                        after->key, object_get(before, "type"), object_get(after, "type"));
}

static void alter_type(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *collation = object_get(after, "collation");
    const char *via = column_using(ddl, before, after, before->swapped);
    const char *hazard = column_hazard(ddl, before, after, via);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "%s TYPE %s%s%s%s%s", prefix_of(ddl, after, ""),
               object_get(after, "type"), collation ? " COLLATE " : "", collation ? collation : "",
               via ? " USING " : "", via ? via : "");
}

/* What changing the type does not reset. */
static void alter_physical(DdlWriter *ddl, const Object *before, const Object *after, bool retyped)
{
    const char *only = prefix_of(ddl, after, "ONLY ");
    const char *storage = object_get(after, "storage");
    const char *compression = object_get(after, "compression");
    const char *had_storage = retyped ? NULL : object_get(before, "storage");
    const char *had_compression = retyped ? NULL : object_get(before, "compression");
    if (!text_equal(had_storage, storage))
        emit_storage(ddl, after, storage ? storage : object_get(after, "default_storage"));
    if (!text_equal(had_compression, compression))
        ddl_add(ddl, "%s SET COMPRESSION %s", only, compression ? compression : "DEFAULT");
    if (object_differs(before, after, "statistics")) {
        const char *target = object_get(after, "statistics");
        ddl_add(ddl, "%s SET STATISTICS %s", only, target ? target : "-1");
    }
    ddl_alter_reloptions(ddl, only, object_get(before, "options"), object_get(after, "options"));
    const char *fdw = ddl_alter_fdw_options(ddl->arena, object_get(before, "fdw_options"),
                                            object_get(after, "fdw_options"));
    if (fdw[0])
        ddl_add(ddl, "%s OPTIONS (%s)", only, fdw);
}

/* Only its constraint's name differs. */
static bool rename_not_null(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *old_rest, *new_rest;
    const char *old = not_null_name(ddl->arena, before, &old_rest);
    const char *new = not_null_name(ddl->arena, after, &new_rest);
    if (!old_rest || !new_rest || strcmp(old_rest, new_rest) != 0)
        return false;
    ddl_add(ddl, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", after->parent->key, old, new);
    return true;
}

/* A name that no constraint of the table has, on either side. What is cut is told apart by the column's
   number. */
static char *free_check_name(Arena *arena, const Object *before, const Object *after)
{
    char *both = arena_printf(arena, "%s_%s", ddl_suffixed(arena, after->parent->name, 20, ""), after->name);
    if (strlen(both) > 40)
        both = ddl_suffixed(arena, both, 34, arena_printf(arena, "_%u", (unsigned)after->objsubid));
    char *name = arena_printf(arena, "%s_not_null__check", both);
    for (int n = 2; object_child(before->parent, KIND_CONSTRAINT, name) ||
                    object_child(after->parent, KIND_CONSTRAINT, name);
         n++)
        name = arena_printf(arena, "%s_not_null__check%d", both, n);
    return name;
}

/* The server does not read the table for SET NOT NULL where a valid check says the same. */
static void set_not_null_online(DdlWriter *ddl, const Object *before, const Object *object)
{
    const char *table = object->parent->key, *column = ddl_identifier(ddl->arena, object->name);
    const char *check = ddl_identifier(ddl->arena, free_check_name(ddl->arena, before, object));
    ddl_add(ddl, "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID", table, check, column);
    ddl_add_as(ddl, STATEMENT_LATER, NULL, "ALTER TABLE %s VALIDATE CONSTRAINT %s", table, check);
    size_t first = ddl->out->count;
    emit_not_null(ddl, object);
    ddl_add(ddl, "ALTER TABLE %s DROP CONSTRAINT %s", table, check);
    for (size_t i = first; i < ddl->out->count; i++)
        ddl->out->items[i].tx = STATEMENT_LAST;
}

/* What the parent table's statement does for the column too. */
static bool not_null_comes_along(const Object *before, const Object *after)
{
    const Object *had = before->origin, *has = after->origin;
    if (!after->folded || !had || !has || had->kind != KIND_COLUMN)
        return false;
    bool wanted = object_true(after, "not_null"), own = false;
    /* Since 18 a table can have it by itself beside. */
    if (object_get(wanted ? after : before, "not_null_constraint"))
        own = !object_true(wanted ? after : before, "not_null_inherited");
    bool same = object_true(had, "not_null") == object_true(before, "not_null") &&
                object_true(has, "not_null") == wanted;
    return same && !own &&
           (object_differs(had, has, "not_null") || object_differs(had, has, "not_null_constraint"));
}

static void alter_not_null(DdlWriter *ddl, const Object *before, const Object *after)
{
    bool wanted = object_true(after, "not_null");
    bool changed = object_differs(before, after, "not_null");
    bool renamed = wanted && !changed && object_differs(before, after, "not_null_constraint");
    if (not_null_comes_along(before, after))
        return;
    if (renamed && rename_not_null(ddl, before, after))
        return;
    if (renamed || (changed && !wanted))
        ddl_add(ddl, "%s DROP NOT NULL", prefix_of(ddl, after, ""));
    if (changed && wanted && after->online)
        set_not_null_online(ddl, before, after);
    else if (renamed || (changed && wanted))
        emit_not_null(ddl, after);
}

/* Limits beyond those of the narrower type must go first, those within the wider one come last. */
static bool narrows_identity(const Object *before, const Object *after)
{
    static const char *const types[] = {"smallint", "integer", "bigint"};
    size_t old = 0, new = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(types); i++) {
        old = strcmp(object_get(before, "type"), types[i]) == 0 ? i + 1 : old;
        new = strcmp(object_get(after, "type"), types[i]) == 0 ? i + 1 : new;
    }
    return new > 0 && new < old && object_get(before, "identity");
}

/* What a parent table's statement has done for this column already is left out. */
static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    bool swapped = before->swapped;
    bool retyped = swapped || type_differs(before, after);
    bool had_identity = object_get(before, "identity") != NULL;
    bool identity = object_get(after, "identity") != NULL;
    if (had_identity && !identity) {
        bool moves = position_leave(ddl, before);
        const char *sequence = moves ? NULL : object_get(before, "identity_sequence");
        const char *hazard = !sequence ? NULL
                                       : arena_printf(ddl->arena, "drops sequence %s and its position",
                                                      sequence);
        ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "%s DROP IDENTITY", prefix_of(ddl, after, ""));
    }
    bool limits_first = identity && narrows_identity(before, after);
    if (limits_first)
        alter_identity(ddl, before, after);
    if (!after->folded) {
        if (object_get(before, "generated") && !object_get(after, "generated"))
            ddl_add(ddl, "%s DROP EXPRESSION", prefix_of(ddl, after, ""));
        else if (object_get(after, "generated") && object_differs(before, after, "expression"))
            ddl_add(ddl, "%s SET EXPRESSION AS (%s)", prefix_of(ddl, after, ""),
                    object_get(after, "expression"));
        if (retyped)
            alter_type(ddl, before, after);
    }
    alter_not_null(ddl, before, after);
    if (identity && !limits_first)
        alter_identity(ddl, before, after);
    alter_physical(ddl, before, after, retyped);
}

/* No expression can be set on an ordinary column, and before 17 on none: see plan_close.c. */
static bool can_alter(const Object *before, const Object *after)
{
    if (!object_differs(before, after, "generated"))
        return true;
    return text_equal(object_get(before, "generated"), "STORED") && !object_get(after, "generated");
}

static bool is_type(const Object *object)
{
    return (kind_spec(object->kind)->flags & KIND_SWAPPED) != 0;
}

static Reaction reaction(const Object *object, const Object *need, NeedEvent event)
{
    bool generated = object_get(object, "generated") != NULL;
    bool whole = need == object->parent || need == object->origin;
    if (event == NEED_RETYPED)
        return generated && need->parent == object->parent ? REACTION_REBUILD : REACTION_NONE;
    if (whole || generated)
        return REACTION_REBUILD;
    return is_type(need) ? REACTION_RETYPE : REACTION_NONE;
}

/* The attribute that a typed table's column is made of. */
static Object *typed_origin(const Object *object)
{
    const Object *table = object->parent;
    for (size_t i = 0; i < table->children.count; i++) {
        const Object *link = table->children.items[i];
        for (size_t n = 0; link->kind == KIND_TYPED && n < link->needs.count; n++) {
            if (link->needs.items[n]->kind == KIND_COMPOSITE)
                return object_child(link->needs.items[n], KIND_ATTRIBUTE, object->name);
        }
    }
    return NULL;
}

/* Its place among the columns that are there: attnum counts dropped ones too. */
static const char *position_of(Arena *arena, const Object *object)
{
    size_t position = 0;
    for (size_t i = 0; i < object->parent->children.count; i++) {
        const Object *child = object->parent->children.items[i];
        position += child->kind == KIND_COLUMN && child->objsubid <= object->objsubid;
    }
    return arena_printf(arena, "%zu", position);
}

static void complete(Arena *arena, Object *object)
{
    object_set(object, "position", position_of(arena, object));
    object->origin = object_inherited(object);
    if (!object->origin)
        object->origin = typed_origin(object);
    /* One that the table declares by itself too stands without its parent's. */
    if (object->origin && (object_true(object, "inherited") || object->origin->kind != KIND_COLUMN))
        object_add_need(arena, object, object->origin);
}

const KindSpec kind_column = {
    .name = "column",
    .json = "columns",
    .noun = "COLUMN",
    .grant_as = "TABLE",
    .sql = sql_kind_column,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_COLUMN,
    .flags = KIND_HOLDS_DATA | KIND_WITH_PARENT | KIND_FOLDED,
    .create = create,
    .finish = finish,
    .drop = drop,
    .alter = alter,
    .can_alter = can_alter,
    .retypes = type_differs,
    .reaction = reaction,
    .complete = complete,
};
