/* What other tools call the options: for the words of "unknown option". */
#include <string.h>

#include "dbmig/base/text.h"
#include "option_internal.h"

/* Flyway's, Atlas's, dbmate's, golang-migrate's, sqlx's. A '*' at the end stands for anything. */
static const struct {
    const char *theirs, *ours;
} options[] = {
    {"auto-approve", "--yes"},
    {"baselineDescription", "none: a baseline is described by its version"},
    {"baselineOnMigrate", "--baseline VERSION"},
    {"baselineVersion", "--baseline VERSION"},
    {"callbackLocations", "--dir DIR"},
    {"cherryPick", "--only VERSION"},
    {"configFiles", "--config FILE"},
    {"connectRetries", "--wait TIME"},
    {"connectRetriesInterval", "--wait TIME"},
    {"database", "--url URL"},
    {"database-url", "--url URL"},
    {"defaultSchema", "--history-schema NAME"},
    {"dev", "--dev-url URL"},
    {"dryRun", "--dry-run"},
    {"dryRunOutput", "--dry-run"},
    {"environment", "--env NAME"},
    {"group", "--tx-mode all"},
    {"initSql", "--init-sql FILE"},
    {"locations", "--dir DIR"},
    {"lockRetryCount", "--lock-timeout TIME"},
    {"log", "--format FORMAT"},
    {"migrations-dir", "--dir DIR"},
    {"migrations-table", "--history-table NAME"},
    {"outOfOrder", "--out-of-order"},
    {"outputType", "--format FORMAT"},
    {"password", "in the URL, in PGPASSWORD, or in ~/.pgpass"},
    {"path", "--dir DIR"},
    {"placeholderReplacement", "--placeholders"},
    {"placeholders.*", "--placeholder NAME=VALUE"},
    {"schemas", "--history-schema NAME for the history, ?search_path= in the URL for the rest"},
    {"skipExecutingMigrations", "--mark-applied VERSION"},
    {"source", "--dir DIR"},
    {"table", "--history-table NAME"},
    {"target", "--to VERSION"},
    {"user", "in the URL, postgres://USER@host/db, or in PGUSER"},
    {"wait-timeout", "--wait TIME"},
    {"workingDirectory", "--dir DIR"},
};

const char *option_foreign(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        const char *theirs = options[i].theirs;
        size_t len = strlen(theirs);
        if (theirs[len - 1] == '*' ? strncmp(name, theirs, len - 1) == 0
                                   : strcmp(name, theirs) == 0)
            return options[i].ours;
    }
    return NULL;
}
