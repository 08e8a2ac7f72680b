/*
 * A check against a git revision: which files are new, that those it has are as they were, and that
 * new versions are above its newest: a database that has that one would find a gap.
 */
#include <string.h>
#include <time.h>

#include "dbmig/base/text.h"
#include "dbmig/engine/gitbase.h"
#include "dbmig/project/formats.h"
#include "dbmig/project/git.h"

static bool load_source(Arena *arena, const GitRepo *repo, const char *commit, FolderSource *source,
                        Map **ret_names, Error *err)
{
    StringList names = {0};
    if (!git_source(arena, repo, commit, source, err) ||
        !source->list(source->context, arena, &names, err))
        return false;
    *ret_names = map_new(arena);
    for (size_t i = 0; i < names.count; i++)
        map_set(*ret_names, names.items[i], arena);
    return true;
}

static bool load_sources(Arena *arena, const GitRepo *repo, BaseFolder *ret, Error *err)
{
    char *commit, *head, *parting;
    return git_resolve(arena, repo, ret->revision, &commit, err) &&
           git_resolve(arena, repo, "HEAD", &head, err) &&
           git_merge_base(arena, repo, head, commit, &parting, err) &&
           load_source(arena, repo, commit, &ret->at_revision, &ret->revision_names, err) &&
           load_source(arena, repo, parting, &ret->at_parting, &ret->parting_names, err);
}

bool gitbase_open(Arena *arena, const char *folder, const char *revision, BaseFolder *ret,
                  Error *err)
{
    GitRepo repo;
    *ret = (BaseFolder){.revision = revision};
    return git_find(arena, folder, &repo, err) && load_sources(arena, &repo, ret, err);
}

/* The folder of the listed files that has the most of our names; NULL when none has any. */
static const char *likest_folder(Arena *arena, const GitFileList *files, const MigrationFolder *folder)
{
    Map *names = map_new(arena), *counts = map_new(arena);
    const char *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < folder->count; i++)
        map_set(names, folder->items[i].name, arena);
    for (size_t i = 0; i < files->count; i++) {
        const char *path = files->items[i].name, *name = file_name_of(path);
        if (!map_has(names, name))
            continue;
        const char *prefix = arena_strndup(arena, path, (size_t)(name - path));
        size_t *count = map_get(counts, prefix);
        if (count == NULL)
            map_set(counts, prefix, count = arena_calloc(arena, 1, sizeof(*count)));
        if (++*count > most) {
            most = *count;
            best = prefix;
        }
    }
    return best;
}

/* Where the base has nothing under that path, the folder may have been moved since: its files there are
   known by their names. */
static bool follow_move(Arena *arena, const MigrationFolder *folder, BaseFolder *base, Error *err)
{
    GitRepo repo;
    GitFileList files;
    char *commit;
    if (folder->count == 0 || base->at_parting.list == NULL || map_count(base->revision_names) > 0 ||
        map_count(base->parting_names) > 0)
        return true;
    if (!git_find(arena, folder->path, &repo, err) ||
        !git_resolve(arena, &repo, base->revision, &commit, err))
        return false;
    GitRepo whole = {.root = repo.root, .prefix = ""};
    if (!git_list(arena, &whole, commit, &files, err))
        return false;
    const char *moved = likest_folder(arena, &files, folder);
    if (moved == NULL)
        return true;
    repo.prefix = moved;
    return load_sources(arena, &repo, base, err);
}

/* True when the source has the file with just that content. */
static bool same_content(Arena *scratch, const FolderSource *source, const Migration *migration)
{
    Bytes content;
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];
    Error ignored = {0};
    bool read = source->read != NULL &&
                source->read(source->context, scratch, migration->name, &content, &ignored);
    error_clear(&ignored);
    if (!read)
        return false;
    sha256_begin(&sha);
    for (size_t i = 0; i < migration->part_count; i++)
        if (migration->parts[i].to <= content.len)
            sha256_add(&sha, content.data + migration->parts[i].from,
                       migration->parts[i].to - migration->parts[i].from);
    if (!migration->part_only)
        sha256_add(&sha, content.data, content.len);
    sha256_digest(&sha, digest);
    return memcmp(digest, migration->sha256, sizeof(digest)) == 0;
}

/* Repeatable files are there to be edited, and undo and baseline files are never recorded as run.
 */
static bool must_stay(const Migration *migration)
{
    return (migration->kind == MIGRATION_VERSIONED || migration->kind == MIGRATION_PLAIN) &&
           !migration->sum_ignored;
}

