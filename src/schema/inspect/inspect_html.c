/*
 * A schema as one page that needs nothing but itself: list and search, diagram, and a section for each
 * object. Its policy (CSP) lets the browser load nothing. Every text of the schema goes through
 * inspect_escape(); links have numbers, not names.
 */
#include <ctype.h>
#include <string.h>

#include "dbmig/base/map.h"
#include "dbmig_sql.h"
#include "inspect_internal.h"

typedef struct Page {
    Arena *arena;
    const Snapshot *snapshot;
    const InspectSql *sql;
    Buf *out;
} Page;

/* What is listed, in this order; the schemas' own are told by their names. */
static const ObjectKind listed[] = {
    KIND_TABLE,    KIND_FOREIGN_TABLE, KIND_VIEW,        KIND_MATVIEW, KIND_FUNCTION, KIND_AGGREGATE,
    KIND_ENUM,     KIND_DOMAIN,        KIND_COMPOSITE,   KIND_RANGE,   KIND_SEQUENCE, KIND_SCHEMA,
    KIND_EXTENSION,
};

static void add(Page *page, const char *text)
{
    buf_add_str(page->out, text);
}

static void add_escaped(Page *page, const char *text)
{
    inspect_escape(page->out, text ? text : "", true);
}

static void add_element(Page *page, const char *tag, const char *text)
{
    buf_printf(page->out, "<%s>", tag);
    add_escaped(page, text);
    buf_printf(page->out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

/* Kind by kind; what is not in the list above comes last, as the snapshot has it. */
static void in_order(const Page *page, ObjectList *ret)
{
    bool done[KIND_COUNT] = {false};
    ObjectKind order[KIND_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(listed); i++) {
        order[count++] = listed[i];
        done[listed[i]] = true;
    }
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (!done[kind])
            order[count++] = (ObjectKind)kind;
    }
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < page->snapshot->objects.count; i++) {
            Object *object = page->snapshot->objects.items[i];
            if (object->kind == order[k] && !object->parent)
                VEC_PUSH(page->arena, *ret, object);
        }
    }
}

/* ---- the list, and what the search looks at ---- */

static void add_lower(Page *page, const char *text)
{
    char *copy = arena_strdup(page->arena, text);
    for (char *c = copy; *c; c++)
        *c = (char)((unsigned char)*c < 0x80 ? tolower((unsigned char)*c) : *c);
    inspect_escape(page->out, copy, false);
    buf_add_char(page->out, ' ');
}

/* The object's and its parts' names, kind and comment. */
static void add_search_words(Page *page, const Object *object)
{
    add(page, " data-s=\"");
    add_lower(page, object->key);
    add_lower(page, object->name);
    add_lower(page, kind_spec(object->kind)->name);
    if (object->comment)
        add_lower(page, object->comment);
    for (size_t i = 0; i < object->children.count; i++)
        add_lower(page, object->children.items[i]->name);
    add(page, "\"");
}

static void add_list(Page *page, const ObjectList *objects)
{
    ObjectKind kind = KIND_COUNT;
    add(page, "<nav><input id=\"q\" type=\"search\" placeholder=\"Search (/)\" aria-label=\"Search\" "
              "autocomplete=\"off\"><p id=\"none\" hidden>Nothing found.</p>\n");
    for (size_t i = 0; i < objects->count; i++) {
        const Object *object = objects->items[i];
        if (object->kind != kind) {
            add(page, kind == KIND_COUNT ? "<div>" : "</div>\n<div>");
            add_element(page, "h2", kind_spec(object->kind)->name);
            kind = object->kind;
        }
        buf_printf(page->out, "<a href=\"#o%zu\"", i);
        add_search_words(page, object);
        add(page, ">");
        add_escaped(page, object->key);
        add(page, "</a>\n");
    }
    add(page, kind == KIND_COUNT ? "</nav>\n" : "</div></nav>\n");
}

/* ---- a section ---- */

static bool is_column(const Object *object)
{
    return object->kind == KIND_COLUMN || object->kind == KIND_VIEW_COLUMN ||
           object->kind == KIND_ATTRIBUTE;
}

static void add_column(Page *page, const Object *column)
{
    add(page, "<tr>");
    add_element(page, "td", column->name);
    add_element(page, "td class=\"t\"", object_get(column, "type"));
    add(page, "<td class=\"t\">");
    if (column->kind == KIND_COLUMN) {
        const char *identity = object_get(column, "identity"), *stored = object_get(column, "generated");
        add(page, object_true(column, "not_null") ? "NOT NULL " : "");
        if (identity)
            buf_printf(page->out, "GENERATED %s AS IDENTITY ", identity);
        if (stored) {
            add(page, "GENERATED ALWAYS AS (");
            add_escaped(page, object_get(column, "expression"));
            buf_printf(page->out, ") %s ", stored);
        }
    }
    for (size_t i = 0; i < column->children.count; i++) {
        if (column->children.items[i]->kind == KIND_DEFAULT) {
            add(page, "DEFAULT ");
            add_escaped(page, object_get(column->children.items[i], "expression"));
        }
    }
    add(page, "</td>");
    add_element(page, "td", column->comment);
    add(page, "</tr>\n");
}

