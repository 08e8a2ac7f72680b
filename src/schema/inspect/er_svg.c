/* The model as an SVG inside an HTML page: boxes of text rows, and curves with crow's feet. */
#include "inspect_internal.h"

#define DEFINITIONS                                                                                \
    "<defs>"                                                                                       \
    "<marker id=\"many\" viewBox=\"0 0 16 12\" refX=\"16\" refY=\"6\" markerWidth=\"16\" "         \
    "markerHeight=\"12\" orient=\"auto-start-reverse\"><path d=\"M3 6 16 0M3 6 16 6M3 6 16 12\"/>" \
    "</marker>"                                                                                    \
    "<marker id=\"one\" viewBox=\"0 0 16 12\" refX=\"16\" refY=\"6\" markerWidth=\"16\" "          \
    "markerHeight=\"12\" orient=\"auto-start-reverse\"><path d=\"M8 1V11M12 1V11M0 6H16\"/>"       \
    "</marker>"                                                                                    \
    "<marker id=\"some\" viewBox=\"0 0 16 12\" refX=\"16\" refY=\"6\" markerWidth=\"16\" "         \
    "markerHeight=\"12\" orient=\"auto-start-reverse\"><circle cx=\"5\" cy=\"6\" r=\"3\"/>"        \
    "<path d=\"M12 1V11M8 6H16\"/></marker>"                                                       \
    "<marker id=\"up\" viewBox=\"0 0 16 12\" refX=\"16\" refY=\"6\" markerWidth=\"16\" "           \
    "markerHeight=\"12\" orient=\"auto-start-reverse\"><path class=\"head\" d=\"M4 1 16 6 4 11Z\"/>" \
    "</marker></defs>"

static void add_text(Buf *out, const char *class_name, int x, int y, const char *text)
{
    buf_printf(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class_name, x, y);
    inspect_escape(out, text, false);
    buf_add_str(out, "</text>");
}

static void add_row(Buf *out, const ErColumn *column, const ErBox *box, int y)
{
    Buf marks = {0};
    add_text(out, column->not_null ? "must" : "may", box->x + ER_MARKS, y, column->name);
    add_text(out, "type", box->x + box->width - 6, y, column->type);
    if (er_add_marks(column, " ", &marks))
        add_text(out, "mark", box->x + 6, y, buf_text(&marks));
    buf_free(&marks);
}

static void add_table(Buf *out, const ErTable *table, const ErBox *box, const char *id)
{
    buf_printf(out, "<a href=\"#%s\" class=\"box\"><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", id,
               box->x, box->y, box->width, box->height);
    add_text(out, "name", box->x + 8, box->y + 16, table->name);
    for (size_t i = 0; i < table->columns.count; i++)
        add_row(out, &table->columns.items[i], box, box->y + ER_HEAD + ER_ROW * (int)i + 13);
    buf_add_str(out, "</a>\n");
}

/* The height at which the relation meets the table: the row of the first column, or its head. */
static int row_of(const ErModel *model, const ErLayout *layout, size_t table, const StringList *columns)
{
    const ErTable *end = &model->tables.items[table];
    size_t row = er_end(end, columns);
    if (row < end->columns.count)
        return layout->boxes[table].y + ER_HEAD + ER_ROW * (int)row + ER_ROW / 2;
    return layout->boxes[table].y + ER_HEAD / 2;
}

/* From the left side of the one to the right side of the other; both right sides when they stand above
   each other. */
static void add_relation(Buf *out, const ErModel *model, const ErLayout *layout, const ErRelation *relation)
{
    const ErBox *from = &layout->boxes[relation->from], *to = &layout->boxes[relation->to];
    int y1 = row_of(model, layout, relation->from, &relation->columns);
    int y2 = row_of(model, layout, relation->to, &relation->referenced);
    bool left = from->x > to->x + to->width, right = to->x > from->x + from->width;
    int x1 = left ? from->x : from->x + from->width, x2 = right ? to->x : to->x + to->width;
    const char *start = relation->single ? "some" : "many";
    bool inherits = relation->kind == ER_INHERITS;
    buf_printf(out, "<path class=\"%s\" d=\"M%d %dC%d %d %d %d %d %d\"", inherits ? "rel dashed" : "rel", x1,
               y1, left ? x1 - 50 : x1 + 50, y1, right ? x2 - 50 : x2 + 50, y2, x2, y2);
    if (inherits)
        buf_add_str(out, " marker-end=\"url(#up)\">");
    else
        buf_printf(out, " marker-start=\"url(#%s)\" marker-end=\"url(#%s)\">", start,
                   relation->optional ? "some" : "one");
    buf_add_str(out, "<title>");
    inspect_escape(out, relation->object->key, false);
    buf_add_str(out, "</title></path>\n");
}

void er_svg(Arena *arena, const ErModel *model, const char *const *ids, Buf *out)
{
    ErLayout layout;
    er_layout(arena, model, &layout);
    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
               "height=\"%d\" role=\"img\" aria-label=\"Entity-relationship diagram\">" DEFINITIONS "\n",
               layout.width, layout.height, layout.width, layout.height);
    for (size_t i = 0; i < model->relations.count; i++)
        add_relation(out, model, &layout, &model->relations.items[i]);
    for (size_t i = 0; i < model->tables.count; i++)
        add_table(out, &model->tables.items[i], &layout.boxes[i], ids[i]);
    buf_add_str(out, "</svg>\n");
}
