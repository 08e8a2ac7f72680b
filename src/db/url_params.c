/*
 * URL parameters of other tools in libpq's words: drivers (JDBC, asyncpg, pgx, node-postgres), ORMs
 * (Prisma, SQLAlchemy, Rails) and migration tools (Atlas, golang-migrate). libpq itself refuses a
 * whole URL for one parameter that it does not know.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/db/session.h"
#include "url_internal.h"

/* Same value under another name. */
static const struct {
    const char *foreign, *libpq;
} renamed[] = {
    {"ApplicationName", "application_name"},
    {"connectTimeout", "connect_timeout"},
    {"loginTimeout", "connect_timeout"},
    {"gssEncMode", "gssencmode"},
    {"channelBinding", "channel_binding"},
    {"kerberosServerName", "krbsrvname"},
    {"username", "user"},
    {"database", "dbname"},
};

/* A parameter or value with another meaning here. value NULL: any. libpq NULL: dropped. */
static const struct {
    const char *key, *value, *libpq, *libpq_value;
} translated[] = {
    {"sslmode", "no-verify", "sslmode", "require"},
    {"ssl", "true", "sslmode", "require"},
    {"ssl", "1", "sslmode", "require"},
    {"ssl", "", "sslmode", "require"},
    {"ssl", "require", "sslmode", "require"},
    {"ssl", "no-verify", "sslmode", "require"},
    {"ssl", "disable", "sslmode", "disable"},
    {"ssl", "allow", "sslmode", "allow"},
    {"ssl", "prefer", "sslmode", "prefer"},
    {"ssl", "verify-ca", "sslmode", "verify-ca"},
    {"ssl", "verify-full", "sslmode", "verify-full"},
    {"ssl", "false", NULL, NULL},
    {"ssl", "0", NULL, NULL},
    {"sslaccept", "accept_invalid_certs", NULL, NULL},
    {"targetServerType", "any", "target_session_attrs", "any"},
    {"targetServerType", "primary", "target_session_attrs", "read-write"},
    {"targetServerType", "master", "target_session_attrs", "read-write"},
    {"targetServerType", "secondary", "target_session_attrs", "standby"},
    {"targetServerType", "slave", "target_session_attrs", "standby"},
    {"targetServerType", "preferSecondary", "target_session_attrs", "prefer-standby"},
    {"targetServerType", "preferSlave", "target_session_attrs", "prefer-standby"},
    {"targetServerType", "preferPrimary", "target_session_attrs", "any"},
    {"tcpKeepAlive", "true", "keepalives", "1"},
    {"tcpKeepAlive", "false", "keepalives", "0"},
};

/* Matters to pools, caches and drivers only. A '*' at the end stands for anything. */
static const char *const harmless[] = {
    "adapter",
    "allowEncodingChanges",
    "assumeMinServerVersion",
    "async_fallback",
    "autosave",
    "binary_parameters",
    "binaryTransfer*",
    "characterEncoding",
    "charset",
    "checkout_timeout",
    "cleanupSavepoints",
    "command_timeout",
    "connection_lifetime",
    "connection_limit",
    "databaseMetadata*",
    "default_query_exec_mode",
    "defaultRowFetchSize",
    "description_cache_capacity",
    "disable_prepared_binary_result",
    "disableColumnSanitiser",
    "driver",
    "encoding",
    "escapeSyntaxCallMode",
    "hideUnprivilegedObjects",
    "hostRecheckSeconds",
    "idle_timeout",
    "idleTimeoutMillis",
    "loadBalanceHosts",
    "logger*",
    "logServerErrorDetail",
    "logUnclosedConnections",
    "max",
    "max_*",
    "maxResultBuffer",
    "min_*",
    "pool",
    "pool_*",
    "poolclass",
    "pooling",
    "preferQueryMode",
    "prepared_statement*",
    "prepared_statements",
    "preparedStatement*",
    "prepareThreshold",
    "protocolVersion",
    "quoteReturningIdentifiers",
    "readOnlyMode",
    "reaping_frequency",
    "receiveBufferSize",
    "reWriteBatchedInserts",
    "saslprep",
    "schema_cache",
    "sendBufferSize",
    "serverTimezone",
    "serverVersion",
    "single_use_connections",
    "socket_timeout",
    "socketFactory*",
    "socketTimeout",
    "statement_cache_*",
    "stringtype",
    "supa",
    "tcpNoDelay",
    "unknownLength",
    "uselibpqcompat",
    "useServerPrepStmts",
    "workaround",
    "x-*",
    "xmlFactoryFactory",
};

static bool is_true(const char *value)
{
    return *value == '\0' || strcmp(value, "true") == 0 || strcmp(value, "1") == 0 ||
           strcmp(value, "yes") == 0;
}

static bool is_harmless(const char *key)
{
    for (size_t i = 0; i < ARRAY_LENGTH(harmless); i++) {
        size_t len = strlen(harmless[i]);
        if (harmless[i][len - 1] == '*' ? strncmp(key, harmless[i], len - 1) == 0
                                        : strcmp(key, harmless[i]) == 0)
            return true;
    }
    return false;
}

static bool is_plain_name(const char *name)
{
    if (*name == '\0' || strspn(name, "0123456789") > 0)
        return false;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

/* Prisma's ?schema= is one name as it stands; Atlas's and JDBC's are lists by the server's rules.
 */
static bool take_over(Arena *arena, const char *key, const char *value, DatabaseUrl *ret)
{
    if (strcmp(key, "search_path") == 0 || strcmp(key, "currentSchema") == 0) {
        ret->search_path = *value == '\0' ? NULL : value;
    } else if (strcmp(key, "schema") == 0) {
        if (*value != '\0')
            ret->search_path =
                is_plain_name(value) ? value : session_quote_identifier(arena, value);
    } else if (strcmp(key, "pgbouncer") == 0) {
        ret->pooled = is_true(value);
    } else {
        return false;
    }
    return true;
}

/* A typo weakens an address where it is left out: sslmodee=require connects in clear. */
static void warn(Arena *arena, const char *key, DatabaseUrl *ret)
{
    const char *nearest = session_nearest_parameter(arena, key), *shown = text_printable(arena, key);
    if (nearest != NULL)
        ret->typo = arena_printf(arena, "unknown parameter \"%s\" (did you mean \"%s\"?)",
                                 shown, nearest);
    else
        VEC_PUSH(arena, ret->warnings,
                 arena_printf(arena, "parameter \"%s\" of the database address is not known and was left out",
                              shown));
}

void url_param_add(Arena *arena, UrlParamList *list, const char *key, const char *value,
                   DatabaseUrl *ret)
{
    if (take_over(arena, key, value, ret))
        return;
    for (size_t i = 0; i < ARRAY_LENGTH(translated); i++) {
        if (strcmp(key, translated[i].key) != 0 || strcmp(value, translated[i].value) != 0)
            continue;
        if (translated[i].libpq != NULL)
            VEC_PUSH(arena, *list, (UrlParam){translated[i].libpq, translated[i].libpq_value});
        return;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(renamed); i++) {
        if (strcmp(key, renamed[i].foreign) == 0)
            key = renamed[i].libpq;
    }
    if (session_knows_parameter(key))
        VEC_PUSH(arena, *list, (UrlParam){key, value});
    else if (!is_harmless(key))
        warn(arena, key, ret);
}
