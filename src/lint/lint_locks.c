/* Table lock modes: names, and what they keep out. */
#include <string.h>

#include "rules.h"

static const struct {
    const char *server, *people;
} modes[] = {
    [LOCK_NONE] = {"", "no lock"},
    [LOCK_ACCESS_SHARE] = {"AccessShareLock", "ACCESS SHARE"},
    [LOCK_ROW_SHARE] = {"RowShareLock", "ROW SHARE"},
    [LOCK_ROW_EXCLUSIVE] = {"RowExclusiveLock", "ROW EXCLUSIVE"},
    [LOCK_SHARE_UPDATE_EXCLUSIVE] = {"ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"},
    [LOCK_SHARE] = {"ShareLock", "SHARE"},
    [LOCK_SHARE_ROW_EXCLUSIVE] = {"ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"},
    [LOCK_EXCLUSIVE] = {"ExclusiveLock", "EXCLUSIVE"},
    [LOCK_ACCESS_EXCLUSIVE] = {"AccessExclusiveLock", "ACCESS EXCLUSIVE"},
};

LockMode lint_lock_mode(const char *pg_name)
{
    for (size_t i = 1; i < ARRAY_LENGTH(modes); i++)
        if (strcmp(modes[i].server, pg_name) == 0)
            return (LockMode)i;
    return LOCK_NONE;
}

const char *lint_lock_name(LockMode mode)
{
    return modes[mode].people;
}

/* SELECT takes ACCESS SHARE; INSERT, UPDATE and DELETE take ROW EXCLUSIVE. */
bool lint_lock_blocks_reads(LockMode mode)
{
    return mode == LOCK_ACCESS_EXCLUSIVE;
}

bool lint_lock_blocks_writes(LockMode mode)
{
    return mode >= LOCK_SHARE;
}
