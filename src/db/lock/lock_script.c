/* The migration lock for scripts that psql runs: one look instead of waiting. */
#include <string.h>

#include "../sqlfill.h"
#include "dbmig/base/buf.h"
#include "dbmig_sql.h"
#include "lock_internal.h"

/* psql keeps the token in a variable, which the fence then has. */
#define TOKEN_VARIABLE "dbmig_token"

/* $1, $2, … replaced by literals. */
static char *with_params(Arena *arena, const char *sql, const char *const *params)
{
    Buf out = {0};
    for (const char *p = sql; *p != '\0'; p++) {
        if (*p == '$' && p[1] >= '1' && p[1] <= '3')
            buf_add_str(&out, session_quote_literal(arena, params[*++p - '1']));
        else
            buf_add_char(&out, *p);
    }
    return buf_steal(&out, arena);
}

static void lease_script(Arena *arena, const MigrationLock *lock, LockScript *ret)
{
    const char *milliseconds = arena_printf(arena, "%lld", (long long)lock->lease_ms);
    const SqlName names[] = {
        {"lease", lock->lease}, {"token", ":" TOKEN_VARIABLE}, {"milliseconds", milliseconds}};
    const char *params[] = {lock->before_time, lock->after_time, milliseconds};
    const char *try_sql =
        with_params(arena, sqlfill(arena, sql_lease_try, names, ARRAY_LENGTH(names)), params);
    /* concat() keeps the failed cast from being evaluated in advance. */
    ret->take =
        arena_printf(arena,
                     "%s;\nWITH taken AS (\n%s)\n"
                     "SELECT CASE WHEN pg_catalog.count(*) = 1 THEN pg_catalog.max(token)\n"
                     "            ELSE pg_catalog.concat('dbmig: another run holds the migration "
                     "lease, rows ',\n"
                     "                                   pg_catalog.count(*))::pg_catalog.int8 END "
                     "AS " TOKEN_VARIABLE "\n  FROM taken\n\\gset\n",
                     sqlfill(arena, sql_lease_create, names, ARRAY_LENGTH(names)), try_sql);
    ret->fence = sqlfill(arena, sql_lease_fence, names, ARRAY_LENGTH(names));
    ret->release = arena_printf(
        arena,
        "UPDATE %s SET expires_at = '-infinity' WHERE id = 1 AND token = :" TOKEN_VARIABLE ";\n",
        lock->lease);
}

bool lock_script(Arena *arena, Session *session, const LockOptions *options, LockScript *ret,
                 Error *err)
{
    MigrationLock *lock = lock_make(arena, session, options);
    *ret = (LockScript){.take = "", .release = ""};
    if (!lock_choose_kind(lock, options->kind, err))
        return false;
    ret->kind = lock->kind;
    if (lock->kind == LOCK_LEASE) {
        lease_script(arena, lock, ret);
    } else if (lock->kind == LOCK_ADVISORY) {
        ret->take =
            arena_printf(arena,
                         "SELECT CASE WHEN pg_catalog.pg_try_advisory_lock(%lld) THEN true\n"
                         "            ELSE pg_catalog.concat('dbmig: another run holds the "
                         "migration lock')::pg_catalog.bool END;\n",
                         (long long)lock->key);
        ret->release = arena_printf(arena, "SELECT pg_catalog.pg_advisory_unlock(%lld);\n",
                                    (long long)lock->key);
    }
    return true;
}
