/* The replay on real servers: what it leaves in the database, with and without the cache. */
#include "integration.h"

#include "corpora.h"
#include "folder.h"

#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/replay.h"

static ReplayOptions options;

/* The server of this machine, or the one that DBMIG_TEST_BIN has in that folder. */
static const char *embedded(const char *parameters)
{
    const char *bin = getenv("DBMIG_TEST_BIN");
    return arena_printf(arena, "embedded://%s%s", bin == NULL ? "" : bin, parameters);
}

static StringList init_sql;

/* All tests have one cache, so that initdb runs once; a line of its own in the init SQL keeps the
   states of each test apart. */
static void put_init_sql(const char *sql)
{
    const char *path = unit_path("init.sql");
    char *text = arena_printf(arena, "%s-- %s\n", sql, folder);
    ck_assert_ok(file_write_atomic(path, text, strlen(text), 0644, &err));
    init_sql = (StringList){0};
    VEC_PUSH(arena, init_sql, path);
    options.init_sql = &init_sql;
}

static void begin(const char *dev_url)
{
    options = (ReplayOptions){
        .dev_url = dev_url, .tx_mode = TXMODE_FILE, .use_cache = true, .cache_limit = 1u << 30};
    put_init_sql("");
}

static Replay replay(void)
{
    Replay done;
    MigrationFolder loaded = folder_load();
    ck_assert_ok(replay_folder(arena, &loaded, &options, &done, &err));
    return done;
}

static void fails(ExitCode code, const char *text)
{
    Replay failed;
    MigrationFolder loaded = folder_load();
    ck_assert_fails(replay_folder(arena, &loaded, &options, &failed, &err), code, text);
    ck_assert_ptr_null(failed.throwaway);
}

static char *run_program(const char *const *argv)
{
    ProcessSpec spec = {.argv = argv};
    ProcessResult result;
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_msg(result.exit_code == 0, "%s: %s", argv[0], result.errors.data);
    return arena_strndup(arena, result.out.data, result.out.len);
}

static const char *program(const char *variable, const char *name)
{
    const char *path = getenv(variable);
    return path == NULL ? name : path;
}

/* pg_dump refuses servers newer than itself. */
static bool can_dump(const Replay *done)
{
    const char *const argv[] = {program("PG_DUMP", "pg_dump"), "--version", NULL};
    const char *digits = run_program(argv);
    digits += strcspn(digits, "0123456789");
    return done->server_version / 10000 <= atoi(digits);
}

/* All of the database as SQL, without the lines that are random. */
static char *dump(const Replay *done, const char *option)
{
    if (!can_dump(done))
        return arena_strdup(arena, "no pg_dump for this server");
    const char *const argv[] = {program("PG_DUMP", "pg_dump"), option, "-d",
                                throwaway_url(done->throwaway), NULL};
    char *text = run_program(argv);
    for (char *at = text; (at = strstr(at, "restrict ")) != NULL;)
        for (; *at != '\n' && *at != '\0'; at++)
            *at = '-';
    return text;
}

/* ---- the cache ---- */

static void put_history(void)
{
    folder_put("V1__a.sql",
               "CREATE UNLOGGED TABLE u (id serial, x text);\n"
               "INSERT INTO u (x) SELECT 'row ' || i FROM generate_series(1, 1000) i;\n");
    folder_put("V2__b.sql",
               "SET search_path = pg_catalog; SET work_mem = '1MB';\n"
               "CREATE TEMP TABLE gone (id int);\n"
               "PREPARE p AS SELECT 1; SELECT pg_advisory_lock(1);\n"
               "CREATE TABLE public.b (id int); GRANT SELECT ON public.b TO reader;\n");
    folder_put("V3__c.sql", "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, "
                            "public', current_database()); END $$;\nCREATE SCHEMA app;\n");
    folder_put("V4__d.sql", "-- atlas:sum ignore\nCREATE TABLE in_app (id int);\n");
    folder_put("V5__e.sql", "CREATE INDEX CONCURRENTLY i ON b (id);\n");
    folder_put("R__v.sql", "CREATE OR REPLACE VIEW v AS SELECT count(*) FROM public.u;\n");
}

