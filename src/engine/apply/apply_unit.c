/*
 * The SQL around a migration file: the transaction, the guard that lets it run only when the file
 * before it is recorded, the resets after it, and its history row. Builds text; sends nothing.
 */
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/buf.h"

/*
 * Fails (division by zero) unless the file before is recorded, and marks the transaction. The mark is
 * looked at when the file is through: without it, a file that ended the transaction in a way that the
 * splitter cannot see would be recorded though its effects are gone. Constants would be folded by the
 * planner, so what is divided is none.
 */
static char *guard_sql(const ApplyRun *run, Arena *arena)
{
    if (run->previous_script == NULL)
        return arena_strdup(arena, APPLY_MARK_SQL);
    return arena_printf(arena,
                        "SELECT pg_catalog.set_config('dbmig.xact', (pg_catalog.txid_current() / "
                        "pg_catalog.count(*))::text, true) FROM %s WHERE installed_rank = %d AND "
                        "script = %s AND success",
                        run->plan->history.qualified, run->previous_rank,
                        session_quote_literal(arena, run->previous_script));
}

static const char check_sql[] =
    "SELECT 1 OPERATOR(pg_catalog./) (coalesce(pg_catalog.current_setting('dbmig.xact', true), '') "
    "OPERATOR(pg_catalog.=) pg_catalog.txid_current()::pg_catalog.text)::pg_catalog.int4";

static void add_setting(Arena *arena, Buf *sql, const char *name, const char *value, bool local)
{
    buf_printf(sql, "%spg_catalog.set_config('%s', %s, %s)", sql->len == 0 ? "SELECT " : ", ", name,
               session_quote_literal(arena, value), local ? "true" : "false");
}

static void add_number(Arena *arena, Buf *sql, const char *name, int64_t value, bool local)
{
    add_setting(arena, sql, name, arena_printf(arena, "%lld", (long long)value), local);
}

char *apply_settings_sql(const ApplyRun *run, Arena *arena, bool local)
{
    const ApplyOptions *options = run->options;
    int version = session_version(run->session);
    const char *search_path = session_search_path(run->session);
    Buf sql = {0};
    add_number(arena, &sql, "lock_timeout", options->ddl_lock_timeout_ms, local);
    add_number(arena, &sql, "statement_timeout", options->statement_timeout_ms, local);
    /* A run that is stopped inside a transaction keeps its lease's row locked: no longer than the lease. */
    add_number(arena, &sql, "idle_in_transaction_session_timeout",
               run->fence != NULL ? options->lease_ms : 0, local);
    if (run->check_interval != NULL)
        add_setting(arena, &sql, "client_connection_check_interval", run->check_interval, local);
    if (version >= 170000)
        add_number(arena, &sql, "transaction_timeout", 0, local);
    if (search_path != NULL && search_path[0] != '\0')
        add_setting(arena, &sql, "search_path", search_path, local);
    if (run->application_name != NULL && !local)
        add_setting(arena, &sql, "application_name", run->application_name, local);
    if (options->role != NULL)
        add_setting(arena, &sql, "role", options->role, local);
    return buf_steal(&sql, arena);
}

/* Parsing and planning these costs more than running them: over many files that shows. */
bool apply_prepare(ApplyRun *run, Error *err)
{
    if (run->pooled)
        return true;
    run->prepared = session_execf(
        run->session, err,
        "PREPARE " APPLY_GUARD " (pg_catalog.int4, pg_catalog.text) AS SELECT "
        "pg_catalog.set_config('dbmig.xact', (pg_catalog.txid_current() / "
        "pg_catalog.count(*))::text, true) FROM %s WHERE installed_rank = $1 AND script = $2 AND "
        "success;\n"
        "PREPARE " APPLY_CHECK " AS %s;\nPREPARE " APPLY_SETTINGS " AS %s;\n"
        "PREPARE " APPLY_RECORD " AS %s",
        run->plan->history.qualified, check_sql, apply_settings_sql(run, run->arena, false),
        history_record_sql(run->arena, &run->plan->history));
    return run->prepared;
}

