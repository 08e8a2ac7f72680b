#include "dbmig/db/history.h"

#include "dbmig/base/text.h"
#include "integration.h"

static Session *session;
static History history;

static void set_up(void)
{
    session = connect_plain();
    run(session, "DROP SCHEMA IF EXISTS hist CASCADE; CREATE SCHEMA hist; SET search_path = hist");
}

static void read_table(const char *table)
{
    ck_assert_msg(history_read(arena, session, NULL, table, &history, &err), "%s", unit_error());
}

static void create_table(const char *table)
{
    read_table(table);
    ck_assert_msg(history_create(session, &history, &err), "%s", unit_error());
}

static HistoryRow row_ranked(int rank)
{
    return (HistoryRow){
        .rank = rank,
        .version = "1.2",
        .description = "it's",
        .type = "SQL",
        .script = "V1_2__it's.sql",
        .has_checksum = true,
        .checksum = -40986071,
        .execution_ms = 12,
        .success = true,
        .sha256 = "abc",
        .statements_total = 3,
        .statements_applied = 3,
        .tool_version = "0.1.0",
    };
}

static const HistoryRow *last_row(void)
{
    read_table(history.table);
    ck_assert_int_gt(history.rows.count, 0);
    return &history.rows.items[history.rows.count - 1];
}

START_TEST(absent)
{
    set_up();
    uint64_t before = session_round_trips(session);
    read_table("schema_history");
    ck_assert_int_eq(session_round_trips(session) - before, 1);
    ck_assert(!history.exists && history.schema_exists && !history.flyway);
    ck_assert_str_eq(history.schema, "hist");
    ck_assert_str_eq(history.qualified, "\"hist\".\"schema_history\"");
    ck_assert_str_eq(history.current_user, "postgres");
    ck_assert_int_eq(history_next_rank(&history), 1);
    session_close(session);
}
END_TEST

START_TEST(own_table)
{
    set_up();
    create_table("schema_history");
    HistoryRow row = row_ranked(1);
    run(session, history_insert_sql(arena, &history, &row, NULL));
    uint64_t before = session_round_trips(session);
    const HistoryRow *read = last_row();
    ck_assert_int_eq(session_round_trips(session) - before, 2);
    ck_assert(history.exists && !history.flyway);
    ck_assert_int_eq(read->rank, 1);
    ck_assert_str_eq(read->version, "1.2");
    ck_assert_str_eq(read->description, "it's");
    ck_assert_str_eq(read->script, "V1_2__it's.sql");
    ck_assert(read->has_checksum && read->success);
    ck_assert_int_eq(read->checksum, -40986071);
    ck_assert_str_eq(read->installed_by, "postgres");
    ck_assert_int_eq(read->execution_ms, 12);
    ck_assert_str_eq(read->sha256, "abc");
    ck_assert_int_eq(read->statements_total, 3);
    ck_assert_int_eq(read->statements_applied, 3);
    ck_assert_ptr_null(read->error);
    ck_assert_ptr_null(read->applied_sha256);
    ck_assert_str_eq(read->tool_version, "0.1.0");
    ck_assert_str_eq(value(session,
                           "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class "
                           "WHERE relnamespace = 'hist'::regnamespace"),
                     "schema_history schema_history_pk schema_history_s_idx");
    session_close(session);
}
END_TEST

