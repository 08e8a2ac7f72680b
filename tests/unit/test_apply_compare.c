#include "unit.h"

#include "folder.h"

#include "dbmig/engine/apply.h"

static MigrationFolder loaded;
static History history;
static ApplyOptions options;
static ApplyComparison result;

static void begin(void)
{
    history = (History){.arena = arena, .exists = true, .schema = "public", .table = "schema_history"};
    options = (ApplyOptions){.retries = 1};
    loaded = (MigrationFolder){0};
}

static void put(const char *name)
{
    folder_put(name, arena_printf(arena, "SELECT '%s';", name));
}

static const Migration *find(const char *name)
{
    for (size_t i = 0; i < loaded.count; i++) {
        if (strcmp(loaded.items[i].name, name) == 0)
            return &loaded.items[i];
    }
    return NULL;
}

/* A row as an apply of the file leaves it; name need not exist. */
static HistoryRow *row(const char *version, const char *name)
{
    const Migration *migration = find(name);
    HistoryRow made = {.rank = (int)history.rows.count + 1, .version = version, .type = "SQL",
                       .description = migration != NULL ? migration->description : "gone",
                       .script = name, .success = true};
    if (migration != NULL) {
        made.has_checksum = true;
        made.checksum = migration->checksum;
        made.sha256 = migration->sha256_hex;
    }
    VEC_PUSH(arena, history.rows, made);
    return &history.rows.items[history.rows.count - 1];
}

static bool compare(void)
{
    return apply_compare(arena, &loaded, &history, &options, NULL, &result, &err);
}

/* "1 applied, 2 pending, …" */
static char *states(void)
{
    Buf text = {0};
    ck_assert_ok(compare());
    for (size_t i = 0; i < result.list.count; i++) {
        const MigrationStatus *status = &result.list.items[i];
        const char *version = status->migration != NULL ? status->migration->version
                                                        : status->row->version;
        const char *description = status->migration != NULL ? status->migration->description
                                                            : status->row->description;
        buf_printf(&text, "%s%s %s", i > 0 ? ", " : "", version != NULL ? version : description,
                   apply_state_name(status->state));
    }
    return buf_steal(&text, arena);
}

static bool refuse(StringList *warnings)
{
    *warnings = (StringList){0};
    ck_assert_ok(compare());
    return apply_refuse(arena, &result, &options, warnings, &err);
}

START_TEST(test_fresh_database)
{
    begin();
    put("V1__a.sql");
    put("V2__b.sql");
    put("R__v.sql");
    put("U2__b.sql");
    loaded = folder_load();
    ck_assert_str_eq(states(), "1 pending, 2 pending, v pending");
    ck_assert_ptr_null(result.current);
    options.to_version = "1";
    ck_assert_str_eq(states(), "1 pending, 2 ignored, v pending");
    options.to_version = "7";
    ck_assert_fails(compare(), EXIT_USAGE, "no migration of version 7");
}
END_TEST

START_TEST(test_versions_compare_as_numbers)
{
    begin();
    put("V001__a.sql");
    put("V1.10__b.sql");
    put("V1_9__c.sql");
    loaded = folder_load();
    row("1.0", "V001__a.sql");
    row("01.9.0", "V1_9__c.sql");
    ck_assert_str_eq(states(), "001 applied, 1.9 applied, 1.10 pending");
}
END_TEST

START_TEST(test_edited_file)
{
    StringList warnings;
    begin();
    put("V1__a.sql");
    folder_put("V2__b.sql", "SELECT 1;\r\nSELECT 2;\r\n");
    put("V3__c.sql");
    loaded = folder_load();
    ck_assert_int_ne(find("V2__b.sql")->checksum, find("V2__b.sql")->checksum_raw);
    row("1", "V1__a.sql")->sha256 = "beef";
    HistoryRow *flyway = row("2", "V2__b.sql");
    flyway->sha256 = NULL;
    flyway->checksum = find("V2__b.sql")->checksum_raw;
    HistoryRow *none = row("3", "V3__c.sql");
    none->sha256 = NULL;
    none->has_checksum = false;
    ck_assert_str_eq(states(), "1 changed, 2 applied, 3 applied");
    ck_assert(!refuse(&warnings));
    ck_assert_int_eq(err.code, EXIT_INTEGRITY);
    ck_assert_ptr_nonnull(strstr(err.primary, "V1__a.sql"));
    ck_assert_ptr_nonnull(strstr(err.detail, "line ends"));
    flyway->checksum++;
    ck_assert_str_eq(states(), "1 changed, 2 changed, 3 applied");
}
END_TEST

