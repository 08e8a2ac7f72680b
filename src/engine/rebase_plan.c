/*
 * Finds a branch's own files and their new versions. The folder cannot be loaded for this: in the
 * middle of a merge two files have one version, which is what there is to mend.
 */
#include "rebase_plan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/engine/gitbase.h"
#include "dbmig/base/text.h"
#include "dbmig/project/walk.h"

/* A file of the branch that has a version. */
typedef struct Own {
    const char *name;
    MigrationName parts;
    const char *version; /* its new one, as it is to stand in the name; NULL: it stays */
} Own;

typedef VEC(Own) OwnList;

typedef struct Plan {
    Arena *arena;
    const RebaseOptions *options;
    RebaseResult *result;
    BaseFolder base;
    bool plain;
    StringList files;
    OwnList files_run;  /* V files and those of a plain folder, by version */
    OwnList companions; /* U and B files */
} Plan;

/* ---- the folder ---- */

static bool list_files(Plan *plan, Error *err)
{
    int fd = -1;
    bool listed = walk_folder(plan->arena, plan->result->folder, &fd, &plan->files, err);
    if (fd >= 0)
        close(fd);
    return listed;
}

static bool has_prefix(const Plan *plan, const char *name)
{
    MigrationName parts;
    const char *reason;
    return version_parse_name(plan->arena, file_name_of(name), false, &parts, &reason) ==
           NAME_MIGRATION;
}

/* As migration_load() decides it, on both sides' files: in a plain folder no name has a prefix. */
static bool find_plain(Plan *plan, Error *err)
{
    FolderFormat format;
    bool prefix = false;
    if (!migration_folder_format(plan->options->dir, &format, err))
        return false;
    for (size_t i = 0; i < plan->files.count; i++)
        prefix = prefix || has_prefix(plan, plan->files.items[i]);
    for (size_t i = 0; i < map_count(plan->base.revision_names); i++)
        prefix = prefix || has_prefix(plan, map_at(plan->base.revision_names, i)->key);
    plan->plain = format == FOLDER_FORMAT_ATLAS || (format == FOLDER_FORMAT_AUTO && !prefix);
    return true;
}

static bool parse(const Plan *plan, const char *name, MigrationName *ret)
{
    const char *base = file_name_of(name), *reason;
    return version_parse_name(plan->arena, base, plan->plain, ret, &reason) == NAME_MIGRATION ||
           version_parse_name(plan->arena, base, false, ret, &reason) == NAME_MIGRATION;
}

/* ---- the branch's own ---- */

/* True when the revision's file of that name is another one: both branches chose it. */
static bool is_another(Plan *plan, const char *name, bool *ret, Error *err)
{
    Arena *scratch = arena_new();
    FolderSource *source = &plan->base.at_revision;
    Bytes here, there;
    bool read = file_read(scratch, file_join(scratch, plan->result->folder, name), &here, err) &&
                source->read(source->context, scratch, name, &there, err);
    *ret = read && (here.len != there.len || memcmp(here.data, there.data, here.len) != 0);
    if (*ret && (memmem(here.data, here.len, "\n>>>>>>> ", 9) != NULL)) {
        error_set(err, EXIT_USAGE,
                  "%s has a merge conflict in it: both branches have a file of that "
                  "name",
                  name);
        error_hint(err,
                   "Save this branch's own file under another name, keep the other branch's under "
                   "this one, and run the command again (git show :2:FILE and :3:FILE print the "
                   "two).");
        read = false;
    }
    arena_free(scratch);
    return read;
}

static bool is_own(Plan *plan, const char *name, bool *ret, Error *err)
{
    *ret = !map_has(plan->base.parting_names, name);
    if (!*ret || !map_has(plan->base.revision_names, name))
        return true;
    return is_another(plan, name, ret, err);
}

static int by_version(const void *a, const void *b)
{
    const Own *left = a, *right = b;
    int order = version_compare(left->parts.version, right->parts.version);
    return order != 0 ? order : strcmp(left->name, right->name);
}

static void sort(OwnList *list)
{
    if (list->count > 1)
        qsort(list->items, list->count, sizeof(Own), by_version);
}

