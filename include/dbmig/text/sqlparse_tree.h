/*
 * The parse tree itself, for the lint rules alone: the types are libpg_query's, and differ between
 * its versions.
 */
#ifndef DBMIG_TEXT_SQLPARSE_TREE_H
#define DBMIG_TEXT_SQLPARSE_TREE_H

/* That of the LIBPG_QUERY which the build was given, before an installed one. From 18 on it is made
   from pg_query.proto by protoc-c. */
#if __has_include(<pg_query.pb-c.h>)
#include <pg_query.pb-c.h>
#elif __has_include(<protobuf/pg_query.pb-c.h>)
#include <protobuf/pg_query.pb-c.h>
#else
#include <pg_query/pg_query.pb-c.h>
#endif

#include "dbmig/text/sqlparse.h"

/* The tree of one statement. It lies in the arena given to sqlparse_parse(). stmt_location counts
   bytes of the text given. No branch is deeper than SQLPARSE_DEEPEST messages, so that it can be
   walked by recursion. */
const PgQuery__ParseResult *sqlparse_tree(const SqlTree *tree);

#endif
