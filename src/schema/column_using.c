/*
 * When a column's type changes: does the server convert by itself (an assignment cast), does it take
 * an explicit cast, or must values go through text?
 */
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
