#include "unit.h"

#include "folder.h"

#include "dbmig/engine/fileplan.h"

static MigrationFolder loaded;

/* The plan of a folder's only file with that content. */
static bool plan_as(const char *text, TxMode mode, int version, FilePlan *ret)
{
    folder_put("V1__x.sql", text);
    loaded = folder_load();
    return fileplan_make(arena, loaded.run[0], mode, version, ret, &err);
}

static FilePlan plan(const char *text)
{
    FilePlan made;
    ck_assert_ok(plan_as(text, TXMODE_FILE, 150000, &made));
    return made;
}

static void refused(const char *text, const char *primary, size_t line, size_t column)
{
    FilePlan made;
    ck_assert_fails(plan_as(text, TXMODE_FILE, 150000, &made), EXIT_USAGE, primary);
    ck_assert_pstr_eq(err.file, unit_path("m/V1__x.sql"));
    ck_assert_uint_eq(err.line, line);
    ck_assert_uint_eq(err.column, column);
    ck_assert_ptr_nonnull(err.hint);
    error_clear(&err);
}

/* What is sent, statements separated by '|'. */
static char *sent(const FilePlan *made)
{
    FileScan *scan;
    SqlItem item;
    Buf text = {0};
    uint64_t count = 0;
    ck_assert_ok(fileplan_open(made, &scan, &err));
    for (;;) {
        ck_assert_ok(fileplan_next(scan, &item, &err));
        if (item.kind == SQL_ITEM_END)
            break;
        if (item.kind == SQL_ITEM_STATEMENT || item.kind == SQL_ITEM_COPY)
            ck_assert_uint_eq(fileplan_index(scan), count++);
        if (item.kind != SQL_ITEM_COPY_END)
            buf_printf(&text, "%s%.*s", text.len > 0 ? "|" : "", (int)item.len, item.text);
    }
    fileplan_close(scan);
    ck_assert_uint_eq(count, made->statements);
    return buf_steal(&text, arena);
}

START_TEST(test_plain_file)
{
    FilePlan made = plan("CREATE TABLE a (id int);\n-- more\nINSERT INTO a VALUES (1);;\nSELECT 1");
    ck_assert(made.transactional);
    ck_assert(!made.own_transaction);
    ck_assert_str_eq(made.begin, "BEGIN");
    ck_assert_ptr_null(made.reason);
    ck_assert_uint_eq(made.statements, 3);
    ck_assert_uint_eq(made.longest, strlen("INSERT INTO a VALUES (1)"));
    ck_assert_uint_eq(made.unsafe_count, 0);
    ck_assert_str_eq(sent(&made), "CREATE TABLE a (id int)|INSERT INTO a VALUES (1)|SELECT 1");
}
END_TEST

START_TEST(test_empty_file)
{
    FilePlan made = plan("-- nothing\n");
    ck_assert(made.transactional);
    ck_assert_uint_eq(made.statements, 0);
    ck_assert_str_eq(sent(&made), "");
}
END_TEST

START_TEST(test_own_transaction_becomes_ours)
{
    FilePlan made = plan("BEGIN;\nSELECT 1;\nCOMMIT;\n");
    ck_assert(made.transactional && made.own_transaction);
    ck_assert_uint_eq(made.statements, 1);
    ck_assert_str_eq(sent(&made), "SELECT 1");
    made = plan("-- head\nSTART TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1; END");
    ck_assert(made.own_transaction);
    ck_assert_str_eq(made.begin, "START TRANSACTION ISOLATION LEVEL SERIALIZABLE");
    made = plan("-- dbmig:txmode none\nBEGIN; SELECT 1; COMMIT;");
    ck_assert(made.transactional);
}
END_TEST

