/*
 * Dev database URLs: docker://postgres/16/dev, docker+postgres://registry/image:tag/db,
 * embedded://. Everything else is the address of an existing server, and url_parse()'s to judge.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/db/url.h"
#include "throwaway_provider.h"

#define FORMS                                                                                      \
    "A throwaway server is docker://postgres/16/dev, docker+postgres://registry/image:tag/db, "    \
    "embedded:// (or embedded://16, embedded:///path/to/bin), or postgres://… for a temporary "  \
    "database on that server."

/* The pieces between slashes, and the rest of the parameters. */
typedef struct Parts {
    StringList path;
    bool rooted; /* embedded:///path: what follows the scheme starts with a slash */
    char *query; /* without '?'; NULL when there is none */
} Parts;

static bool bad_url(const char *text, Error *err, const char *why)
{
    Arena *arena = arena_new();
    error_set(err, EXIT_USAGE, "cannot use \"%s\" as a throwaway server: %s", url_mask(arena, text),
              why);
    arena_free(arena);
    return error_hint(err, FORMS);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place; a '%' that does not begin a byte stays as it is, as does %00. */
char *throwaway_percent_decode(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        int high = from[0] == '%' ? hex_value(from[1]) : -1;
        int low = high >= 0 ? hex_value(from[2]) : -1;
        if (low >= 0 && high + low > 0) {
            *to++ = (char)(high * 16 + low);
            from += 2;
        } else {
            *to++ = *from;
        }
    }
    *to = '\0';
    return text;
}

char *throwaway_percent_encode(Arena *arena, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./";
    Buf out = {0};
    for (const char *p = text; *p != '\0'; p++) {
        if (strchr(plain, *p) != NULL)
            buf_add_char(&out, *p);
        else
            buf_printf(&out, "%%%02X", (unsigned char)*p);
    }
    return buf_steal(&out, arena);
}

static Parts split_url(Arena *arena, const char *after_scheme)
{
    Parts parts = {0};
    char *rest = arena_strdup(arena, after_scheme);
    char *query = strchr(rest, '?');
    if (query != NULL) {
        *query = '\0';
        parts.query = query + 1;
    }
    parts.rooted = rest[0] == '/';
    text_split(arena, rest, '/', &parts.path);
    for (size_t i = 0; i < parts.path.count; i++)
        parts.path.items[i] = throwaway_percent_decode(arena_strdup(arena, parts.path.items[i]));
    return parts;
}

/* ---- Parameters ---- */

typedef struct Parameter {
    const char *name;
    const char **value; /* NULL: known, without meaning here */
} Parameter;

static bool set_parameter(Arena *arena, const char *item, const Parameter *known, size_t count,
                          const char *text, Error *err)
{
    const char *names[8];
    size_t len = strcspn(item, "=");
    char *name = throwaway_percent_decode(arena_strndup(arena, item, len));
    char *value =
        throwaway_percent_decode(arena_strdup(arena, item[len] == '=' ? item + len + 1 : ""));
    for (size_t i = 0; i < count; i++) {
        names[i] = known[i].name;
        if (!text_equal(known[i].name, name))
            continue;
        if (known[i].value != NULL && *value != '\0')
            *known[i].value = value;
        return true;
    }
    const char *nearest = text_nearest(name, names, count);
    bad_url(text, err, arena_printf(arena, "there is no parameter \"%s\"", name));
    return nearest == NULL ? false : error_hint(err, "Did you mean \"%s\"?", nearest);
}

static bool parse_parameters(Arena *arena, const Parts *parts, ThrowawayUrl *ret, Error *err)
{
    const Parameter known[] = {
        {"search_path", &ret->search_path},
        {"database", &ret->database},
        {"locale", &ret->locale},
        {"folder", &ret->folder},
        {"sslmode", NULL}, /* users of Atlas write sslmode=disable */
    };
    bool is_embedded = ret->provider == &throwaway_embedded;
    StringList items = {0};
    if (parts->query != NULL)
        text_split(arena, parts->query, '&', &items);
    for (size_t i = 0; i < items.count; i++) {
        if (!set_parameter(arena, items.items[i], known, ARRAY_LENGTH(known), ret->text, err))
            return false;
    }
    if (ret->folder != NULL && !is_embedded)
        return bad_url(ret->text, err, "\"folder\" is for embedded:// only");
    return true;
}

/* A database of this name is made by programs that take names as they are. */
static bool check_database(ThrowawayUrl *ret, Error *err)
{
    static const char *const reserved[] = {"template0", "template1"};
    if (ret->database == NULL)
        ret->database = "dev";
    if (strlen(ret->database) > 63)
        return bad_url(ret->text, err, "the database name is longer than 63 bytes");
    if (strpbrk(ret->database, "\n\r\"/=") != NULL)
        return bad_url(ret->text, err, "the database name has a character that cannot stand there");
    for (size_t i = 0; i < ARRAY_LENGTH(reserved); i++) {
        if (text_equal(ret->database, reserved[i]))
            return bad_url(ret->text, err, "this database belongs to the server");
    }
    return true;
}

/* ---- embedded:// ---- */

static bool parse_embedded(Arena *arena, const Parts *parts, ThrowawayUrl *ret, Error *err)
{
    if (parts->rooted) {
        Buf path = {0};
        for (size_t i = 0; i < parts->path.count; i++)
            buf_printf(&path, "/%s", parts->path.items[i]);
        ret->bin_folder = path.len == 0 ? NULL : buf_steal(&path, arena);
        buf_free(&path);
        return true;
    }
    if (parts->path.count == 0)
        return true;
    if (!text_to_int64(parts->path.items[0], &ret->major) || ret->major < 1)
        return bad_url(ret->text, err,
                       "after embedded:// comes a major version, or a folder with three slashes");
    if (parts->path.count > 2)
        return bad_url(ret->text, err, "there is something after the database name");
    if (parts->path.count == 2)
        ret->database = parts->path.items[1];
    return true;
}

