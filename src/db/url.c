/*
 * The syntax of database addresses: URLs and conninfo strings are taken apart, their parameters put
 * into libpq's words (url_params.c), and written again in the form they came in. User, password,
 * hosts and database of a URL stay as they were, encoded.
 */
#include "dbmig/db/url.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig/text/secret.h"
#include "url_internal.h"

#define EXAMPLES "Examples: postgres://user@host:5432/db, \"host=… dbname=…\"."
#define ENCODE_HINT                                                                                \
    "Special characters in user and password must be percent-encoded: %% is %%25, / is %%2F, "     \
    ": is %%3A, @ is %%40, # is %%23, ? is %%3F."

typedef struct Address {
    bool is_uri;
    const char *scheme;                  /* "postgres" or "postgresql" */
    const char *user, *password, *hosts; /* raw, as in the URL; NULL where absent */
    const char *database;                /* raw; NULL where absent */
    UrlParamList params;
} Address;

/* Schemes of other tools for the same servers; what follows a '+' is their driver. */
static const char *const schemes[] = {
    "postgres",    "postgresql", "pgsql",    "psql",        "pgx",          "pgx4",
    "pgx5",        "postgis",    "ecto",     "timescaledb", "timescalegis", "cockroach",
    "cockroachdb", "crdb",       "yugabyte", "yugabytedb",
};

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* ---- percent encoding ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* NULL for a bad escape, and for %00. */
static char *decode(Arena *arena, const char *text, size_t len)
{
    char *decoded = arena_alloc(arena, len + 1);
    size_t out = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '%') {
            decoded[out++] = text[i];
            continue;
        }
        bool whole = len - i > 2;
        int high = whole ? hex_digit(text[i + 1]) : -1;
        int low = whole ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0)
            return NULL;
        decoded[out++] = (char)(high * 16 + low);
        i += 2;
    }
    decoded[out] = '\0';
    return decoded;
}

static void add_encoded(Buf *out, const char *text)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";
    for (const char *p = text; *p != '\0'; p++) {
        if (strchr(plain, *p) != NULL)
            buf_add_char(out, *p);
        else
            buf_printf(out, "%%%02X", (unsigned char)*p);
    }
}

/* A part of a URL as it stands, but for blanks, which newer libpq refuses. */
static char *raw_part(Arena *arena, const char *text, size_t len)
{
    Buf out = {0};
    for (size_t i = 0; i < len; i++) {
        if (is_blank(text[i]))
            buf_printf(&out, "%%%02X", (unsigned char)text[i]);
        else
            buf_add_char(&out, text[i]);
    }
    return buf_steal(&out, arena);
}

/* ---- reading URLs ---- */

static bool bad_credentials(Error *err, const char *what)
{
    error_set(err, EXIT_USAGE, "the database address is not valid: %s", what);
    return error_hint(err, ENCODE_HINT);
}

/* Takes user and password off the front. As in libpq, they end at the first '@' before a '/'. */
static bool read_credentials(Arena *arena, const char **text, Address *ret, Error *err)
{
    size_t len = strcspn(*text, "@/");
    if ((*text)[len] != '@') {
        const char *at = strchr(*text, '@');
        size_t authority = strcspn(*text, "/?");
        if (at != NULL && at < *text + strcspn(*text, "?") && memchr(*text, ':', authority) != NULL)
            return bad_credentials(err, "a \"/\" stands before the \"@\"");
        return true;
    }
    const char *colon = memchr(*text, ':', len);
    size_t user_len = colon == NULL ? len : (size_t)(colon - *text);
    if (decode(arena, *text, len) == NULL)
        return bad_credentials(err,
                               "a \"%\" in user or password is not followed by two hexadecimal "
                               "digits");
    ret->user = raw_part(arena, *text, user_len);
    if (colon != NULL)
        ret->password = raw_part(arena, colon + 1, len - user_len - 1);
    *text += len + 1;
    return true;
}

/* host[:port],… where a host may be [IPv6]. What is wrong is not shown: it may be part of a
 * password. */