/* What is kept also depends on how long things take: `cached` is the least. */
static void check_replay(const char *wanted, size_t total, size_t cached)
{
    Replay done = replay();
    ck_assert_uint_eq(done.replayed + done.cached, total);
    ck_assert_uint_ge(done.cached, cached);
    ck_assert_uint_eq(done.roles.count, 1);
    ck_assert_str_eq(done.roles.items[0], "reader");
    ck_assert_str_eq(value(done.session, "SELECT count(*) FROM u"), "1000");
    ck_assert_str_eq(value(done.session, "SELECT current_setting('work_mem')"), "4MB");
    if (wanted != NULL)
        ck_assert_str_eq(dump(&done, "--create"), wanted);
    replay_end(&done);
}

START_TEST(test_cache_changes_nothing)
{
    begin(embedded(""));
    put_history();
    options.use_cache = false;
    Replay fresh = replay();
    char *wanted = dump(&fresh, "--create");
    ck_assert_ptr_nonnull(value(fresh.session, "SELECT to_regclass('app.in_app')"));
    replay_end(&fresh);
    options.use_cache = true;
    check_replay(wanted, 6, 0);
    check_replay(wanted, 6, 5);
    folder_put("V6__f.sql", "CREATE TABLE f (id int);\n");
    options.use_cache = false;
    fresh = replay();
    wanted = dump(&fresh, "--create");
    replay_end(&fresh);
    options.use_cache = true;
    check_replay(wanted, 7, 5);
    folder_put("V4__d.sql", "-- atlas:sum ignore\nCREATE TABLE other_in_app (id int);\n");
    check_replay(NULL, 7, 0);
}
END_TEST

START_TEST(test_cached_prefix_is_a_session_of_its_own)
{
    begin(embedded(""));
    folder_put("V1__a.sql", "CREATE TEMP TABLE t (id int);\n");
    folder_put("V2__b.sql", "INSERT INTO t VALUES (1);\n");
    fails(EXIT_SQL, "relation \"t\" does not exist");
    ck_assert_str_eq(err.sqlstate, "42P01");
    ck_assert_uint_eq(err.line, 1);
}
END_TEST

START_TEST(test_all_in_one_transaction)
{
    begin(embedded(""));
    options.tx_mode = TXMODE_ALL;
    folder_put("V1__a.sql",
               "CREATE TABLE a (x timestamptz DEFAULT now()); INSERT INTO a DEFAULT VALUES;\n");
    folder_put("V2__b.sql", "INSERT INTO a DEFAULT VALUES; GRANT SELECT ON a TO reader;\n");
    for (int i = 0; i < 2; i++) {
        Replay done = replay();
        ck_assert_str_eq(value(done.session, "SELECT count(DISTINCT x) FROM a"), "1");
        ck_assert_uint_eq(done.replayed, i == 0 ? 2 : 0);
        replay_end(&done);
    }
    folder_put("V3__c.sql", "INSERT INTO a DEFAULT VALUES;\n");
    Replay done = replay();
    ck_assert_uint_eq(done.replayed, 3);
    ck_assert_str_eq(value(done.session, "SELECT count(DISTINCT x) FROM a"), "1");
    replay_end(&done);
}
END_TEST

/* ---- settings ---- */

START_TEST(test_init_sql_and_search_path)
{
    begin(embedded("?search_path=app,public"));
    put_init_sql("CREATE SCHEMA app;\nCREATE ROLE app_owner;\n");
    folder_put("V1__a.sql", "CREATE TABLE a (id int); ALTER TABLE a OWNER TO app_owner;\n");
    folder_put("V2__b.sql", "SET search_path = public; CREATE TABLE b (id int);\n");
    folder_put("V3__c.sql", "CREATE TABLE c (id int);\n");
    for (int i = 0; i < 2; i++) {
        Replay done = replay();
        ck_assert_str_eq(value(done.session,
                               "SELECT string_agg(schemaname || '.' || tablename, ' ' ORDER BY "
                               "tablename) FROM pg_tables WHERE schemaname IN ('app', 'public')"),
                         "app.a public.b app.c");
        ck_assert_uint_eq(done.roles.count, 0);
        replay_end(&done);
    }
}
END_TEST

