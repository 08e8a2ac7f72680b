/*
 * Flyway's script configuration, a properties file beside the script: <file>.sql.conf with
 * executeInTransaction, encoding, placeholderReplacement and shouldExecute.
 */
#ifndef DBMIG_PROJECT_SCRIPTCONF_H
#define DBMIG_PROJECT_SCRIPTCONF_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"

typedef enum ScriptChoice { SCRIPT_UNSET, SCRIPT_FALSE, SCRIPT_TRUE } ScriptChoice;

typedef struct ScriptConf {
    ScriptChoice execute_in_transaction;
    ScriptChoice placeholder_replacement;
} ScriptConf;

/*
 * Reads the text of such a file. EXIT_USAGE with file and line for: an unknown key, a value that is
 * not true or false, an encoding other than UTF-8 (or ASCII), shouldExecute other than true.
 */
bool scriptconf_parse(Arena *arena, const char *file, const char *text, size_t len, ScriptConf *ret,
                      Error *err);

#endif