static bool name_must_stay(Arena *scratch, const char *name, const MigrationFolder *folder)
{
    MigrationName parts;
    const char *reason;
    if (format_foreign(folder->format))
        return text_ends(name, ".sql") && !format_takes_back(name) &&
               format_version_of(scratch, name) != NULL;
    return version_parse_name(scratch, file_name_of(name), folder->plain, &parts, &reason) ==
               NAME_MIGRATION &&
           (parts.kind == MIGRATION_VERSIONED || parts.kind == MIGRATION_PLAIN);
}

static bool fail(const BaseFolder *base, const MigrationFolder *folder, const char *name,
                 const char *what, Error *err)
{
    Arena *scratch = arena_new();
    char *path = file_join(scratch, folder->path, name);
    error_set(err, EXIT_INTEGRITY, "%s was %s, and %s has it already", name, what, base->revision);
    error_at(err, path, 0, 0);
    error_detail(err, "Databases that it was applied to will not get the change.");
    error_hint(err,
               "Take the change back (git checkout %s -- %s), run `dbmig hash`, and put the "
               "change into a new migration.",
               base->revision, text_shell_word(scratch, path));
    arena_free(scratch);
    return false;
}

/* Both branches made a file of that name since they parted. */
static bool fail_twice(const BaseFolder *base, const Migration *migration, Error *err)
{
    error_set(err, EXIT_INTEGRITY, "%s is another file than the one that %s has under that name",
              migration->name, base->revision);
    error_hint(err, "Give this one a name of its own: dbmig rebase --git-base %s", base->revision);
    return error_at(err, migration->path, 0, 0);
}

static void list_news(Arena *arena, const MigrationFolder *folder, BaseNews *news)
{
    const BaseFolder *base = &news->base;
    for (size_t i = 0; i < folder->count; i++) {
        const Migration *migration = &folder->items[i];
        bool in_parting = map_has(base->parting_names, migration->name);
        if (!in_parting && !map_has(base->revision_names, migration->name))
            VEC_PUSH(arena, news->added, migration->name);
        else if (in_parting && !same_content(arena, &base->at_parting, migration))
            VEC_PUSH(arena, news->edited, migration->name);
    }
}

static bool compare_files(Arena *arena, const MigrationFolder *folder, const BaseFolder *base, Error *err)
{
    for (size_t i = 0; i < folder->count; i++) {
        const Migration *migration = &folder->items[i];
        bool in_revision = map_has(base->revision_names, migration->name);
        bool in_parting = map_has(base->parting_names, migration->name);
        if (!must_stay(migration) || (!in_revision && !in_parting) ||
            (in_revision && same_content(arena, &base->at_revision, migration)) ||
            (in_parting && same_content(arena, &base->at_parting, migration)))
            continue;
        return in_parting ? fail(base, folder, migration->name, "edited", err)
                          : fail_twice(base, migration, err);
    }
    return true;
}

/* A file that the revision itself removed may be gone. */
static bool compare_names(Arena *arena, const MigrationFolder *folder, const BaseFolder *base,
                          Error *err)
{
    Map *present = map_new(arena);
    for (size_t i = 0; i < folder->count; i++)
        map_set(present, folder->items[i].name, arena);
    for (size_t i = 0; i < map_count(base->parting_names); i++) {
        const char *name = map_at(base->parting_names, i)->key;
        if (!map_has(present, name) && map_has(base->revision_names, name) &&
            name_must_stay(arena, name, folder))
            return fail(base, folder, name, "removed or renamed", err);
    }
    return true;
}

/* ---- versions ---- */

void gitbase_versions(Arena *arena, const BaseFolder *base, bool plain, StringList *ret)
{
    for (size_t i = 0; i < map_count(base->revision_names); i++) {
        const char *name = file_name_of(map_at(base->revision_names, i)->key);
        MigrationName parts;
        const char *reason;
        if (version_parse_name(arena, name, plain, &parts, &reason) == NAME_MIGRATION &&
            (parts.kind == MIGRATION_VERSIONED || parts.kind == MIGRATION_PLAIN))
            VEC_PUSH(arena, *ret, parts.raw_version);
    }
}

const char *gitbase_newest(const StringList *versions)
{
    const char *newest = NULL;
    for (size_t i = 0; i < versions->count; i++)
        if (newest == NULL || version_compare(versions->items[i], newest) > 0)
            newest = versions->items[i];
    return newest;
}

static char *next_free(Arena *arena, const StringList *versions)
{
    char now[16] = "";
    time_t seconds = time(NULL);
    struct tm parts;
    if (gmtime_r(&seconds, &parts) != NULL)
        strftime(now, sizeof(now), "%Y%m%d%H%M%S", &parts);
    return version_next(arena, versions->items, versions->count, now);
}

