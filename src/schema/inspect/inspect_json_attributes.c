/*
 * Attributes as JSON. Snapshots keep them as the text that SQL needs; here each gets its form by name.
 * What is text all the same (types, expressions, definitions) needs no row.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/definition.h"
#include "inspect_internal.h"

typedef void WriteValue(Arena *arena, JsonWriter *json, const char *value);

/* ---- forms ---- */

static void write_text(Arena *arena, JsonWriter *json, const char *value)
{
    (void)arena;
    json_string(json, value);
}

static void write_bool(Arena *arena, JsonWriter *json, const char *value)
{
    (void)arena;
    json_bool(json, text_equal(value, "t"));
}

static void write_number(Arena *arena, JsonWriter *json, const char *value)
{
    int64_t number;
    (void)arena;
    if (value && text_to_int64(value, &number))
        json_int(json, number);
    else
        json_string(json, value);
}

char *inspect_unquote(Arena *arena, const char *literal)
{
    char mark = literal[literal[0] == 'E' && literal[1] == '\''];
    bool escapes = literal[0] == 'E' && mark == '\'';
    size_t len = strlen(literal), start = escapes ? 2 : 1;
    if ((mark != '\'' && mark != '"') || len <= start || literal[len - 1] != mark)
        return arena_strdup(arena, literal);
    Buf out = {0};
    for (size_t i = start; i < len - 1; i++) {
        if (literal[i] == mark || (escapes && literal[i] == '\\'))
            i++;
        buf_add_char(&out, literal[i]);
    }
    return buf_steal(&out, arena);
}

static void write_name(Arena *arena, JsonWriter *json, const char *value)
{
    json_string(json, value ? inspect_unquote(arena, value) : NULL);
}

static void write_lines(Arena *arena, JsonWriter *json, const char *value)
{
    StringList lines = {0};
    ddl_lines(arena, value, &lines);
    json_array_begin(json);
    for (size_t i = 0; i < lines.count; i++)
        json_string(json, inspect_unquote(arena, lines.items[i]));
    json_array_end(json);
}

static void write_options(Arena *arena, JsonWriter *json, const char *value)
{
    DdlOptionList options = {0};
    ddl_options(arena, value, &options);
    json_object_begin(json);
    for (size_t i = 0; i < options.count; i++)
        json_key_string(json, inspect_unquote(arena, options.items[i].name),
                        inspect_unquote(arena, options.items[i].value));
    json_object_end(json);
}

/* ---- the catalogs' letters ---- */

typedef struct Word {
    char letter;
    const char *word;
} Word;

static void write_word(JsonWriter *json, const Word *words, const char *value)
{
    while (value && words->word && words->letter != value[0])
        words++;
    json_string(json, value && words->word ? words->word : value);
}

static void write_persistence(Arena *arena, JsonWriter *json, const char *value)
{
    static const Word words[] = {{'p', "permanent"}, {'u', "unlogged"}, {0}};
    (void)arena;
    write_word(json, words, value);
}

static void write_replica_identity(Arena *arena, JsonWriter *json, const char *value)
{
    static const Word words[] = {{'d', "default"}, {'n', "nothing"}, {'f', "full"}, {'i', "index"}, {0}};
    (void)arena;
    write_word(json, words, value);
}

static void write_enabled(Arena *arena, JsonWriter *json, const char *value)
{
    static const Word words[] = {
        {'O', "origin"}, {'D', "disabled"}, {'R', "replica"}, {'A', "always"}, {0}};
    (void)arena;
    write_word(json, words, value);
}

static void write_prokind(Arena *arena, JsonWriter *json, const char *value)
{
    static const Word words[] = {{'f', "function"}, {'p', "procedure"}, {'w', "window"}, {0}};
    (void)arena;
    write_word(json, words, value);
}

static void write_constraint_type(Arena *arena, JsonWriter *json, const char *value)
{
    static const Word words[] = {{'p', "primary key"}, {'u', "unique"},  {'f', "foreign key"},
                                 {'c', "check"},       {'x', "exclude"}, {0}};
    (void)arena;
    write_word(json, words, value);
}

/* ---- which attribute has which form ---- */

enum { ANY_KIND = -1 };

/* The first row that fits counts. write NULL: left out, as it says nothing about the schema or another
   member says it better. */
