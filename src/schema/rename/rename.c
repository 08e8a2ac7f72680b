/* Names of renames: what a user writes, and the objects that it means. */
#include <ctype.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "rename_internal.h"

typedef struct Path {
    StringList parts; /* raw names */
    const char *args; /* "(integer)", or NULL */
} Path;

bool rename_kind(ObjectKind kind)
{
    switch (kind) {
    case KIND_SCHEMA:
    case KIND_TABLE:
    case KIND_FOREIGN_TABLE:
    case KIND_VIEW:
    case KIND_MATVIEW:
    case KIND_SEQUENCE:
    case KIND_INDEX:
    case KIND_STATISTICS:
    case KIND_ENUM:
    case KIND_DOMAIN:
    case KIND_COMPOSITE:
    case KIND_RANGE:
    case KIND_FUNCTION:
    case KIND_COLUMN:
    case KIND_ATTRIBUTE:
    case KIND_CONSTRAINT:
    case KIND_DOMAIN_CONSTRAINT:
    case KIND_TRIGGER:
    case KIND_POLICY:
        return true;
    default:
        return false;
    }
}

/* An index is a part of its table, but has a name of its own among relations. */
bool rename_is_part(const Object *object)
{
    return object->parent && object->kind != KIND_INDEX && object->kind != KIND_STATISTICS;
}

static const Rename *find_rename(const RenameList *renames, const Object *before)
{
    for (size_t i = 0; i < renames->count; i++) {
        if (renames->items[i].before == before && !renames->items[i].old_value)
            return &renames->items[i];
    }
    return NULL;
}

const char *rename_schema(const RenameList *renames, const Object *before)
{
    for (size_t i = 0; i < renames->count; i++) {
        const Object *schema = renames->items[i].before;
        if (schema->kind == KIND_SCHEMA && text_equal(schema->name, before->schema))
            return renames->items[i].after->name;
    }
    return before->schema;
}

Object *rename_counterpart(const RenameList *renames, const Snapshot *to, const Object *before)
{
    const Rename *rename = find_rename(renames, before);
    if (rename)
        return snapshot_find(to, rename->after->kind, rename->after->key);
    if (rename_is_part(before)) {
        const Object *parent = rename_counterpart(renames, to, before->parent);
        return parent ? object_child(parent, before->kind, before->name) : NULL;
    }
    const char *schema = rename_schema(renames, before);
    if (text_equal(schema, before->schema))
        return snapshot_find(to, before->kind, before->key);
    for (size_t i = 0; i < to->objects.count; i++) {
        Object *object = to->objects.items[i];
        if (object->kind == before->kind && text_equal(object->schema, schema) &&
            strcmp(object->name, before->name) == 0)
            return object;
    }
    return NULL;
}

/* ---- what is written ---- */

static bool take_name(Arena *arena, const char **at, Path *path)
{
    Buf name = {0};
    const char *c = *at;
    if (*c == '"' || *c == '\'') {
        char mark = *c++;
        for (; *c && !(*c == mark && c[1] != mark); c++) {
            buf_add_char(&name, *c);
            c += *c == mark;
        }
        c += *c == mark;
    } else {
        for (; *c && !strchr(".(\"' ", *c); c++)
            buf_add_char(&name, (char)tolower((unsigned char)*c));
    }
    bool any = c > *at && name.len > 0;
    VEC_PUSH(arena, path->parts, buf_steal(&name, arena));
    *at = c;
    return any;
}

/* a.b."C" with arguments behind it perhaps. */
static bool parse_path(Arena *arena, const char *text, Path *ret)
{
    *ret = (Path){0};
    for (const char *at = text;; at++) {
        if (!take_name(arena, &at, ret))
            return false;
        if (*at == '\0')
            return true;
        if (*at == '(') {
            ret->args = at;
            return text_ends(at, ")");
        }
        if (*at != '.')
            return false;
    }
}

bool rename_parse(Arena *arena, const char *text, RenameWish *ret, Error *err)
{
    char mark = '\0';
    const char *equals = NULL;
    Path path;
    for (const char *c = text; *c && !equals; c++) {
        if (mark ? *c == mark : *c == '"' || *c == '\'')
            mark = mark ? '\0' : *c;
        else if (!mark && *c == '=')
            equals = c;
    }
    *ret = (RenameWish){0};
    if (equals) {
        ret->old_name = arena_strndup(arena, text, (size_t)(equals - text));
        ret->new_name = arena_strdup(arena, equals + 1);
    }
    if (equals && parse_path(arena, ret->old_name, &path) && parse_path(arena, ret->new_name, &path))
        return true;
    error_set(err, EXIT_USAGE, "--rename takes OLD=NEW, not \"%s\"", text);
    return error_hint(err, "For example --rename public.customer=client or --rename public.client.nam=name.");
}

