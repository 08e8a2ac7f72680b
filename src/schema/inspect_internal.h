/* What inspect_*.c share. */
#ifndef DBMIG_SCHEMA_INSPECT_INTERNAL_H
#define DBMIG_SCHEMA_INSPECT_INTERNAL_H

#include "dbmig/base/json.h"
#include "dbmig/schema/inspect.h"

/* Adds the attributes of the object as members, in forms that programs can use: true and false,
   numbers, words for the catalogs' letters, lists and objects for lists of lines. */
void inspect_json_attributes(Arena *arena, JsonWriter *json, const Object *object);

/* "it's" of 'it''s' or E'it\'s' as the server prints literals; other text as it is. */
char *inspect_unquote(Arena *arena, const char *literal);

/* The statements of a plan by the object that they are about. */
typedef struct InspectSql InspectSql;
InspectSql *inspect_sql_read(Arena *arena, const Snapshot *snapshot, Error *err); /* NULL: failed */
/* NULL when it has none of its own: its parent's statement covers it. */
const StringList *inspect_sql_of(const InspectSql *sql, const Object *object);

#endif