START_TEST(test_init_sql_fails)
{
    begin(embedded(""));
    put_init_sql("SELECT 1;\nSELEC 2;\n");
    folder_put("V1__a.sql", "SELECT 1;\n");
    fails(EXIT_SQL, "init SQL: syntax error");
    ck_assert_str_eq(err.file, unit_path("init.sql"));
    ck_assert_uint_eq(err.line, 2);
}
END_TEST

START_TEST(test_placeholders)
{
    begin(embedded(""));
    StringList values = {0};
    VEC_PUSH(arena, values, "who=me");
    options.placeholders = true;
    options.placeholder_values = &values;
    folder_put("V1__a.sql", "CREATE TABLE a AS SELECT '${who} ${flyway:filename} "
                            "${flyway:defaultSchema} ${flyway:user}'::text AS x;\n");
    Replay done = replay();
    ck_assert_str_eq(value(done.session, "SELECT x FROM a"), "me V1__a.sql public postgres");
    replay_end(&done);
}
END_TEST

START_TEST(test_to_version)
{
    begin(embedded(""));
    folder_put("V1__a.sql", "CREATE TABLE a (id int);\n");
    folder_put("V2__b.sql", "CREATE TABLE b (id int);\n");
    folder_put("R__r.sql", "CREATE OR REPLACE VIEW v AS SELECT 1 AS one;\n");
    options.to_version = "1.0";
    Replay done = replay();
    ck_assert_uint_eq(done.replayed, 1);
    ck_assert_ptr_null(value(done.session, "SELECT to_regclass('b')"));
    ck_assert_ptr_null(value(done.session, "SELECT to_regclass('v')"));
    replay_end(&done);
    options.to_version = "3";
    fails(EXIT_USAGE, "no migration");
}
END_TEST

/* ---- what must not reach out ---- */

START_TEST(test_guard_on_own_server)
{
    begin(embedded(""));
    folder_put("V1__a.sql",
               "CREATE TABLE a (id int);\nGRANT CONNECT ON DATABASE production TO reader;\n"
               "COMMENT ON DATABASE production IS 'ours';\n"
               "ALTER DATABASE production SET timezone = 'UTC';\n");
    folder_put(
        "V2__b.sql",
        "CREATE SUBSCRIPTION s CONNECTION 'host=192.0.2.1 password=geheim' PUBLICATION p\n"
        "  WITH (copy_data = true, slot_name = 'kept', enabled, synchronous_commit = local);\n"
        "ALTER SUBSCRIPTION s ENABLE;\nALTER SUBSCRIPTION s REFRESH PUBLICATION;\n"
        "ALTER SUBSCRIPTION s SET PUBLICATION p, q WITH (refresh = true);\n"
        "CREATE SUBSCRIPTION t CONNECTION 'host=192.0.2.1' PUBLICATION p;\n"
        "DROP SUBSCRIPTION t;\nDROP SUBSCRIPTION IF EXISTS nothing;\n");
    folder_put("V3__c.sql", "ALTER SYSTEM SET max_connections = 7;\n");
    for (int i = 0; i < 2; i++) {
        Replay done = replay();
        ck_assert_str_eq(value(done.session,
                               "SELECT subname || subenabled || subslotname || subsynccommit || "
                               "subpublications::text FROM pg_subscription"),
                         "sfalsekeptlocal{p,q}");
        ck_assert_str_eq(value(done.session, "SELECT count(*) FROM pg_file_settings WHERE name = "
                                             "'max_connections' AND setting = '7'"),
                         "0");
        ck_assert_str_eq(value(done.session,
                               "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
                               "WHERE datname = current_database()"),
                         "ours");
        ck_assert_uint_eq(done.roles.count, 1);
        ck_assert_uint_eq(done.notes.count, i == 0 ? 10 : 0);
        for (size_t k = 0; k < done.notes.count; k++)
            ck_assert_ptr_null(strstr(done.notes.items[k], "geheim"));
        replay_end(&done);
    }
}
END_TEST