static const struct {
    int kind;
    const char *attribute;
    WriteValue *write;
} forms[] = {
    {KIND_SUBSCRIPTION, "enabled", write_bool},
    {KIND_SUBSCRIPTION, "options", write_text},
    {KIND_PUBLICATION, "options", write_text},
    {KIND_BASE_TYPE, "options", write_text},
    {KIND_RANGE, "options", write_text},
    {KIND_CONSTRAINT, "type", write_constraint_type},
    {KIND_CONSTRAINT, "replica_identity", write_bool},
    {KIND_CONSTRAINT, "statistics", write_lines},
    {KIND_INDEX, "replica_identity", write_bool},
    {KIND_INDEX, "statistics", write_lines},
    {KIND_VIEW, "columns", NULL},
    {KIND_FUNCTION, "noun", NULL},
    {KIND_FUNCTION, "prokind", write_prokind},
    {KIND_COLUMN, "position", NULL},
    {KIND_INHERITANCE, "position", write_number},
    {ANY_KIND, "access_method", write_name},
    {ANY_KIND, "all_tables", write_bool},
    {ANY_KIND, "cache", write_number},
    {ANY_KIND, "clustered", write_bool},
    {ANY_KIND, "cycle", write_bool},
    {ANY_KIND, "default_storage", NULL},
    {ANY_KIND, "defaults", write_number},
    {ANY_KIND, "enabled", write_enabled},
    {ANY_KIND, "failover", write_bool},
    {ANY_KIND, "fdw_options", write_options},
    {ANY_KIND, "force_row_security", write_bool},
    {ANY_KIND, "foreign_keys", NULL},
    {ANY_KIND, "identity_options", write_lines},
    {ANY_KIND, "increment", write_number},
    {ANY_KIND, "inherited", write_bool},
    {ANY_KIND, "invalid", write_bool},
    {ANY_KIND, "is_partition", write_bool},
    {ANY_KIND, "mappings", write_lines},
    {ANY_KIND, "max", write_number},
    {ANY_KIND, "members", write_lines},
    {ANY_KIND, "min", write_number},
    {ANY_KIND, "not_null", write_bool},
    {ANY_KIND, "not_null_inherited", NULL},
    {ANY_KIND, "of_parent", NULL},
    {ANY_KIND, "options", write_options},
    {ANY_KIND, "permissive", write_bool},
    {ANY_KIND, "persistence", write_persistence},
    {ANY_KIND, "populated", write_bool},
    {ANY_KIND, "position", NULL},
    {ANY_KIND, "privileges", NULL},
    {ANY_KIND, "base", NULL},
    {ANY_KIND, "relocatable", write_bool},
    {ANY_KIND, "replica_identity", write_replica_identity},
    {ANY_KIND, "row_security", write_bool},
    {ANY_KIND, "secrets", write_lines},
    {ANY_KIND, "start", write_number},
    {ANY_KIND, "statistics", write_number},
    {ANY_KIND, "tablespace", write_name},
    {ANY_KIND, "two_phase", write_bool},
    {ANY_KIND, "validated", write_bool},
    {ANY_KIND, "values", write_lines},
};

static WriteValue *form_of(ObjectKind kind, const char *attribute)
{
    for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
        if ((forms[i].kind == ANY_KIND || forms[i].kind == (int)kind) &&
            strcmp(forms[i].attribute, attribute) == 0)
            return forms[i].write;
    }
    return write_text;
}

/* ---- what stands in definitions ---- */

static void write_strings(JsonWriter *json, const char *key, const StringList *list)
{
    json_key(json, key);
    json_array_begin(json);
    for (size_t i = 0; i < list->count; i++)
        json_string(json, list->items[i]);
    json_array_end(json);
}

static void write_constraint(Arena *arena, JsonWriter *json, const Object *object)
{
    ConstraintParts parts;
    char type = object_get(object, "type")[0];
    definition_constraint(arena, type, object_get(object, "definition"), &parts);
    write_strings(json, "columns", &parts.columns);
    write_strings(json, "include", &parts.include);
    json_key_string(json, "expression", parts.expression);
    json_key_bool(json, "deferrable", parts.deferrable);
    json_key_bool(json, "initially_deferred", parts.initially_deferred);
    json_key_bool(json, "nulls_not_distinct", parts.nulls_not_distinct);
    json_key(json, "references");
    if (type != 'f') {
        json_null(json);
        return;
    }
    json_object_begin(json);
    json_key_string(json, "table", parts.table);
    write_strings(json, "columns", &parts.referenced);
    json_key_string(json, "match", parts.match ? parts.match : "SIMPLE");
    json_key_string(json, "on_update", parts.on_update ? parts.on_update : "NO ACTION");
    json_key_string(json, "on_delete", parts.on_delete ? parts.on_delete : "NO ACTION");
    json_object_end(json);
}

static void write_index(Arena *arena, JsonWriter *json, const Object *object)
{
    IndexParts parts;
    definition_index(arena, object_get(object, "definition"), &parts);
    json_key_bool(json, "unique", parts.unique);
    json_key_string(json, "method", parts.method);
    json_key(json, "elements");
    json_array_begin(json);
    for (size_t i = 0; i < parts.elements.count; i++) {
        json_object_begin(json);
        json_key_string(json, "column", parts.elements.items[i].column);
        json_key_string(json, "definition", parts.elements.items[i].definition);
        json_object_end(json);
    }
    json_array_end(json);
    write_strings(json, "include", &parts.include);
    json_key_string(json, "where", parts.where);
    json_key_bool(json, "nulls_not_distinct", parts.nulls_not_distinct);
}

void inspect_json_attributes(Arena *arena, JsonWriter *json, const Object *object)
{
    const KindSpec *spec = kind_spec(object->kind);
    for (size_t i = 0; i < spec->attribute_count; i++) {
        const char *name = spec->attributes[i].name;
        WriteValue *write = form_of(object->kind, name);
        if (!write)
            continue;
        json_key(json, name);
        write(arena, json, object->attributes[i]);
    }
    if (object->kind == KIND_CONSTRAINT)
        write_constraint(arena, json, object);
    else if (object->kind == KIND_INDEX)
        write_index(arena, json, object);
}
