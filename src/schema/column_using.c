/*
 * When a column's type changes: does the server convert by itself (an assignment cast), does it take
 * an explicit cast, or must values go through text?
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/snapshot.h"
#include "kinds.h"

/* The type's name without modifiers: "numeric(10,2)" is numeric, "interval day to second" interval. */
static char *bare_type(Arena *arena, const char *type)
{
    Buf out = {0};
    int depth = 0;
    bool quoted = false;
    for (const char *c = type; *c; c++) {
        if (*c == '"')
            quoted = !quoted;
        if (!quoted && *c == '(')
            depth++;
        if (depth == 0)
            buf_add_char(&out, *c);
        if (!quoted && *c == ')')
            depth--;
    }
    char *bare = buf_steal(&out, arena);
    if (text_starts(bare, "interval ") && !text_ends(bare, "[]"))
        bare[strlen("interval")] = '\0';
    return bare;
}

/* A domain stands for what it is made of. */
static char *base_type(Arena *arena, const Snapshot *snapshot, const char *type)
{
    char *bare = bare_type(arena, type);
    for (int hops = 0; hops < 16; hops++) {
        const Object *domain = snapshot_find(snapshot, KIND_DOMAIN, bare);
        if (!domain)
            break;
        bare = bare_type(arena, object_get(domain, "base_type"));
    }
    return bare;
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

static Conversion conversion(Arena *arena, const DdlWriter *ddl, char *from, char *to)
{
    if (strcmp(from, to) == 0)
        return CONVERT_ASSIGN;
    bool from_array = text_ends(from, "[]"), to_array = text_ends(to, "[]");
    if (from_array && to_array) {
        from[strlen(from) - 2] = '\0';
        to[strlen(to) - 2] = '\0';
        return conversion(arena, ddl, from, to);
    }
    char *name = arena_printf(arena, "%s>%s", from, to);
    const char *context = map_get(ddl->from->casts, name);
    if (!context)
        context = map_get(ddl->to->casts, name);
    if (context)
        return context[0] == 'e' ? CONVERT_CAST : CONVERT_ASSIGN;
    if (is_string(to))
        return CONVERT_ASSIGN;
    return is_string(from) ? CONVERT_CAST : CONVERT_TEXT;
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
    if (!swapped)
        how = conversion(arena, ddl, base_type(arena, ddl->from, object_get(before, "type")),
                         base_type(arena, ddl->to, type));
    if (how == CONVERT_ASSIGN)
        return NULL;
    bool array = text_ends(object_get(before, "type"), "[]") && text_ends(type, "[]");
    const char *via = how == CONVERT_CAST ? "" : array ? "::text[]" : "::text";
    return arena_printf(arena, "%s%s::%s", column, via, type);
}

/* ---- narrowing ---- */

/* The numbers in "numeric(10,2)", -1 where there is none. */
static void read_modifiers(const char *type, long *ret_first, long *ret_second)
{
    const char *open = strchr(type, '('), *comma = open ? strchr(open, ',') : NULL;
    *ret_first = open ? strtol(open + 1, NULL, 10) : -1;
    *ret_second = comma ? strtol(comma + 1, NULL, 10) : open ? 0 : -1;
}

/* The same type with smaller modifiers. */
static bool modifiers_narrow(const char *bare, const char *from, const char *to)
{
    long had, had_scale, has, has_scale;
    read_modifiers(from, &had, &had_scale);
    read_modifiers(to, &has, &has_scale);
    if (has < 0)
        return false;
    if (had < 0)
        return true;
    if (strcmp(bare, "numeric") == 0)
        return has_scale < had_scale || has - has_scale < had - had_scale;
    return has < had;
}

/* Types whose every value fits into the one behind it. */
static bool is_wider(const char *from, const char *to)
{
    static const char *const chains[][5] = {
        {"smallint", "integer", "bigint", "numeric", NULL},
        {"smallint", "integer", "double precision", NULL, NULL},
        {"smallint", "real", "double precision", NULL, NULL},
        {"date", "timestamp without time zone", NULL, NULL, NULL},
        {"json", "jsonb", NULL, NULL, NULL},
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

bool column_narrows(DdlWriter *ddl, const Object *before, const Object *after)
{
    const char *old = object_get(before, "type"), *new = object_get(after, "type");
    if (text_equal(old, new) || after->parent->kind == KIND_FOREIGN_TABLE)
        return false;
    char *from = base_type(ddl->arena, ddl->from, old), *to = base_type(ddl->arena, ddl->to, new);
    if (strcmp(from, to) == 0)
        return modifiers_narrow(from, old, new);
    if (is_string(to) && strcmp(to, "name") != 0 && strcmp(to, "\"char\"") != 0)
        return strchr(new, '(') != NULL && (!is_string(from) || modifiers_narrow(to, old, new));
    return !is_wider(from, to) || (strchr(new, '(') != NULL && strcmp(to, "numeric") == 0);
}