START_TEST(test_ignored_content_may_change)
{
    begin();
    folder_put("V1__a.sql", "-- atlas:sum ignore\nSELECT 1;");
    loaded = folder_load();
    row("1", "V1__a.sql")->sha256 = "beef";
    ck_assert_str_eq(states(), "1 applied");
}
END_TEST

START_TEST(test_missing_and_future)
{
    StringList warnings;
    begin();
    put("V1__a.sql");
    put("V3__c.sql");
    loaded = folder_load();
    row("1", "V1__a.sql");
    row("2", "V2__b.sql");
    row("3", "V3__c.sql");
    row("4", "V4__d.sql");
    ck_assert_str_eq(states(), "1 applied, 2 missing, 3 applied, 4 future");
    ck_assert_str_eq(result.current, "4");
    ck_assert(!refuse(&warnings));
    ck_assert_ptr_nonnull(strstr(err.primary, "V2__b.sql"));
    history.rows.items[1].type = "DELETE";
    ck_assert_str_eq(states(), "1 applied, 3 applied, 4 future");
    ck_assert(refuse(&warnings));
    ck_assert_uint_eq(warnings.count, 1);
    ck_assert_ptr_nonnull(strstr(warnings.items[0], "V4__d.sql"));
}
END_TEST

START_TEST(test_java_migrations_need_no_file)
{
    StringList warnings;
    begin();
    put("V1__a.sql");
    put("V3__c.sql");
    loaded = folder_load();
    row("1", "V1__a.sql");
    row("2", "db.migration.V2__b")->type = "JDBC";
    row("3", "V3__c.sql");
    ck_assert(refuse(&warnings));
    ck_assert_uint_eq(warnings.count, 1);
}
END_TEST

START_TEST(test_gaps)
{
    StringList warnings;
    begin();
    put("V1__a.sql");
    put("V2__b.sql");
    put("V3__c.sql");
    put("V4__d.sql");
    loaded = folder_load();
    row("1", "V1__a.sql");
    row("4", "V4__d.sql");
    ck_assert_str_eq(states(), "1 applied, 2 out of order, 3 out of order, 4 applied");
    ck_assert(!refuse(&warnings));
    ck_assert_int_eq(err.code, EXIT_INTEGRITY);
    ck_assert_ptr_nonnull(strstr(err.hint, "--out-of-order"));
    options.out_of_order = "2";
    ck_assert(!refuse(&warnings));
    ck_assert_ptr_null(strstr(err.primary, "V2__b.sql"));
    options.out_of_order = "";
    ck_assert(refuse(&warnings));
    options.out_of_order = NULL;
    options.exec_order = EXEC_NON_LINEAR;
    ck_assert(refuse(&warnings));
    options.exec_order = EXEC_LINEAR_SKIP;
    ck_assert(refuse(&warnings));
    ck_assert_uint_eq(warnings.count, 2);
}
END_TEST

START_TEST(test_gap_below_a_future_version)
{
    begin();
    put("V1__a.sql");
    put("V2__b.sql");
    loaded = folder_load();
    row("1", "V1__a.sql");
    row("5", "V5__e.sql");
    ck_assert_str_eq(states(), "1 applied, 2 out of order, 5 future");
}
END_TEST

START_TEST(test_plain_folder_runs_bytewise)
{
    begin();
    put("1_a.sql");
    put("10_b.sql");
    put("2_c.sql");
    loaded = folder_load();
    row("1", "1_a.sql");
    row("10", "10_b.sql");
    ck_assert_str_eq(states(), "10 applied, 1 applied, 2 pending");
}
END_TEST

