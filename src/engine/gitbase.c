/*
 * A check against a git revision: which files are new, that those it has are as they were, and that
 * new versions are above its newest: a database that has that one would find a gap.
 */
#include <string.h>
#include <time.h>

#include "dbmig/base/text.h"
#include "dbmig/engine/gitbase.h"
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

bool gitbase_open(Arena *arena, const char *folder, const char *revision, BaseFolder *ret,
                  Error *err)
{
    GitRepo repo;
    char *commit, *head, *parting;
    *ret = (BaseFolder){.revision = revision};
    return git_find(arena, folder, &repo, err) &&
           git_resolve(arena, &repo, revision, &commit, err) &&
           git_resolve(arena, &repo, "HEAD", &head, err) &&
           git_merge_base(arena, &repo, head, commit, &parting, err) &&
           load_source(arena, &repo, commit, &ret->at_revision, &ret->revision_names, err) &&
           load_source(arena, &repo, parting, &ret->at_parting, &ret->parting_names, err);
}

/* True when the source has the file with just that content. */
static bool same_content(Arena *scratch, const FolderSource *source, const Migration *migration)
{
    Bytes content;
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];
    Error ignored = {0};
    bool read = source->read(source->context, scratch, migration->name, &content, &ignored);
    error_clear(&ignored);
    if (!read)
        return false;
    sha256_begin(&sha);
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

static bool name_must_stay(Arena *scratch, const char *name, bool plain)
{
    MigrationName parts;
    const char *reason;
    return version_parse_name(scratch, file_name_of(name), plain, &parts, &reason) ==
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

static bool compare_files(Arena *arena, const MigrationFolder *folder, const BaseFolder *base,
                          StringList *ret_new, Error *err)
{
    for (size_t i = 0; i < folder->count; i++) {
        const Migration *migration = &folder->items[i];
        bool in_revision = map_has(base->revision_names, migration->name);
        bool in_parting = map_has(base->parting_names, migration->name);
        if (!in_revision && !in_parting)
            VEC_PUSH(arena, *ret_new, migration->name);
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
            name_must_stay(arena, name, folder->plain))
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
    error_detail(err, "Databases that were deployed from there will refuse it as a gap.");
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

static bool compare_versions(Arena *arena, const MigrationFolder *folder, const BaseFolder *base,
                             const char *admitted, Error *err)
{
    StringList versions = {0};
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
                       const char *admitted, StringList *ret_new, Error *err)
{
    BaseFolder base;
    return gitbase_open(arena, folder->path, revision, &base, err) &&
           compare_names(arena, folder, &base, err) &&
           compare_files(arena, folder, &base, ret_new, err) &&
           compare_versions(arena, folder, &base, admitted, err);
}