/* What Flyway makes, column by column, and nothing beside it. */
START_TEST(flyway_table)
{
    set_up();
    create_table(HISTORY_FLYWAY_TABLE);
    ck_assert(history.flyway && !history.has_progress);
    HistoryRow row = row_ranked(1);
    run(session, history_insert_sql(arena, &history, &row, NULL));
    const HistoryRow *read = last_row();
    ck_assert_ptr_null(read->sha256);
    ck_assert_int_eq(read->checksum, -40986071);
    ck_assert_str_eq(
        value(session,
              "SELECT string_agg(format('%s %s%s%s', column_name, data_type, "
              "'(' || character_maximum_length || ')', CASE is_nullable WHEN 'NO' THEN '!' "
              "END), ', ' ORDER BY ordinal_position) FROM information_schema.columns WHERE "
              "table_name = 'flyway_schema_history' AND table_schema = 'hist'"),
        "installed_rank integer!, version character varying(50), description character "
        "varying(200)!, "
        "type character varying(20)!, script character varying(1000)!, checksum integer, "
        "installed_by "
        "character varying(100)!, installed_on timestamp without time zone!, execution_time "
        "integer!, "
        "success boolean!");
    ck_assert_str_eq(
        value(session,
              "SELECT string_agg(pg_get_indexdef(indexrelid), ';' ORDER BY indexrelid) FROM "
              "pg_index WHERE indrelid = 'hist.flyway_schema_history'::regclass"),
        "CREATE UNIQUE INDEX flyway_schema_history_pk ON hist.flyway_schema_history USING btree "
        "(installed_rank);CREATE INDEX flyway_schema_history_s_idx ON hist.flyway_schema_history "
        "USING "
        "btree (success)");
    session_close(session);
}
END_TEST

START_TEST(missing_schema_is_made_and_marked)
{
    set_up();
    run(session, "DROP SCHEMA IF EXISTS \"new one\" CASCADE");
    ck_assert_ok(history_read(arena, session, "new one", HISTORY_FLYWAY_TABLE, &history, &err));
    ck_assert(!history.schema_exists);
    ck_assert_ok(history_create(session, &history, &err));
    ck_assert_int_eq(history.rows.count, 1);
    ck_assert_ok(history_read(arena, session, "new one", HISTORY_FLYWAY_TABLE, &history, &err));
    ck_assert_int_eq(history.rows.count, 1);
    const HistoryRow *marker = &history.rows.items[0];
    ck_assert_int_eq(marker->rank, 0);
    ck_assert_str_eq(marker->type, "SCHEMA");
    ck_assert_str_eq(marker->description, "<< Flyway Schema Creation >>");
    ck_assert_str_eq(marker->script, "\"new one\"");
    ck_assert_ptr_null(marker->version);
    ck_assert(!marker->has_checksum);
    ck_assert_int_eq(history_next_rank(&history), 1);
    run(session, "DROP SCHEMA \"new one\" CASCADE");
    session_close(session);
}
END_TEST

START_TEST(long_names_are_cut)
{
    set_up();
    char name[64];
    memset(name, 'x', 63);
    name[63] = '\0';
    create_table(name);
    read_table(name);
    ck_assert(history.exists);
    session_close(session);
}
END_TEST

START_TEST(other_shapes_are_refused)
{
    set_up();
    run(session, "CREATE TABLE a (version text); CREATE VIEW v AS SELECT 1 AS installed_rank");
    ck_assert_fails(history_read(arena, session, NULL, "a", &history, &err), EXIT_INTEGRITY,
                    "missing: installed_rank, description");
    ck_assert_fails(history_read(arena, session, NULL, "v", &history, &err), EXIT_INTEGRITY,
                    "it is no table");
    create_table("b");
    run(session, "ALTER TABLE b DROP COLUMN error");
    ck_assert_fails(history_read(arena, session, NULL, "b", &history, &err), EXIT_INTEGRITY,
                    "missing: error");
    create_table("c");
    run(session, "ALTER TABLE c ADD COLUMN note text, ADD COLUMN extra int NOT NULL DEFAULT 1");
    read_table("c");
    run(session, "ALTER TABLE c ADD COLUMN must int NOT NULL");
    ck_assert_fails(history_read(arena, session, NULL, "c", &history, &err), EXIT_INTEGRITY,
                    "must not be empty: must");
    run(session, "SET search_path = nowhere");
    ck_assert_fails(history_read(arena, session, NULL, "c", &history, &err), EXIT_USAGE,
                    "no schema of search_path exists");
    session_close(session);
}
END_TEST