/* After a file: whatever it SET, and whoever it became. DISCARD ALL would free the migration lock. */
static const char *const resets[] = {"RESET SESSION AUTHORIZATION", "RESET ROLE", "RESET ALL"};

/* Files in one transaction are one session, in the replay too. */
static bool is_joined(const ApplyRun *run)
{
    return run->options->tx_mode == TXMODE_ALL && !run->pooled;
}

static bool is_cockroach(const ApplyRun *run)
{
    return session_parameter(run->session, "crdb_version") != NULL;
}

/*
 * A temporary table of
 * one file would hide the table of its name from the next, which the replay runs in a session of its own.
 * An open cursor would hold it.
 */
const char *const *apply_resets(const ApplyRun *run, Arena *arena, const FilePlan *plan)
{
    const StringList *init = run->options->init_sql;
    size_t count = ARRAY_LENGTH(resets), more = init != NULL ? init->count : 0;
    const char **all = arena_calloc(arena, count + more + 4, sizeof(*all));
    memcpy(all, resets, sizeof(resets));
    if (!is_joined(run) && !is_cockroach(run)) {
        all[count++] = "CLOSE ALL";
        all[count++] = "DISCARD TEMP";
    }
    if (!is_joined(run) && plan->prepares)
        all[count++] = "DEALLOCATE ALL";
    if (more > 0)
        memcpy(all + count, init->items, more * sizeof(*all));
    return all;
}

HistoryRow apply_history_row(const ApplyRun *run, Arena *arena, const ApplyStep *step, int rank)
{
    const Migration *migration = step->migration;
    return (HistoryRow){
        .rank = rank,
        .version = migration->version,
        .description = history_description(arena, migration->description),
        .type = migration->kind == MIGRATION_BASELINE ? "SQL_BASELINE" : "SQL",
        .script = history_script(arena, migration->name),
        .has_checksum = true,
        .checksum = step->checksum,
        .installed_by = session_user(run->session),
        .success = true,
        .sha256 = migration->sha256_hex,
        .statements_total = (int)step->plan.statements,
        .statements_applied = (int)step->plan.statements,
        .tool_version = DBMIG_VERSION,
    };
}

HistoryRow apply_baseline_row(const ApplyRun *run, const char *version, int rank)
{
    return (HistoryRow){.rank = rank, .version = version, .description = HISTORY_BASELINE_MARKER,
                        .type = "BASELINE", .script = HISTORY_BASELINE_MARKER,
                        .installed_by = session_user(run->session), .success = true,
                        .tool_version = DBMIG_VERSION};
}

void apply_unit_make(const ApplyRun *run, Arena *arena, const ApplyStep *step, int rank,
                     ApplyUnit *ret)
{
    HistoryRow row = apply_history_row(run, arena, step, rank);
    row.execution_ms = HISTORY_MEASURE;
    row.measured_from = is_joined(run) ? run->next_rank : 0;
    *ret = (ApplyUnit){
        .begin = step->plan.begin,
        .fence = run->fence,
        .local_settings = run->pooled ? apply_settings_sql(run, arena, true) : NULL,
        .guard = guard_sql(run, arena),
        .check = check_sql,
        .settings = apply_settings_sql(run, arena, run->pooled),
        .insert = history_insert_sql(arena, &run->plan->history, &row, NULL),
        .commit = "COMMIT",
        /* Else they would fire at COMMIT, as who the resets leave, and hold the temporary tables. */
        .constraints =
            is_joined(run) || is_cockroach(run) ? NULL : "SET CONSTRAINTS ALL IMMEDIATE",
        .resets = apply_resets(run, arena, &step->plan),
        .guard_prepared = run->previous_script != NULL,
        .guard_params = {arena_printf(arena, "%d", run->previous_rank), run->previous_script},
    };
    ret->record_count = history_record_params(arena, &run->plan->history, &row, ret->record_params);
}

void apply_recorded(ApplyRun *run, const ApplyStep *step, int rank)
{
    run->previous_script = history_script(run->arena, step->migration->name);
    run->previous_rank = rank;
}