static void add_columns(Page *page, const Object *object)
{
    bool any = false;
    for (size_t i = 0; i < object->children.count; i++) {
        if (!is_column(object->children.items[i]))
            continue;
        if (!any)
            add(page, "<table><tr><th>Column</th><th>Type</th><th></th><th>Comment</th></tr>\n");
        any = true;
        add_column(page, object->children.items[i]);
    }
    add(page, any ? "</table>\n" : "");
}

/* Constraints, indexes, triggers …: the name, what defines it, its comment. */
static void add_part(Page *page, const Object *part)
{
    const KindSpec *spec = kind_spec(part->kind);
    add(page, "<li><code>");
    add_escaped(page, part->name);
    for (size_t i = 0; i < spec->attribute_count; i++) {
        const char *name = spec->attributes[i].name;
        if (part->attributes[i] && (strcmp(name, "definition") == 0 || strcmp(name, "bounds") == 0 ||
                                    strcmp(name, "partition_of") == 0 || strcmp(name, "parent_table") == 0)) {
            add(page, " ");
            add_escaped(page, part->attributes[i]);
        }
    }
    add(page, "</code>");
    if (part->comment) {
        add(page, " ");
        add_escaped(page, part->comment);
    }
    add(page, "</li>\n");
}

static void add_parts(Page *page, const Object *object)
{
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        bool any = false;
        for (size_t i = 0; i < object->children.count; i++) {
            const Object *part = object->children.items[i];
            if ((int)part->kind != kind || is_column(part))
                continue;
            if (!any) {
                add_element(page, "h4", kind_spec(part->kind)->json);
                add(page, "<ul>");
            }
            any = true;
            add_part(page, part);
        }
        add(page, any ? "</ul>\n" : "");
    }
}

static void add_statements(Page *page, const Object *object)
{
    const StringList *sql = inspect_sql_of(page->sql, object);
    for (size_t i = 0; sql && i < sql->count; i++) {
        add_escaped(page, sql->items[i]);
        add(page, ";\n");
    }
    for (size_t i = 0; i < object->children.count; i++)
        add_statements(page, object->children.items[i]);
}

static void add_section(Page *page, const Object *object, size_t number)
{
    buf_printf(page->out, "<section id=\"o%zu\"", number);
    add_search_words(page, object);
    add(page, "><h3>");
    add_escaped(page, object->key);
    add(page, " ");
    add_element(page, "small", kind_spec(object->kind)->name);
    add(page, "</h3>\n");
    if (object->comment)
        add_element(page, "p", object->comment);
    add_columns(page, object);
    add_parts(page, object);
    add(page, "<details><summary>SQL</summary><pre>");
    add_statements(page, object);
    add(page, "</pre></details></section>\n");
}

/* ---- the page ---- */

static void add_diagram(Page *page, const ObjectList *objects)
{
    ErModel model;
    Map *numbers = map_new(page->arena);
    er_read(page->arena, page->snapshot, NULL, &model);
    for (size_t i = 0; i < objects->count; i++) {
        if (objects->items[i]->kind == KIND_TABLE || objects->items[i]->kind == KIND_FOREIGN_TABLE)
            map_set(numbers, objects->items[i]->key, arena_printf(page->arena, "o%zu", i));
    }
    const char **ids = arena_calloc(page->arena, model.tables.count + 1, sizeof(*ids));
    for (size_t i = 0; i < model.tables.count; i++)
        ids[i] = map_get(numbers, model.tables.items[i].object->key);
    buf_printf(page->out, "<p>%zu tables and %zu relations between them.</p>\n", model.tables.count,
               model.relations.count);
    if (model.tables.count == 0)
        return;
    add(page, "<div class=\"zoom\"><button value=\"1.25\">+</button><button value=\"0.8\">−</button>"
              "<button value=\"1\">1:1</button><button value=\"fit\">fit</button></div>\n"
              "<div class=\"diagram\">");
    er_svg(page->arena, &model, ids, page->out);
    add(page, "</div>\n");
}

static void add_left_out(Page *page)
{
    for (size_t i = 0; i < page->snapshot->left_out.count; i++) {
        add(page, i == 0 ? "<h4>Not on this page</h4><ul>" : "");
        add_element(page, "li", page->snapshot->left_out.items[i]);
        add(page, i + 1 == page->snapshot->left_out.count ? "</ul>\n" : "");
    }
}

bool inspect_html(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err)
{
    ObjectList objects = {0};
    Page page = {
        .arena = arena,
        .snapshot = snapshot,
        .sql = inspect_sql_read(arena, snapshot, err),
        .out = out,
    };
    if (!page.sql)
        return false;
    in_order(&page, &objects);
    add(&page, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
               "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<title>Database schema</title><style>\n");
    add(&page, css_inspect);
    add(&page, "</style></head><body>\n");
    add_list(&page, &objects);
    add(&page, "<main><h1>Database schema</h1>\n");
    add_diagram(&page, &objects);
    add_left_out(&page);
    for (size_t i = 0; i < objects.count; i++)
        add_section(&page, objects.items[i], i);
    add(&page, "</main><script>\n");
    add(&page, js_inspect);
    add(&page, "</script></body></html>\n");
    return true;
}