/* ---- what it means ---- */

/* "public", "t", "c": outermost first. */
static void path_of(Arena *arena, const Object *object, StringList *ret)
{
    *ret = (StringList){0};
    if (rename_is_part(object)) {
        path_of(arena, object->parent, ret);
    } else if (object->schema && object->kind != KIND_SCHEMA) {
        VEC_PUSH(arena, *ret, object->schema);
    }
    VEC_PUSH(arena, *ret, object->name);
}

static bool same_args(const Object *object, const char *args)
{
    const char *own = strchr(object->key, '(');
    return !args || (own && strcmp(own, args) == 0);
}

/* The path's parts are the last ones of the object's. */
static bool matches(Arena *arena, const Object *object, const Path *path)
{
    StringList own;
    size_t count = path->parts.count;
    if (strcmp(path->parts.items[count - 1], object->name) != 0 || !same_args(object, path->args))
        return false;
    path_of(arena, object, &own);
    if (count > own.count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(path->parts.items[i], own.items[own.count - count + i]) != 0)
            return false;
    }
    return true;
}

typedef struct Resolver {
    Arena *arena;
    const Snapshot *from, *to;
    RenameList *found;
    const RenameWish *wish;
    Path old_path, new_path;
    Rename best;
    int score;     /* 0: none yet */
    bool tie;
    bool happened; /* the new name is on both sides */
} Resolver;

static bool said_schema(const Path *path, const Object *object)
{
    return path->parts.count > 1 && !rename_is_part(object);
}

/* How well the two fit: 0 not at all. */
static int fit(const Resolver *resolver, const Object *before, const Object *after)
{
    if (rename_is_part(before)) {
        const Object *parent = rename_counterpart(resolver->found, resolver->to, before->parent);
        return parent == after->parent ? 3 : 0;
    }
    if (before->kind == KIND_SCHEMA)
        return 3;
    bool same = text_equal(rename_schema(resolver->found, before), after->schema);
    bool both = said_schema(&resolver->old_path, before) && said_schema(&resolver->new_path, after);
    if (!same && !said_schema(&resolver->new_path, after))
        return 0;
    return same ? (text_equal(before->schema, "public") ? 4 : 3) : both ? 2 : 1;
}

static void offer(Resolver *resolver, Rename rename, int score)
{
    if (score < resolver->score || score == 0)
        return;
    resolver->tie = score == resolver->score;
    resolver->best = rename;
    resolver->score = score;
}

static bool wanted_kind(const Object *object, bool parts)
{
    return rename_kind(object->kind) && rename_is_part(object) == parts && !object->origin;
}

static void try_before(Resolver *resolver, const Object *before, bool parts)
{
    const ObjectList *objects = &resolver->to->objects;
    for (size_t i = 0; i < objects->count; i++) {
        const Object *after = objects->items[i];
        if (after->kind == before->kind && wanted_kind(after, parts) &&
            matches(resolver->arena, after, &resolver->new_path) &&
            !(strcmp(after->name, before->name) == 0 &&
              rename_counterpart(resolver->found, resolver->to, before) == after))
            offer(resolver, (Rename){.before = before, .after = after},
                  fit(resolver, before, after));
    }
}

static void try_objects(Resolver *resolver, bool parts)
{
    const ObjectList *objects = &resolver->from->objects;
    for (size_t i = 0; i < objects->count; i++) {
        if (wanted_kind(objects->items[i], parts) &&
            matches(resolver->arena, objects->items[i], &resolver->old_path))
            try_before(resolver, objects->items[i], parts);
    }
}

static bool has_value(Arena *arena, const Object *type, const char *value)
{
    StringList values = {0};
    ddl_lines(arena, object_get(type, "values"), &values);
    return text_list_has(&values, ddl_literal(arena, value));
}

