/* What dev_reset.c (rebuilding) and dev_reset_objects.c (what would be lost) share. */
#ifndef DBMIG_ENGINE_DEV_RESET_PRIVATE_H
#define DBMIG_ENGINE_DEV_RESET_PRIVATE_H

#include "dbmig/base/map.h"
#include "dbmig/engine/apply.h"

/* The tables, views, functions, types … of a database that has no history: as made by init SQL. */
bool dev_reset_known_objects(Arena *arena, Session *session, Map **ret, Error *err);

/*
 * The objects that the history does not explain: not made by a transaction that recorded a file, not
 * among the known ones, and not named in any file either (which counts only for what is younger than
 * the history). "table public.precious", each.
 */
bool dev_reset_foreign_objects(Arena *arena, Session *session, const ApplyPlan *plan,
                               const Map *known, StringList *ret, Error *err);

#endif
