/* What rename*.c share. */
#ifndef DBMIG_SCHEMA_RENAME_INTERNAL_H
#define DBMIG_SCHEMA_RENAME_INTERNAL_H

#include "dbmig/schema/rename.h"

/* Whether the kind can be renamed by a statement, and is worth it. */
bool rename_kind(ObjectKind kind);
/* What the object is on the other side, given the renames: NULL when it is gone. */
Object *rename_counterpart(const RenameList *renames, const Snapshot *to, const Object *before);
/* The name that the object's schema has on the other side. */
const char *rename_schema(const RenameList *renames, const Object *before);
/* True when it is a part of a table, type or domain. */
bool rename_is_part(const Object *object);

#endif
