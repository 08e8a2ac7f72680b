/* A plain SQL file on a live database: init SQL, fixtures. No migration: nothing is recorded. */
#ifndef DBMIG_ENGINE_SQLFILE_H
#define DBMIG_ENGINE_SQLFILE_H

#include "dbmig/db/session.h"

/* Runs it statement by statement, COPY data too: what cannot run inside a transaction may stand there. A
   failing statement is placed in the file. */
bool sqlfile_run(Arena *arena, Session *session, const char *path, Error *err);

#endif
