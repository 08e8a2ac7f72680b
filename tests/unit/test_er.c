/* The entity-relationship model and its Mermaid text, on a schema made by hand. */
#include "unit.h"

#include "dbmig/schema/er.h"

static Snapshot snapshot;

static Object *add(ObjectKind kind, Object *parent, const char *name, const char *key)
{
    const KindSpec *spec = kind_spec(kind);
    Object *object = arena_alloc(arena, sizeof(*object));
    object->kind = kind;
    object->name = name;
    object->key = key;
    object->schema = parent ? parent->schema : "public";
    object->parent = parent;
    object->attributes = arena_calloc(arena, spec->attribute_count + 1, sizeof(char *));
    if (parent)
        VEC_PUSH(arena, parent->children, object);
    VEC_PUSH(arena, snapshot.objects, object);
    return object;
}

static Object *add_table(const char *name)
{
    Object *table = add(KIND_TABLE, NULL, name, arena_printf(arena, "public.%s", name));
    object_set(table, "is_partition", "f");
    return table;
}

static void add_column(Object *table, const char *name, const char *type, bool not_null)
{
    Object *column = add(KIND_COLUMN, table, name, arena_printf(arena, "%s.%s", table->key, name));
    object_set(column, "type", type);
    object_set(column, "not_null", not_null ? "t" : "f");
}

static void add_constraint(Object *table, const char *type, const char *definition)
{
    Object *constraint = add(KIND_CONSTRAINT, table, "k", arena_printf(arena, "k ON %s", table->key));
    object_set(constraint, "type", type);
    object_set(constraint, "definition", definition);
}

/* a <- b <- c, and d stands alone. */
static void make_chain(void)
{
    static const char *const names[] = {"a", "b", "c", "d"};
    snapshot = (Snapshot){0};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        Object *table = add_table(names[i]);
        add_column(table, "id", "integer", true);
        add_constraint(table, "p", "PRIMARY KEY (id)");
        if (i == 1 || i == 2) {
            add_column(table, "up", "integer", i == 1);
            add_constraint(table, "f",
                           arena_printf(arena, "FOREIGN KEY (up) REFERENCES public.%s(id)", names[i - 1]));
        }
    }
}

static char *mermaid_of(const StringList *only)
{
    ErModel model;
    Buf out = {0};
    er_read(arena, &snapshot, only, &model);
    er_mermaid(&model, &out);
    return buf_steal(&out, arena);
}

START_TEST(test_all_tables)
{
    make_chain();
    ck_assert_str_eq(mermaid_of(NULL), "erDiagram\n"
                                       "    \"a\" {\n        integer id PK\n    }\n"
                                       "    \"b\" {\n        integer id PK\n        integer up FK\n    }\n"
                                       "    \"c\" {\n        integer id PK\n        integer up FK\n    }\n"
                                       "    \"d\" {\n        integer id PK\n    }\n"
                                       "    \"a\" ||--o{ \"b\" : \"up\"\n"
                                       "    \"b\" |o--o{ \"c\" : \"up\"\n");
}
END_TEST

START_TEST(test_some_tables_with_their_neighbours_as_outlines)
{
    StringList only = {0};
    make_chain();
    VEC_PUSH(arena, only, "public.b");
    VEC_PUSH(arena, only, "public.no_such_table");
    ck_assert_str_eq(mermaid_of(&only), "erDiagram\n"
                                        "    \"a\"\n"
                                        "    \"b\" {\n        integer id PK\n        integer up FK\n    }\n"
                                        "    \"c\"\n"
                                        "    \"a\" ||--o{ \"b\" : \"up\"\n"
                                        "    \"b\" |o--o{ \"c\" : \"up\"\n");
    only.items[0] = "public.d";
    ck_assert_str_eq(mermaid_of(&only), "erDiagram\n    \"d\" {\n        integer id PK\n    }\n");
    only.items[0] = "public.a";
    ck_assert_ptr_null(strstr(mermaid_of(&only), "\"c\""));
}
END_TEST

START_TEST(test_partitions_are_drawn_when_asked_for_or_tied)
{
    make_chain();
    StringList only = {0};
    Object *partition = add_table("part");
    object_set(partition, "is_partition", "t");
    add_column(partition, "id", "integer", true);
    ck_assert_ptr_null(strstr(mermaid_of(NULL), "part"));
    VEC_PUSH(arena, only, "public.part");
    ck_assert_ptr_nonnull(strstr(mermaid_of(&only), "\"part\" {"));
    add_constraint(partition, "f", "FOREIGN KEY (id) REFERENCES public.d(id)");
    ck_assert_ptr_nonnull(strstr(mermaid_of(NULL), "\"d\" ||--o{ \"part\""));
}
END_TEST

START_TEST(test_empty_schema)
{
    snapshot = (Snapshot){0};
    ck_assert_str_eq(mermaid_of(NULL), "erDiagram\n");
}
END_TEST

/* Names that would be commands, marks or nothing at all once mangled. */
START_TEST(test_names_stay_words)
{
    static const char *const names[][2] = {
        {"\"\"", "_ \"''\""},         {"\"9", "_9 \"'9\""},      {"Pk", "Pk_ \"Pk\""},
        {"\xC2\xA0", "_ \"\xC2\xA0\""}, {"\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9"}, {"-a", "_-a \"-a\""},
        {"x direction TB", "x_direction_TB \"x direction_TB\""}, {"", "_ \"_\""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        snapshot = (Snapshot){0};
        add_column(add_table("t"), names[i][0], "text", false);
        char *wanted = arena_printf(arena, "erDiagram\n    \"t\" {\n        text %s\n    }\n", names[i][1]);
        ck_assert_str_eq(mermaid_of(NULL), wanted);
    }
}
END_TEST

UNIT_SUITE("er", test_all_tables, test_some_tables_with_their_neighbours_as_outlines,
           test_partitions_are_drawn_when_asked_for_or_tied, test_empty_schema, test_names_stay_words)
UNIT_MAIN(suite)