START_TEST(test_repeatables)
{
    StringList warnings;
    begin();
    put("V1__a.sql");
    put("R__same.sql");
    put("R__edited.sql");
    put("R__new.sql");
    loaded = folder_load();
    row("1", "V1__a.sql");
    row(NULL, "R__same.sql")->checksum++; /* an older run; the last word counts */
    row(NULL, "R__same.sql")->sha256 = "beef";
    row(NULL, "R__edited.sql")->checksum++;
    row(NULL, "R__gone.sql");
    ck_assert_str_eq(states(), "1 applied, edited outdated, new pending, same applied, gone missing");
    ck_assert(refuse(&warnings));
    ck_assert_uint_eq(warnings.count, 1);
}
END_TEST

START_TEST(test_baseline)
{
    begin();
    put("V1__a.sql");
    put("V2__b.sql");
    put("V3__c.sql");
    loaded = folder_load();
    options.baseline = "2";
    ck_assert_str_eq(states(), "1 baseline, 2 baseline, 3 pending");
    ck_assert(result.write_baseline);
    ck_assert_str_eq(result.current, "2");
    HistoryRow *marker = row("2", "<< Flyway Baseline >>");
    marker->type = "BASELINE";
    options.baseline = "3"; /* only for an empty history */
    ck_assert_str_eq(states(), "1 baseline, 2 baseline, 3 pending");
    ck_assert(!result.write_baseline);
    options.baseline = "x";
    ck_assert_fails(compare(), EXIT_USAGE, "--baseline x is not a valid version");
}
END_TEST

START_TEST(test_baseline_files)
{
    begin();
    put("V1__a.sql");
    put("V2__b.sql");
    put("B2__base.sql");
    put("V3__c.sql");
    put("B3__base.sql");
    put("V4__d.sql");
    loaded = folder_load();
    ck_assert_str_eq(states(), "3 pending, 1 baseline, 2 baseline, 3 baseline, 4 pending");
    options.to_version = "2";
    ck_assert_str_eq(states(), "2 pending, 1 baseline, 2 baseline, 3 ignored, 4 ignored");
    options.to_version = NULL;
    row("3", "B3__base.sql")->type = "SQL_BASELINE";
    ck_assert_str_eq(states(), "3 applied, 1 baseline, 2 baseline, 3 baseline, 4 pending");
    history.rows.count = 0;
    row("1", "V1__a.sql");
    ck_assert_str_eq(states(), "1 applied, 2 pending, 3 pending, 4 pending");
}
END_TEST

START_TEST(test_failed_and_undone)
{
    begin();
    put("V1__a.sql");
    put("V2__b.sql");
    loaded = folder_load();
    row("1", "V1__a.sql");
    row("2", "V2__b.sql")->success = false;
    ck_assert_str_eq(states(), "1 applied, 2 failed");
    ck_assert_str_eq(result.current, "1");
    history.rows.items[1].success = true;
    row("2", "U2__b.sql")->type = "UNDO_SQL";
    ck_assert_str_eq(states(), "1 applied, 2 pending");
    row("2", "V2__b.sql");
    ck_assert_str_eq(states(), "1 applied, 2 applied");
}
END_TEST

START_TEST(test_many_files)
{
    begin();
    enum { MANY = 3000 };
    for (int i = 1; i <= MANY; i++)
        put(arena_printf(arena, "V%d__x.sql", i));
    loaded = folder_load();
    for (int i = 1; i <= MANY; i++)
        row(arena_printf(arena, "%d", i), arena_printf(arena, "V%d__x.sql", i));
    ck_assert_ok(compare());
    ck_assert_uint_eq(result.list.count, MANY);
    for (size_t i = 0; i < MANY; i++)
        ck_assert_int_eq(result.list.items[i].state, STATE_APPLIED);
}
END_TEST

UNIT_SUITE("apply_compare", test_fresh_database, test_versions_compare_as_numbers, test_edited_file,
           test_ignored_content_may_change, test_missing_and_future,
           test_java_migrations_need_no_file, test_gaps, test_gap_below_a_future_version,
           test_plain_folder_runs_bytewise, test_repeatables, test_baseline, test_baseline_files,
           test_failed_and_undone, test_many_files)
UNIT_MAIN(suite)