START_TEST(test_transaction_control_is_refused)
{
    refused("SELECT 1;\nCOMMIT;", "COMMIT has no BEGIN before it", 2, 1);
    refused("SELECT 1;\n  ROLLBACK;", "ROLLBACK would undo", 2, 3);
    refused("BEGIN; SELECT 1;\nROLLBACK;", "ROLLBACK would undo", 2, 1);
    refused("SELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;", "BEGIN stands in the middle", 2, 1);
    refused("BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;", "COMMIT stands in the middle", 3, 1);
    refused("BEGIN;\nSELECT 1;\nCOMMIT;\nBEGIN;\nSELECT 2;\nCOMMIT;", "second transaction", 4, 1);
    refused("BEGIN;\nSELECT 1;", "BEGIN without a COMMIT", 1, 1);
    refused("BEGIN; SELECT 1; COMMIT AND CHAIN;", "AND CHAIN", 1, 18);
    refused("SELECT 1;\nPREPARE TRANSACTION 'x';", "PREPARE TRANSACTION cannot", 2, 1);
    refused("COMMIT PREPARED 'x';", "cannot be part", 1, 1);
    refused("-- dbmig:txmode none\nSELECT 1;\nCOMMIT;", "COMMIT has no BEGIN", 3, 1);
}
END_TEST

START_TEST(test_words_inside_bodies_are_no_transaction_control)
{
    FilePlan made = plan("CREATE FUNCTION f() RETURNS void AS $$ BEGIN COMMIT; END $$ LANGUAGE plpgsql;\n"
                         "SELECT 'COMMIT; ROLLBACK'; /* ROLLBACK; */");
    ck_assert(made.transactional);
    ck_assert_uint_eq(made.statements, 2);
}
END_TEST

START_TEST(test_unsafe_statements)
{
    FilePlan made = plan("SELECT 1;\n\nCREATE INDEX CONCURRENTLY i ON t (a);\nVACUUM t;");
    ck_assert(!made.transactional);
    ck_assert_uint_eq(made.unsafe_count, 2);
    ck_assert_str_eq(made.reason,
                     "line 3: CREATE INDEX CONCURRENTLY cannot run inside a transaction");
    refused("BEGIN;\nCREATE INDEX CONCURRENTLY i ON t (a);\nCOMMIT;", "cannot run inside", 2, 1);
    refused("-- dbmig:txmode file\nVACUUM t;", "VACUUM cannot run inside", 2, 1);
    refused("-- dbmig:txmode none\nSELECT 1;\nSAVEPOINT a;", "a savepoint needs", 3, 1);
}
END_TEST

START_TEST(test_modes)
{
    FilePlan made;
    ck_assert_ok(plan_as("SELECT 1;", TXMODE_NONE, 150000, &made));
    ck_assert(!made.transactional);
    ck_assert_str_eq(made.reason, "--tx-mode none");
    ck_assert_ok(plan_as("-- atlas:txmode file\nSELECT 1;", TXMODE_NONE, 150000, &made));
    ck_assert(made.transactional);
    ck_assert_ok(plan_as("-- atlas:txmode none\nSELECT 1;", TXMODE_FILE, 150000, &made));
    ck_assert(!made.transactional);
    ck_assert_str_eq(made.reason, "-- dbmig:txmode none");
    ck_assert_ok(plan_as("SAVEPOINT a; SELECT 1; RELEASE a;", TXMODE_ALL, 0, &made));
    ck_assert(made.transactional);
}
END_TEST

START_TEST(test_script_config_turns_the_transaction_off)
{
    folder_put("V1__x.sql", "SELECT 1;");
    folder_put("V1__x.sql.conf", "executeInTransaction=false\n");
    loaded = folder_load();
    FilePlan made;
    ck_assert_ok(fileplan_make(arena, loaded.run[0], TXMODE_FILE, 0, &made, &err));
    ck_assert(!made.transactional);
    ck_assert_str_eq(made.reason, "V1__x.sql.conf: executeInTransaction=false");
}
END_TEST

