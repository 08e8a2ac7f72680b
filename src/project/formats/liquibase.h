/* What the files of the Liquibase reader share. */
#ifndef DBMIG_PROJECT_LIQUIBASE_H
#define DBMIG_PROJECT_LIQUIBASE_H

#include "formats_internal.h"

typedef struct ChangeSet {
    const char *author, *id;
    const char *delimiter; /* NULL: ';' */
    bool no_transaction;
    bool left_out; /* for another database, or ignore:true */
} ChangeSet;

/* Reads "author:id attribute:value …" of a line. */
bool liquibase_read_set(FormatRead *read, const char *name, size_t line, const char *text, size_t len,
                        ChangeSet *ret);

/* The .sql files in the order in which the folder's changelog includes them; by name without one. */
bool liquibase_order(FormatRead *read, StringList *ret);

bool liquibase_read_file(FormatRead *read, const char *name, size_t number);

#endif
