/*
 * Files of environment variables (.env), as docker compose and the dotenv libraries read them:
 *
 *     # comment
 *     NAME=value            blanks around are dropped; " #" starts a comment
 *     export NAME="a\nb"    \n \r \t \" \\ \$ are escapes; may go over several lines
 *     NAME='as $it stands'
 *
 * ${NAME} and ${NAME:-default} stand for earlier variables of the files or the environment, but in
 * single quotes. A bare $NAME stays: passwords have dollar signs.
 */
#ifndef DBMIG_PROJECT_DOTENV_H
#define DBMIG_PROJECT_DOTENV_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/map.h"
#include "dbmig/base/vec.h"

/* Puts the files' variables into the environment of this process. Variables that are set already
   win over the files, later files over earlier ones. Errors have file and line. */
bool dotenv_load(Arena *arena, const StringList *files, Error *err);

/* Reads one file's text into the map (values are char *). file is for errors. */
bool dotenv_parse(Arena *arena, const char *file, const char *text, size_t len, Map *ret,
                  Error *err);

#endif