START_TEST(test_tablespace)
{
    begin(embedded(""));
    folder_put("V1__a.sql", "CREATE TABLESPACE fast LOCATION '/nowhere/at/all';\n");
    folder_put("V2__b.sql", "CREATE TABLE b (id int) TABLESPACE fast;\n");
    Replay done = replay();
    ck_assert_str_eq(value(done.session, "SELECT tablespace FROM pg_tables WHERE tablename = 'b'"),
                     "fast");
    ck_assert_uint_eq(done.notes.count, 1);
    replay_end(&done);
}
END_TEST

START_TEST(test_files_and_programs_of_this_machine)
{
    static const struct {
        const char *sql, *text;
    } refused[] = {
        {"COPY t FROM '/etc/passwd'", "COPY with a file of the server would use a file of this"},
        {"COPY t (id) FROM $$/etc/passwd$$ WITH (FORMAT csv)", "COPY with a file of the server"},
        {"COPY (SELECT (1)) TO E'/tmp/dbmig-must-not-be'", "COPY with a file of the server"},
        {"COPY BINARY t TO '/tmp/dbmig-must-not-be'", "COPY with a file of the server"},
        {"copy /* FROM stdin */ t from program 'id'", "COPY with a program of the server would run"},
        {"COPY t TO PROGRAM 'cat >/tmp/dbmig-must-not-be'", "COPY with a program of the server"},
    };
    begin(embedded(""));
    folder_put("V1__a.sql", "CREATE TABLE t (id text);\n");
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        folder_put("V2__b.sql", arena_printf(arena, "SELECT 1;\n-- here\n%s;\n", refused[i].sql));
        fails(EXIT_USAGE, refused[i].text);
        ck_assert_msg(err.line == 3 && err.column == 1, "%s: line %zu", refused[i].sql, err.line);
        ck_assert_ptr_nonnull(strstr(err.hint, "FROM STDIN"));
    }
    ck_assert_int_ne(access("/tmp/dbmig-must-not-be", F_OK), 0);
    folder_put("V2__b.sql", "COPY t FROM stdin;\n'/x'\n\\.\nCOPY (SELECT 'TO PROGRAM') TO stdout;\n"
                            "COPY t (id) FROM stdin WITH (NULL 'x');\ny\n\\.\n");
    Replay done = replay();
    ck_assert_str_eq(value(done.session, "SELECT count(*) FROM t"), "2");
    replay_end(&done);
}
END_TEST

/* ---- the caller's environment ---- */

typedef const char *const Variable[2];

static Variable surroundings[] = {
    {"PGTZ", "Asia/Tokyo"},
    {"PGDATESTYLE", "German"},
    {"PGGEQO", "off"},
    {"PGOPTIONS", "-c search_path=nowhere -c work_mem=1MB"},
    {"PGCLIENTENCODING", "LATIN1"},
    {"PGAPPNAME", "somebody"},
    {"TZ", "Asia/Tokyo"},
    {"LC_ALL", "C.UTF-8"},
};
/* These would lead away from a server of our own. */
static Variable addresses[] = {
    {"PGHOSTADDR", "192.0.2.1"},
    {"PGSERVICE", "no_such_service"},
    {"PGTARGETSESSIONATTRS", "read-only"},
    {"PGDATA", "/nowhere"},
};

static void set_all(Variable *variables, size_t count, bool set)
{
    for (size_t i = 0; i < count; i++) {
        if (set)
            setenv(variables[i][0], variables[i][1], 1);
        else
            unsetenv(variables[i][0]);
    }
}

#define SETTINGS                                                                                   \
    "SELECT string_agg(current_setting(s), ' ') FROM unnest('{TimeZone,DateStyle,geqo,work_mem,"   \
    "search_path,application_name,log_timezone,lc_messages,lc_time,"                               \
    "default_transaction_read_only,server_encoding,client_encoding}'::text[]) s"

static const char *settings_seen(void)
{
    Replay done = replay();
    const char *text = arena_printf(
        arena, "%s %s %s", value(done.session, SETTINGS), value(done.session, "SELECT x FROM a"),
        value(done.session, "SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'"));
    replay_end(&done);
    return text;
}