/* type.value: the last part of both paths is a value. */
static void try_values(Resolver *resolver)
{
    Arena *arena = resolver->arena;
    /* A directive above the value says its old name alone. */
    bool alone = resolver->old_path.parts.count == 1;
    Path type_path = alone ? resolver->new_path : resolver->old_path;
    if (type_path.parts.count < 2)
        return;
    type_path.parts.count--;
    const char *old = resolver->old_path.parts.items[resolver->old_path.parts.count - 1];
    const char *new = resolver->new_path.parts.items[resolver->new_path.parts.count - 1];
    for (size_t i = 0; i < resolver->from->objects.count; i++) {
        const Object *before = resolver->from->objects.items[i];
        const Object *after = before->kind == KIND_ENUM
                                  ? rename_counterpart(resolver->found, resolver->to, before)
                                  : NULL;
        bool named = after && (matches(arena, before, &type_path) || matches(arena, after, &type_path));
        if (!named || !has_value(arena, after, new))
            continue;
        if (has_value(arena, before, new))
            resolver->happened = true;
        else if (has_value(arena, before, old))
            offer(resolver, (Rename){before, after, old, new, false}, 3);
    }
}

/* ---- the verdict ---- */

/* Of the same kind and with the new name on the side of `from`; NULL when there is none. */
static const Object *namesake(const Resolver *resolver, const Rename *rename)
{
    const Object *after = rename->after;
    if (rename->old_value)
        return NULL;
    if (rename_is_part(after))
        return object_child(rename->before->parent, after->kind, after->name);
    return snapshot_find(resolver->from, after->kind, after->key);
}

static bool has_happened(const Resolver *resolver)
{
    const ObjectList *objects = &resolver->from->objects;
    for (size_t i = 0; i < objects->count; i++) {
        const Object *object = objects->items[i];
        if (!rename_kind(object->kind) || !matches(resolver->arena, object, &resolver->new_path))
            continue;
        const Object *after = rename_counterpart(resolver->found, resolver->to, object);
        if (after && matches(resolver->arena, after, &resolver->new_path))
            return true;
    }
    return resolver->happened;
}

static bool at_directive(const RenameWish *wish, Error *err)
{
    return wish->file ? error_at(err, wish->file, wish->line, 0) : false;
}

static bool no_such(const Resolver *resolver, Error *err)
{
    const RenameWish *wish = resolver->wish;
    error_set(err, EXIT_USAGE, "nothing called %s can have been renamed to %s", wish->old_name,
              wish->new_name);
    error_detail(err, "The old name must be in the first schema and the new one in the second, of the same "
                      "kind and in the same table or schema.");
    return error_hint(err, "Qualify names as in public.customer=client, public.client.nam=name.");
}

static bool ambiguous(const Resolver *resolver, Error *err)
{
    error_set(err, EXIT_USAGE, "%s=%s can mean several things", resolver->wish->old_name,
              resolver->wish->new_name);
    error_hint(err, "Qualify both names: schema.table, schema.table.column.");
    return at_directive(resolver->wish, err);
}

static bool judge(Resolver *resolver, Error *err)
{
    if (resolver->score == 0) {
        /* A directive tells about the past: of something that has its name, or is new. */
        if (resolver->wish->directive || has_happened(resolver))
            return true;
        return no_such(resolver, err);
    }
    /* It stays in the source when all is done, whatever has the old name since. */
    if (resolver->wish->directive && namesake(resolver, &resolver->best))
        return true;
    if (resolver->tie)
        return ambiguous(resolver, err);
    VEC_PUSH(resolver->arena, *resolver->found, resolver->best);
    return true;
}

static bool is_renamed(const RenameList *list, const Object *before)
{
    return before && find_rename(list, before) != NULL;
}

/* What has the new name on the side of `from`, of whatever kind, and is not renamed; or NULL. */
static const Object *holder_of_name(const Resolver *resolver, const Rename *rename)
{
    const Object *after = rename->after, *same = namesake(resolver, rename);
    unsigned spaces = rename->old_value ? 0 : object_spaces(after) & ~(unsigned)KIND_ROUTINE;
    if (same && !is_renamed(resolver->found, same))
        return same;
    for (size_t i = 0; i < resolver->from->objects.count && spaces; i++) {
        const Object *there = resolver->from->objects.items[i];
        if (there != rename->before && (object_spaces(there) & spaces) &&
            strcmp(there->name, after->name) == 0 &&
            text_equal(rename_schema(resolver->found, there), after->schema) &&
            !is_renamed(resolver->found, there))
            return there;
    }
    return NULL;
}

