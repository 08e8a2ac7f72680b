/* Constraints of tables: primary keys, unique, exclusion, check and foreign keys. */
#include <string.h>

#include "dbmig/base/text.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"type", ATTRIBUTE_REPLACE},           {"definition", ATTRIBUTE_REPLACE},
    {"validated", ATTRIBUTE_ALTER},        {"inherited", ATTRIBUTE_IGNORE},
    {"options", ATTRIBUTE_ALTER},          {"tablespace", ATTRIBUTE_ALTER},
    {"clustered", ATTRIBUTE_ALTER},        {"replica_identity", ATTRIBUTE_ALTER},
    {"statistics", ATTRIBUTE_ALTER},       {"index_comment", ATTRIBUTE_ALTER},
};

static char type_of(const Object *object)
{
    return object_get(object, "type")[0];
}

static bool has_index(const Object *object)
{
    return strchr("pux", type_of(object)) != NULL;
}

static char *index_of(Arena *arena, const Object *object)
{
    return arena_printf(arena, "%s.%s", ddl_identifier(arena, object->schema),
                        ddl_identifier(arena, object->name));
}

/* Where storage options and the tablespace stand in "UNIQUE (a) [INCLUDE (b)] [DEFERRABLE …]": behind
   the lists of columns, before what is said of checking. */
static size_t options_place(const char *definition)
{
    static const char *const tails[] = {" WHERE (", " DEFERRABLE", " NOT DEFERRABLE",
                                        " INITIALLY DEFERRED"};
    size_t place = strlen(definition);
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; definition[i]; i++) {
        char c = definition[i];
        if (c == '"')
            quoted = !quoted;
        depth += quoted ? 0 : (c == '(') - (c == ')');
        for (size_t t = 0; t < ARRAY_LENGTH(tails) && depth == 0 && !quoted; t++) {
            if (text_starts(definition + i, tails[t]))
                return i;
        }
    }
    return place;
}

void constraint_add_definition(Buf *out, Arena *arena, const Object *constraint)
{
    const char *definition = object_get(constraint, "definition");
    const char *options = object_get(constraint, "options");
    const char *tablespace = object_get(constraint, "tablespace");
    size_t place = has_index(constraint) ? options_place(definition) : strlen(definition);
    buf_printf(out, "CONSTRAINT %s ", ddl_identifier(arena, constraint->name));
    buf_add(out, definition, place);
    if (options)
        buf_printf(out, " WITH (%s)", ddl_options_join(arena, options, '='));
    if (tablespace)
        buf_printf(out, " USING INDEX TABLESPACE %s", tablespace);
    buf_add_str(out, definition + place);
    if (!object_true(constraint, "validated") && !strstr(definition, " NOT ENFORCED"))
        buf_add_str(out, " NOT VALID");
}

/* The words of "UNIQUE NULLS NOT DISTINCT (a, b) INCLUDE (c) DEFERRABLE" apart. */
typedef struct KeyWords {
    const char *type;    /* "PRIMARY KEY" or "UNIQUE" */
    const char *nulls;   /* " NULLS NOT DISTINCT" or "" */
    const char *columns; /* "(a, b) INCLUDE (c)" */
    const char *tail;    /* " DEFERRABLE" */
} KeyWords;

static KeyWords split_key(Arena *arena, const Object *object)
{
    const char *definition = object_get(object, "definition");
    size_t list = strcspn(definition, "("), place = options_place(definition);
    KeyWords words = {
        .type = type_of(object) == 'p' ? "PRIMARY KEY" : "UNIQUE",
        .columns = arena_strndup(arena, definition + list, place - list),
        .tail = definition + place,
    };
    const char *nulls = strstr(definition, " NULLS NOT DISTINCT");
    words.nulls = nulls && nulls < definition + list ? " NULLS NOT DISTINCT" : "";
    return words;
}

/* The index first, without a lock that keeps writers out; the constraint then takes it over. */
static void create_key_online(DdlWriter *ddl, const Object *object)
{
    Arena *arena = ddl->arena;
    const char *name = ddl_identifier(arena, object->name);
    const char *options = object_get(object, "options");
    const char *tablespace = object_get(object, "tablespace");
    KeyWords words = split_key(arena, object);
    Buf out = {0};
    buf_printf(&out, "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s %s%s", name, object->parent->key,
               words.columns, words.nulls);
    if (options)
        buf_printf(&out, " WITH (%s)", ddl_options_join(arena, options, '='));
    if (tablespace)
        buf_printf(&out, " TABLESPACE %s", tablespace);
    ddl_add_as(ddl, STATEMENT_OUTSIDE, NULL, "%s", buf_text(&out));
    ddl_add_as(ddl, STATEMENT_NEXT, NULL, "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s",
               object->parent->key, name, words.type, name, words.tail);
    buf_free(&out);
}