static void check_surroundings(const char *dev_url, bool ours)
{
    begin(dev_url);
    options.use_cache = false;
    folder_put("V1__a.sql", "RESET ALL;\nCREATE TABLE a AS SELECT "
                            "'2001-02-03 04:05+00'::timestamptz::text AS x;\n");
    const char *wanted = settings_seen();
    set_all(surroundings, ARRAY_LENGTH(surroundings), true);
    set_all(addresses, ours ? ARRAY_LENGTH(addresses) : 0, true);
    const char *got = settings_seen();
    ck_assert_str_eq(got, wanted);
    for (size_t i = 0; i < ARRAY_LENGTH(surroundings); i++)
        ck_assert_str_eq(getenv(surroundings[i][0]), surroundings[i][1]);
    set_all(addresses, ARRAY_LENGTH(addresses), false);
    set_all(surroundings, ARRAY_LENGTH(surroundings), false);
}

START_TEST(test_surroundings_change_nothing)
{
    check_surroundings(embedded(""), true);
    check_surroundings(test_url(), false);
}
END_TEST

START_TEST(test_surroundings_of_a_live_database)
{
    set_all(surroundings, ARRAY_LENGTH(surroundings), true);
    Session *session = connect_plain();
    ck_assert_str_eq(value(session, "SELECT concat_ws(' ', current_setting('TimeZone'), "
                                    "current_setting('work_mem'), current_setting('geqo'))"),
                     "Asia/Tokyo 1MB off");
    session_close(session);
    set_all(surroundings, ARRAY_LENGTH(surroundings), false);
}
END_TEST

/* The server's variables into e(x), a row each. It runs no program where it is confined; Linux, which
   confines it, tells them. */
