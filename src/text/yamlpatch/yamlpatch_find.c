/* Walks libyaml's events, with the path of keys that leads to each, until the property is found. */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "yamlpatch_internal.h"

/* libyaml's time grows with the square of the depth, which no template needs. */
#define MAX_DEPTH 500

typedef struct Frame {
    bool mapping;
    bool at_key;     /* the next node is a key */
    size_t index;    /* of the next item of a sequence */
    size_t path_len; /* of the path that leads here */
} Frame;

typedef enum MatchKind { MATCH_VALUE, MATCH_TAGGED, MATCH_ALIAS, MATCH_COLLECTION } MatchKind;

typedef struct Match {
    MatchKind kind;
    YamlPlace place;
    bool whole;           /* the property is the complete path */
    const char *source;   /* of a tagged one or an alias: "!Ref", "*hash" */
    bool has_token_start; /* no anchor or tag stands before the value */
} Match;

typedef VEC(Match) Matches;

typedef struct Walk {
    Arena *arena;
    const YamlText *text;
    const char *property, *resource;
    VEC(Frame) stack;
    Buf path;
    size_t event;
    Matches matches;
} Walk;

/* ---- paths ---- */

static bool is_wanted(const Walk *walk)
{
    const char *path = buf_text(&walk->path);
    size_t wanted = strlen(walk->property);
    if (walk->path.len < wanted || strcmp(path + walk->path.len - wanted, walk->property) != 0 ||
        (walk->path.len > wanted && path[walk->path.len - wanted - 1] != '.'))
        return false;
    if (walk->resource == NULL)
        return true;
    size_t len = strlen(walk->resource);
    for (const char *at = path; (at = strstr(at, walk->resource)) != NULL; at++)
        if ((at == path || at[-1] == '.') && at[len] == '.' &&
            (size_t)(at - path) + len < walk->path.len - wanted)
            return true;
    return false;
}

static void append_key(Walk *walk, const char *key, size_t len)
{
    if (walk->path.len > 0)
        buf_add_char(&walk->path, '.');
    buf_add(&walk->path, key, len);
}

static void cut_path(Walk *walk, size_t len)
{
    walk->path.len = len;
    if (walk->path.data != NULL)
        walk->path.data[len] = '\0';
}

static Frame *top(Walk *walk)
{
    return walk->stack.count == 0 ? NULL : &walk->stack.items[walk->stack.count - 1];
}

/* Before a node: true when it is a value, the path then leads to it; false when it is a key. */
static bool enter_node(Walk *walk)
{
    Frame *frame = top(walk);
    if (frame == NULL || (frame->mapping && !frame->at_key))
        return true;
    cut_path(walk, frame->path_len);
    if (frame->mapping)
        return false;
    char number[24];
    snprintf(number, sizeof(number), "%zu", frame->index++);
    append_key(walk, number, strlen(number));
    return true;
}

static void leave_node(Walk *walk)
{
    Frame *frame = top(walk);
    if (frame != NULL && frame->mapping)
        frame->at_key = !frame->at_key;
}

static void push(Walk *walk, bool mapping)
{
    Frame frame = {.mapping = mapping, .at_key = mapping, .path_len = walk->path.len};
    VEC_PUSH(walk->arena, walk->stack, frame);
}

/* ---- what matches ---- */

static YamlStyle style_of(const yaml_event_t *event)
{
    switch (event->data.scalar.style) {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        return YAML_STYLE_SINGLE;
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        return YAML_STYLE_DOUBLE;
    case YAML_LITERAL_SCALAR_STYLE:
    case YAML_FOLDED_SCALAR_STYLE:
        return YAML_STYLE_BLOCK;
    default:
        /* No plain scalar is empty: where there is none, libyaml makes one up. */
        return event->data.scalar.length == 0 ? YAML_STYLE_NONE : YAML_STYLE_PLAIN;
    }
}

static bool is_string_tag(const char *tag)
{
    return tag == NULL || strcmp(tag, "!") == 0 || strcmp(tag, YAML_STR_TAG) == 0;
}

