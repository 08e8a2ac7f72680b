/* Runs git, and reads what it prints. Everything is asked by NUL- or length-delimited output. */
#include "dbmig/project/git.h"

#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"

/* Runs git in a folder (NULL: ours). Only that git could not be run is an error here. */
static bool run_git(Arena *arena, const char *folder, const char *const *argv, const Buf *input,
                    ProcessResult *ret, Error *err)
{
    static const char *const environment[] = {"LC_ALL=C", "GIT_OPTIONAL_LOCKS=0",
                                              "GIT_TERMINAL_PROMPT=0", "GIT_LITERAL_PATHSPECS=1",
                                              NULL};
    ProcessSpec spec = {.argv = argv, .set_env = environment, .folder = folder};

    if (input != NULL) {
        spec.input = buf_text(input);
        spec.input_len = input->len;
    }
    return process_run(arena, &spec, ret, err);
}

static char *first_line(Arena *arena, const Bytes *out)
{
    const char *feed = out->len == 0 ? NULL : memchr(out->data, '\n', out->len);

    return arena_strndup(arena, out->len == 0 ? "" : out->data,
                         feed == NULL ? out->len : (size_t)(feed - out->data));
}

/* git's own words, without the "fatal: " that is not ours to say. */
static bool fail_git(Arena *arena, const ProcessResult *result, const char *what, Error *err)
{
    const char *said = first_line(arena, &result->errors);

    error_set(err, EXIT_USAGE, "%s", what);
    if (text_starts(said, "fatal: "))
        said += strlen("fatal: ");
    if (*said != '\0')
        error_detail(err, "git says: %s", text_printable(arena, said));
    return false;
}

/* ---- the repository ---- */

/* The nearest folder of path that exists, links resolved; *ret_rest is what lies below it. */
static bool existing_folder(Arena *arena, const char *path, char **ret, const char **ret_rest,
                            Error *err)
{
    const char *rest = "";

    while (file_kind(path) != FILE_FOLDER) {
        const char *up = file_folder_of(arena, path);

        if (strcmp(up, path) == 0)
            break;
        rest = arena_printf(arena, "%s/%s", file_name_of(path), rest);
        path = up;
    }
    *ret_rest = rest;
    return file_absolute(arena, path, ret, err);
}

static bool set_prefix(Arena *arena, const char *folder, const char *rest, GitRepo *repo,
                       Error *err)
{
    size_t len = strlen(repo->root);
    const char *below;

    if (strncmp(folder, repo->root, len) != 0 || (folder[len] != '/' && folder[len] != '\0')) {
        error_set(err, EXIT_USAGE, "%s is not in the git work tree %s", folder, repo->root);
        return false;
    }
    below = folder[len] == '/' ? folder + len + 1 : folder + len;
    repo->prefix = arena_printf(arena, "%s%s%s", below, *below == '\0' ? "" : "/", rest);
    return true;
}

bool git_find(Arena *arena, const char *folder, GitRepo *ret, Error *err)
{
    static const char *const argv[] = {"git", "rev-parse", "--show-toplevel", NULL};
    /* A hook runs with GIT_DIR set and in the root: from elsewhere git would take the wrong root.
     */
    bool in_hook = getenv("GIT_DIR") != NULL;
    ProcessResult result;
    char *absolute;
    const char *rest;

    if (!process_find(arena, "git", NULL)) {
        error_set(err, EXIT_USAGE, "git is not installed");
        return error_hint(err, "Install git, or do without what needs it (--staged, --git-base).");
    }
    if (!existing_folder(arena, folder, &absolute, &rest, err) ||
        !run_git(arena, in_hook ? NULL : absolute, argv, NULL, &result, err))
        return false;
    if (result.exit_code != 0)
        return fail_git(arena, &result, arena_printf(arena, "%s is not in a git work tree", folder),
                        err);
    ret->root = first_line(arena, &result.out);
    return set_prefix(arena, absolute, rest, ret, err);
}

/* ---- revisions ---- */

static bool is_shallow(Arena *arena, const GitRepo *repo)
{
    static const char *const argv[] = {"git", "rev-parse", "--is-shallow-repository", NULL};
    ProcessResult result;
    Error ignored = {0};
    bool ok = run_git(arena, repo->root, argv, NULL, &result, &ignored);

    error_clear(&ignored);
    return ok && result.exit_code == 0 && strcmp(first_line(arena, &result.out), "true") == 0;
}