static bool check_taken(Resolver *resolver, const Rename *rename, Error *err)
{
    const Object *there = holder_of_name(resolver, rename);
    if (!there)
        return true;
    error_set(err, EXIT_USAGE, "%s %s cannot become %s: that name is taken by %s %s",
              kind_spec(rename->before->kind)->name, rename->before->key, rename->after->key,
              kind_spec(there->kind)->name, there->key);
    return error_hint(err, "Rename that one as well, or leave out this --rename.");
}

static bool resolve_one(Resolver *resolver, const RenameWish *wish, bool parts, bool last, Error *err)
{
    resolver->wish = wish;
    resolver->score = 0;
    resolver->tie = resolver->happened = false;
    if (!parse_path(resolver->arena, wish->old_name, &resolver->old_path) ||
        !parse_path(resolver->arena, wish->new_name, &resolver->new_path)) {
        error_set(err, EXIT_USAGE, "\"%s\" is not a valid old name", wish->old_name);
        return at_directive(wish, err);
    }
    /* The old name of a part stands in its own table: that of the new name. */
    try_objects(resolver, parts);
    if (parts && resolver->score == 0)
        try_values(resolver);
    return resolver->score == 0 && !last ? true : judge(resolver, err);
}

bool rename_resolve(Arena *arena, const Snapshot *from, const Snapshot *to, const RenameWishes *wishes,
                    RenameList *ret, Error *err)
{
    Resolver resolver = {.arena = arena, .from = from, .to = to, .found = ret};
    bool *done = arena_calloc(arena, wishes->count + 1, sizeof(bool));
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < wishes->count; i++) {
            size_t count = ret->count;
            if (done[i])
                continue;
            if (!resolve_one(&resolver, &wishes->items[i], pass == 1, pass == 1, err))
                return false;
            done[i] = ret->count > count || resolver.score > 0;
        }
    }
    for (size_t i = 0; i < ret->count; i++) {
        if (!check_taken(&resolver, &ret->items[i], err))
            return false;
    }
    return true;
}

/* ---- words ---- */

/* Dotted, each part as SQL needs it. */
static char *dotted(Arena *arena, const StringList *parts)
{
    Buf out = {0};
    for (size_t i = 0; i < parts->count; i++)
        buf_printf(&out, "%s%s", i ? "." : "", ddl_identifier(arena, parts->items[i]));
    return buf_steal(&out, arena);
}

/* Quoted only where it must be. */
static char *value_words(Arena *arena, const char *value)
{
    char *plain = ddl_identifier(arena, value);
    return plain[0] == '"' ? ddl_literal(arena, value) : plain;
}

/* The new name alone, unless it is in another schema. */
static char *new_words(Arena *arena, const Rename *rename)
{
    const Object *after = rename->after;
    StringList path;
    if (rename->new_value)
        return value_words(arena, rename->new_value);
    if (rename_is_part(after) || after->kind == KIND_SCHEMA ||
        text_equal(rename->before->schema, after->schema))
        return ddl_identifier(arena, after->name);
    path_of(arena, after, &path);
    return dotted(arena, &path);
}

static char *old_words(Arena *arena, const Rename *rename)
{
    StringList path;
    const char *args = strchr(rename->before->key, '(');
    path_of(arena, rename->before, &path);
    char *words = dotted(arena, &path);
    if (rename->old_value)
        return arena_printf(arena, "%s.%s", words, value_words(arena, rename->old_value));
    return args && rename->before->kind == KIND_FUNCTION ? arena_printf(arena, "%s%s", words, args) : words;
}

char *rename_flag(Arena *arena, const Rename *rename)
{
    Buf out = {0};
    const char *text = arena_printf(arena, "%s=%s", old_words(arena, rename), new_words(arena, rename));
    bool plain = true;
    for (const char *c = text; *c; c++)
        plain = plain && (isalnum((unsigned char)*c) || strchr("._=", *c));
    if (plain)
        return arena_strdup(arena, text);
    buf_add_char(&out, '\'');
    for (const char *c = text; *c; c++)
        buf_add_str(&out, *c == '\'' ? "'\\''" : (char[]){*c, '\0'});
    buf_add_char(&out, '\'');
    return buf_steal(&out, arena);
}

char *rename_shown(Arena *arena, const Rename *rename, const char **ret_new)
{
    const char *kind = rename->old_value ? "enum value" : kind_spec(rename->before->kind)->name;
    *ret_new = new_words(arena, rename);
    return arena_printf(arena, "%s %s", kind, old_words(arena, rename));
}