START_TEST(missing_rights_show_the_grant)
{
    set_up();
    run(session,
        "DROP ROLE IF EXISTS weak; CREATE ROLE weak LOGIN; GRANT USAGE ON SCHEMA hist TO weak; "
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    create_table("schema_history");
    Session *weak = connect_with((SessionOptions){.url = url_as("weak")});
    ck_assert_ok(history_read(arena, weak, "hist", "other", &history, &err));
    ck_assert_fails(history_create(weak, &history, &err), EXIT_SQL, "could not create");
    ck_assert_str_eq(err.hint, "GRANT USAGE, CREATE ON SCHEMA \"hist\" TO \"weak\";");
    ck_assert_ok(history_read(arena, weak, "public", "other", &history, &err));
    ck_assert(!history_create(weak, &history, &err));
    ck_assert_str_eq(err.sqlstate, "42501");
    if (session_version(weak) >= 150000)
        ck_assert_ptr_nonnull(strstr(err.detail, "PostgreSQL 15"));
    ck_assert_ok(history_read(arena, weak, "fresh", "other", &history, &err));
    ck_assert(!history_create(weak, &history, &err));
    ck_assert_str_eq(err.hint, "GRANT CREATE ON DATABASE \"postgres\" TO \"weak\";");
    ck_assert_fails(history_read(arena, weak, "hist", "schema_history", &history, &err), EXIT_SQL,
                    "could not read");
    ck_assert_ptr_nonnull(strstr(err.hint, "GRANT SELECT ON "
                                           "\"hist\".\"schema_history\" TO \"weak\";"));
    session_close(weak);
    session_close(session);
}
END_TEST

/* ---- guards ---- */

static const char same_transaction[] = "current_setting('dbmig.xact', true) = txid_current()::text";

START_TEST(guard_holds_in_its_transaction)
{
    set_up();
    create_table("h");
    HistoryRow row = row_ranked(1);
    row.execution_ms = HISTORY_MEASURE;
    const char *insert = history_insert_sql(arena, &history, &row, same_transaction);
    run(session, "BEGIN");
    run(session, "SELECT set_config('dbmig.xact', txid_current()::text, true), pg_sleep(0.05)");
    run(session, insert);
    run(session, "COMMIT");
    ck_assert_int_ge(last_row()->execution_ms, 50);
    ck_assert_int_lt(last_row()->execution_ms, 10000);
    session_close(session);
}
END_TEST

/* Files that share a transaction: each has its own time. */
START_TEST(times_within_a_transaction)
{
    set_up();
    create_table("h");
    HistoryRow row = row_ranked(1);
    row.execution_ms = HISTORY_MEASURE;
    row.measured_from = 1;
    run(session, "BEGIN; SELECT pg_sleep(0.2)");
    run(session, history_insert_sql(arena, &history, &row, NULL));
    row.rank = 2;
    run(session, "SELECT pg_sleep(0.02)");
    run(session, history_insert_sql(arena, &history, &row, NULL));
    run(session, "COMMIT");
    ck_assert_int_ge(number(session, "SELECT execution_time FROM h WHERE installed_rank = 1"), 200);
    ck_assert_int_ge(last_row()->execution_ms, 20);
    ck_assert_int_lt(last_row()->execution_ms, 200);
    session_close(session);
}
END_TEST

/* A file that ends its transaction must not be recorded: the guard fails, in a pipeline too. */
START_TEST(guard_fails_in_another_transaction)
{
    set_up();
    create_table("h");
    HistoryRow row = row_ranked(1);
    const char *insert = history_insert_sql(arena, &history, &row, same_transaction);
    ck_assert(!session_exec(session, insert, &err));
    ck_assert(history_guard_failed(&err));
    ck_assert_ok(session_pipeline_begin(session, &err));
    const char *const statements[] = {
        "BEGIN", "SELECT set_config('dbmig.xact', txid_current()::text, true)", "ROLLBACK", insert};
    for (size_t i = 0; i < ARRAY_LENGTH(statements); i++)
        ck_assert_ok(session_pipeline_send(session, statements[i], 0, NULL, i, &err));
    ck_assert_ok(session_pipeline_sync(session, 9, &err));
    PipelineResult result;
    for (size_t i = 0; i < ARRAY_LENGTH(statements); i++)
        ck_assert_ok(session_pipeline_next(session, &result, &err));
    ck_assert_int_eq(result.event, PIPELINE_FAILED);
    ck_assert(history_guard_failed(&err));
    ck_assert_ok(session_pipeline_end(session, &err));
    ck_assert_int_eq(number(session, "SELECT count(*) FROM h"), 0);
    session_close(session);
}
END_TEST

/* ---- files that do not run in one transaction ---- */

static void create_progress(void)
{
    const char *sql = history_create_progress_sql(arena, &history);
    ck_assert_int_eq(sql != NULL, history.flyway);
    if (sql != NULL)
        run(session, sql);
    history.has_progress = history.flyway;
    ck_assert_ptr_null(history_create_progress_sql(arena, &history));
}

/* The server adds up what statements took: in their transaction, or since the clock was set. */
static void check_times(HistoryProgress progress)
{
    progress.execution_ms = HISTORY_MEASURE;
    run(session, "BEGIN; SELECT pg_sleep(0.05)");
    run(session, history_progress_sql(arena, &history, &progress));
    run(session, "COMMIT");
    int once = last_row()->execution_ms;
    ck_assert_int_ge(once, 55);
    ck_assert_int_lt(once, 10000);
    run(session, "SELECT " HISTORY_CLOCK_SQL "; SELECT pg_sleep(0.05)");
    progress.execution_ms = HISTORY_MEASURE_CLOCK;
    run(session, history_progress_sql(arena, &history, &progress));
    ck_assert_int_ge(last_row()->execution_ms, once + 50);
    ck_assert_int_lt(last_row()->execution_ms, once + 10000);
    progress.execution_ms = 5;
    run(session, history_progress_sql(arena, &history, &progress));
}

static void check_progress(const char *table)
{
    set_up();
    create_table(table);
    create_progress();
    HistoryRow row = row_ranked(1);
    row.statements_applied = 0;
    run(session, history_begin_sql(arena, &history, &row));
    const HistoryRow *read = last_row();
    ck_assert(!read->success);
    ck_assert_int_eq(read->statements_total, 3);
    ck_assert_int_eq(read->statements_applied, 0);
    ck_assert_str_eq(read->sha256, "abc");

    /* Effect and progress commit together, or not at all. */
    HistoryProgress progress = {.rank = 1, .applied = 1, .applied_sha256 = "h1", .execution_ms = 5};
    run(session, "BEGIN; CREATE TABLE one ()");
    run(session, history_progress_sql(arena, &history, &progress));
    run(session, "ROLLBACK");
    ck_assert_int_eq(last_row()->statements_applied, 0);
    run(session, history_progress_sql(arena, &history, &progress));
    progress.started = 2;
    progress.error = "at postgres://u:s3cret@h/d";
    run(session, history_progress_sql(arena, &history, &progress));
    read = last_row();
    ck_assert_int_eq(read->statements_applied, 1);
    ck_assert_str_eq(read->applied_sha256, "h1");
    ck_assert_int_eq(read->started_statement, 2);
    ck_assert_str_eq(read->error, "at postgres://u:***@h/d");
    ck_assert_int_eq(read->execution_ms, 5);
    check_times(progress);

    /* What a setting holds goes behind the error. */
    progress.error_setting = "dbmig.before";
    run(session, "SELECT set_config('dbmig.before', '1,2', false)");
    run(session, history_progress_sql(arena, &history, &progress));
    ck_assert_str_eq(last_row()->error, "at postgres://u:***@h/d1,2");

    /* The file was mended, and goes on. */
    row.sha256 = "def";
    row.statements_total = 4;
    row.checksum = 7;
    run(session, history_resume_sql(arena, &history, &row));
    read = last_row();
    ck_assert_str_eq(read->sha256, "def");
    ck_assert_int_eq(read->statements_total, 4);
    ck_assert_int_eq(read->checksum, 7);
    ck_assert_int_eq(read->started_statement, 2);
    run(session, history_finish_sql(arena, &history, &row));
    read = last_row();
    ck_assert(read->success);
    ck_assert_int_eq(read->execution_ms, 5);
    ck_assert_int_eq(read->started_statement, 0);
    ck_assert_ptr_null(read->error);
    if (history.flyway)
        ck_assert_int_eq(number(session, "SELECT count(*) FROM dbmig_progress"), 0);
    else
        ck_assert_int_eq(read->statements_applied, 4);

    /* Nothing is unfinished any more: whoever thinks so is wrong. */
    ck_assert(!session_exec(session, history_progress_sql(arena, &history, &progress), &err));
    ck_assert(history_guard_failed(&err));
    ck_assert(!session_exec(session, history_finish_sql(arena, &history, &row), &err));
    ck_assert(history_guard_failed(&err));
    ck_assert(!session_exec(session, history_resume_sql(arena, &history, &row), &err));
    ck_assert(history_guard_failed(&err));
    session_close(session);
}

START_TEST(progress_in_the_table)
{
    check_progress("schema_history");
}
END_TEST

START_TEST(progress_beside_flyways_table)
{
    check_progress(HISTORY_FLYWAY_TABLE);
}
END_TEST

/* Flyway's own repair deletes the row, and its migrate runs the file: the side row is stale then.
 */
START_TEST(stale_side_rows_do_not_count)
{
    set_up();
    create_table(HISTORY_FLYWAY_TABLE);
    create_progress();
    HistoryRow row = row_ranked(1);
    run(session, history_begin_sql(arena, &history, &row));
    run(session, "DELETE FROM flyway_schema_history");
    row.script = "V2__other.sql";
    run(session, history_insert_sql(arena, &history, &row, NULL));
    ck_assert_ptr_null(last_row()->sha256);
    run(session, "DELETE FROM flyway_schema_history");
    run(session, history_begin_sql(arena, &history, &row));
    ck_assert_str_eq(last_row()->script, "V2__other.sql");
    ck_assert_str_eq(last_row()->sha256, "abc");
    session_close(session);
}
END_TEST

static void check_repair(const char *table)
{
    set_up();
    create_table(table);
    create_progress();
    HistoryRow row = row_ranked(1);
    run(session, history_begin_sql(arena, &history, &row));
    row.checksum = 1;
    row.sha256 = "new";
    row.description = "other";
    run(session, history_update_sql(arena, &history, &row));
    const HistoryRow *read = last_row();
    ck_assert(read->success);
    ck_assert_int_eq(read->checksum, 1);
    ck_assert_str_eq(read->description, "other");
    if (history.flyway)
        ck_assert_int_eq(number(session, "SELECT count(*) FROM dbmig_progress"), 0);
    run(session, history_delete_sql(arena, &history, 1));
    read_table(table);
    ck_assert_int_eq(history.rows.count, 0);
    session_close(session);
}

START_TEST(repair_of_the_table)
{
    check_repair("schema_history");
}
END_TEST

START_TEST(repair_of_flyways_table)
{
    check_repair(HISTORY_FLYWAY_TABLE);
}
END_TEST

START_TEST(imported_rows_keep_their_time)
{
    set_up();
    create_table("h");
    HistoryRow row = row_ranked(5);
    row.version = NULL;
    row.has_checksum = false;
    row.installed_by = "someone";
    row.installed_on = "2020-01-02 03:04:05";
    run(session, history_insert_sql(arena, &history, &row, NULL));
    const HistoryRow *read = last_row();
    ck_assert_ptr_null(read->version);
    ck_assert(!read->has_checksum);
    ck_assert_str_eq(read->installed_by, "someone");
    ck_assert_str_eq(read->installed_on, "2020-01-02 03:04:05");
    session_close(session);
}
END_TEST

UNIT_SUITE("history", absent, own_table, flyway_table, missing_schema_is_made_and_marked,
           long_names_are_cut, other_shapes_are_refused, missing_rights_show_the_grant,
           guard_holds_in_its_transaction, times_within_a_transaction, guard_fails_in_another_transaction,
           progress_in_the_table, progress_beside_flyways_table, stale_side_rows_do_not_count,
           repair_of_the_table, repair_of_flyways_table, imported_rows_keep_their_time)
UNIT_MAIN(suite)
