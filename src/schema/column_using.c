/*
 * When a column's type changes: does the server convert by itself (an assignment cast), does it take
 * an explicit cast, or must values go through text?
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/snapshot.h"
#include "kinds.h"

/* What a column's type comes down to: domains stand for what they are made of. */
typedef struct Type {
    char *name;      /* without modifiers and "[]": "numeric", "interval" */
    char *modifiers; /* "10,2" of numeric(10,2); NULL when there are none */
    char *fields;    /* "day to second" of an interval; NULL for all of them */
    int arrays;      /* how many "[]" */
} Type;

/* "timestamp(3) without time zone" is "timestamp without time zone" and "3". */
static void split_modifiers(Arena *arena, const char *text, Type *ret)
{
    Buf name = {0}, modifiers = {0};
    bool quoted = false, inside = false, any = false;
    for (const char *c = text; *c; c++) {
        quoted = quoted != (*c == '"');
        bool opens = !quoted && *c == '(', closes = !quoted && *c == ')';
        any = any || opens;
        if (!opens && !closes)
            buf_add_char(inside ? &modifiers : &name, *c);
        inside = opens || (inside && !closes);
    }
    ret->name = buf_steal(&name, arena);
    ret->modifiers = any ? buf_steal(&modifiers, arena) : NULL;
    ret->fields = NULL;
    buf_free(&modifiers);
    if (text_starts(ret->name, "interval ")) {
        ret->fields = ret->name + strlen("interval ");
        ret->name[strlen("interval")] = '\0';
    }
}

static Type resolve(Arena *arena, const Snapshot *snapshot, const char *text)
{
    Type type = {0};
    for (int hops = 0; hops < 16; hops++) {
        for (; text_ends(text, "[]"); type.arrays++)
            text = arena_strndup(arena, text, strlen(text) - 2);
        split_modifiers(arena, text, &type);
        const Object *domain = snapshot_find(snapshot, KIND_DOMAIN, type.name);
        if (!domain)
            break;
        text = object_get(domain, "base_type");
    }
    return type;
}

static bool is_string(const char *type)
{
    static const char *const names[] = {"text", "character varying", "character", "name", "\"char\"",
                                        "bpchar", "public.citext"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (strcmp(type, names[i]) == 0)
            return true;
    }
    return false;
}

typedef enum Conversion { CONVERT_ASSIGN, CONVERT_CAST, CONVERT_TEXT } Conversion;

static Conversion conversion(Arena *arena, const DdlWriter *ddl, const Type *from, const Type *to)
{
    const char *had = from->name, *has = to->name;
    if (from->arrays != to->arrays) {
        had = from->arrays ? arena_printf(arena, "%s[]", had) : had;
        has = to->arrays ? arena_printf(arena, "%s[]", has) : has;
    }
    if (strcmp(had, has) == 0)
        return from->arrays == to->arrays ? CONVERT_ASSIGN : CONVERT_TEXT;
    char *name = arena_printf(arena, "%s>%s", had, has);
    const char *context = map_get(ddl->from->casts, name);
    if (!context)
        context = map_get(ddl->to->casts, name);
    if (context)
        return context[0] == 'e' ? CONVERT_CAST : CONVERT_ASSIGN;
    if (is_string(has))
        return CONVERT_ASSIGN;
    return is_string(had) ? CONVERT_CAST : CONVERT_TEXT;
}

const char *column_using(DdlWriter *ddl, const Object *before, const Object *after, bool swapped)
{
    Arena *arena = ddl->arena;
    const char *column = ddl_identifier(arena, after->name);
    const char *type = object_get(after, "type");
    Conversion how = CONVERT_TEXT;
    /* There are no values to convert, and the server takes no USING. */
    if (after->parent->kind == KIND_FOREIGN_TABLE)
        return NULL;
    if (!swapped) {
        Type from = resolve(arena, ddl->from, object_get(before, "type"));
        Type to = resolve(arena, ddl->to, type);
        how = conversion(arena, ddl, &from, &to);
    }
    if (how == CONVERT_ASSIGN)
        return NULL;
    bool array = text_ends(object_get(before, "type"), "[]") && text_ends(type, "[]");
    const char *via = how == CONVERT_CAST ? "" : array ? "::text[]" : "::text";
    return arena_printf(arena, "%s%s::%s", column, via, type);
}

/* ---- narrowing ---- */

/* The numbers in "10,2"; without a scale that is 0. */
static void read_modifiers(const char *text, long *ret_first, long *ret_second)
{
    const char *comma = strchr(text, ',');
    *ret_first = strtol(text, NULL, 10);
    *ret_second = comma ? strtol(comma + 1, NULL, 10) : 0;
}

