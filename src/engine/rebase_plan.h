/* Which files of a branch get which new names. */
#ifndef DBMIG_ENGINE_REBASE_PLAN_H
#define DBMIG_ENGINE_REBASE_PLAN_H

#include "dbmig/engine/rebase.h"

/* Fills ret->newest and ret->moves, and lists the folder's files. Reads only. */
bool rebase_plan(Arena *arena, const RebaseOptions *options, RebaseResult *ret,
                 StringList *ret_files, Error *err);

#endif
