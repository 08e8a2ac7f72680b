/*
 * Copies of a template database, on any server: by the cheapest way the server has, with what belongs
 * to a database and is not in it (settings, rights), and a comment by which they are known as ours.
 */
#ifndef DBMIG_DB_CLONE_H
#define DBMIG_DB_CLONE_H

#include "dbmig/db/session.h"

typedef struct CloneSpec {
    const char *template_name;
    const char *name;
    const char *owner;   /* NULL: who is logged in */
    const char *comment; /* NULL: none */
    bool marked; /* it never is without its comment, by which a sweep finds it, not even if we are killed */
} CloneSpec;

/* The session is in another database than the template. */
bool clone_create(Session *session, const CloneSpec *spec, Error *err);

/* Ends its connections. A missing one is no error. */
bool clone_drop(Session *session, const char *name, Error *err);

/* A URL to the database in which administration is done, of the server that the URL names. */
char *clone_admin_url(Arena *arena, const char *url, Error *err);

#define CLONE_COMMENT "clone by dbmig of "

/* The databases whose comment begins so. */
bool clone_list(Session *session, Arena *arena, StringList *ret, Error *err);

#endif