static void read_environment(const Replay *done)
{
    run(done->session, "CREATE TEMP TABLE e (x text)");
    if (!throwaway_is_confined(done->throwaway)) {
        run(done->session, "COPY e FROM PROGRAM 'env'");
        return;
    }
    const char *pid =
        value(done->session, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");
    Bytes content;
    ck_assert_ok(file_read(arena, arena_printf(arena, "/proc/%s/environ", pid), &content, &err));
    char *text = arena_strndup(arena, content.data, content.len);
    for (size_t i = 0; i < content.len; i++)
        text[i] = content.data[i] == '\0' ? '\n' : content.data[i];
    run(done->session,
        arena_printf(arena, "INSERT INTO e SELECT unnest(string_to_array(%s, E'\\n'))",
                     session_quote_literal(arena, text)));
}

START_TEST(test_server_has_its_own_environment)
{
    begin(embedded(""));
    options.use_cache = false;
    setenv("UNIT_LEAK", "secret", 1);
    set_all(surroundings, ARRAY_LENGTH(surroundings), true);
    Replay done;
    ck_assert_ok(replay_empty(arena, &options, &done, &err));
    set_all(surroundings, ARRAY_LENGTH(surroundings), false);
    unsetenv("UNIT_LEAK");
    read_environment(&done);
    ck_assert_str_eq(value(done.session, "SELECT string_agg(x, ' ' ORDER BY x COLLATE \"C\") FROM e "
                                         "WHERE x ~ 'C.UTF-8|^(TZ|LANG|HOME|UNIT_LEAK|PGTZ|PGOPT|"
                                         "PGDATESTYLE|PGCLIENT|XDG)'"),
                     "HOME=/ TZ=UTC");
    ck_assert_str_eq(value(done.session, "SHOW max_logical_replication_workers"), "0");
    replay_end(&done);
}
END_TEST

static const char *on_server(const char *sql)
{
    Session *session = connect_plain();
    const char *text = arena_strdup(arena, value(session, sql));
    session_close(session);
    return text;
}

#define SERVER_STATE                                                                               \
    "SELECT string_agg(rolname, ' ' ORDER BY rolname) || (SELECT string_agg(datname, ' ' ORDER "   \
    "BY datname) FROM pg_database) || (SELECT count(*) FROM pg_subscription) || (SELECT count(*) " \
    "FROM pg_replication_slots) FROM pg_roles"

START_TEST(test_existing_server_is_left_as_it_was)
{
    begin(test_url());
    const char *before = on_server(SERVER_STATE);
    folder_put(
        "V1__a.sql",
        "CREATE ROLE dbmig_t1; ALTER ROLE dbmig_t1 CREATEDB; GRANT dbmig_t1 TO CURRENT_USER;\n"
        "DO $$ BEGIN CREATE ROLE dbmig_t2; END $$; CREATE TABLE a (id int);\n"
        "GRANT SELECT ON a TO dbmig_t3; ALTER TABLE a OWNER TO dbmig_t2;\n"
        "ALTER DATABASE postgres SET work_mem = '1MB';\n");
    folder_put("V2__b.sql",
               "CREATE SUBSCRIPTION s CONNECTION 'host=192.0.2.1' PUBLICATION p;\n"
               "CREATE ROLE dbmig_t4;\nSELECT pg_create_logical_replication_slot('dbmig_t', "
               "'pgoutput');\n");
    folder_put("V3__c.sql",
               "GRANT pg_monitor TO dbmig_t4; DROP ROLE dbmig_t1; CREATE ROLE dbmig_t1;\n");
    Replay done = replay();
    ck_assert_uint_eq(done.roles.count, 1);
    ck_assert_str_eq(done.roles.items[0], "dbmig_t3");
    ck_assert_str_ne(on_server(SERVER_STATE), before);
    replay_end(&done);
    ck_assert_str_eq(on_server(SERVER_STATE), before);
    folder_put("V4__d.sql", "CREATE ROLE dbmig_t5; SELECT 1 / 0;\n");
    fails(EXIT_SQL, "division by zero");
    ck_assert_str_eq(on_server(SERVER_STATE), before);
    ck_assert_str_eq(on_server("SELECT count(*) FROM pg_db_role_setting"), "0");
}
END_TEST

START_TEST(test_existing_server_refusals)
{
    static const char *const refused[] = {
        "ALTER SYSTEM SET work_mem = '1MB'",
        "CREATE TABLESPACE x LOCATION '/x'",
        "DROP TABLESPACE x",
        "ALTER TABLESPACE pg_default SET (seq_page_cost = 1)",
        "CREATE DATABASE x",
        "DROP DATABASE x",
        "ALTER DATABASE template1 RENAME TO x",
        "ALTER DATABASE template1 SET TABLESPACE x",
        "ALTER ROLE postgres SET work_mem = '1MB'",
        "ALTER ROLE ALL SET work_mem = '1MB'",
        "ALTER USER \"postgres\" NOLOGIN",
        "DROP ROLE IF EXISTS postgres",
        "DROP ROLE dbmig_own, postgres",
        "GRANT pg_monitor TO postgres",
        "REVOKE pg_monitor FROM postgres",
        "GRANT CREATE ON TABLESPACE pg_default TO dbmig_own",
        "REASSIGN OWNED BY postgres TO dbmig_own",
        "DROP OWNED BY CURRENT_USER",
        "COMMENT ON ROLE postgres IS 'x'",
        "COMMENT ON TABLESPACE pg_default IS 'x'",
        "COPY t FROM '/etc/passwd'",
        "COPY t (id) TO '/tmp/x'",
        "COPY (SELECT (1)) TO PROGRAM 'cat'",
        "COPY /* FROM stdin */ t FROM PROGRAM 'id'",
    };
    begin(test_url());
    folder_put("V1__a.sql", "CREATE TABLE t (id text);\nCREATE ROLE dbmig_own;\n");
    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        folder_put("V2__b.sql", arena_printf(arena, "SELECT 1;\n-- here\n%s;\n", refused[i]));
        fails(EXIT_USAGE, "reaches out of the throwaway");
        ck_assert_msg(err.line == 3 && err.column == 1, "%s: line %zu", refused[i], err.line);
    }
    folder_put("V2__b.sql", "COPY t FROM stdin;\n1\n\\.\nCOPY (SELECT 'FROM') TO stdout;\n"
                            "CREATE USER MAPPING IF NOT EXISTS FOR postgres SERVER nothing;\n");
    fails(EXIT_SQL, "server \"nothing\" does not exist");
}
END_TEST

