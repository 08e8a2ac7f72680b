/* Sequences. Which column one belongs to is a kind of its own (sequence_owned.c). */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"type", ATTRIBUTE_ALTER},  {"start", ATTRIBUTE_ALTER}, {"increment", ATTRIBUTE_ALTER},
    {"min", ATTRIBUTE_ALTER},   {"max", ATTRIBUTE_ALTER},   {"cache", ATTRIBUTE_ALTER},
    {"cycle", ATTRIBUTE_ALTER}, {"persistence", ATTRIBUTE_ALTER},
};

static long long number(const Object *object, const char *attribute)
{
    const char *text = object_get(object, attribute);
    return text ? strtoll(text, NULL, 10) : 0;
}

static long long type_max(const Object *object)
{
    const char *type = object_get(object, "type");
    if (strcmp(type, "smallint") == 0)
        return INT16_MAX;
    return strcmp(type, "integer") == 0 ? INT32_MAX : INT64_MAX;
}

/* What the server takes when nothing is said. */
static long long default_min(const Object *object)
{
    return number(object, "increment") > 0 ? 1 : -type_max(object) - 1;
}

static long long default_max(const Object *object)
{
    return number(object, "increment") > 0 ? type_max(object) : -1;
}

static void add_number(Buf *out, const char *words, long long value)
{
    buf_printf(out, " %s %lld", words, value);
}

static void create(DdlWriter *ddl, const Object *object)
{
    Buf out = {0};
    long long min = number(object, "min"), max = number(object, "max");
    long long start = number(object, "start"), increment = number(object, "increment");
    if (strcmp(object_get(object, "type"), "bigint") != 0)
        buf_printf(&out, " AS %s", object_get(object, "type"));
    if (increment != 1)
        add_number(&out, "INCREMENT BY", increment);
    if (min != default_min(object))
        add_number(&out, "MINVALUE", min);
    if (max != default_max(object))
        add_number(&out, "MAXVALUE", max);
    if (start != (increment > 0 ? min : max))
        add_number(&out, "START WITH", start);
    if (number(object, "cache") != 1)
        add_number(&out, "CACHE", number(object, "cache"));
    if (object_true(object, "cycle"))
        buf_add_str(&out, " CYCLE");
    ddl_add(ddl, "CREATE %sSEQUENCE %s%s",
            text_equal(object_get(object, "persistence"), "u") ? "UNLOGGED " : "", object->key,
            buf_text(&out));
    buf_free(&out);
}

static void add_changed(Buf *out, const Object *before, const Object *after, const char *attribute,
                        const char *words)
{
    if (object_differs(before, after, attribute))
        buf_printf(out, " %s %s", words, object_get(after, attribute));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    Buf out = {0};
    const char *hazard;
    bool held = position_hold(ddl, before, after, &hazard);
    add_changed(&out, before, after, "type", "AS");
    add_changed(&out, before, after, "increment", "INCREMENT BY");
    /* A new type takes the limits along when they were the old type's own. */
    bool limits = object_differs(before, after, "type");
    if (limits || object_differs(before, after, "min"))
        add_number(&out, "MINVALUE", number(after, "min"));
    if (limits || object_differs(before, after, "max"))
        add_number(&out, "MAXVALUE", number(after, "max"));
    add_changed(&out, before, after, "start", "START WITH");
    if (held)
        buf_add_str(&out, " RESTART");
    add_changed(&out, before, after, "cache", "CACHE");
    if (object_differs(before, after, "cycle"))
        buf_add_str(&out, object_true(after, "cycle") ? " CYCLE" : " NO CYCLE");
    if (out.len > 0)
        ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "ALTER SEQUENCE %s%s", after->key, buf_text(&out));
    if (held)
        position_resume(ddl, before, after);
    if (object_differs(before, after, "persistence"))
        ddl_add(ddl, "ALTER SEQUENCE %s SET %s", after->key,
                text_equal(object_get(after, "persistence"), "u") ? "UNLOGGED" : "LOGGED");
    buf_free(&out);
}

static bool keeps_need(const Object *object, const Object *need)
{
    (void)object;
    return need->kind != KIND_COLUMN;
}

const KindSpec kind_sequence = {
    .name = "sequence",
    .json = "sequences",
    .noun = "SEQUENCE",
    .sql = sql_kind_sequence,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_SEQUENCE,
    .flags = KIND_RELATION,
    .create = create,
    .alter = alter,
    .keeps_need = keeps_need,
};
