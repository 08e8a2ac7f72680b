/* How deep SQL text can nest at the most, found without parsing it. Internal to src/text/sql/. */
#ifndef DBMIG_TEXT_SQLPARSE_DEPTH_H
#define DBMIG_TEXT_SQLPARSE_DEPTH_H

#include <stddef.h>

/*
 * An upper bound of the depth of the parse tree, in levels of SQL. In a list only one element at a
 * time adds to the depth, and each token of it at most one level; set operations add up over lists.
 */
size_t sqlparse_depth_bound(const char *text, size_t len);

#endif