static void match_scalar(Walk *walk, const yaml_event_t *event, Match *match)
{
    const char *tag = (const char *)event->data.scalar.tag;
    match->kind = is_string_tag(tag) ? MATCH_VALUE : MATCH_TAGGED;
    match->source = arena_strdup(walk->arena, tag);
    match->place.style = style_of(event);
    match->place.start = yamlpatch_byte(walk->text, event->start_mark.index);
    match->place.end = yamlpatch_byte(walk->text, event->end_mark.index);
    match->place.value = arena_strndup(walk->arena, (const char *)event->data.scalar.value,
                                       event->data.scalar.length);
    match->has_token_start = tag == NULL && event->data.scalar.anchor == NULL;
}

static void note_match(Walk *walk, const yaml_event_t *event)
{
    Match match = {.kind = MATCH_COLLECTION};
    if (!is_wanted(walk))
        return;
    match.whole = walk->path.len == strlen(walk->property);
    match.place.path = arena_strdup(walk->arena, buf_text(&walk->path));
    match.place.line = event->start_mark.line + 1;
    match.place.column = event->start_mark.column + 1;
    match.place.event = walk->event;
    if (event->type == YAML_SCALAR_EVENT)
        match_scalar(walk, event, &match);
    if (event->type == YAML_ALIAS_EVENT) {
        match.kind = MATCH_ALIAS;
        match.source = arena_printf(walk->arena, "*%s", (const char *)event->data.alias.anchor);
    }
    VEC_PUSH(walk->arena, walk->matches, match);
}

/* ---- the walk ---- */

static void take_key(Walk *walk, const yaml_event_t *event)
{
    if (event->type == YAML_SCALAR_EVENT)
        append_key(walk, (const char *)event->data.scalar.value, event->data.scalar.length);
    else
        append_key(walk, "?", 1);
}

static void take_node(Walk *walk, const yaml_event_t *event)
{
    bool collection =
        event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT;
    if (enter_node(walk))
        note_match(walk, event);
    else
        take_key(walk, event);
    if (collection)
        push(walk, event->type == YAML_MAPPING_START_EVENT);
    else
        leave_node(walk);
}

static void take_end(Walk *walk)
{
    cut_path(walk, top(walk)->path_len);
    walk->stack.count--;
    leave_node(walk);
}

static void take_event(Walk *walk, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        cut_path(walk, 0);
        break;
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT:
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        take_node(walk, event);
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        take_end(walk);
        break;
    default:
        break;
    }
}

static bool too_deep(const Walk *walk, const yaml_event_t *event, Error *err)
{
    error_set(err, EXIT_USAGE, "%s is nested more than %d levels deep", walk->text->file,
              MAX_DEPTH);
    return error_at(err, walk->text->file, event->start_mark.line + 1,
                    event->start_mark.column + 1);
}

