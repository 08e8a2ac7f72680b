/*
 * Which files of a branch are renumbered and how; the two-branch stories with a real merge are in
 * tests/integration/rebase.sh, failing renames in torture.sh.
 */
#include "unit.h"

#include "dbmig/base/process.h"
#include "dbmig/base/text.h"
#include "dbmig/engine/rebase.h"
#include "dbmig/project/sumfile.h"

#include "folder.h"

static char *git(const char *const *args)
{
    const char *const environment[] = {"GIT_AUTHOR_NAME=a",
                                       "GIT_AUTHOR_EMAIL=a@example.org",
                                       "GIT_COMMITTER_NAME=a",
                                       "GIT_COMMITTER_EMAIL=a@example.org",
                                       "GIT_CONFIG_NOSYSTEM=1",
                                       "GIT_CONFIG_GLOBAL=/dev/null",
                                       NULL};
    const char *argv[12] = {"git", "-c", "init.defaultBranch=main"};
    ProcessSpec spec = {.argv = argv, .set_env = environment, .folder = folder};
    ProcessResult result;
    for (size_t i = 0; args[i] != NULL; i++)
        argv[3 + i] = args[i];
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_msg(result.exit_code == 0, "git %s: %s", args[0], result.errors.data);
    return arena_strndup(arena, result.out.data, result.out.len);
}

#define GIT(...) git((const char *const[]){__VA_ARGS__, NULL})

static void put_all(const char *names)
{
    StringList list = {0};
    text_split(arena, names, ' ', &list);
    for (size_t i = 0; i < list.count; i++)
        folder_put(list.items[i], arena_printf(arena, "-- %s\n", list.items[i]));
}

static void commit(const char *message)
{
    GIT("add", "--all");
    GIT("commit", "--quiet", "--allow-empty", "-m", message);
}