/* ---- docker:// and docker+postgres:// ---- */

static bool parse_docker(Arena *arena, const Parts *parts, ThrowawayUrl *ret, Error *err)
{
    static const char *const images[][2] = {{"postgres", "postgres"},
                                            {"postgis", "postgis/postgis"},
                                            {"pgvector", "pgvector/pgvector"}};
    const StringList *path = &parts->path;
    if (parts->rooted || path->count == 0)
        return bad_url(ret->text, err, "the image is missing");
    if (path->count > 3)
        return bad_url(ret->text, err, "there is something after the database name");
    for (size_t i = 0; i < ARRAY_LENGTH(images); i++) {
        if (!text_equal(images[i][0], path->items[0]))
            continue;
        ret->image =
            arena_printf(arena, "%s:%s", images[i][1], path->count > 1 ? path->items[1] : "latest");
        if (path->count > 2)
            ret->database = path->items[2];
        return true;
    }
    bad_url(ret->text, err, "docker:// knows postgres, postgis and pgvector");
    return error_hint(err, "Any other image is docker+postgres://registry/image:tag/db, or "
                           "docker+postgres://_/image:tag/db for one without a registry.");
}

static bool is_registry(const char *piece)
{
    return strpbrk(piece, ".:") != NULL || text_equal(piece, "localhost");
}

/* "host:5000" rather than "postgres:16": servers have no tags of three digits and more. */
static bool has_port(const char *piece)
{
    size_t name = strcspn(piece, ":");
    const char *digits = piece + name + 1;
    if (strspn(digits, "0123456789") != strlen(digits))
        return false;
    return strlen(digits) >= 3 || memchr(piece, '.', name) != NULL ||
           text_starts(piece, "localhost:");
}

/* "image:tag" or "image@sha256:…"; the first piece may also be "host:port" of a registry. */
static bool ends_image(const StringList *path, size_t i)
{
    if (strchr(path->items[i], '@') != NULL)
        return true;
    if (strchr(path->items[i], ':') == NULL)
        return false;
    return i > 0 || path->count == 1 || !has_port(path->items[i]);
}

/* How many pieces make up the image. Without a tag, the last of several is the database. */
static size_t image_pieces(const StringList *path)
{
    for (size_t i = 0; i < path->count; i++) {
        if (ends_image(path, i))
            return i + 1;
    }
    size_t least = path->count > 0 && is_registry(path->items[0]) ? 2 : 1;
    return path->count > least + 1 ? path->count - 1 : path->count;
}

static bool parse_mirror(Arena *arena, const Parts *parts, ThrowawayUrl *ret, Error *err)
{
    StringList path = parts->path;
    /* As in Atlas: "_" stands for "no registry". */
    if (path.count > 0 && text_equal(path.items[0], "_")) {
        path.items++;
        path.count--;
    }
    if (parts->rooted || path.count == 0)
        return bad_url(ret->text, err, "the image is missing");
    size_t pieces = image_pieces(&path);
    if (path.count > pieces + 1)
        return bad_url(ret->text, err, "there is something after the database name");
    Buf image = {0};
    for (size_t i = 0; i < pieces; i++)
        buf_printf(&image, "%s%s", i > 0 ? "/" : "", path.items[i]);
    ret->image = buf_steal(&image, arena);
    ret->is_mirror = true;
    if (path.count > pieces)
        ret->database = path.items[pieces];
    /* It goes into an argument of its own, but must not pass for an option. */
    if (ret->image[0] == '-')
        return bad_url(ret->text, err, "an image name does not start with '-'");
    return true;
}

/* ---- All ---- */

static bool parse_rest(Arena *arena, const char *after_scheme, ThrowawayUrl *ret, Error *err)
{
    Parts parts = split_url(arena, after_scheme);
    bool (*parse)(Arena *, const Parts *, ThrowawayUrl *, Error *) = parse_embedded;
    if (ret->provider == &throwaway_docker)
        parse = text_starts(ret->text, "docker://") ? parse_docker : parse_mirror;
    return parse(arena, &parts, ret, err) && parse_parameters(arena, &parts, ret, err) &&
           check_database(ret, err);
}

bool throwaway_url_parse(Arena *arena, const char *text, ThrowawayUrl *ret, Error *err)
{
    static const struct {
        const char *prefix;
        const ThrowawayProvider *provider;
    } schemes[] = {
        {"embedded://", &throwaway_embedded},
        {"docker://", &throwaway_docker},
        {"docker+postgres://", &throwaway_docker},
        {"docker+postgresql://", &throwaway_docker},
    };
    *ret = (ThrowawayUrl){.text = text};
    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++) {
        if (text_starts(text, schemes[i].prefix)) {
            ret->provider = schemes[i].provider;
            return parse_rest(arena, text + strlen(schemes[i].prefix), ret, err);
        }
    }
    if (text_starts(text, "embedded") || text_starts(text, "docker"))
        return bad_url(text, err, "the scheme is not complete or not known");
    ret->provider = &throwaway_existing;
    DatabaseUrl url;
    if (!url_parse(arena, text, &url, err)) {
        if (err->hint == NULL)
            error_hint(err, FORMS);
        return false;
    }
    ret->search_path = url.search_path;
    return true;
}