static void emit_validate(DdlWriter *ddl, const Object *object)
{
    ddl_add_as(ddl, STATEMENT_LATER, NULL, "ALTER TABLE %s VALIDATE CONSTRAINT %s", object->parent->key,
               ddl_identifier(ddl->arena, object->name));
}

/* A key of a partitioned table is made for that table alone: its partitions have theirs, which are then
   attached. */
static void create(DdlWriter *ddl, const Object *object)
{
    Buf out = {0};
    bool only = has_index(object);
    if (only && object->online) {
        create_key_online(ddl, object);
        return;
    }
    constraint_add_definition(&out, ddl->arena, object);
    ddl_add(ddl, "ALTER TABLE %s%s ADD %s%s", only ? "ONLY " : "", object->parent->key, buf_text(&out),
            object->online ? " NOT VALID" : "");
    if (object->online)
        emit_validate(ddl, object);
    buf_free(&out);
}

static void emit_index_comment(DdlWriter *ddl, const Object *object)
{
    const char *comment = object_get(object, "index_comment");
    ddl_add(ddl, "COMMENT ON INDEX %s IS %s", index_of(ddl->arena, object),
            comment ? ddl_literal(ddl->arena, comment) : "NULL");
}

static void finish(DdlWriter *ddl, const Object *object)
{
    if (!has_index(object))
        return;
    index_finish(ddl, object, index_of(ddl->arena, object));
    if (object_get(object, "index_comment"))
        emit_index_comment(ddl, object);
}

static void drop(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE %s%s DROP CONSTRAINT %s", object->alone ? "ONLY " : "", object->parent->key,
            ddl_identifier(ddl->arena, object->name));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    if (object_differs(before, after, "validated"))
        emit_validate(ddl, after);
    if (!has_index(after))
        return;
    index_alter(ddl, before, after, index_of(ddl->arena, after));
    if (object_differs(before, after, "index_comment"))
        emit_index_comment(ddl, after);
}

static bool can_alter(const Object *before, const Object *after)
{
    return !object_differs(before, after, "validated") || object_true(after, "validated");
}

/* A foreign key depends on partitions of either table through its copies, which come and go with them. */
static bool is_copied_to(const Object *object, const Object *need)
{
    const Object *table = need->parent ? need->parent : need;
    return type_of(object) == 'f' && table != object->parent && table->kind == KIND_TABLE &&
           object_true(table, "is_partition") && !strstr(object_get(object, "definition"), table->key);
}

/* The server rebuilds checks and indexes by itself; between the two ends of a foreign key there may be
   no operator while only one of them has its new type. */
static Reaction reaction(const Object *object, const Object *need, NeedEvent event)
{
    if (is_copied_to(object, need))
        return REACTION_NONE;
    return event != NEED_RETYPED || type_of(object) == 'f' ? REACTION_REBUILD : REACTION_NONE;
}

/* Of index constraints over the same columns the server makes one alone when a single statement has them. */
static bool repeats_another(const Object *object)
{
    static const char order[] = "pux";
    const char *columns = strchr(object_get(object, "definition"), '(');
    bool behind = false;
    for (size_t i = 0; columns && i < object->parent->children.count; i++) {
        const Object *other = object->parent->children.items[i];
        behind = behind || other == object;
        if (other == object || other->kind != KIND_CONSTRAINT || !has_index(other))
            continue;
        const char *place = strchr(order, type_of(object)), *others = strchr(order, type_of(other));
        if ((others < place || (others == place && !behind)) &&
            text_equal(columns, strchr(object_get(other, "definition"), '(')))
            return true;
    }
    return false;
}

static bool folds(const Object *object)
{
    return type_of(object) != 'f' && object_true(object, "validated") &&
           (!has_index(object) || !repeats_another(object));
}

/* Whether it is valid is for where it is defined to say: a child that was made later has it valid of a
   parent that has it not. */
static void complete(Arena *arena, Object *object)
{
    if (!object_true(object, "inherited"))
        return;
    object->origin = object_inherited(object);
    if (object->origin)
        object_add_need(arena, object, object->origin);
    const Object *up = object->origin;
    while (up && object_true(up, "inherited"))
        up = object_inherited(up);
    if (up)
        object_set(object, "validated", object_get(up, "validated"));
}

const KindSpec kind_constraint = {
    .name = "constraint",
    .json = "constraints",
    .noun = "CONSTRAINT",
    .sql = sql_kind_constraint,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_CONSTRAINT,
    .flags = KIND_WITH_PARENT | KIND_FOLDED,
    .create = create,
    .finish = finish,
    .drop = drop,
    .alter = alter,
    .can_alter = can_alter,
    .folds = folds,
    .reaction = reaction,
    .complete = complete,
};
