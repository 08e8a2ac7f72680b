/*
 * Places for the tables of a diagram. Tables that relations tie together are a group; within it a
 * table stands one column to the right of what it references (edges that would close a circle do not
 * count), next to its neighbours as far as the mean of their places tells. Groups fill shelves, the
 * largest first.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "inspect_internal.h"

enum { GAP_X = 90, GAP_Y = 26, SHELF_WIDTH = 1400, MARGIN = 20 };

typedef struct Place {
    size_t table;
    size_t group;
    int rank;    /* column in its group; -1: not known yet, -2: being found */
    double mean; /* of what it references: place in its column */
} Place;

typedef struct Group {
    size_t first, count; /* in the sorted places */
    int width, height;
} Group;

typedef struct Layout {
    const ErModel *model;
    Place *places;     /* by table */
    size_t *group_of;  /* union-find */
    ErBox *boxes;
    size_t *starts;    /* relations by their table: starts[t] up to starts[t + 1] in `out` */
    size_t *out;
} Layout;

/* ---- groups and columns ---- */

static size_t find(size_t *group_of, size_t table)
{
    while (group_of[table] != table) {
        group_of[table] = group_of[group_of[table]];
        table = group_of[table];
    }
    return table;
}

/* The smaller number stands for the group. */
static void join(size_t *group_of, size_t a, size_t b)
{
    a = find(group_of, a);
    b = find(group_of, b);
    if (a < b)
        group_of[b] = a;
    else
        group_of[a] = b;
}

static void index_relations(Arena *arena, Layout *layout)
{
    const ErModel *model = layout->model;
    layout->starts = arena_calloc(arena, model->tables.count + 2, sizeof(size_t));
    layout->out = arena_calloc(arena, model->relations.count + 1, sizeof(size_t));
    for (size_t i = 0; i < model->relations.count; i++)
        layout->starts[model->relations.items[i].from + 1]++;
    for (size_t t = 0; t < model->tables.count; t++)
        layout->starts[t + 1] += layout->starts[t];
    size_t *next = arena_calloc(arena, model->tables.count + 1, sizeof(size_t));
    for (size_t i = 0; i < model->relations.count; i++) {
        const ErRelation *relation = &model->relations.items[i];
        layout->out[layout->starts[relation->from] + next[relation->from]++] = relation->to;
        join(layout->group_of, relation->from, relation->to);
    }
}

static int find_rank(Layout *layout, size_t table)
{
    Place *place = &layout->places[table];
    if (place->rank != -1)
        return place->rank;
    place->rank = -2;
    int rank = 0;
    for (size_t i = layout->starts[table]; i < layout->starts[table + 1]; i++) {
        int other = find_rank(layout, layout->out[i]);
        if (other >= rank)
            rank = other + 1;
    }
    return place->rank = rank;
}

static int compare_places(const void *a, const void *b)
{
    const Place *left = a, *right = b;
    if (left->group != right->group)
        return left->group < right->group ? -1 : 1;
    if (left->rank != right->rank)
        return left->rank - right->rank;
    if (left->mean < right->mean || left->mean > right->mean)
        return left->mean < right->mean ? -1 : 1;
    return left->table < right->table ? -1 : left->table > right->table;
}

/* ---- places within a group ---- */

static void find_mean(const Layout *layout, Place *place)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = layout->starts[place->table]; i < layout->starts[place->table + 1]; i++) {
        if (layout->out[i] != place->table) {
            sum += layout->boxes[layout->out[i]].y;
            count++;
        }
    }
    place->mean = count > 0 ? sum / (double)count : 0;
}

/* Lays out places[0..count), all of one group, from the corner (0, 0). */
static void place_group(const Layout *layout, Place *places, Group *group)
{
    int x = 0, y = 0, widest = 0;
    size_t end;
    for (size_t i = group->first; i < group->first + group->count; i = end) {
        y = widest = 0;
        for (end = i; end < group->first + group->count && places[end].rank == places[i].rank; end++)
            find_mean(layout, &places[end]);
        qsort(places + i, end - i, sizeof(*places), compare_places);
        for (size_t n = i; n < end; n++) {
            ErBox *box = &layout->boxes[places[n].table];
            box->x = x;
            box->y = y;
            y += box->height + GAP_Y;
            widest = box->width > widest ? box->width : widest;
        }
        group->height = y - GAP_Y > group->height ? y - GAP_Y : group->height;
        x += widest + GAP_X;
    }
    group->width = x - GAP_X;
}

static int compare_groups(const void *a, const void *b)
{
    const Group *left = a, *right = b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return left->first < right->first ? -1 : left->first > right->first;
}

static void place_shelves(const Layout *layout, const Place *places, Group *groups, size_t count,
                          ErLayout *ret)
{
    int x = MARGIN, y = MARGIN, tallest = 0;
    qsort(groups, count, sizeof(*groups), compare_groups);
    for (size_t g = 0; g < count; g++) {
        if (x > MARGIN && x + groups[g].width > SHELF_WIDTH) {
            x = MARGIN;
            y += tallest + GAP_Y + ER_ROW;
            tallest = 0;
        }
        for (size_t i = groups[g].first; i < groups[g].first + groups[g].count; i++) {
            layout->boxes[places[i].table].x += x;
            layout->boxes[places[i].table].y += y;
        }
        x += groups[g].width + GAP_X / 2;
        tallest = groups[g].height > tallest ? groups[g].height : tallest;
        ret->width = x > ret->width ? x : ret->width;
    }
    ret->height = y + tallest + MARGIN;
}

static int width_of(const char *text)
{
    size_t len = text_utf8_length(text, strlen(text));
    return (int)(len > 60 ? 60 : len) * ER_CHAR;
}

static ErBox measure(const ErTable *table)
{
    int width = width_of(table->name) + 2 * ER_CHAR;
    for (size_t i = 0; i < table->columns.count; i++) {
        const ErColumn *column = &table->columns.items[i];
        int row = width_of(column->name) + width_of(column->type) + ER_MARKS + 3 * ER_CHAR;
        width = row > width ? row : width;
    }
    return (ErBox){0, 0, width, ER_HEAD + ER_ROW * (int)table->columns.count};
}

void er_layout(Arena *arena, const ErModel *model, ErLayout *ret)
{
    size_t count = model->tables.count, group_count = 0;
    Layout layout = {
        .model = model,
        .places = arena_calloc(arena, count + 1, sizeof(Place)),
        .group_of = arena_calloc(arena, count + 1, sizeof(size_t)),
        .boxes = arena_calloc(arena, count + 1, sizeof(ErBox)),
    };
    Group *groups = arena_calloc(arena, count + 1, sizeof(Group));
    *ret = (ErLayout){.boxes = layout.boxes};
    for (size_t i = 0; i < count; i++) {
        layout.group_of[i] = i;
        layout.boxes[i] = measure(&model->tables.items[i]);
        layout.places[i] = (Place){.table = i, .rank = -1};
    }
    index_relations(arena, &layout);
    for (size_t i = 0; i < count; i++) {
        find_rank(&layout, i);
        layout.places[i].group = find(layout.group_of, i);
    }
    if (count > 0)
        qsort(layout.places, count, sizeof(Place), compare_places);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || layout.places[i].group != layout.places[i - 1].group)
            groups[group_count++].first = i;
        groups[group_count - 1].count++;
    }
    for (size_t g = 0; g < group_count; g++)
        place_group(&layout, layout.places, &groups[g]);
    place_shelves(&layout, layout.places, groups, group_count, ret);
}