static bool check_hosts(Arena *arena, const char *hosts, Error *err)
{
    const char *p = hosts;
    if (decode(arena, hosts, strlen(hosts)) == NULL)
        return bad_credentials(err,
                               "a \"%\" in the host is not followed by two hexadecimal digits");
    if (strchr(hosts, '@') != NULL)
        return bad_credentials(err, "it has more than one \"@\" before the database name");
    for (;;) {
        if (*p == '[') {
            p = strchr(p, ']');
            if (p == NULL)
                return error_set(err, EXIT_USAGE,
                                 "the database address is not valid: \"]\" is missing");
            p++;
        } else {
            p += strcspn(p, ":,");
        }
        if (*p == ':') {
            size_t digits = strspn(++p, "0123456789");
            if (digits > 5 || (p[digits] != ',' && p[digits] != '\0'))
                return bad_credentials(err, "the port is not a number");
            p += digits;
        }
        if (*p == '\0')
            return true;
        if (*p++ != ',')
            return error_set(err, EXIT_USAGE,
                             "the database address is not valid: \",\" or \"/\" expected after "
                             "the host");
    }
}

static bool read_query(Arena *arena, const char *query, Address *ret, DatabaseUrl *url, Error *err)
{
    while (*query != '\0') {
        size_t len = strcspn(query, "&");
        const char *equals = memchr(query, '=', len);
        size_t key_len = equals == NULL ? len : (size_t)(equals - query);
        const char *key = decode(arena, query, key_len);
        const char *value = equals == NULL ? "" : decode(arena, equals + 1, len - key_len - 1);
        if (key == NULL)
            return bad_credentials(err,
                                   "a \"%\" after the \"?\" is not followed by two hexadecimal "
                                   "digits");
        if (value == NULL) {
            error_set(err, EXIT_USAGE,
                      "the database address is not valid: a \"%%\" in parameter \"%s\" is not "
                      "followed by two hexadecimal digits",
                      text_printable(arena, key));
            return error_hint(err, "Write %%25 for %%.");
        }
        if (*key != '\0')
            url_param_add(arena, &ret->params, key, value, url);
        query += len;
        query += *query == '&';
    }
    return true;
}

static bool read_uri(Arena *arena, const char *text, Address *ret, DatabaseUrl *url, Error *err)
{
    ret->is_uri = true;
    if (!read_credentials(arena, &text, ret, err))
        return false;
    size_t len = strcspn(text, "/?");
    ret->hosts = raw_part(arena, text, len);
    if (!check_hosts(arena, ret->hosts, err))
        return false;
    text += len;
    if (*text == '/') {
        len = strcspn(++text, "?");
        if (decode(arena, text, len) == NULL)
            return bad_credentials(err, "a \"%\" in the database name is not followed by two "
                                        "hexadecimal digits");
        if (len > 0)
            ret->database = raw_part(arena, text, len);
        text += len;
    }
    return *text == '\0' || read_query(arena, text + 1, ret, url, err);
}

static bool wrong_scheme(Error *err, const char *scheme)
{
    if (strcmp(scheme, "docker") == 0 || text_starts(scheme, "docker+") ||
        strcmp(scheme, "embedded") == 0) {
        error_set(err, EXIT_USAGE, "%s:// is a throwaway server, not a database address", scheme);
        return error_hint(err, "It belongs in --dev-url.");
    }
    error_set(err, EXIT_USAGE, "%s:// is not the address of a PostgreSQL database", scheme);
    return error_hint(err, EXAMPLES);
}

/* text is at the scheme; len bytes long, before "://". */
static bool read_scheme(Arena *arena, const char *text, size_t len, Address *ret, Error *err)
{
    char *scheme = arena_strndup(arena, text, len);
    for (char *p = scheme; *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    }
    ret->scheme = strcmp(scheme, "postgres") == 0 ? "postgres" : "postgresql";
    size_t base = strcspn(scheme, "+");
    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++) {
        if (strlen(schemes[i]) == base && strncmp(scheme, schemes[i], base) == 0)
            return true;
    }
    return wrong_scheme(err, text_printable(arena, scheme));
}