/* Both branches start with `common`; main gets `theirs`, and the work tree, on "feature", `own`. */
static void make_branches(const char *common, const char *theirs, const char *own)
{
    static const char *const names[] = {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        unsetenv(names[i]);
    ck_assert_ok(file_make_folder(unit_path("m"), 0755, &err));
    GIT("init", "--quiet");
    put_all(common);
    commit("common");
    put_all(theirs);
    commit("theirs");
    GIT("checkout", "--quiet", "-b", "feature", "HEAD^");
    ck_assert_ok(file_make_folder(unit_path("m"), 0755, &err));
    put_all(own);
}

static RebaseOptions options(void)
{
    return (RebaseOptions){.dir = unit_path("m"), .git_base = "main", .now = "20260102030405"};
}

static const char *moves_text(const RebaseMoves *moves)
{
    char *text = arena_strdup(arena, "");
    for (size_t i = 0; i < moves->count; i++)
        text = arena_printf(arena, "%s%s%s>%s", text, i == 0 ? "" : " ", moves->items[i].from,
                            moves->items[i].to);
    return text;
}

static const char *dry_run(const char *out_of_order)
{
    RebaseOptions given = options();
    RebaseResult result;
    given.dry_run = true;
    given.out_of_order = out_of_order;
    ck_assert_ok(rebase_run(arena, &given, &result, &err));
    return moves_text(&result.moves);
}

static void check_moves(const char *common, const char *theirs, const char *own, const char *moves)
{
    make_branches(common, theirs, own);
    ck_assert_str_eq(dry_run(NULL), moves);
}

START_TEST(test_order_is_kept)
{
    check_moves("V1__a.sql", "V2__x.sql V3__y.sql", "V2__b.sql V10__d.sql V3__c.sql",
                "V2__b.sql>V4__b.sql V3__c.sql>V5__c.sql");
}
END_TEST

/* The first one's new version reaches the second, which was above main's. */
START_TEST(test_one_pushes_the_next)
{
    check_moves("V1__a.sql", "V2__x.sql V3__y.sql", "V2__b.sql V4__c.sql V6__d.sql",
                "V2__b.sql>V4__b.sql V4__c.sql>V5__c.sql");
}
END_TEST

START_TEST(test_nothing_to_do)
{
    check_moves("V1__a.sql", "V2__x.sql", "V3__b.sql R__v.sql U1__a.sql", "");
}
END_TEST

START_TEST(test_two_own_files_of_one_version)
{
    check_moves("V1__a.sql", "V2__x.sql", "V2__b.sql V2__c.sql U2__c.sql U2__b.sql",
                "V2__b.sql>V3__b.sql U2__b.sql>U3__b.sql V2__c.sql>V4__c.sql U2__c.sql>U4__c.sql");
}
END_TEST

START_TEST(test_companions)
{
    check_moves("V1__a.sql", "V2__x.sql",
                "V2__b.sql U2__undo_b.sql B2__all.sql U1__a.sql B1__base.sql",
                "V2__b.sql>V3__b.sql B2__all.sql>B3__all.sql U2__undo_b.sql>U3__undo_b.sql");
}
END_TEST

START_TEST(test_habits)
{
    check_moves("V0_0_94__a.sql", "V0_0_95__x.sql", "V0_0_95__b.sql",
                "V0_0_95__b.sql>V0_0_96__b.sql");
}
END_TEST

/* Behind a single underscore a version with underscores would end too early. */
START_TEST(test_single_underscore)
{
    check_moves("V1_1__a.sql", "V1_2__x.sql", "V1.2_b.sql", "V1.2_b.sql>V1.3_b.sql");
}
END_TEST

START_TEST(test_timestamps)
{
    check_moves("V20250101000000__a.sql", "V20250301000000__x.sql",
                "V20250201000000__b.sql V20250202000000__c.sql",
                "V20250201000000__b.sql>V20260102030405__b.sql "
                "V20250202000000__c.sql>V20260102030406__c.sql");
}
END_TEST

START_TEST(test_plain_folder)
{
    check_moves("1_a.sql", "2_x.sql", "2_b.sql", "2_b.sql>3_b.sql");
}
END_TEST

START_TEST(test_subfolders)
{
    check_moves("V1__a.sql", "V2__x.sql", "y/2026/V2__b.sql", "y/2026/V2__b.sql>y/2026/V3__b.sql");
}
END_TEST

START_TEST(test_empty_base)
{
    check_moves("", "", "V1__a.sql", "");
}
END_TEST

START_TEST(test_admitted)
{
    make_branches("V41__a.sql V42__b.sql", "", "V41.1__hot.sql V41.2__fix.sql");
    ck_assert_str_eq(dry_run("41.1"), "V41.2__fix.sql>V43__fix.sql");
    ck_assert_str_eq(dry_run(""), "");
}
END_TEST

static size_t planned;

static void on_plan(void *context, const RebaseMoves *moves)
{
    planned = moves->count;
    ck_assert_msg(file_kind(context) == FILE_REGULAR, "renamed before the plan was told");
}

START_TEST(test_run)
{
    RebaseOptions given = options();
    RebaseResult result;
    MigrationFolder loaded;
    make_branches("V1__a.sql", "V2__x.sql", "V2__b.sql V2__b.sql.conf V3__c.sql");
    folder_put("atlas.sum", "<<<<<<< HEAD\nh1:x\n=======\nh1:y\n>>>>>>> main\n");
    folder_put("V2__b.sql.conf", "executeInTransaction=false\n");
    given.on_plan = on_plan;
    given.context = unit_path("m/V2__b.sql");
    ck_assert_ok(rebase_run(arena, &given, &result, &err));
    ck_assert_uint_eq(planned, 3);
    ck_assert_str_eq(result.newest, "2");
    ck_assert(result.sum_changed);
    loaded = folder_load();
    ck_assert_str_eq(folder_names(&loaded, true), "V1__a.sql V3__b.sql V4__c.sql");
    ck_assert_int_eq(loaded.run[1]->tx_mode, TXMODE_NONE);
    ck_assert_ok(sumfile_verify(arena, &loaded, NULL, &err));
    ck_assert_str_eq(result.sum, arena_printf(arena, "h1:%s", sumfile_of_folder(arena, &loaded)));
    given.on_plan = NULL;
    ck_assert_ok(rebase_run(arena, &given, &result, &err));
    ck_assert_uint_eq(result.moves.count, 0);
    ck_assert(!result.sum_changed);
}
END_TEST

START_TEST(test_the_other_name)
{
    RebaseOptions given = options();
    RebaseResult result;
    make_branches("V1__a.sql", "V2__same.sql", "");
    folder_put("V2__same.sql", "-- ours\n");
    ck_assert_str_eq(dry_run(NULL), "V2__same.sql>V3__same.sql");
    /* With main's content it is main's file. */
    folder_put("V2__same.sql", "-- V2__same.sql\n");
    ck_assert_str_eq(dry_run(NULL), "");
    folder_put("V2__same.sql", "<<<<<<< HEAD\n-- a\n=======\n-- b\n>>>>>>> main\n");
    ck_assert_fails(rebase_run(arena, &given, &result, &err), EXIT_USAGE, "merge conflict in it");
}
END_TEST

START_TEST(test_refused)
{
    RebaseOptions given = options();
    RebaseResult result;
    make_branches("V1__a.sql", "V2__x.sql", "V2__b.sql");
    folder_put("V1__a.sql", "-- edited\n");
    ck_assert_fails(rebase_run(arena, &given, &result, &err), EXIT_INTEGRITY, "was edited");
    put_all("V1__a.sql");
    folder_put("V3__b.sql/x", "");
    ck_assert_fails(rebase_run(arena, &given, &result, &err), EXIT_USAGE, "V3__b.sql");
    ck_assert_ok(file_remove_tree(unit_path("m/V3__b.sql"), &err));
    given.git_base = "nowhere";
    ck_assert_fails(rebase_run(arena, &given, &result, &err), EXIT_USAGE, "no commit \"nowhere\"");
    given.git_base = "main";
    given.dir = unit_path("absent");
    ck_assert_fails(rebase_run(arena, &given, &result, &err), EXIT_USAGE, "absent");
    ck_assert(file_kind(unit_path("m/V2__b.sql")) == FILE_REGULAR);
}
END_TEST

UNIT_SUITE("rebase", test_order_is_kept, test_one_pushes_the_next, test_nothing_to_do,
           test_two_own_files_of_one_version, test_companions, test_habits, test_single_underscore,
           test_timestamps, test_plain_folder, test_subfolders, test_empty_base, test_admitted,
           test_run, test_the_other_name, test_refused)
UNIT_MAIN(suite)
