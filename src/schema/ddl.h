/* What ddl*.c share. */
#ifndef DBMIG_SCHEMA_DDL_H
#define DBMIG_SCHEMA_DDL_H

#include "dbmig/schema/object.h"

/*
 * The statement so that the server reads back what it printed. It prints an array of one type that is
 * used as another as (ARRAY[a, b])::text[], and reads that as ARRAY[a::text, b::text]; here it becomes
 * (ARRAY[a, b]::varchar[])::text[], which it leaves alone.
 */
const char *ddl_stable(Arena *arena, const char *sql);

/* One form for printed expressions that differ only by having been read again: see canonical.c. */
const char *ddl_canonical(Arena *arena, const char *text);

#endif