/* ---- reading conninfo strings, by libpq's rules ---- */

/* One value: bare or in quotes, with backslash escapes. False when a quote is not closed. */
static bool read_value(const char **text, Buf *value)
{
    const char *p = *text;
    bool quoted = *p == '\'';
    p += quoted;
    while (*p != '\0' && (quoted ? *p != '\'' : !is_blank(*p))) {
        if (*p == '\\' && *++p == '\0')
            break;
        buf_add_char(value, *p++);
    }
    if (quoted && *p != '\'')
        return false;
    *text = p + quoted;
    return true;
}

static bool bad_conninfo(Error *err, const char *what)
{
    error_set(err, EXIT_USAGE, "the database address is not valid: %s", what);
    return error_hint(err, "Values with blanks in them need quotes: password='a b'. " EXAMPLES);
}

/*
 * A misspelt word that says where to connect would lead to another server: it is no parameter to be
 * left out with a warning.
 */
static bool check_conninfo_key(Arena *arena, const char *key, Error *err)
{
    static const char *const places[] = {"host", "hostaddr", "port", "dbname", "user", "service"};
    const char *nearest = text_nearest(key, places, ARRAY_LENGTH(places));
    if (nearest == NULL)
        return true;
    return error_set(err, EXIT_USAGE,
                     "the database address has an unknown parameter \"%s\" (did you mean \"%s\"?)",
                     text_printable(arena, key), nearest);
}

static bool check_conninfo(const Address *address, const DatabaseUrl *url, Error *err)
{
    if (address->params.count > 0 || url->warnings.count == 0)
        return true;
    error_set(err, EXIT_USAGE, "the database address names no host, database, user or service");
    error_detail(err, "%s.", url->warnings.items[0]);
    return error_hint(err, EXAMPLES);
}

static bool read_conninfo(Arena *arena, const char *text, Address *ret, DatabaseUrl *url,
                          Error *err)
{
    for (;;) {
        text += strspn(text, " \t\n\v\f\r");
        if (*text == '\0')
            return check_conninfo(ret, url, err);
        size_t len = strcspn(text, "= \t\n\v\f\r");
        const char *key = arena_strndup(arena, text, len);
        text += len;
        text += strspn(text, " \t\n\v\f\r");
        if (*text != '=')
            return bad_conninfo(err, "\"=\" is missing after a parameter's name");
        text++;
        text += strspn(text, " \t\n\v\f\r");
        Buf value = {0};
        if (!read_value(&text, &value)) {
            buf_free(&value);
            return bad_conninfo(err, "a quote is not closed");
        }
        size_t unknown = url->warnings.count;
        url_param_add(arena, &ret->params, key, buf_steal(&value, arena), url);
        if (url->warnings.count > unknown && !check_conninfo_key(arena, key, err))
            return false;
    }
}

/* ---- writing ---- */

static bool is_secret(const char *key)
{
    return text_ends(key, "password") || text_ends(key, "secret") ||
           text_ends(key, "scram_client_key") || text_ends(key, "scram_server_key");
}

static char *write_uri(Arena *arena, const Address *address, bool shown)
{
    Buf out = {0};
    buf_printf(&out, "%s://", address->scheme);
    if (address->user != NULL) {
        buf_add_str(&out, address->user);
        if (address->password != NULL && !shown)
            buf_printf(&out, ":%s", address->password);
        buf_add_char(&out, '@');
    }
    buf_add_str(&out, address->hosts);
    if (address->database != NULL)
        buf_printf(&out, "/%s", address->database);
    char separator = '?';
    for (size_t i = 0; i < address->params.count; i++) {
        const UrlParam *param = &address->params.items[i];
        if (shown && is_secret(param->key))
            continue;
        /* Without a path, libpq would take the '?' for part of the host. */
        if (separator == '?' && address->database == NULL)
            buf_add_char(&out, '/');
        buf_printf(&out, "%c%s=", separator, param->key);
        add_encoded(&out, param->value);
        separator = '&';
    }
    return buf_steal(&out, arena);
}

