/* Says whose format a migrations folder was found to have. */
#include "dbmig/cli/format_note.h"

#include "dbmig/base/log.h"

void format_note(const MigrationFolder *folder)
{
    if (folder->format_sign != NULL)
        log_info("note: %s is read as a folder of %s, as %s shows", folder->path,
                 format_name(folder->format), folder->format_sign);
}