/* ---- roles ---- */

START_TEST(test_role_named_before_it_is_created)
{
    begin(embedded(""));
    folder_put("V1__a.sql", "CREATE TABLE a (id int);\nGRANT SELECT ON a TO app;\n");
    folder_put("V2__b.sql", "CREATE ROLE app;\n");
    for (int i = 0; i < 2; i++) { /* also when the first part comes from the cache */
        fails(EXIT_SQL, "role \"app\" already exists");
        ck_assert_ptr_nonnull(strstr(err.hint, "before it creates it"));
    }
}
END_TEST

START_TEST(test_roles_without_a_transaction)
{
    begin(embedded(""));
    folder_put("V1__a.sql",
               "-- dbmig:txmode none\nCREATE TABLE a (id int);\nGRANT SELECT ON a TO x;\n"
               "GRANT SELECT ON a TO y;\nSET ROLE z;\n");
    folder_put("V2__b.sql", "DROP ROLE z; SET ROLE pg_no_such_role;\n");
    fails(EXIT_SQL, "role \"pg_no_such_role\" does not exist");
}
END_TEST

/* ---- observers ---- */

static Buf seen;

static bool saw_begin(void *context, Session *session, const FilePlan *plan, Error *error)
{
    (void)context, (void)session, (void)error;
    buf_printf(&seen, "<%s", plan->migration->name);
    return true;
}
static bool saw_before(void *context, Session *session, const FilePlan *plan, const SqlItem *item,
                       Error *error)
{
    (void)context, (void)session, (void)plan, (void)error;
    buf_printf(&seen, " b%zu", item->line);
    return true;
}
static bool saw_after(void *context, Session *session, const FilePlan *plan, const SqlItem *item,
                      const SessionOutcome *outcome, Error *error)
{
    (void)context, (void)session, (void)plan;
    buf_printf(&seen, " a%zu:%s", item->line, outcome->command);
    return item->line != 99 || error_set(error, EXIT_FINDINGS, "enough");
}
static bool saw_commit(void *context, Session *session, const FilePlan *plan, Error *error)
{
    (void)context, (void)session, (void)plan, (void)error;
    buf_printf(&seen, " c");
    return true;
}
static bool saw_end(void *context, Session *session, const FilePlan *plan, Error *error)
{
    (void)context, (void)session, (void)plan, (void)error;
    buf_printf(&seen, ">");
    return true;
}

START_TEST(test_observer)
{
    static const ReplayObserver observer = {
        .file_begin = saw_begin,
        .before = saw_before,
        .after = saw_after,
        .before_commit = saw_commit,
        .file_end = saw_end,
    };
    begin(embedded(""));
    folder_put("V1__a.sql", "CREATE TABLE a (id int);\n");
    folder_put("V2__b.sql",
               "BEGIN;\nCREATE TABLE b (id int);\nCOPY a FROM stdin;\n1\n\\.\nCOMMIT;\n");
    folder_put("V3__c.sql", "CREATE INDEX CONCURRENTLY i ON a (id);\n");
    folder_put("V4__d.sql", "SELECT 1;\nGRANT SELECT ON a TO r;\n");
    options.to_version = "1";
    Replay done = replay();
    MigrationFolder loaded = folder_load();
    buf_clear(&seen);
    ck_assert_ok(replay_run(arena, &done, &loaded, 1, 3, &options, &observer, &err));
    ck_assert_str_eq(buf_text(&seen), "<V2__b.sql b2 a2:CREATE TABLE b3 a3:COPY 1 c>"
                                      "<V3__c.sql b1 a1:CREATE INDEX>"
                                      "<V4__d.sql b1 a1:SELECT 1 b2"
                                      "<V4__d.sql b1 a1:SELECT 1 b2 a2:GRANT c>");
    ck_assert_uint_eq(done.replayed, 4);
    ck_assert_uint_eq(done.roles.count, 1);
    replay_end(&done);
    buf_free(&seen);
    done = replay();
    ck_assert_uint_eq(done.cached, 0); /* the prefix's end was spoiled: not kept */
    replay_end(&done);
}
END_TEST

