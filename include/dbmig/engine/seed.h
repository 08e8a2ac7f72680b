/* Programs that load fixtures: of run, scenarios and reset. SQL files are loaded by others: a replay, or
   sqlfile_run(). */
#ifndef DBMIG_ENGINE_SEED_H
#define DBMIG_ENGINE_SEED_H

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"

/* Runs the program with "NAME=value" in its environment. One that fails is EXIT_FINDINGS, with the
   end of what it printed. */
bool seed_run_program(Arena *arena, const char *path, const StringList *env, Error *err);

#endif
