/* Indexes that are no constraint's, and what those have in common with them. */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/snapshot.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"definition", ATTRIBUTE_REPLACE}, {"options", ATTRIBUTE_ALTER},
    {"tablespace", ATTRIBUTE_ALTER},   {"clustered", ATTRIBUTE_ALTER},
    {"replica_identity", ATTRIBUTE_ALTER}, {"statistics", ATTRIBUTE_ALTER},
    {"invalid", ATTRIBUTE_REPLACE},
};

/* ---- of constraints too ---- */

static void emit_statistics(DdlWriter *ddl, const char *index, const char *lines, const char *others)
{
    DdlOptionList list = {0}, kept = {0};
    ddl_options(ddl->arena, lines, &list);
    ddl_options(ddl->arena, others, &kept);
    for (size_t i = 0; i < list.count; i++)
        ddl_add(ddl, "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s", index, list.items[i].name,
                list.items[i].value);
    for (size_t i = 0; i < kept.count; i++) {
        bool stays = false;
        for (size_t n = 0; n < list.count; n++)
            stays = stays || strcmp(list.items[n].name, kept.items[i].name) == 0;
        if (!stays)
            ddl_add(ddl, "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS -1", index,
                    kept.items[i].name);
    }
}

static void emit_clustered(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE %s CLUSTER ON %s", object->parent->key,
            ddl_identifier(ddl->arena, object->name));
}

static void emit_replica_identity(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "ALTER TABLE ONLY %s REPLICA IDENTITY USING INDEX %s", object->parent->key,
            ddl_identifier(ddl->arena, object->name));
}

void index_finish(DdlWriter *ddl, const Object *object, const char *index)
{
    if (object_true(object, "clustered"))
        emit_clustered(ddl, object);
    if (object_true(object, "replica_identity"))
        emit_replica_identity(ddl, object);
    emit_statistics(ddl, index, object_get(object, "statistics"), NULL);
}

void index_alter(DdlWriter *ddl, const Object *before, const Object *after, const char *index)
{
    const char *prefix = arena_printf(ddl->arena, "ALTER INDEX %s", index);
    ddl_alter_reloptions(ddl, prefix, object_get(before, "options"), object_get(after, "options"));
    if (object_differs(before, after, "tablespace")) {
        const char *space = object_get(after, "tablespace");
        ddl_add(ddl, "%s SET TABLESPACE %s", prefix, space ? space : "pg_default");
    }
    if (object_differs(before, after, "clustered")) {
        if (object_true(after, "clustered"))
            emit_clustered(ddl, after);
        else
            ddl_add(ddl, "ALTER TABLE %s SET WITHOUT CLUSTER", after->parent->key);
    }
    if (object_differs(before, after, "replica_identity") && object_true(after, "replica_identity"))
        emit_replica_identity(ddl, after);
    if (object_differs(before, after, "statistics"))
        emit_statistics(ddl, index, object_get(after, "statistics"), object_get(before, "statistics"));
}

/* ---- indexes ---- */

/* Storage options stand behind the columns, before TABLESPACE and WHERE. */
static size_t options_place(const char *definition)
{
    int depth = 0;
    bool quoted = false, literal = false;
    for (size_t i = 0; definition[i]; i++) {
        char c = definition[i];
        if (c == '"' && !literal)
            quoted = !quoted;
        if (c == '\'' && !quoted)
            literal = !literal;
        depth += quoted || literal ? 0 : (c == '(') - (c == ')');
        if (depth == 0 && !quoted && !literal && text_starts(definition + i, " WHERE "))
            return i;
    }
    return strlen(definition);
}

/* "CREATE UNIQUE INDEX CONCURRENTLY name ON …" */
static char *concurrent_definition(Arena *arena, const char *definition, const char *name)
{
    const char *old = strstr(definition, " INDEX ") + strlen(" INDEX "), *behind = old;
    if (*old == '"') {
        for (behind = old + 1; behind[0] != '"' || behind[1] == '"'; behind++)
            behind += behind[0] == '"';
        behind++;
    } else {
        behind += strcspn(old, " ");
    }
    return arena_printf(arena, "%.*sCONCURRENTLY %s%s", (int)(old - definition), definition, name, behind);
}

static char *qualified(Arena *arena, const Object *object, const char *name)
{
    return arena_printf(arena, "%s.%s", ddl_identifier(arena, object->schema), name);
}

static bool takes_place(const DdlWriter *ddl, const Object *object)
{
    const Object *old = snapshot_find(ddl->from, KIND_INDEX, object->key);
    return old && old->swapped;
}

static void create(DdlWriter *ddl, const Object *object)
{
    const char *definition = object_get(object, "definition");
    const char *name = ddl_identifier(ddl->arena, object->name);
    bool swap = takes_place(ddl, object);
    if (swap)
        name = ddl_identifier(ddl->arena, ddl_suffixed(ddl->arena, object->name, 50, "__new"));
    if (object->online)
        definition = concurrent_definition(ddl->arena, definition, name);
    const char *options = object_get(object, "options");
    const char *tablespace = object_get(object, "tablespace");
    size_t place = options_place(definition);
    Buf out = {0};
    buf_add(&out, definition, place);
    if (options)
        buf_printf(&out, " WITH (%s)", ddl_options_join(ddl->arena, options, '='));
    if (tablespace)
        buf_printf(&out, " TABLESPACE %s", tablespace);
    buf_add_str(&out, definition + place);
    ddl_add_as(ddl, object->online ? STATEMENT_OUTSIDE : STATEMENT_ANYWHERE, NULL, "%s", buf_text(&out));
    buf_free(&out);
    if (!swap)
        return;
    ddl_add_as(ddl, STATEMENT_OUTSIDE, NULL, "DROP INDEX CONCURRENTLY %s", object->key);
    ddl_add(ddl, "ALTER INDEX %s RENAME TO %s", qualified(ddl->arena, object, name),
            ddl_identifier(ddl->arena, object->name));
}

static void drop(DdlWriter *ddl, const Object *object)
{
    if (object->swapped)
        return;
    ddl_add_as(ddl, object->online ? STATEMENT_OUTSIDE : STATEMENT_ANYWHERE, NULL, "DROP INDEX %s%s",
               object->online ? "CONCURRENTLY " : "", object->key);
}

static void finish(DdlWriter *ddl, const Object *object)
{
    index_finish(ddl, object, object->key);
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    index_alter(ddl, before, after, after->key);
}

const KindSpec kind_index = {
    .name = "index",
    .json = "indexes",
    .noun = "INDEX",
    .sql = sql_kind_index,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_INDEX,
    .flags = KIND_WITH_PARENT | KIND_RELATION,
    .create = create,
    .finish = finish,
    .drop = drop,
    .alter = alter,
};