static bool fail_version(Arena *arena, const BaseFolder *base, const StringList *versions,
                         const Migration *migration, Error *err)
{
    error_set(err, EXIT_INTEGRITY, "the new version %s is not above %s, the newest of %s",
              migration->version, gitbase_newest(versions), base->revision);
    error_detail(err, "Databases deployed from there would refuse it as a gap.");
    error_hint(err,
               "The next free version is %s; dbmig rebase --git-base %s renumbers what is new. "
               "A hotfix that must stay below is admitted by --out-of-order=%s.",
               next_free(arena, versions), base->revision, migration->version);
    return error_at(err, migration->path, 0, 0);
}

bool gitbase_admits(const char *version, const char *admitted)
{
    return admitted != NULL && (admitted[0] == '\0' || version_compare(version, admitted) == 0);
}

static void foreign_versions(Arena *arena, const BaseFolder *base, StringList *ret)
{
    for (size_t i = 0; i < map_count(base->revision_names); i++) {
        const char *name = map_at(base->revision_names, i)->key;
        const char *version = text_ends(name, ".sql") ? format_version_of(arena, name) : NULL;
        if (version != NULL)
            VEC_PUSH(arena, *ret, version);
    }
}

static bool compare_versions(Arena *arena, const MigrationFolder *folder, const BaseFolder *base,
                             const char *admitted, Error *err)
{
    StringList versions = {0};
    if (format_foreign(folder->format))
        foreign_versions(arena, base, &versions);
    else
        gitbase_versions(arena, base, folder->plain, &versions);
    const char *newest = gitbase_newest(&versions);
    for (size_t i = 0; i < folder->count && newest != NULL; i++) {
        const Migration *migration = &folder->items[i];
        if (must_stay(migration) && !map_has(base->revision_names, migration->name) &&
            !map_has(base->parting_names, migration->name) &&
            version_compare(migration->version, newest) <= 0 &&
            !gitbase_admits(migration->version, admitted))
            return fail_version(arena, base, &versions, migration, err);
    }
    return true;
}

bool gitbase_compare(Arena *arena, const MigrationFolder *folder, const char *revision,
                     const char *admitted, BaseNews *ret, Error *err)
{
    *ret = (BaseNews){0};
    if (!gitbase_open(arena, folder->path, revision, &ret->base, err) ||
        !follow_move(arena, folder, &ret->base, err) ||
        !compare_names(arena, folder, &ret->base, err) ||
        !compare_files(arena, folder, &ret->base, err) ||
        !compare_versions(arena, folder, &ret->base, admitted, err))
        return false;
    list_news(arena, folder, ret);
    return true;
}

static const Migration *named(const MigrationFolder *folder, const char *name)
{
    for (size_t i = 0; i < folder->count; i++)
        if (strcmp(folder->items[i].name, name) == 0)
            return &folder->items[i];
    return NULL;
}

/* In the middle of a merge, what the other side brings is not this one's news. */
static bool leave_out_merged(Arena *arena, const MigrationFolder *folder, const GitRepo *repo,
                             BaseNews *news, Error *err)
{
    BaseFolder other;
    StringList *const lists[] = {&news->added, &news->edited};
    if (!git_is_merging(arena, repo))
        return true;
    if (!gitbase_open(arena, folder->path, "MERGE_HEAD", &other, err))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        StringList own = {0};
        for (size_t k = 0; k < lists[i]->count; k++)
            if (!same_content(arena, &other.at_revision, named(folder, lists[i]->items[k])))
                VEC_PUSH(arena, own, lists[i]->items[k]);
        *lists[i] = own;
    }
    return true;
}

/* The folder before the first commit. */
static bool open_nothing(Arena *arena, const char *revision, BaseFolder *ret)
{
    *ret = (BaseFolder){.revision = revision, .revision_names = map_new(arena),
                        .parting_names = map_new(arena)};
    return true;
}

bool gitbase_news(Arena *arena, const MigrationFolder *folder, const char *revision, BaseNews *ret,
                  Error *err)
{
    GitRepo repo;
    *ret = (BaseNews){0};
    if (!git_find(arena, folder->path, &repo, err) ||
        !(git_has_commit(arena, &repo) ? gitbase_open(arena, folder->path, revision, &ret->base, err)
                                       : open_nothing(arena, revision, &ret->base)) ||
        !follow_move(arena, folder, &ret->base, err))
        return false;
    list_news(arena, folder, ret);
    return strcmp(revision, "HEAD") != 0 || leave_out_merged(arena, folder, &repo, ret, err);
}

static bool has_name(const StringList *names, const Migration *migration)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], migration->name) == 0)
            return true;
    return false;
}

bool gitbase_is_news(const BaseNews *news, const Migration *migration)
{
    return has_name(&news->added, migration) || has_name(&news->edited, migration);
}
