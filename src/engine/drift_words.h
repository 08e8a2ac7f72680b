/* Words for what differs of an object; drift.c's own. */
#ifndef DBMIG_ENGINE_DRIFT_WORDS_H
#define DBMIG_ENGINE_DRIFT_WORDS_H

#include "dbmig/schema/object.h"

/* "type is bigint, the migrations say integer", "allows NULL, the migrations say NOT NULL", "SELECT
   is granted to ro, the migrations do not grant it": for an attribute or facet that differs between
   the two. */
const char *drift_describe(Arena *arena, const Object *migrated, const Object *other, const char *attribute);

#endif
