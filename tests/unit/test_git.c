#include "unit.h"

#include "folder.h"

#include "dbmig/base/process.h"
#include "dbmig/project/git.h"
#include "dbmig/project/sumfile.h"

/* Runs git in <test folder>/repo (or another folder below the test's) and expects success. */
static char *git_in(const char *where, const char *const *args)
{
    const char *const environment[] = {"GIT_AUTHOR_NAME=a",
                                       "GIT_AUTHOR_EMAIL=a@example.org",
                                       "GIT_COMMITTER_NAME=a",
                                       "GIT_COMMITTER_EMAIL=a@example.org",
                                       "GIT_CONFIG_NOSYSTEM=1",
                                       "GIT_CONFIG_GLOBAL=/dev/null",
                                       NULL};
    const char *argv[16] = {"git", "-c", "init.defaultBranch=main", "-c",
                            "protocol.file.allow=always"};
    ProcessSpec spec = {.argv = argv, .set_env = environment, .folder = unit_path(where)};
    ProcessResult result;
    for (size_t i = 0; args[i] != NULL; i++) {
        argv[5 + i] = args[i];
        argv[6 + i] = NULL;
    }
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_msg(result.exit_code == 0, "git %s: %s", args[0], result.errors.data);
    return arena_strndup(arena, result.out.data, strcspn(result.out.data, "\n"));
}

#define GIT(...) git_in("repo", (const char *const[]){__VA_ARGS__, NULL})

static void put(const char *name, const char *text)
{
    char *path = unit_path(arena_printf(arena, "repo/%s", name));
    ck_assert_ok(file_make_folder(file_folder_of(arena, path), 0755, &err));
    ck_assert_ok(file_write_atomic(path, text, strlen(text), 0644, &err));
}

static char *commit_all(const char *message)
{
    GIT("add", "--all");
    GIT("commit", "--quiet", "-m", message);
    return GIT("rev-parse", "HEAD");
}

