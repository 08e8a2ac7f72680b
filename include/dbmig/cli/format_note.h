/* Says whose format a migrations folder was found to have. */
#ifndef DBMIG_CLI_FORMAT_NOTE_H
#define DBMIG_CLI_FORMAT_NOTE_H

#include "dbmig/project/migration.h"

/* Nothing where the format was asked for, or is Flyway's or Atlas's. */
void format_note(const MigrationFolder *folder);

#endif
