/* What url.c (syntax) and url_params.c (the parameters of other tools) share. */
#ifndef DBMIG_DB_URL_INTERNAL_H
#define DBMIG_DB_URL_INTERNAL_H

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/vec.h"
#include "dbmig/db/url.h"

typedef struct UrlParam {
    const char *key, *value; /* decoded */
} UrlParam;

typedef VEC(UrlParam) UrlParamList;

/*
 * Adds the parameter to the list under libpq's name and with libpq's value; or takes it over into
 * *ret (search_path, pooled); or drops it, with a warning in *ret unless it is harmless.
 */
void url_param_add(Arena *arena, UrlParamList *list, const char *key, const char *value,
                   DatabaseUrl *ret);

#endif
