/* Names put into the SQL of .sql files, which psql can run as well with -v history='"s"."t"'. */
#ifndef DBMIG_DB_SQLFILL_H
#define DBMIG_DB_SQLFILL_H

#include "dbmig/base/arena.h"

typedef struct SqlName {
    const char *name, *text;
} SqlName;

/* The SQL with each :name of the list replaced by its text, which is quoted already. What stands
   after "::" is a type and stays; there must be no :name inside quotes and comments. */
char *sqlfill(Arena *arena, const char *sql, const SqlName *names, size_t count);

#endif