static char *write_conninfo(Arena *arena, const Address *address, bool shown)
{
    Buf out = {0};
    for (size_t i = 0; i < address->params.count; i++) {
        const UrlParam *param = &address->params.items[i];
        if (shown && is_secret(param->key))
            continue;
        buf_printf(&out, "%s%s='", out.len == 0 ? "" : " ", param->key);
        for (const char *p = param->value; *p != '\0'; p++) {
            if (*p == '\'' || *p == '\\')
                buf_add_char(&out, '\\');
            buf_add_char(&out, *p);
        }
        buf_add_char(&out, '\'');
    }
    return buf_steal(&out, arena);
}

static char *write_address(Arena *arena, const Address *address, bool shown)
{
    return address->is_uri ? write_uri(arena, address, shown)
                           : write_conninfo(arena, address, shown);
}

/* ---- the whole ---- */

/* Without blanks around it, and without quotes that an .env file left there. */
static const char *trim(Arena *arena, const char *text)
{
    text += strspn(text, " \t\n\v\f\r");
    size_t len = strlen(text);
    while (len > 0 && is_blank(text[len - 1]))
        len--;
    if (len >= 2 && (text[0] == '"' || text[0] == '\'') && text[len - 1] == text[0]) {
        text++;
        len -= 2;
    }
    return arena_strndup(arena, text, len);
}

/* jdbc:postgresql:db and jdbc:postgresql:///db mean TCP to localhost. */
static const char *from_jdbc(Arena *arena, const char *text)
{
    text += strlen("jdbc:");
    const char *colon = strchr(text, ':');
    if (colon == NULL)
        return text;
    if (text_starts(colon, "://"))
        return text_starts(colon, ":///")
                   ? arena_printf(arena, "postgresql://localhost/%s", colon + 4)
                   : text;
    const char *database = colon + 1 + (colon[1] == '/');
    return arena_printf(arena, "%.*s://localhost/%s", (int)(colon - text), text, database);
}

static bool is_dotnet(const char *text)
{
    size_t key = strcspn(text, "=;");
    return strchr(text, ';') != NULL && text[key] == '=' &&
           (strncmp(text, "Host", key) == 0 || strncmp(text, "Server", key) == 0 ||
            strncmp(text, "User ID", key) == 0 || strncmp(text, "Username", key) == 0 ||
            strncmp(text, "Database", key) == 0);
}

static bool read_address(Arena *arena, const char *text, Address *ret, DatabaseUrl *url, Error *err)
{
    text = trim(arena, text);
    if (text_starts(text, "jdbc:"))
        text = from_jdbc(arena, text);
    const char *scheme_end = strstr(text, "://");
    const char *equals = strchr(text, '=');
    if (scheme_end != NULL && (equals == NULL || scheme_end < equals))
        return read_scheme(arena, text, (size_t)(scheme_end - text), ret, err) &&
               read_uri(arena, scheme_end + 3, ret, url, err);
    if (is_dotnet(text)) {
        error_set(err, EXIT_USAGE, "the database address is a .NET connection string");
        return error_hint(err, EXAMPLES);
    }
    if (equals == NULL && *text != '\0') {
        error_set(err, EXIT_USAGE, "\"%s\" is not a database address",
                  text_printable(arena, secret_mask(arena, text)));
        return error_hint(err, EXAMPLES);
    }
    return read_conninfo(arena, text, ret, url, err);
}

bool url_parse(Arena *arena, const char *text, DatabaseUrl *ret, Error *err)
{
    Address address = {0};
    DatabaseUrl url = {0};
    if (!read_address(arena, text, &address, &url, err))
        return false;
    if (url.typo != NULL)
        return error_set(err, EXIT_USAGE, "%s", url.typo);
    url.conninfo = write_address(arena, &address, false);
    url.shown = write_address(arena, &address, true);
    *ret = url;
    return true;
}

