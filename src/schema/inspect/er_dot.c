/*
 * The model as a Graphviz digraph. Tables are labels of the HTML-like kind, whose text is XML: nothing
 * of a name reaches it unescaped, and nodes and ports have numbers for names.
 */
#include "dbmig/schema/er.h"
#include "inspect_internal.h"

/* A text between <…> may not be empty. */
static void add_cell(Buf *out, const char *text)
{
    inspect_escape(out, text[0] ? text : " ", false);
}

static void add_column(const ErColumn *column, size_t port, Buf *out)
{
    buf_printf(out, "      <tr><td align=\"left\" port=\"w%zu\">", port);
    buf_add_str(out, column->not_null ? "<b>" : "");
    add_cell(out, column->name);
    buf_add_str(out, column->not_null ? "</b>" : "");
    buf_add_str(out, "</td><td align=\"left\">");
    add_cell(out, column->type);
    buf_printf(out, "</td><td port=\"e%zu\">", port);
    if (!er_add_marks(column, " ", out))
        buf_add_char(out, ' ');
    buf_add_str(out, "</td></tr>\n");
}

static void add_table(const ErTable *table, size_t number, Buf *out)
{
    buf_printf(out,
               "  t%zu [label=<\n    <table border=\"0\" cellborder=\"1\" cellspacing=\"0\" "
               "cellpadding=\"4\">\n      <tr><td colspan=\"3\" port=\"t\" bgcolor=\"lightgrey\"><b>",
               number);
    add_cell(out, table->name);
    buf_add_str(out, "</b></td></tr>\n");
    for (size_t i = 0; i < table->columns.count; i++)
        add_column(&table->columns.items[i], i, out);
    buf_add_str(out, "    </table>>];\n");
}

/* "t3:e1:e", the right or left side of the column's row; or the head of the table when the column is not
   shown. */
static void add_end(const ErModel *model, size_t table, const StringList *columns, char side, Buf *out)
{
    const ErTable *end = &model->tables.items[table];
    size_t row = er_end(end, columns);
    buf_printf(out, "t%zu:", table);
    if (row < end->columns.count)
        buf_printf(out, "%c%zu:%c", side, row, side);
    else
        buf_add_char(out, 't');
}

static void add_relation(const ErModel *model, const ErRelation *relation, Buf *out)
{
    buf_add_str(out, "  ");
    add_end(model, relation->from, &relation->columns, 'e', out);
    buf_add_str(out, " -> ");
    add_end(model, relation->to, &relation->referenced, 'w', out);
    if (relation->kind == ER_INHERITS)
        buf_add_str(out, " [style=dashed, arrowhead=onormal");
    else
        buf_printf(out, " [dir=both, arrowtail=%s, arrowhead=%s", relation->single ? "teeodot" : "crowodot",
                   relation->optional ? "teeodot" : "teetee");
    buf_add_str(out, ", tooltip=<");
    add_cell(out, relation->object->name ? relation->object->name : "inherits");
    buf_add_str(out, ">];\n");
}

void er_dot(const ErModel *model, Buf *out)
{
    buf_add_str(out, "digraph schema {\n"
                     "  graph [charset=\"UTF-8\", rankdir=LR];\n"
                     "  node [shape=plain, fontname=\"Helvetica\", fontsize=11];\n"
                     "  edge [fontname=\"Helvetica\", fontsize=10];\n");
    for (size_t i = 0; i < model->tables.count; i++)
        add_table(&model->tables.items[i], i, out);
    for (size_t i = 0; i < model->relations.count; i++)
        add_relation(model, &model->relations.items[i], out);
    buf_add_str(out, "}\n");
}
