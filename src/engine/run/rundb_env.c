/* Addresses and variables for programs, in the spellings that their drivers want. */
#include <ctype.h>
#include <stdlib.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/rundb.h"

/* Of all but letters, digits and "-_.~". */
static char *encoded(Arena *arena, const char *text)
{
    Buf out = {0};
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (isalnum(*c) || *c == '-' || *c == '_' || *c == '.' || *c == '~')
            buf_add_char(&out, (char)*c);
        else
            buf_printf(&out, "%%%02X", *c);
    }
    return buf_steal(&out, arena);
}

static bool is_socket(const ThrowawayAddress *address)
{
    return address->host[0] == '/';
}

/* A host of letters or an IPv4 address stands as it is, an IPv6 address in brackets. */
static char *host_and_port(Arena *arena, const ThrowawayAddress *address)
{
    bool v6 = false;
    for (const char *c = address->host; *c != '\0'; c++)
        v6 = v6 || *c == ':';
    return arena_printf(arena, "%s%s%s:%lld", v6 ? "[" : "", address->host, v6 ? "]" : "",
                        (long long)address->port);
}

static char *plain_url(Arena *arena, const char *scheme, const ThrowawayAddress *address,
                       const char *database)
{
    Buf out = {0};
    buf_printf(&out, "%s://%s", scheme, encoded(arena, address->user));
    if (address->password != NULL)
        buf_printf(&out, ":%s", encoded(arena, address->password));
    if (is_socket(address))
        buf_printf(&out, "@/%s?host=%s&port=%lld", encoded(arena, database),
                   encoded(arena, address->host), (long long)address->port);
    else
        buf_printf(&out, "@%s/%s", host_and_port(arena, address), encoded(arena, database));
    if (address->params != NULL)
        buf_printf(&out, "%s%s", is_socket(address) ? "&" : "?", address->params);
    return buf_steal(&out, arena);
}

static char *jdbc_url(Arena *arena, const ThrowawayAddress *address, const char *database)
{
    Buf out = {0};
    buf_printf(&out, "jdbc:postgresql://%s/%s?user=%s", host_and_port(arena, address),
               encoded(arena, database), encoded(arena, address->user));
    if (address->password != NULL)
        buf_printf(&out, "&password=%s", encoded(arena, address->password));
    if (address->params != NULL)
        buf_printf(&out, "&%s", address->params);
    return buf_steal(&out, arena);
}

/* host=… dbname=…, as libpq reads it: a value in quotes. */
static void add_keyword(Buf *out, const char *name, const char *value)
{
    buf_printf(out, "%s%s='", out->len == 0 ? "" : " ", name);
    for (; *value != '\0'; value++)
        buf_printf(out, "%s%c", *value == '\'' || *value == '\\' ? "\\" : "", *value);
    buf_add_char(out, '\'');
}

static char *keywords(Arena *arena, const ThrowawayAddress *address, const char *database)
{
    Buf out = {0};
    StringList params = {0};
    add_keyword(&out, "host", address->host);
    add_keyword(&out, "port", arena_printf(arena, "%lld", (long long)address->port));
    add_keyword(&out, "dbname", database);
    add_keyword(&out, "user", address->user);
    if (address->password != NULL)
        add_keyword(&out, "password", address->password);
    if (address->params != NULL)
        text_split(arena, address->params, '&', &params);
    for (size_t i = 0; i < params.count; i++)
        buf_printf(&out, " %s", params.items[i]);
    return buf_steal(&out, arena);
}

static char *npgsql(Arena *arena, const ThrowawayAddress *address, const char *database)
{
    char *password = address->password == NULL
                         ? arena_strdup(arena, "")
                         : arena_printf(arena, ";Password=%s", address->password);
    return arena_printf(arena, "Host=%s;Port=%lld;Database=%s;Username=%s%s", address->host,
                        (long long)address->port, database, address->user, password);
}

char *rundb_url(Arena *arena, const ThrowawayAddress *address, const char *database,
                const char *format)
{
    static const struct {
        const char *format, *scheme;
    } schemes[] = {
        {"postgresql", "postgresql"},         {"postgres", "postgres"},
        {"psycopg", "postgresql+psycopg"},    {"psycopg2", "postgresql+psycopg2"},
        {"asyncpg", "postgresql+asyncpg"},    {"pg8000", "postgresql+pg8000"},
    };
    if (text_equal(format, "jdbc"))
        return jdbc_url(arena, address, database);
    if (text_equal(format, "keyword"))
        return keywords(arena, address, database);
    if (text_equal(format, "npgsql"))
        return npgsql(arena, address, database);
    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++) {
        if (text_equal(format, schemes[i].format))
            return plain_url(arena, schemes[i].scheme, address, database);
    }
    return plain_url(arena, "postgresql", address, database);
}

/* SHOP_EU_DATABASE_URL for shop-eu. */
static char *variable_of(Arena *arena, const char *name)
{
    Buf out = {0};
    for (const unsigned char *c = (const unsigned char *)name; *c != '\0'; c++)
        buf_add_char(&out, isalnum(*c) ? (char)toupper(*c) : '_');
    buf_add_str(&out, "_DATABASE_URL");
    return buf_steal(&out, arena);
}

static void add(Arena *arena, StringList *list, const char *prefix, const char *name,
                const char *value)
{
    VEC_PUSH(arena, *list, arena_printf(arena, "%s%s=%s", prefix, name, value));
}

void rundb_environment(Arena *arena, const Rundb *rundb, const RundbOptions *options,
                       StringList *ret)
{
    const char *prefix = options->env_prefix == NULL ? "" : options->env_prefix;
    const ThrowawayAddress *address = &rundb->address;
    add(arena, ret, prefix, "DATABASE_URL",
        rundb_url(arena, address, address->database, options->url_format));
    add(arena, ret, prefix, "PGHOST", address->host);
    add(arena, ret, prefix, "PGPORT", arena_printf(arena, "%lld", (long long)address->port));
    add(arena, ret, prefix, "PGUSER", address->user);
    add(arena, ret, prefix, "PGPASSWORD", address->password == NULL ? "" : address->password);
    add(arena, ret, prefix, "PGDATABASE", address->database);
    /* Drivers that insist on TLS by default (Go's lib/pq) read it; the server has none. */
    if (throwaway_owns_server(rundb->throwaway))
        add(arena, ret, prefix, "PGSSLMODE", "disable");
    for (size_t i = 0; i < rundb->copies.count; i++)
        add(arena, ret, prefix, variable_of(arena, rundb->copies.items[i].name),
            rundb_url(arena, address, rundb->copies.items[i].database, options->url_format));
    add(arena, ret, "", "DBMIG_TEMPLATE_URL",
        rundb_url(arena, &rundb->admin, rundb->template_name, "postgresql"));
}

void rundb_clear_environment(const char *env_prefix)
{
    /* Of these libpq takes the address before PGHOST, and dbmig's own before DATABASE_URL. */
    static const char *const elsewhere[] = {"PGHOSTADDR",   "PGSERVICE",  "PGSSLROOTCERT",
                                            "PGSSLNEGOTIATION", "PGREQUIRESSL", "PGCHANNELBINDING",
                                            "DBMIG_URL"};
    if (env_prefix != NULL && env_prefix[0] != '\0')
        return;
    for (size_t i = 0; i < ARRAY_LENGTH(elsewhere); i++)
        unsetenv(elsewhere[i]);
}