char *url_mask(Arena *arena, const char *text)
{
    return secret_mask(arena, text);
}

char *url_with_database(Arena *arena, const char *conninfo, const char *database, Error *err)
{
    Address address = {0};
    DatabaseUrl url = {0};
    if (!read_address(arena, conninfo, &address, &url, err))
        return NULL;
    Address changed = address;
    changed.params = (UrlParamList){0};
    for (size_t i = 0; i < address.params.count; i++) {
        if (strcmp(address.params.items[i].key, "dbname") != 0)
            VEC_PUSH(arena, changed.params, address.params.items[i]);
    }
    if (changed.is_uri) {
        Buf encoded = {0};
        add_encoded(&encoded, database);
        changed.database = buf_steal(&encoded, arena);
    } else {
        VEC_PUSH(arena, changed.params, (UrlParam){"dbname", database});
    }
    /* search_path and pooling are not libpq's: they would be lost. */
    if (url.search_path != NULL)
        VEC_PUSH(arena, changed.params, (UrlParam){"search_path", url.search_path});
    if (url.pooled)
        VEC_PUSH(arena, changed.params, (UrlParam){"pgbouncer", "true"});
    return write_address(arena, &changed, false);
}

/* ---- what an address leaves to libpq's variables ---- */

static bool is_given(const Address *address, const char *key)
{
    for (size_t i = 0; i < address->params.count; i++) {
        if (strcmp(address->params.items[i].key, key) == 0 && address->params.items[i].value[0] != '\0')
            return true;
    }
    return false;
}

static bool names_host(const Address *address)
{
    return (address->hosts != NULL && address->hosts[0] != '\0' && address->hosts[0] != ':') ||
           is_given(address, "host") || is_given(address, "hostaddr");
}

static bool names_database(const Address *address)
{
    return address->database != NULL || is_given(address, "dbname");
}

static bool names_port(const Address *address)
{
    const char *hosts = address->hosts == NULL ? "" : address->hosts;
    const char *bracket = strrchr(hosts, ']');
    return strchr(bracket == NULL ? hosts : bracket, ':') != NULL || is_given(address, "port");
}

const char *url_from_outside(Arena *arena, const char *text)
{
    Address address = {0};
    DatabaseUrl url = {0};
    Error ignored = {0};
    bool read = read_address(arena, text, &address, &url, &ignored);
    error_clear(&ignored);
    const struct {
        const char *variable;
        bool counts;
    } variables[] = {
        {"PGHOSTADDR", !is_given(&address, "hostaddr")}, /* goes before a host that is named */
        {"PGHOST", !names_host(&address)},
        {"PGPORT", !names_port(&address)},
        {"PGDATABASE", !names_database(&address)},
        {"PGUSER", !names_database(&address) && address.user == NULL && !is_given(&address, "user")},
        {"PGSERVICE", true},
    };
    if (read && is_given(&address, "service"))
        return "a service";
    for (size_t i = 0; read && i < ARRAY_LENGTH(variables); i++) {
        const char *value = getenv(variables[i].variable);
        if (variables[i].counts && value != NULL && value[0] != '\0')
            return arena_printf(arena, "$%s", variables[i].variable);
    }
    return NULL;
}

char *url_database(Arena *arena, const char *conninfo, Error *err)
{
    Address address = {0};
    DatabaseUrl url = {0};
    const char *name = NULL;
    if (!read_address(arena, conninfo, &address, &url, err))
        return NULL;
    for (size_t i = 0; i < address.params.count; i++) {
        if (strcmp(address.params.items[i].key, "dbname") == 0)
            name = address.params.items[i].value;
    }
    char *found = name != NULL               ? arena_strdup(arena, name)
                  : address.database == NULL ? NULL
                                             : decode(arena, address.database, strlen(address.database));
    if (found == NULL || found[0] == '\0') {
        error_set(err, EXIT_USAGE, "the address names no database: %s", url_mask(arena, conninfo));
        return NULL;
    }
    return found;
}
