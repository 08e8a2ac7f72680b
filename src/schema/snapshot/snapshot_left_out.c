/* What a database has and the model has not, told by topic: "sequences: public.a, public.b and 3 more". */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "snapshot_internal.h"

#define NAMES_SHOWN 5

void snapshot_take_all_objects(Reader *reader, const Rows *rows)
{
    for (size_t row = 0; row < rows_count(rows); row++) {
        const char *oids = rows_text(rows, row, 1);
        Unknown unknown = {.address.classid = (uint32_t)rows_int(rows, row, 0)};
        while (oids && *oids) {
            char *rest;
            unknown.address.objid = (uint32_t)strtoul(oids, &rest, 10);
            if (!snapshot_knows(reader, unknown.address))
                VEC_PUSH(reader->scratch, reader->unknown, unknown);
            oids = *rest ? rest + 1 : rest;
        }
    }
}

const char *snapshot_unknown_addresses(Reader *reader)
{
    Buf list = {0};
    if (reader->unknown.count == 0)
        return NULL;
    for (size_t i = 0; i < reader->unknown.count; i++) {
        const CatalogAddress *address = &reader->unknown.items[i].address;
        buf_printf(&list, "%c%u/%u/%u", i ? ',' : '{', address->classid, address->objid,
                   address->objsubid);
    }
    buf_add_char(&list, '}');
    return buf_steal(&list, reader->scratch);
}

/* Names come topic by topic; the last line grows until another topic begins. */
typedef struct Lines {
    Reader *reader;
    const char *topic;
    Buf names;
    size_t count;
} Lines;

static void end_topic(Lines *lines)
{
    Arena *arena = lines->reader->arena;
    if (lines->count == 0)
        return;
    char *more = lines->count > NAMES_SHOWN
                     ? arena_printf(arena, " and %zu more", lines->count - NAMES_SHOWN)
                     : arena_strdup(arena, "");
    const char *line = arena_printf(arena, "%s: %s%s", lines->topic, buf_text(&lines->names), more);
    VEC_PUSH(arena, lines->reader->snapshot->left_out, line);
    buf_clear(&lines->names);
    lines->count = 0;
}

static void add_name(Lines *lines, const char *topic, const char *name)
{
    if (!text_equal(topic, lines->topic))
        end_topic(lines);
    lines->topic = topic;
    if (lines->count++ < NAMES_SHOWN)
        buf_printf(&lines->names, "%s%s", lines->names.len ? ", " : "",
                   text_printable(lines->reader->arena, name));
}

/* One topic after the other; rows are sorted by type and identity. */
static void add_identified(Lines *lines, const Rows *rows, const char *topic)
{
    const Reader *reader = lines->reader;
    for (size_t row = 0; row < rows_count(rows); row++) {
        const char *type = rows_text(rows, row, 1), *identity = rows_text(rows, row, 2);
        const char *schema = rows_text(rows, row, 3);
        const Unknown *unknown = &reader->unknown.items[rows_int(rows, row, 0)];
        bool passing = schema && (text_starts(schema, "pg_temp") || text_starts(schema, "pg_toast"));
        if (passing || !text_equal(unknown->topic, topic) ||
            !snapshot_wants(reader->options, schema, rows_text(rows, row, 4)))
            continue;
        if (topic)
            add_name(lines, topic, arena_printf(reader->arena, "%s %s", type, identity));
        else
            add_name(lines, type, identity);
    }
    end_topic(lines);
}

/* What is secret of objects that are compared otherwise. */
static void add_secrets(Lines *lines, const Snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->objects.count; i++) {
        const Object *object = snapshot->objects.items[i];
        const KindSpec *spec = kind_spec(object->kind);
        for (size_t a = 0; a < spec->attribute_count; a++) {
            if (spec->attributes[a].change == ATTRIBUTE_SECRET && object->attributes[a])
                add_name(lines, arena_printf(lines->reader->arena, "passwords and keys of %ss", spec->name),
                         object->key);
        }
    }
    end_topic(lines);
}

void snapshot_take_left_out(Reader *reader, const Rows *identified, const Rows *outside)
{
    static const char *const topics[] = {NULL, "comments on", "security labels of"};
    Lines lines = {.reader = reader};
    for (size_t i = 0; identified && i < ARRAY_LENGTH(topics); i++)
        add_identified(&lines, identified, topics[i]);
    for (size_t row = 0; row < rows_count(outside); row++)
        add_name(&lines, rows_text(outside, row, 0), rows_text(outside, row, 1));
    end_topic(&lines);
    add_secrets(&lines, reader->snapshot);
    buf_free(&lines.names);
}