static bool walk_all(Walk *walk, Error *err)
{
    yaml_parser_t parser;
    yaml_event_t event;
    bool ok = true, done = false;
    yamlpatch_begin(walk->text, &parser);
    while (ok && !done) {
        if (!yaml_parser_parse(&parser, &event)) {
            ok = yamlpatch_fail(walk->text, &parser, err);
            break;
        }
        take_event(walk, &event);
        done = event.type == YAML_STREAM_END_EVENT;
        walk->event++;
        if (walk->stack.count > MAX_DEPTH)
            ok = too_deep(walk, &event, err);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return ok;
}

/* ---- the choice ---- */

static bool fail_at(const Walk *walk, const YamlPlace *place, Error *err)
{
    return error_at(err, walk->text->file, place->line, place->column);
}

static bool none_found(const Walk *walk, Error *err)
{
    if (walk->resource != NULL)
        error_set(err, EXIT_USAGE, "there is no property \"%s\" below \"%s\" in %s", walk->property,
                  walk->resource, walk->text->file);
    else
        error_set(err, EXIT_USAGE, "there is no property \"%s\" in %s", walk->property,
                  walk->text->file);
    error_hint(err, "Write it there once, as in %s: \"\"; its value is filled in from then on.",
               walk->property);
    return error_at(err, walk->text->file, 0, 0);
}

static bool several_found(const Walk *walk, const Match *first, Error *err)
{
    Buf list = {0};
    for (size_t i = 0; i < walk->matches.count; i++) {
        const YamlPlace *place = &walk->matches.items[i].place;
        if (walk->matches.items[i].kind == MATCH_VALUE)
            buf_printf(&list, "%sline %zu: %s", list.len == 0 ? "" : "\n", place->line,
                       place->path);
    }
    error_set(err, EXIT_USAGE, "%s has more than one property \"%s\"", walk->text->file,
              walk->property);
    error_detail(err, "%s", buf_text(&list));
    error_hint(err,
               "Say which: more of the path in `property`, or `resource`. For several, write a "
               "template block for each.");
    buf_free(&list);
    return fail_at(walk, &first->place, err);
}

static bool not_a_value(const Walk *walk, const Match *match, Error *err)
{
    if (match->kind == MATCH_COLLECTION)
        error_set(err, EXIT_USAGE, "%s is not a single value", match->place.path);
    else
        error_set(err, EXIT_USAGE, "the value of %s comes from elsewhere: %s", match->place.path,
                  match->source);
    error_hint(err, match->kind == MATCH_ALIAS
                        ? "Name the property that has the anchor instead."
                        : "Name the property that holds the text itself instead, such as "
                          "Parameters.NAME.Default.");
    return fail_at(walk, &match->place, err);
}

/* A complete path leaves no doubt about which one is meant. */
static void prefer_whole(Walk *walk)
{
    size_t kept = 0;
    bool any = false;
    for (size_t i = 0; i < walk->matches.count; i++)
        any = any || walk->matches.items[i].whole;
    for (size_t i = 0; any && i < walk->matches.count; i++)
        if (walk->matches.items[i].whole)
            walk->matches.items[kept++] = walk->matches.items[i];
    if (any)
        walk->matches.count = kept;
}

/* Values go before references to them: !Ref MigrationHash beside the parameter of that name. */
static bool choose(Walk *walk, Match *ret, Error *err)
{
    size_t values = 0;
    if (walk->matches.count == 0)
        return none_found(walk, err);
    prefer_whole(walk);
    *ret = walk->matches.items[0];
    for (size_t i = 0; i < walk->matches.count; i++) {
        if (walk->matches.items[i].kind == MATCH_VALUE && values++ == 0)
            *ret = walk->matches.items[i];
    }
    if (values > 1)
        return several_found(walk, ret, err);
    return values == 1 || not_a_value(walk, ret, err);
}

/* ---- the exact place ---- */

/* An event starts where the node's anchor or tag does; the scanner knows where the scalar does. */
static bool find_token(Walk *walk, Match *match, Error *err)
{
    yaml_parser_t parser;
    yaml_token_t token;
    bool found = false, done = false;
    yamlpatch_begin(walk->text, &parser);
    while (!done) {
        if (!yaml_parser_scan(&parser, &token))
            break;
        done = token.type == YAML_STREAM_END_TOKEN;
        if (token.type == YAML_SCALAR_TOKEN &&
            yamlpatch_byte(walk->text, token.end_mark.index) == match->place.end) {
            match->place.start = yamlpatch_byte(walk->text, token.start_mark.index);
            match->place.line = token.start_mark.line + 1;
            match->place.column = token.start_mark.column + 1;
            found = done = true;
        }
        yaml_token_delete(&token);
    }
    yaml_parser_delete(&parser);
    if (found)
        return true;
    error_set(err, EXIT_USAGE, "cannot tell where the value of %s begins", match->place.path);
    return fail_at(walk, &match->place, err);
}

/* `key:` alone: the value will stand behind the colon, which must be there. */
static bool find_gap(Walk *walk, YamlPlace *place, Error *err)
{
    const char *bytes = walk->text->bytes;
    size_t at = place->end;
    while (at > 0 && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t'))
        at--;
    place->start = place->end = at;
    if (at > 0 && bytes[at - 1] == ':')
        return true;
    error_set(err, EXIT_USAGE, "%s has no value yet", place->path);
    error_hint(err, "Write an empty one, in quotes: \"\"");
    return fail_at(walk, place, err);
}

static bool find_place(Walk *walk, Match *match, Error *err)
{
    if (match->place.style == YAML_STYLE_NONE)
        return find_gap(walk, &match->place, err);
    return match->has_token_start || find_token(walk, match, err);
}

bool yamlpatch_find(Arena *arena, const char *file, const char *bytes, size_t len,
                    const char *property, const char *resource, YamlPlace *ret, Error *err)
{
    YamlText text;
    Match match = {0};
    if (!yamlpatch_text(arena, file, bytes, len, &text, err))
        return false;
    Walk walk = {.arena = arena, .text = &text, .property = property, .resource = resource};
    bool ok = walk_all(&walk, err) && choose(&walk, &match, err) && find_place(&walk, &match, err);
    buf_free(&walk.path);
    if (ok)
        *ret = match.place;
    return ok;
}