START_TEST(test_set_transaction_comes_first)
{
    ck_assert(plan("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT 1;").sets_transaction);
    ck_assert(!plan("SELECT 1; SET CONSTRAINTS ALL DEFERRED;").sets_transaction);
}
END_TEST

START_TEST(test_copy)
{
    FilePlan made = plan("COPY t FROM STDIN;\n1\n2\n\\.\nSELECT 1;");
    ck_assert(made.transactional && made.has_copy && made.simple_only);
    ck_assert_uint_eq(made.statements, 2);
    ck_assert_str_eq(sent(&made), "COPY t FROM STDIN|1\n2\n|SELECT 1");
    ck_assert(plan("COPY t TO STDOUT;").simple_only);
    ck_assert(!plan("SELECT 1;").simple_only);
}
END_TEST

START_TEST(test_placeholders)
{
    StringList values = {0};
    VEC_PUSH(arena, values, "Name=tbl");
    Placeholders *placeholders;
    ck_assert_ok(placeholders_new(arena, &values, &placeholders, &err));
    placeholders_set_builtin(placeholders, "table", "h");
    folder_put("V1__x.sql", "SELECT '${name}', '${flyway:FILENAME}', '${flyway:table}', $$a$$;");
    loaded = folder_load();
    FilePlan made;
    ck_assert_ok(fileplan_make_with(arena, loaded.run[0], placeholders, TXMODE_FILE, 0, &made, &err));
    ck_assert_str_eq(sent(&made), "SELECT 'tbl', 'V1__x.sql', 'h', $$a$$");
    int32_t checksum;
    ck_assert_ok(placeholder_checksum(loaded.run[0], placeholders, &checksum, &err));
    ck_assert_int_ne(checksum, loaded.run[0]->checksum);
    folder_put("V1__x.sql", "SELECT 1;\nSELECT '${other}';");
    loaded = folder_load();
    ck_assert_fails(fileplan_make_with(arena, loaded.run[0], placeholders, TXMODE_FILE, 0, &made, &err),
                    EXIT_USAGE, "${other}");
    ck_assert_uint_eq(err.line, 2);
    ck_assert_ok(fileplan_make(arena, loaded.run[0], TXMODE_FILE, 0, &made, &err));
}
END_TEST

/* What runs is what was hashed. */
START_TEST(test_placeholder_that_nothing_replaces)
{
    FilePlan made = plan("select 1;\nselect '${}', '${a b}', '$${',\n  '${env}';\n");
    ck_assert_pstr_eq(made.unreplaced, "${env}");
    ck_assert_uint_eq(made.unreplaced_line, 3);
    ck_assert_ptr_nonnull(strstr(fileplan_placeholder_warning(arena, &made), "--placeholder env=VALUE"));
    made = plan("select '$env', '{x}', $1 ${;\n");
    ck_assert_ptr_null(made.unreplaced);
    ck_assert_ptr_null(fileplan_placeholder_warning(arena, &made));
}
END_TEST

START_TEST(test_file_that_changes_is_noticed)
{
    FilePlan made = plan("SELECT 1;\n");
    folder_put("V1__x.sql", "SELECT 2;\n");
    FileScan *scan;
    SqlItem item;
    bool ok = fileplan_open(&made, &scan, &err);
    while (ok && (ok = fileplan_next(scan, &item, &err)) && item.kind != SQL_ITEM_END)
        continue;
    ck_assert(!ok);
    ck_assert_int_eq(err.code, EXIT_INTEGRITY);
    fileplan_close(scan);
}
END_TEST

UNIT_SUITE("fileplan", test_placeholder_that_nothing_replaces, test_plain_file, test_empty_file,
           test_own_transaction_becomes_ours, test_transaction_control_is_refused,
           test_words_inside_bodies_are_no_transaction_control, test_unsafe_statements, test_modes,
           test_script_config_turns_the_transaction_off, test_set_transaction_comes_first,
           test_copy, test_placeholders, test_file_that_changes_is_noticed)
UNIT_MAIN(suite)