/* The tests may themselves run in a hook or a CI job. */
static void clear_environment(void)
{
    static const char *const names[] = {
        "GIT_DIR",   "GIT_INDEX_FILE", "GIT_WORK_TREE",      "GITHUB_ACTIONS",
        "GITLAB_CI", "JENKINS_URL",    "CODEBUILD_BUILD_ID", "BITBUCKET_BUILD_NUMBER",
        "TF_BUILD",  "CIRCLECI"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        unsetenv(names[i]);
}

/* A repository with two migrations in db/m; the first commit has one of them. */
static GitRepo make_repo(char **ret_first)
{
    GitRepo repo;
    char *first;
    clear_environment();
    ck_assert_ok(file_make_folder(unit_path("repo"), 0755, &err));
    GIT("init", "--quiet");
    put("db/m/V1__a.sql", "select 1;\n");
    put("README", "");
    first = commit_all("one");
    put("db/m/sub/V2__ö b.sql", "select 2;\n");
    put("db/m/V2__notes.md", "");
    commit_all("two");
    ck_assert_ok(git_find(arena, unit_path("repo/db/m"), &repo, &err));
    if (ret_first != NULL)
        *ret_first = first;
    return repo;
}

static MigrationFolder load_from(const GitRepo *repo, const char *commit)
{
    FolderSource *source = arena_alloc(arena, sizeof(*source));
    MigrationFolder loaded;
    ck_assert_ok(git_source(arena, repo, commit, source, &err));
    ck_assert_ok(migration_load(arena, "db/m", source, &loaded, &err));
    return loaded;
}

START_TEST(test_find)
{
    GitRepo repo = make_repo(NULL);
    char *root;
    ck_assert_ok(file_absolute(arena, unit_path("repo"), &root, &err));
    ck_assert_str_eq(repo.root, root);
    ck_assert_str_eq(repo.prefix, "db/m/");
    ck_assert_ok(git_find(arena, unit_path("repo"), &repo, &err));
    ck_assert_str_eq(repo.prefix, "");
    ck_assert_ok(git_find(arena, unit_path("repo/new/folder"), &repo, &err));
    ck_assert_str_eq(repo.root, root);
    ck_assert_str_eq(repo.prefix, "new/folder/");
}
END_TEST

START_TEST(test_no_repository)
{
    GitRepo repo;
    clear_environment();
    ck_assert_fails(git_find(arena, folder, &repo, &err), EXIT_USAGE, "is not in a git work tree");
    ck_assert_ptr_nonnull(strstr(err.detail, "not a git repository"));
}
END_TEST

START_TEST(test_git_is_not_installed)
{
    char *path = arena_strdup(arena, getenv("PATH"));
    GitRepo repo;
    setenv("PATH", folder, 1);
    ck_assert_fails(git_find(arena, folder, &repo, &err), EXIT_USAGE, "git is not installed");
    setenv("PATH", path, 1);
}
END_TEST

START_TEST(test_resolve)
{
    char *first, *got;
    GitRepo repo = make_repo(&first);
    static const char *const bad[] = {"", "-x", "--all", "origin/--all", "nowhere", "HEAD:README"};
    ck_assert_ok(git_resolve(arena, &repo, "HEAD^", &got, &err));
    ck_assert_str_eq(got, first);
    ck_assert_ok(git_resolve(arena, &repo, "origin/main", &got, &err));
    ck_assert_str_eq(got, GIT("rev-parse", "main"));
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        ck_assert_fails(git_resolve(arena, &repo, bad[i], &got, &err), EXIT_USAGE, bad[i]);
    ck_assert_ptr_nonnull(err.hint);
}
END_TEST

START_TEST(test_resolve_origin_and_shallow)
{
    char *first, *got;
    GitRepo repo = make_repo(&first), clone;
    (void)repo;
    GIT("branch", "release", "HEAD^");
    git_in(".", (const char *const[]){"clone", "--quiet", "repo", "full", NULL});
    ck_assert_ok(git_find(arena, unit_path("full/db/m"), &clone, &err));
    ck_assert_ok(git_resolve(arena, &clone, "release", &got, &err));
    ck_assert_str_eq(got, first);
    git_in(".", (const char *const[]){"clone", "--quiet", "--depth=1",
                                      arena_printf(arena, "file://%s", unit_path("repo")),
                                      "shallow", NULL});
    ck_assert_ok(git_find(arena, unit_path("shallow/db/m"), &clone, &err));
    ck_assert_fails(git_resolve(arena, &clone, "release", &got, &err), EXIT_USAGE, "no commit");
    ck_assert_ptr_nonnull(strstr(err.detail, "shallow clone"));
    ck_assert_ptr_nonnull(strstr(err.hint, "--unshallow"));
    setenv("GITHUB_ACTIONS", "true", 1);
    ck_assert_fails(git_resolve(arena, &clone, first, &got, &err), EXIT_USAGE, "no commit");
    ck_assert_ptr_nonnull(strstr(err.hint, "fetch-depth: 0"));
    unsetenv("GITHUB_ACTIONS");
}
END_TEST

START_TEST(test_merge_base)
{
    char *first, *base;
    GitRepo repo = make_repo(&first);
    GIT("checkout", "--quiet", "-b", "other", first);
    put("db/m/V3__c.sql", "");
    commit_all("three");
    ck_assert_ok(git_merge_base(arena, &repo, "main", "other", &base, &err));
    ck_assert_str_eq(base, first);
    GIT("checkout", "--quiet", "--orphan", "alone");
    commit_all("alone");
    ck_assert_fails(git_merge_base(arena, &repo, "main", "alone", &base, &err), EXIT_USAGE,
                    "no common ancestor");
    ck_assert_fails(git_merge_base(arena, &repo, "main", "gone", &base, &err), EXIT_USAGE, "gone");
}
END_TEST

START_TEST(test_list)
{
    char *first;
    GitRepo repo = make_repo(&first);
    GitFileList files;
    ck_assert_ok(git_list(arena, &repo, "HEAD", &files, &err));
    ck_assert_uint_eq(files.count, 3);
    ck_assert_str_eq(files.items[0].name, "V1__a.sql");
    ck_assert_str_eq(files.items[0].blob, GIT("rev-parse", "HEAD:db/m/V1__a.sql"));
    ck_assert_str_eq(files.items[2].name, "sub/V2__ö b.sql");
    ck_assert_ok(git_list(arena, &repo, first, &files, &err));
    ck_assert_uint_eq(files.count, 1);
    repo.prefix = "absent/";
    ck_assert_ok(git_list(arena, &repo, first, &files, &err));
    ck_assert_uint_eq(files.count, 0);
    repo.prefix = "";
    ck_assert_ok(git_list(arena, &repo, first, &files, &err));
    ck_assert_uint_eq(files.count, 2);
    ck_assert_fails(git_list(arena, &repo, "gone", &files, &err), EXIT_USAGE, "could not list");
}
END_TEST

START_TEST(test_load_at_commit)
{
    char *first;
    GitRepo repo = make_repo(&first);
    MigrationFolder loaded = load_from(&repo, first);
    ck_assert_str_eq(folder_names(&loaded, true), "V1__a.sql");
    ck_assert_str_eq(loaded.items[0].staged->data, "select 1;\n");
    loaded = load_from(&repo, "HEAD");
    ck_assert_str_eq(folder_names(&loaded, true), "V1__a.sql sub/V2__ö b.sql");
}
END_TEST

/* What is staged is what will be committed, whatever the disk holds. */
START_TEST(test_load_staged)
{
    GitRepo repo = make_repo(NULL);
    MigrationFolder loaded;
    put("db/m/V1__a.sql", "staged;\n");
    put("db/m/V3__c.sql", "new;\n");
    GIT("add", "--all");
    put("db/m/V1__a.sql", "only on disk;\n");
    put("db/m/V4__d.sql", "untracked;\n");
    loaded = load_from(&repo, NULL);
    ck_assert_str_eq(folder_names(&loaded, true), "V1__a.sql sub/V2__ö b.sql V3__c.sql");
    ck_assert_str_eq(loaded.items[0].staged->data, "staged;\n");
}
END_TEST

START_TEST(test_sum_comes_from_the_same_place)
{
    GitRepo repo = make_repo(NULL);
    MigrationFolder loaded;
    ck_assert_ok(migration_load(arena, unit_path("repo/db/m"), NULL, &loaded, &err));
    ck_assert_ok(sumfile_write(arena, &loaded, NULL, &err));
    loaded = load_from(&repo, NULL);
    ck_assert_fails(sumfile_verify(arena, &loaded, NULL, &err), EXIT_INTEGRITY, "is missing");
    GIT("add", "--all");
    loaded = load_from(&repo, NULL);
    ck_assert_ok(sumfile_verify(arena, &loaded, NULL, &err));
    put("db/m/V1__a.sql", "edited;\n");
    GIT("add", "--all");
    loaded = load_from(&repo, NULL);
    ck_assert_fails(sumfile_verify(arena, &loaded, NULL, &err), EXIT_INTEGRITY,
                    "V1__a.sql was edited");
    ck_assert_str_eq(err.file, "db/m/atlas.sum");
}
END_TEST

START_TEST(test_conflict_in_the_index)
{
    char *first;
    GitRepo repo = make_repo(&first);
    GitFileList files;
    const char *const merge[] = {"git", "-C",           repo.root, "-c",   "user.name=a",
                                 "-c",  "user.email=a", "merge",   "main", NULL};
    ProcessSpec spec = {.argv = merge};
    ProcessResult result;
    put("db/m/V1__a.sql", "ours\n");
    commit_all("ours");
    GIT("checkout", "--quiet", "-b", "other", first);
    put("db/m/V1__a.sql", "theirs\n");
    commit_all("theirs");
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_int_ne(result.exit_code, 0);
    ck_assert_fails(git_list_staged(arena, &repo, &files, &err), EXIT_USAGE,
                    "db/m/V1__a.sql has an unresolved merge conflict");
}
END_TEST

START_TEST(test_symbolic_link_in_git)
{
    GitRepo repo = make_repo(NULL);
    FolderSource source;
    MigrationFolder loaded;
    ck_assert_int_eq(symlink("V1__a.sql", unit_path("repo/db/m/V3__link.sql")), 0);
    commit_all("link");
    ck_assert_ok(git_source(arena, &repo, "HEAD", &source, &err));
    ck_assert_fails(migration_load(arena, "db/m", &source, &loaded, &err), EXIT_USAGE,
                    "V3__link.sql is a symbolic link in git");
}
END_TEST

START_TEST(test_many_blobs)
{
    GitRepo repo = make_repo(NULL);
    MigrationFolder loaded;
    for (int i = 10; i < 1510; i++)
        put(arena_printf(arena, "db/m/V%d__x.sql", i), arena_printf(arena, "select %d;\n", i));
    put("db/m/V5__zero.sql", "");
    GIT("add", "--all");
    loaded = load_from(&repo, NULL);
    ck_assert_uint_eq(loaded.count, 1503);
    ck_assert_str_eq(loaded.items[1502].staged->data, "select 1509;\n");
    ck_assert_uint_eq(loaded.items[2].staged->len, 0);
}
END_TEST

START_TEST(test_missing_blob)
{
    GitRepo repo = make_repo(NULL);
    const char *const ids[] = {"0123456789012345678901234567890123456789"};
    Bytes bytes;
    ck_assert_fails(git_read_blobs(arena, &repo, ids, 1, &bytes, &err), EXIT_USAGE,
                    "could not read the object 0123456789");
    ck_assert_ok(git_read_blobs(arena, &repo, ids, 0, &bytes, &err));
}
END_TEST

/* A hook runs in the root with GIT_DIR and GIT_INDEX_FILE relative to it. */
START_TEST(test_inside_a_hook)
{
    GitRepo repo = make_repo(NULL);
    GitFileList files;
    char *before = getcwd(NULL, 0);
    ck_assert_int_eq(chdir(repo.root), 0);
    setenv("GIT_DIR", ".git", 1);
    setenv("GIT_INDEX_FILE", ".git/index", 1);
    ck_assert_ok(git_find(arena, "db/m", &repo, &err));
    ck_assert_str_eq(repo.prefix, "db/m/");
    ck_assert_ok(git_list_staged(arena, &repo, &files, &err));
    ck_assert_uint_eq(files.count, 3);
    ck_assert_fails(git_find(arena, folder, &repo, &err), EXIT_USAGE,
                    "is not in the git work tree");
    clear_environment();
    ck_assert_int_eq(chdir(before), 0);
    free(before);
}
END_TEST

static const char *fake_name, *fake_value;

static const char *fake_getenv(const char *name)
{
    return strcmp(name, fake_name) == 0 ? fake_value : NULL;
}

START_TEST(test_base)
{
    static const char *const cases[][3] = {
        {"GITHUB_BASE_REF", "main", "origin/main"},
        {"CI_MERGE_REQUEST_DIFF_BASE_SHA", "abc123", "abc123"},
        {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "rel/1", "origin/rel/1"},
        {"CODEBUILD_WEBHOOK_BASE_REF", "refs/heads/main", "origin/main"},
        {"BITBUCKET_PR_DESTINATION_BRANCH", "main", "origin/main"},
        {"CHANGE_TARGET", "main", "origin/main"},
        {"SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main", "origin/main"},
        {"CIRCLE_PULL_REQUEST", "https://example.org/pull/1", "origin/HEAD"},
        {"CI_MERGE_REQUEST_DIFF_BASE_SHA", "0000000000000000000000000000000000000000", NULL},
        {"GITHUB_BASE_REF", "", NULL},
        {"PATH", "/bin", NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        GitBase base = {0};
        fake_name = cases[i][0];
        fake_value = cases[i][1];
        ck_assert(git_base(arena, fake_getenv, &base) == (cases[i][2] != NULL));
        ck_assert_pstr_eq(base.ref, cases[i][2]);
        if (cases[i][2] != NULL)
            ck_assert_str_eq(base.source, cases[i][0]);
    }
}
END_TEST

UNIT_SUITE("git", test_find, test_no_repository, test_git_is_not_installed, test_resolve,
           test_resolve_origin_and_shallow, test_merge_base, test_list, test_load_at_commit,
           test_load_staged, test_sum_comes_from_the_same_place, test_conflict_in_the_index,
           test_symbolic_link_in_git, test_many_blobs, test_missing_blob, test_inside_a_hook,
           test_base)
UNIT_MAIN(suite)
