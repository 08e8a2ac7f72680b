/*
 * The development loop: a migration that only this branch has was edited after it was applied to
 * the developer's own database. That database is then made anew, empty, and the apply goes on
 * there. Whether that is allowed (the setting, the env, whose address it is) the caller decides.
 */
#ifndef DBMIG_ENGINE_DEV_RESET_H
#define DBMIG_ENGINE_DEV_RESET_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/db/session.h"
#include "dbmig/engine/apply.h"

typedef struct DevReset {
    bool needed;      /* an apply would be refused for these files, and none of them is merged */
    StringList files; /* applied files that were edited, or are gone */
    const char
        *merged; /* NULL, or the first of them that others have too: never rebuilt over that */
} DevReset;

/*
 * Compares folder and history; reads only. base: the revision that others build on; NULL: HEAD.
 * What was applied counts, by the name in the history. EXIT_USAGE from git when it cannot be told
 * what is merged.
 */
bool dev_reset_plan(Arena *arena, Session *session, const ApplyOptions *options, const char *base,
                    DevReset *ret, Error *err);

/*
 * Makes a new database with owner, encoding and locale of the old one, runs the init SQL files there,
 * gives it the old one's settings and rights, drops the old one with whoever is connected to it (the
 * session included), and gives the new one its name. Holds the migration lock until the old one is
 * gone. *ret_obstacle: NULL, or why nothing was done: objects that the history does not explain would
 * be lost, or another run came before. The session is to be closed by the caller in any case.
 */
bool dev_reset_run(Arena *arena, Session *session, const ApplyOptions *options, const char *base,
                   const StringList *init_files, const char **ret_obstacle, Error *err);

#endif
