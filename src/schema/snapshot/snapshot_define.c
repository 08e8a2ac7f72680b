/*
 * Definitions of plain keys, foreign keys and indexes, out of the catalogs' columns: pg_get_constraintdef()
 * and pg_get_indexdef() take longer for them than all other reading together. The text is the server's to
 * the letter (tests/integration/definitions.sh); what this cannot tell for sure, the server is asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"
#include "snapshot_internal.h"

#define PG_CLASS 1259U
#define TYPE_TEXT 25U
#define TYPE_VARCHAR 1043U
#define ORDER_DESC 1U
#define ORDER_NULLS_FIRST 2U

typedef VEC(uint32_t) NumberList;

/* The numbers of an int2vector, oidvector or array: "1 2", "{1,2}". A negative one becomes 0. */
static void numbers(Arena *arena, const char *text, NumberList *ret)
{
    *ret = (NumberList){0};
    for (const char *at = text; at && *at;) {
        char *end = NULL;
        long value = strtol(at, &end, 10);
        if (end != at)
            VEC_PUSH(arena, *ret, value > 0 ? (uint32_t)value : 0);
        at = end == at ? at + 1 : end;
    }
}

/* The quoted name of a table's column, from "table.column"; NULL when it is not in the snapshot. */
static const char *column_name(const AddressEntry *column)
{
    if (!column || !column->object || !column->object->parent)
        return NULL;
    return column->object->key + strlen(column->object->parent->key) + 1;
}

static const AddressEntry *column_at(const Reader *reader, uint32_t table, uint32_t number)
{
    return number == 0 ? NULL : snapshot_entry(reader, (CatalogAddress){PG_CLASS, table, number});
}

/* "(a, b)" */
static bool add_columns(const Reader *reader, Buf *out, uint32_t table, const NumberList *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        const char *name = column_name(column_at(reader, table, columns->items[i]));
        if (!name)
            return false;
        buf_add_str(out, i ? ", " : "(");
        buf_add_str(out, name);
    }
    buf_add_char(out, ')');
    return columns->count > 0;
}

/* ---- constraints ---- */

static bool define_constraint(Reader *reader, Buf *out, const Object *object, const Parts *parts)
{
    NumberList columns, others;
    numbers(reader->scratch, parts->columns, &columns);
    buf_add_str(out, parts->head);
    buf_add_char(out, ' ');
    if (!add_columns(reader, out, object->parent->objid, &columns))
        return false;
    if (parts->other_objid) {
        uint32_t other = (uint32_t)strtoul(parts->other_objid, NULL, 10);
        const AddressEntry *table = snapshot_entry(reader, (CatalogAddress){PG_CLASS, other, 0});
        numbers(reader->scratch, parts->other_columns, &others);
        if (!table || !table->object)
            return false;
        buf_add_str(out, " REFERENCES ");
        buf_add_str(out, table->object->key);
        if (!add_columns(reader, out, other, &others))
            return false;
    }
    buf_add_str(out, parts->tail);
    return true;
}

/* ---- indexes ---- */

void snapshot_take_opclasses(Reader *reader, const Rows *rows)
{
    for (size_t row = 0; row < rows_count(rows); row++) {
        OpClass class = {(uint32_t)rows_int(rows, row, 0), (uint32_t)rows_int(rows, row, 1),
                         (uint32_t)rows_int(rows, row, 2)};
        VEC_PUSH(reader->scratch, reader->opclasses, class);
    }
}

static bool has_default(const Reader *reader, uint32_t method, uint32_t type)
{
    for (size_t i = 0; i < reader->opclasses.count; i++) {
        if (reader->opclasses.items[i].method == method && reader->opclasses.items[i].type == type)
            return true;
    }
    return false;
}

/* True when the class is surely what an index on the type gets without being told. */
static bool is_default(const Reader *reader, uint32_t class, uint32_t type)
{
    for (size_t i = 0; i < reader->opclasses.count; i++) {
        const OpClass *known = &reader->opclasses.items[i];
        if (known->oid != class)
            continue;
        return known->type == type || (known->type == TYPE_TEXT && type == TYPE_VARCHAR &&
                                       !has_default(reader, known->method, TYPE_VARCHAR));
    }
    return false;
}

static const char *order_words(uint32_t order)
{
    static const char *const words[] = {"", " DESC NULLS LAST", " NULLS FIRST", " DESC"};
    return words[order & (ORDER_DESC | ORDER_NULLS_FIRST)];
}

static bool add_index_columns(Reader *reader, Buf *out, const Object *table, const Parts *parts)
{
    NumberList columns, classes, collations, orders;
    numbers(reader->scratch, parts->columns, &columns);
    numbers(reader->scratch, parts->classes, &classes);
    numbers(reader->scratch, parts->collations, &collations);
    numbers(reader->scratch, parts->orders, &orders);
    size_t keys = strtoul(parts->keys, NULL, 10);
    if (keys == 0 || classes.count != keys || collations.count != keys || orders.count != keys ||
        columns.count < keys)
        return false;
    for (size_t i = 0; i < columns.count; i++) {
        const AddressEntry *column = column_at(reader, table->objid, columns.items[i]);
        const char *name = column_name(column);
        if (!name)
            return false;
        if (i < keys && (!is_default(reader, classes.items[i], column->target.classid) ||
                         (collations.items[i] && collations.items[i] != column->target.objid)))
            return false;
        buf_add_str(out, i == 0 ? "(" : i == keys ? ") INCLUDE (" : ", ");
        buf_add_str(out, name);
        buf_add_str(out, i < keys ? order_words(orders.items[i]) : "");
    }
    buf_add_char(out, ')');
    return true;
}

static bool define_index(Reader *reader, Buf *out, const Object *object, const Parts *parts)
{
    buf_add_str(out, parts->head);
    buf_add_str(out, object->parent->key);
    buf_add_str(out, parts->using);
    if (!add_index_columns(reader, out, object->parent, parts))
        return false;
    buf_add_str(out, parts->tail);
    return true;
}

/* ---- both ---- */

/* The definitions in rows of (class, oid, text). */
static void take_definitions(Reader *reader, const Rows *rows)
{
    for (size_t row = 0; row < rows_count(rows); row++) {
        CatalogAddress address = {(uint32_t)rows_int(rows, row, 0), (uint32_t)rows_int(rows, row, 1), 0};
        const AddressEntry *entry = snapshot_entry(reader, address);
        if (entry && entry->object)
            object_set(entry->object, "definition", rows_text(rows, row, 2));
    }
}

void snapshot_define(Reader *reader, Object *object, const Parts *parts)
{
    Buf out = {0};
    bool done = object->kind == KIND_INDEX ? define_index(reader, &out, object, parts)
                                           : define_constraint(reader, &out, object, parts);
    if (done)
        object_set(object, "definition", buf_steal(&out, reader->arena));
    else
        VEC_PUSH(reader->scratch, reader->undefined, object);
    buf_free(&out);
}

bool snapshot_define_others(Reader *reader, Error *err)
{
    Buf oids = {0};
    Rows *rows;
    if (reader->undefined.count == 0)
        return true;
    for (size_t i = 0; i < reader->undefined.count; i++)
        buf_printf(&oids, "%c%u", i ? ',' : '{', reader->undefined.items[i]->objid);
    buf_add_char(&oids, '}');
    const char *params[] = {buf_text(&oids)};
    bool done =
        session_query(reader->session, reader->arena, sql_catalog_definitions, 1, params, &rows, err);
    buf_free(&oids);
    if (!done)
        return error_prefix(err, "could not read definitions");
    take_definitions(reader, rows);
    return true;
}