START_TEST(test_text)
{
    begin(embedded(""));
    Replay done;
    static const char good[] = "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\n";
    static const char bad[] = "CREATE TABLE b (id int);\n\nCREATE TABLE b (id int);\n";
    ck_assert_ok(replay_empty(arena, &options, &done, &err));
    ck_assert_ok(replay_sql(arena, &done, "schema.sql", good, strlen(good), &err));
    ck_assert_fails(replay_sql(arena, &done, "schema.sql", bad, strlen(bad), &err), EXIT_SQL,
                    "already exists");
    ck_assert_str_eq(err.file, "schema.sql");
    ck_assert_uint_eq(err.line, 3);
    ck_assert_ptr_null(value(done.session, "SELECT to_regclass('b')"));
    replay_end(&done);
    replay_end(&done);
}
END_TEST

/* ---- real histories ---- */

static bool outside_transaction(const Migration *migration)
{
    FilePlan plan;
    ck_assert_ok(fileplan_make(arena, migration, TXMODE_FILE, 0, &plan, &err));
    return !plan.transactional;
}

static char *psql_dump(const MigrationFolder *loaded)
{
    Replay done;
    ck_assert_ok(replay_empty(arena, &options, &done, &err));
    for (size_t i = 0; i < loaded->run_count; i++) {
        const char *const argv[] = {program("PSQL", "psql"),
                                    "-qX",
                                    "-v",
                                    "ON_ERROR_STOP=1",
                                    "-d",
                                    throwaway_url(done.throwaway),
                                    "-f",
                                    loaded->run[i]->path,
                                    outside_transaction(loaded->run[i]) ? NULL : "-1",
                                    NULL};
        run_program(argv);
    }
    char *text = dump(&done, "--schema-only");
    replay_end(&done);
    return text;
}

static void check_history(const char *name)
{
    char *path;
    MigrationFolder loaded;
    if (!corpora_find(arena, arena_printf(arena, "migrations/%s", name), &path))
        return;
    begin(embedded(""));
    ck_assert_ok(migration_load(arena, path, NULL, &loaded, &err));
    char *wanted = psql_dump(&loaded);
    for (int i = 0; i < 2; i++) {
        Replay done;
        ck_assert_ok(replay_folder(arena, &loaded, &options, &done, &err));
        ck_assert_uint_eq(done.replayed + done.cached, loaded.run_count);
        ck_assert(i == 0 ? done.cached == 0 : done.replayed <= 3);
        ck_assert_str_eq(dump(&done, "--schema-only"), wanted);
        replay_end(&done);
    }
}

START_TEST(test_marquez)
{
    check_history("marquez");
}
END_TEST

START_TEST(test_odd_platform)
{
    check_history("odd-platform");
}
END_TEST

START_TEST(test_opencue)
{
    check_history("opencue");
}
END_TEST

UNIT_SUITE("replay", test_cache_changes_nothing, test_cached_prefix_is_a_session_of_its_own,
           test_all_in_one_transaction, test_init_sql_and_search_path, test_init_sql_fails,
           test_placeholders, test_to_version, test_guard_on_own_server, test_tablespace,
           test_files_and_programs_of_this_machine, test_surroundings_change_nothing,
           test_surroundings_of_a_live_database, test_server_has_its_own_environment,
           test_existing_server_is_left_as_it_was, test_existing_server_refusals,
           test_role_named_before_it_is_created, test_roles_without_a_transaction, test_observer,
           test_text, test_marquez, test_odd_platform, test_opencue)

int main(void)
{
    char cache[] = "/tmp/dbmig-test-cache-XXXXXX";
    if (mkdtemp(cache) == NULL)
        return EXIT_FAILURE;
    setenv("XDG_CACHE_HOME", cache, 1);
    int code = unit_run(suite());
    file_remove_tree(cache, &err);
    error_clear(&err);
    return code;
}
