/*
 * Opening and closing migrated databases. In order: replay with SQL fixtures, the state kept, the
 * role, programs that seed, the template, further copies.
 */
#include "dbmig/engine/rundb.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dbmig/base/file.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/seed.h"
#include "dbmig_sql.h"

#define LONGEST_NAME 63

/* ---- Seeds ---- */

static bool is_program(const char *path)
{
    return !text_ends(path, ".sql") && access(path, X_OK) == 0;
}

/* How many of the seeds, from the first, are SQL; the rest are programs. */
static bool count_sql_seeds(const StringList *seeds, size_t *ret, Error *err)
{
    *ret = 0;
    for (size_t i = 0; seeds != NULL && i < seeds->count; i++) {
        const char *path = seeds->items[i];
        if (file_kind(path) != FILE_REGULAR)
            return error_set(err, EXIT_USAGE, "there is no seed file \"%s\"", path);
        if (is_program(path))
            continue;
        if (!text_ends(path, ".sql")) {
            error_set(err, EXIT_USAGE, "the seed \"%s\" is neither SQL nor a program", path);
            return error_hint(err, "A program must be executable (chmod +x), and SQL ends in .sql.");
        }
        if (*ret != i) {
            error_set(err, EXIT_USAGE, "the SQL seed \"%s\" comes after a program", path);
            return error_hint(err, "SQL is loaded first, so that it can be cached: give it first.");
        }
        *ret = i + 1;
    }
    return true;
}

/* The folder's run with the SQL fixtures as its last files: so they are cached as files are. */
static bool add_seeds(Arena *arena, const RundbOptions *options, size_t count,
                      MigrationFolder *ret, Error *err)
{
    static const Migration *const nothing[] = {NULL};
    if (options->folder != NULL)
        *ret = *options->folder;
    else
        *ret = (MigrationFolder){.path = ""};
    size_t files = ret->run_count;
    for (size_t i = 0; options->replay.to_version != NULL && i < ret->run_count; i++) {
        if (ret->run[i] == migration_find(ret, options->replay.to_version))
            files = i + 1;
    }
    const Migration **run = arena_calloc(arena, files + count + 1, sizeof(*run));
    if (files > 0)
        memcpy(run, ret->run, files * sizeof(*run));
    for (size_t i = 0; i < count; i++) {
        Bytes text;
        const char *path = options->seeds->items[i];
        if (!file_read(arena, path, &text, err))
            return false;
        size_t bad = text_utf8_bad(text.data, text.len);
        if (bad < text.len)
            return error_set(err, EXIT_USAGE, "the seed \"%s\" is not UTF-8 (byte %zu)", path,
                             bad + 1);
        run[files + i] = replay_text_migration(arena, path, text.data, text.len);
    }
    ret->run = files + count == 0 ? (const Migration **)(uintptr_t)nothing : run;
    ret->run_count = files + count;
    return true;
}

static bool run_seed_program(Arena *arena, const Rundb *rundb, const RundbOptions *options,
                             const char *path, Error *err)
{
    StringList env = {0};
    rundb_environment(arena, rundb, options, &env);
    for (size_t i = 0; options->seed_env != NULL && i < options->seed_env->count; i++)
        VEC_PUSH(arena, env, options->seed_env->items[i]);
    return seed_run_program(arena, path, &env, err);
}

static bool run_seed_programs(Arena *arena, const Rundb *rundb, const RundbOptions *options,
                              size_t first, Error *err)
{
    for (size_t i = first; options->seeds != NULL && i < options->seeds->count; i++) {
        if (!run_seed_program(arena, rundb, options, options->seeds->items[i], err))
            return false;
    }
    return true;
}

/* ---- The role that programs log in as ---- */

static bool role_exists(Session *session, Arena *arena, const char *role, bool *ret, Error *err)
{
    Rows *rows;
    const char *params[] = {role};
    if (!session_query(session, arena, "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = $1", 1,
                       params, &rows, err))
        return false;
    *ret = rows_count(rows) > 0;
    return true;
}