static const char *depth_hint(void)
{
    static const struct {
        const char *variable;
        const char *hint;
    } services[] = {
        {"GITHUB_ACTIONS", "Give actions/checkout the whole history: with: fetch-depth: 0"},
        {"GITLAB_CI", "Let GitLab fetch the whole history: variables: GIT_DEPTH: 0"},
        {"CODEBUILD_BUILD_ID", "Set the CodeBuild project's git clone depth to full "
                               "(gitCloneDepth: 0)."},
        {"BITBUCKET_BUILD_NUMBER", "Let Bitbucket clone the whole history: clone: depth: full"},
        {"JENKINS_URL", "Turn off \"Shallow clone\" in the job's checkout, and let it fetch the "
                        "target branch."},
        {"TF_BUILD", "Let Azure Pipelines fetch the whole history: checkout: self, fetchDepth: 0"},
        {"CIRCLECI", "Let CircleCI clone the whole history: checkout: method: full"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(services); i++)
        if (getenv(services[i].variable) != NULL)
            return services[i].hint;
    return NULL;
}

/* Says why history may be missing here, and how to get it. */
static bool hint_fetch(Arena *arena, const GitRepo *repo, Error *err)
{
    bool shallow = is_shallow(arena, repo);
    const char *hint = depth_hint();

    if (shallow)
        error_detail(err, "This is a shallow clone: git has only the newest commits here.");
    if (hint != NULL)
        return error_hint(err, "%s", hint);
    if (shallow)
        return error_hint(err, "Get the rest: git fetch --unshallow");
    return error_hint(err, "See git branch --all for what is here; git fetch may get it.");
}

/* *ret is NULL when there is no such commit. */
static bool try_resolve(Arena *arena, const GitRepo *repo, const char *ref, char **ret, Error *err)
{
    const char *commit = arena_printf(arena, "%s^{commit}", ref);
    const char *const argv[] = {"git", "rev-parse", "--verify", "--quiet", commit, NULL};
    ProcessResult result;

    if (!run_git(arena, repo->root, argv, NULL, &result, err))
        return false;
    *ret = result.exit_code == 0 ? first_line(arena, &result.out) : NULL;
    return true;
}

/* Under which names a revision may be here, the likeliest first. */
static void spellings(Arena *arena, const char *ref, StringList *ret)
{
    VEC_PUSH(arena, *ret, ref);
    if (strcmp(ref, "origin/HEAD") == 0) {
        /* Not every checkout has it, and plain HEAD is something else. */
        VEC_PUSH(arena, *ret, "origin/main");
        VEC_PUSH(arena, *ret, "origin/master");
    } else if (text_starts(ref, "origin/")) {
        VEC_PUSH(arena, *ret, ref + strlen("origin/"));
    } else {
        VEC_PUSH(arena, *ret, arena_printf(arena, "origin/%s", ref));
    }
}

bool git_resolve(Arena *arena, const GitRepo *repo, const char *ref, char **ret_commit, Error *err)
{
    StringList names = {0};

    spellings(arena, ref, &names);
    /* What starts with '-' would be an option. */
    if (*ref == '\0' || *ref == '-' || *names.items[1] == '-') {
        error_set(err, EXIT_USAGE, "\"%s\" is not a git revision", text_printable(arena, ref));
        return false;
    }
    for (size_t i = 0; i < names.count; i++) {
        if (!try_resolve(arena, repo, names.items[i], ret_commit, err))
            return false;
        if (*ret_commit != NULL)
            return true;
    }
    error_set(err, EXIT_USAGE, "git has no commit \"%s\" in %s", text_printable(arena, ref),
              repo->root);
    return hint_fetch(arena, repo, err);
}

static bool resolves(Arena *arena, const GitRepo *repo, const char *ref)
{
    char *commit = NULL;
    Error ignored = {0};
    bool found = try_resolve(arena, repo, ref, &commit, &ignored) && commit != NULL;
    error_clear(&ignored);
    return found;
}

bool git_has_commit(Arena *arena, const GitRepo *repo)
{
    return resolves(arena, repo, "HEAD");
}

bool git_is_merging(Arena *arena, const GitRepo *repo)
{
    return resolves(arena, repo, "MERGE_HEAD");
}

char *git_folder_id(Arena *arena, const GitRepo *repo)
{
    const char *tree = arena_printf(arena, "HEAD:%s", repo->prefix);
    const char *const argv[] = {"git", "rev-parse", "--verify", "--quiet", tree, NULL};
    ProcessResult result;
    Error ignored = {0};
    bool found = run_git(arena, repo->root, argv, NULL, &result, &ignored) && result.exit_code == 0;
    error_clear(&ignored);
    return found ? first_line(arena, &result.out) : arena_strdup(arena, "");
}

bool git_merge_base(Arena *arena, const GitRepo *repo, const char *a, const char *b,
                    char **ret_commit, Error *err)
{
    const char *const argv[] = {"git", "merge-base", a, b, NULL};
    ProcessResult result;

    if (!run_git(arena, repo->root, argv, NULL, &result, err))
        return false;
    if (result.exit_code == 0) {
        *ret_commit = first_line(arena, &result.out);
        return true;
    }
    fail_git(arena, &result, arena_printf(arena, "git finds no common ancestor of %s and %s", a, b),
             err);
    return hint_fetch(arena, repo, err);
}

bool git_default_base(Arena *arena, const GitRepo *repo, GitBase *ret)
{
    static const char *const argv[] = {
        "git", "for-each-ref", "--format=%(HEAD)%(refname)", "refs/remotes/origin/HEAD",
        "refs/remotes/origin/main", "refs/remotes/origin/master", "refs/heads/main",
        "refs/heads/master", NULL};
    StringList found = {0};
    ProcessResult result;
    Error ignored = {0};
    bool ok = run_git(arena, repo->root, argv, NULL, &result, &ignored);

    error_clear(&ignored);
    if (!ok || result.exit_code != 0)
        return false;
    text_split(arena, result.out.data, '\n', &found);
    for (size_t wanted = 3; argv[wanted] != NULL; wanted++) {
        for (size_t i = 0; i < found.count; i++) {
            /* The blank of a branch that is not checked out is gone with the split. */
            if (strcmp(found.items[i], argv[wanted]) != 0)
                continue;
            const char *name = strchr(argv[wanted] + strlen("refs/"), '/') + 1;
            *ret = (GitBase){name, "the default branch"};
            return true;
        }
    }
    return false;
}

/* ---- listing ---- */

typedef struct Record {
    const char *mode;
    const char *blob;
    const char *stage; /* ls-files only */
    const char *path;
} Record;

/* "<mode> <type> <id>\t<path>" of ls-tree, "<mode> <id> <stage>\t<path>" of ls-files. */
static bool parse_record(Arena *arena, const char *text, bool staged, Record *ret)
{
    const char *tab = strchr(text, '\t');
    StringList fields = {0};

    if (tab == NULL)
        return false;
    text_split(arena, arena_strndup(arena, text, (size_t)(tab - text)), ' ', &fields);
    if (fields.count < 3)
        return false;
    *ret = (Record){fields.items[0], fields.items[staged ? 1 : 2], staged ? fields.items[2] : "0",
                    tab + 1};
    return true;
}

static bool add_record(Arena *arena, const GitRepo *repo, const Record *record, GitFileList *ret,
                       Error *err)
{
    if (strcmp(record->stage, "0") != 0) {
        error_set(err, EXIT_USAGE, "%s has an unresolved merge conflict", record->path);
        return error_hint(err, "Resolve it and add the file: git add %s", record->path);
    }
    if (strcmp(record->mode, "160000") == 0 || !text_starts(record->path, repo->prefix))
        return true;
    VEC_PUSH(arena, *ret,
             (GitFile){.name = arena_strdup(arena, record->path + strlen(repo->prefix)),
                       .blob = arena_strdup(arena, record->blob),
                       .link = strcmp(record->mode, "120000") == 0});
    return true;
}

static bool parse_records(Arena *arena, const GitRepo *repo, const Bytes *out, bool staged,
                          GitFileList *ret, Error *err)
{
    const char *at = out->data, *end = out->data + out->len;
    Arena *scratch = arena_new();
    bool ok = true;

    while (ok && at < end) {
        Record record;

        if (!parse_record(scratch, at, staged, &record))
            ok = error_set(err, EXIT_USAGE, "could not understand what git lists");
        else
            ok = add_record(arena, repo, &record, ret, err);
        at += strlen(at) + 1;
        arena_reset(scratch);
    }
    arena_free(scratch);
    return ok;
}

static bool list(Arena *arena, const GitRepo *repo, const char *const *argv, bool staged,
                 GitFileList *ret, Error *err)
{
    Arena *scratch = arena_new();
    ProcessResult result;
    bool ok = run_git(scratch, repo->root, argv, NULL, &result, err);

    *ret = (GitFileList){0};
    if (ok && result.exit_code != 0)
        ok = fail_git(scratch, &result, "git could not list the migrations folder", err);
    if (ok)
        ok = parse_records(arena, repo, &result.out, staged, ret, err);
    arena_free(scratch);
    return ok;
}

bool git_list(Arena *arena, const GitRepo *repo, const char *commit, GitFileList *ret, Error *err)
{
    const char *prefix = *repo->prefix == '\0' ? NULL : repo->prefix;
    const char *const argv[] = {"git",  "ls-tree", "-r",   "-z", "--full-tree",
                                commit, "--",      prefix, NULL};

    return list(arena, repo, argv, false, ret, err);
}

bool git_list_staged(Arena *arena, const GitRepo *repo, GitFileList *ret, Error *err)
{
    const char *prefix = *repo->prefix == '\0' ? NULL : repo->prefix;
    const char *const argv[] = {"git", "ls-files", "--stage", "-z", "--", prefix, NULL};

    return list(arena, repo, argv, true, ret, err);
}

bool git_staged_listing(Arena *arena, const char *const *paths, size_t count, Bytes *ret,
                        Error *err)
{
    static const char *const start[] = {"git", "ls-files", "--stage", "-z", "--full-name", "--"};
    StringList argv = {0};
    ProcessResult result;

    for (size_t i = 0; i < ARRAY_LENGTH(start); i++)
        VEC_PUSH(arena, argv, start[i]);
    for (size_t i = 0; i < count; i++)
        VEC_PUSH(arena, argv, paths[i]);
    VEC_PUSH(arena, argv, NULL);
    if (!run_git(arena, NULL, argv.items, NULL, &result, err))
        return false;
    if (result.exit_code != 0)
        return fail_git(arena, &result, "git could not list what is staged", err);
    *ret = result.out;
    return true;
}

/* ---- content ---- */

/* Takes "<id> blob <size>\n<content>\n" from *at. */
static bool take_blob(Arena *arena, const char **at, const char *end, Bytes *ret)
{
    const char *feed = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;
    StringList fields = {0};
    int64_t size;

    if (feed == NULL)
        return false;
    text_split(arena, arena_strndup(arena, *at, (size_t)(feed - *at)), ' ', &fields);
    if (fields.count != 3 || strcmp(fields.items[1], "blob") != 0 ||
        !text_to_int64(fields.items[2], &size) || size < 0 || end - feed - 2 < size)
        return false;
    ret->len = (size_t)size;
    ret->data = arena_strndup(arena, feed + 1, ret->len);
    *at = feed + 1 + size + 1;
    return true;
}

static bool take_blobs(Arena *arena, const Bytes *out, const char *const *ids, size_t count,
                       Bytes *ret, Error *err)
{
    const char *at = out->data, *end = out->data + out->len;

    for (size_t i = 0; i < count; i++) {
        if (take_blob(arena, &at, end, &ret[i]))
            continue;
        error_set(err, EXIT_USAGE, "git could not read the object %s", ids[i]);
        return error_hint(err, "The repository may be damaged, or a partial clone that cannot "
                               "reach its server: try git fsck");
    }
    return true;
}

bool git_read_blobs(Arena *arena, const GitRepo *repo, const char *const *ids, size_t count,
                    Bytes *ret, Error *err)
{
    static const char *const argv[] = {"git", "cat-file", "--batch", NULL};
    Arena *scratch = arena_new();
    ProcessResult result = {0};
    Buf input = {0};
    bool ok = true;

    for (size_t i = 0; i < count; i++)
        buf_printf(&input, "%s\n", ids[i]);
    if (count > 0)
        ok = run_git(scratch, repo->root, argv, &input, &result, err);
    if (ok && count > 0)
        ok = result.exit_code == 0
                 ? take_blobs(arena, &result.out, ids, count, ret, err)
                 : fail_git(scratch, &result, "git could not read the migrations", err);
    buf_free(&input);
    arena_free(scratch);
    return ok;
}