static bool numeric_narrows(const char *from, const char *to)
{
    long had, had_scale, has, has_scale;
    read_modifiers(from, &had, &had_scale);
    read_modifiers(to, &has, &has_scale);
    return has_scale < had_scale || has - has_scale < had - had_scale;
}

/* Whether integers of the type have more digits than "10,2" has in front of the point. */
static bool integer_exceeds(const char *type, const char *modifiers)
{
    long digits = strcmp(type, "smallint") == 0  ? 5
                  : strcmp(type, "integer") == 0 ? 10
                  : strcmp(type, "bigint") == 0  ? 19
                                                 : 1000;
    long has, scale;
    read_modifiers(modifiers, &has, &scale);
    return scale < 0 || has - scale < digits;
}

static bool is_time(const char *name)
{
    return text_starts(name, "timestamp ") || text_starts(name, "time ") || strcmp(name, "interval") == 0;
}

/* The smallest unit that an interval keeps: 1 for years … 6 for seconds and their fractions. */
static size_t smallest_unit(const char *fields)
{
    static const char *const units[] = {"year", "month", "day", "hour", "minute"};
    for (size_t i = 0; fields && i < ARRAY_LENGTH(units); i++) {
        if (text_ends(fields, units[i]))
            return i + 1;
    }
    return ARRAY_LENGTH(units) + 1;
}

/* Times have six decimals when nothing else is said. */
static bool time_narrows(const Type *from, const Type *to)
{
    size_t had = smallest_unit(from->fields), has = smallest_unit(to->fields);
    long had_decimals = from->modifiers ? strtol(from->modifiers, NULL, 10) : 6;
    long has_decimals = to->modifiers ? strtol(to->modifiers, NULL, 10) : 6;
    return has < had || (has == had && has_decimals < had_decimals);
}

/* Whether `to` has modifiers that not all values of `from` meet. The names are equal, or those of types
   whose modifiers mean the same. */
static bool modifiers_narrow(const Type *from, const Type *to)
{
    if (is_time(to->name))
        return time_narrows(from, to);
    if (!to->modifiers || text_equal(from->modifiers, to->modifiers))
        return false;
    if (!from->modifiers)
        return true;
    if (strcmp(to->name, "numeric") == 0)
        return numeric_narrows(from->modifiers, to->modifiers);
    if (is_string(to->name) || strcmp(to->name, "bit varying") == 0)
        return strtol(to->modifiers, NULL, 10) < strtol(from->modifiers, NULL, 10);
    return true; /* bit(4) to bit(8) fails; what others mean is theirs: geometry(Point,4326) */
}

/* Types whose every value fits into the one behind it. */
static bool is_wider(const char *from, const char *to)
{
    static const char *const chains[][5] = {
        {"smallint", "integer", "bigint", "numeric", NULL},
        {"smallint", "integer", "double precision", NULL, NULL},
        {"smallint", "real", "double precision", NULL, NULL},
        {"date", "timestamp without time zone", NULL, NULL, NULL},
        {"cidr", "inet", NULL, NULL, NULL},
        {"macaddr", "macaddr8", NULL, NULL, NULL},
        {"bit", "bit varying", NULL, NULL, NULL},
        {"character", "character varying", NULL, NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(chains); i++) {
        bool found = false;
        for (size_t n = 0; n < ARRAY_LENGTH(chains[i]) && chains[i][n]; n++) {
            if (found && strcmp(chains[i][n], to) == 0)
                return true;
            found = found || strcmp(chains[i][n], from) == 0;
        }
    }
    return false;
}

static bool type_narrows(const Type *from, const Type *to)
{
    bool string = is_string(to->name) && strcmp(to->name, "name") != 0 && strcmp(to->name, "\"char\"") != 0;
    if (from->arrays != to->arrays)
        return !string || to->arrays || to->modifiers;
    if (strcmp(from->name, to->name) == 0)
        return modifiers_narrow(from, to);
    if (string)
        return to->modifiers && (!is_string(from->name) || modifiers_narrow(from, to));
    if (!is_wider(from->name, to->name))
        return true;
    if (strcmp(to->name, "numeric") == 0)
        return to->modifiers && integer_exceeds(from->name, to->modifiers);
    return strcmp(to->name, "bit varying") == 0 && modifiers_narrow(from, to);
}

bool column_narrows(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *old = object_get(before, "type"), *new = object_get(after, "type");
    if (text_equal(old, new) || after->parent->kind == KIND_FOREIGN_TABLE)
        return false;
    Type from = resolve(ddl->arena, ddl->from, old), to = resolve(ddl->arena, ddl->to, new);
    return type_narrows(&from, &to);
}