static bool grant_all(Session *session, Arena *arena, const char *role, Error *err)
{
    Rows *rows;
    const char *params[] = {role};
    if (!session_query(session, arena, sql_rundb_role, 1, params, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        if (!session_exec(session, rows_text(rows, i, 0), err))
            return false;
    }
    return true;
}

/* One that the migrations create or name has the rights that they give it, so that a GRANT that is missing
   shows; one that they know nothing of gets all of them. */
static bool make_role(Arena *arena, Rundb *rundb, const char *role, Error *err)
{
    Session *session;
    bool exists = false;
    if (!throwaway_open(arena, rundb->throwaway, true, &session, err))
        return false;
    bool ok = role_exists(session, arena, role, &exists, err);
    if (ok && exists && !throwaway_owns_server(rundb->throwaway)) {
        error_set(err, EXIT_USAGE, "the role %s exists on that server already", role);
        ok = error_hint(err, "Its password is not changed there: leave out --role, or choose a name "
                             "that is free.");
    } else if (ok && !exists) {
        throwaway_own_role(rundb->throwaway, role);
        ok = session_execf(session, err, "CREATE ROLE %s", session_quote_identifier(arena, role)) &&
             grant_all(session, arena, role, err);
    }
    session_close(session);
    const char *password = throwaway_random_password(arena);
    if (!ok || !throwaway_set_password(rundb->throwaway, role, password, err))
        return false;
    rundb->address.user = role;
    rundb->address.password = password;
    return true;
}

/* ---- Template and copies ---- */

static const char *copy_name(Arena *arena, const Rundb *rundb, const char *wanted)
{
    return throwaway_owns_server(rundb->throwaway) ? wanted : throwaway_random_name(arena);
}

/* Nobody connects to the template, so that no copy of it fails because somebody is. On a server that is
   not ours it must stay one that a sweep can drop. */
static bool make_template(Arena *arena, Rundb *rundb, Error *err)
{
    const char *database = rundb->admin.database;
    char *wanted = arena_printf(arena, "%.*s_template", (int)(LONGEST_NAME - strlen("_template")),
                                database);
    rundb->template_name = copy_name(arena, rundb, wanted);
    Session *session;
    if (!throwaway_copy_database(rundb->throwaway, database, rundb->template_name, err) ||
        !throwaway_open(arena, rundb->throwaway, false, &session, err))
        return false;
    bool ok = session_execf(session, err, "ALTER DATABASE %s WITH%s ALLOW_CONNECTIONS false",
                            session_quote_identifier(arena, rundb->template_name),
                            throwaway_owns_server(rundb->throwaway) ? " IS_TEMPLATE true" : "");
    session_close(session);
    return ok;
}

static bool make_copies(Arena *arena, Rundb *rundb, const StringList *names, Error *err)
{
    for (size_t i = 0; names != NULL && i < names->count; i++) {
        const char *name = names->items[i];
        if (name[0] == '\0' || strlen(name) > LONGEST_NAME)
            return error_set(err, EXIT_USAGE, "a database name has 1 to %d bytes: \"%s\"",
                             LONGEST_NAME, name);
        RundbCopy copy = {name, name};
        /* The main one may be asked for by its own name. */
        if (!text_equal(name, rundb->admin.database)) {
            copy.database = copy_name(arena, rundb, name);
            if (!throwaway_copy_database(rundb->throwaway, rundb->template_name, copy.database, err))
                return false;
        }
        VEC_PUSH(arena, rundb->copies, copy);
    }
    return true;
}

/* ---- Open and close ---- */

static bool replay_all(Arena *arena, const RundbOptions *options, size_t sql_seeds, Rundb *ret,
                       Error *err)
{
    MigrationFolder folder;
    Replay replay = {0};
    ReplayOptions own = options->replay;
    if (options->folder != NULL && own.to_version != NULL &&
        migration_find(options->folder, own.to_version) == NULL)
        return error_set(err, EXIT_USAGE, "no migration in %s has version %s",
                         options->folder->path, own.to_version);
    if (!add_seeds(arena, options, sql_seeds, &folder, err))
        return false;
    own.tcp = true;
    own.to_version = NULL; /* the folder ends there */
    if (!replay_folder(arena, &folder, &own, &replay, err))
        return false;
    ret->replayed = replay.replayed;
    ret->cached = replay.cached;
    return replay_hand_over(&replay, &ret->throwaway, err);
}

static bool finish(Arena *arena, const RundbOptions *options, size_t sql_seeds, Rundb *ret,
                   Error *err)
{
    if (!throwaway_address(arena, ret->throwaway, &ret->admin, err))
        return false;
    ret->address = ret->admin;
    /* Programs that seed may want to copy as well; what they see is replaced below. */
    ret->template_name = ret->admin.database;
    return (options->role == NULL || make_role(arena, ret, options->role, err)) &&
           run_seed_programs(arena, ret, options, sql_seeds, err) &&
           make_template(arena, ret, err) && make_copies(arena, ret, options->databases, err);
}

bool rundb_open(Arena *arena, const RundbOptions *options, Rundb *ret, Error *err)
{
    size_t sql_seeds;
    *ret = (Rundb){0};
    if (count_sql_seeds(options->seeds, &sql_seeds, err) &&
        replay_all(arena, options, sql_seeds, ret, err) &&
        finish(arena, options, sql_seeds, ret, err))
        return true;
    rundb_close(ret);
    return false;
}

bool rundb_detach(Arena *arena, Rundb *rundb, const RundbOptions *options, DbRecord *record,
                  Error *err)
{
    char *handle;
    record->created = (int64_t)time(NULL);
    record->server = throwaway_shown(rundb->throwaway);
    record->template_name = rundb->template_name;
    if (!throwaway_detach(arena, rundb->throwaway, &handle, err))
        return false;
    record->handle = handle;
    rundb_environment(arena, rundb, options, &record->env);
    rundb->throwaway = NULL;
    if (dbstore_save(record, err))
        return true;
    Error ignored = {0};
    throwaway_kept_drop(handle, &ignored);
    error_clear(&ignored);
    return false;
}

void rundb_close(Rundb *rundb)
{
    throwaway_stop(rundb->throwaway);
    rundb->throwaway = NULL;
}