static bool find_own(Plan *plan, Error *err)
{
    for (size_t i = 0; i < plan->files.count; i++) {
        Own own = {.name = plan->files.items[i]};
        bool is;
        if (walk_hidden(own.name) || !parse(plan, own.name, &own.parts) ||
            own.parts.version == NULL)
            continue;
        if (!is_own(plan, own.name, &is, err))
            return false;
        if (!is)
            continue;
        if (own.parts.kind == MIGRATION_UNDO || own.parts.kind == MIGRATION_BASELINE)
            VEC_PUSH(plan->arena, plan->companions, own);
        else
            VEC_PUSH(plan->arena, plan->files_run, own);
    }
    sort(&plan->files_run);
    sort(&plan->companions);
    return true;
}

/* ---- versions ---- */

/* Behind one underscore the version ends at the first one: its parts need dots. */
static const char *fit(Arena *arena, const char *version, const MigrationName *parts)
{
    char *fitting = arena_strdup(arena, version);
    for (char *c = fitting; parts->single_underscore && *c != '\0'; c++)
        *c = *c == '_' ? '.' : *c;
    return fitting;
}

/* Each must be above the revision's newest and above the one before it. */
static void choose_versions(Plan *plan)
{
    StringList taken = {0};
    gitbase_versions(plan->arena, &plan->base, plan->plain, &taken);
    plan->result->newest = gitbase_newest(&taken);
    const char *last = plan->result->newest;
    for (size_t i = 0; i < plan->files_run.count; i++) {
        Own *own = &plan->files_run.items[i];
        if (gitbase_admits(own->parts.version, plan->options->out_of_order))
            continue;
        if (last != NULL && version_compare(own->parts.version, last) <= 0) {
            last = version_next(plan->arena, taken.items, taken.count, plan->options->now);
            own->version = fit(plan->arena, last, &own->parts);
        } else {
            last = own->parts.raw_version;
        }
        VEC_PUSH(plan->arena, taken, last);
    }
}

/* ---- moves ---- */

static void add_move(Plan *plan, const Own *own, const char *version)
{
    const char *base = file_name_of(own->name);
    size_t folder = (size_t)(base - own->name);
    size_t prefix = own->parts.kind == MIGRATION_PLAIN ? 0 : 1;
    const char *rest = base + prefix + strlen(own->parts.raw_version);
    RebaseMove move = {own->name, arena_printf(plan->arena, "%.*s%s%s", (int)(folder + prefix),
                                               own->name, version, rest)};
    const char *conf = arena_printf(plan->arena, "%s.conf", own->name);
    VEC_PUSH(plan->arena, plan->result->moves, move);
    for (size_t i = 0; i < plan->files.count; i++) {
        if (strcmp(plan->files.items[i], conf) != 0)
            continue;
        RebaseMove with = {plan->files.items[i], arena_printf(plan->arena, "%s.conf", move.to)};
        VEC_PUSH(plan->arena, plan->result->moves, with);
    }
}

/* The file that an undo or baseline file of that version belongs to, when two branches' or two of
   this branch's have it: the one that is described alike. */
static bool belongs(const Plan *plan, const Own *companion, const Own *file)
{
    size_t of_version = 0;
    if (version_compare(companion->parts.version, file->parts.version) != 0)
        return false;
    for (size_t i = 0; i < plan->files_run.count; i++)
        of_version +=
            version_compare(plan->files_run.items[i].parts.version, file->parts.version) == 0;
    return of_version == 1 || strcmp(companion->parts.description, file->parts.description) == 0;
}

/* A file, then what goes with it: carried out backwards, nothing is ever without its file. */
static void add_moves(Plan *plan)
{
    for (size_t i = 0; i < plan->files_run.count; i++) {
        const Own *own = &plan->files_run.items[i];
        if (own->version == NULL)
            continue;
        add_move(plan, own, own->version);
        for (size_t j = 0; j < plan->companions.count; j++) {
            const Own *companion = &plan->companions.items[j];
            if (belongs(plan, companion, own))
                add_move(plan, companion, fit(plan->arena, own->version, &companion->parts));
        }
    }
}

bool rebase_plan(Arena *arena, const RebaseOptions *options, RebaseResult *ret,
                 StringList *ret_files, Error *err)
{
    Plan plan = {.arena = arena, .options = options, .result = ret};
    if (!gitbase_open(arena, ret->folder, options->git_base, &plan.base, err) ||
        !list_files(&plan, err) || !find_plain(&plan, err) || !find_own(&plan, err))
        return false;
    choose_versions(&plan);
    add_moves(&plan);
    *ret_files = plan.files;
    return true;
}
