/* --only: which migrations an apply is held to. */
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/file.h"
#include "dbmig/text/version.h"

bool apply_is_named(const MigrationStatus *status, const char *name)
{
    const Migration *migration = status->migration;
    if (migration == NULL)
        return false;
    if (strcmp(migration->name, name) == 0 || strcmp(file_name_of(migration->name), name) == 0)
        return true;
    return migration->version != NULL && version_valid(name) &&
           version_compare(migration->version, name) == 0;
}

bool apply_left_out(const MigrationStatus *status, const ApplyOptions *options)
{
    for (size_t i = 0; options->only != NULL && i < options->only->count; i++) {
        if (apply_is_named(status, options->only->items[i]))
            return false;
    }
    return options->only != NULL;
}

static bool is_there(const StatusList *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++) {
        if (apply_is_named(&list->items[i], name))
            return true;
    }
    return false;
}

bool apply_check_only(const StatusList *list, const ApplyOptions *options, Error *err)
{
    for (size_t i = 0; options->only != NULL && i < options->only->count; i++) {
        if (is_there(list, options->only->items[i]))
            continue;
        error_set(err, EXIT_USAGE, "there is no migration %s", options->only->items[i]);
        return error_hint(err, "`dbmig status` lists them.");
    }
    return true;
}
