/* What other programs need of a throwaway server: where it is, a password, copies of its database. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dbmig/base/hash.h"
#include "dbmig/base/platform.h"
#include "dbmig_sql.h"
#include "throwaway_provider.h"

const char *throwaway_random_password(Arena *arena)
{
    uint8_t bytes[16];
    char hex[2 * sizeof(bytes) + 1];
    platform_random(bytes, sizeof(bytes));
    hash_hex(bytes, sizeof(bytes), hex);
    return arena_strdup(arena, hex);
}

bool throwaway_set_password(Throwaway *throwaway, const char *role, const char *password, Error *err)
{
    Arena *arena = arena_new();
    Session *session = NULL;
    bool ok = throwaway_open(arena, throwaway, false, &session, err) &&
              session_exec(session, "SET log_statement = 'none'", err) &&
              session_exec(session, "SET log_min_duration_statement = -1", err) &&
              session_exec(session, "SET log_min_error_statement = panic", err) &&
              /* 13 would use what the access rules do not take. */
              session_exec(session, "SET password_encryption = 'scram-sha-256'", err) &&
              session_execf(session, err, "ALTER ROLE %s LOGIN PASSWORD %s",
                            session_quote_identifier(arena, role),
                            session_quote_literal(arena, password));
    session_close(session);
    arena_free(arena);
    return ok;
}

bool throwaway_free_port(int64_t wanted, int64_t *ret, Error *err)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)wanted)};
    socklen_t len = sizeof(address);
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool ok = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
              bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
              getsockname(fd, (struct sockaddr *)&address, &len) == 0;
    int saved_errno = errno;
    if (fd >= 0)
        close(fd);
    if (ok)
        *ret = ntohs(address.sin_port);
    else if (wanted != 0)
        error_set_errno(err, EXIT_CONNECTION, saved_errno, "could not use port %lld of 127.0.0.1",
                        (long long)wanted);
    else
        error_set_errno(err, EXIT_CONNECTION, saved_errno, "could not find a free port");
    return ok;
}

bool throwaway_address(Arena *arena, Throwaway *throwaway, ThrowawayAddress *ret, Error *err)
{
    return throwaway->provider->address(throwaway, arena, ret, err);
}

const char *throwaway_admin_url(const Throwaway *throwaway)
{
    return throwaway->admin_url;
}

const char *throwaway_comment(const Throwaway *throwaway)
{
    return throwaway->provider->comment == NULL ? NULL : throwaway->provider->comment(throwaway);
}

bool throwaway_open(Arena *arena, Throwaway *throwaway, bool in_main, Session **ret, Error *err)
{
    return throwaway_session(arena, throwaway->provider,
                             in_main ? throwaway->connect_url : throwaway->admin_url, false, ret, err);
}

/* Rows of catalogs may be written by superusers alone; elsewhere a copy is without them. */
bool throwaway_copy_properties(Session *session, const char *from, const char *name, Error *err)
{
    Arena *arena = arena_new();
    Rows *rows;
    const char *params[] = {from, name};
    bool ok = session_query(session, arena, sql_throwaway_copy, 2, params, &rows, err);
    if (!ok && strcmp(err->sqlstate, "42501") == 0) {
        error_clear(err);
        ok = true;
    }
    arena_free(arena);
    return ok;
}

bool throwaway_copy_database(Throwaway *throwaway, const char *template_name, const char *name,
                             Error *err)
{
    Arena *arena = arena_new();
    Session *session = NULL;
    const char *comment = throwaway_comment(throwaway);
    bool ok = throwaway_open(arena, throwaway, false, &session, err) &&
              throwaway_database_create(arena, session, name, template_name, comment, err);
    if (ok) {
        VEC_PUSH(throwaway->arena, throwaway->databases, arena_strdup(throwaway->arena, name));
        ok = throwaway_copy_properties(session, template_name, name, err);
    } else if (error_is_set(err)) {
        error_prefix(err, "could not create the database %s", name);
    }
    session_close(session);
    arena_free(arena);
    return ok;
}
