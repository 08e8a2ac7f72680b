/* What a replay shows of a statement: locks, rewrites, scans, drops. */
#ifndef DBMIG_LINT_EVIDENCE_H
#define DBMIG_LINT_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/vec.h"

/* Table-level lock modes, as strong as their number. */
typedef enum LockMode {
    LOCK_NONE,
    LOCK_ACCESS_SHARE,
    LOCK_ROW_SHARE,
    LOCK_ROW_EXCLUSIVE,
    LOCK_SHARE_UPDATE_EXCLUSIVE,
    LOCK_SHARE,
    LOCK_SHARE_ROW_EXCLUSIVE,
    LOCK_EXCLUSIVE,
    LOCK_ACCESS_EXCLUSIVE,
} LockMode;

LockMode lint_lock_mode(const char *pg_name); /* "AccessShareLock" */
const char *lint_lock_name(LockMode mode);    /* "ACCESS SHARE" */
bool lint_lock_blocks_reads(LockMode mode);
bool lint_lock_blocks_writes(LockMode mode);

/* A relation that existed before the file (or the run) began. */
typedef struct LintRelation {
    const char *oid;
    const char *schema, *name;
    char kind; /* pg_class.relkind */
    bool partition;
    bool gone; /* dropped by the file */
    const char *parent; /* oid of the partitioned table or of an index's table; NULL none */
} LintRelation;

typedef struct LintHeld {
    const LintRelation *relation;
    LockMode mode;
    bool fresh; /* this statement took it, or made it stronger */
} LintHeld;

typedef struct LintRewrite {
    const char *oid;
    int reason; /* 1 persistence, 2 default, 4 type, 8 access method */
} LintRewrite;

typedef struct LintDropped {
    const char *type, *identity;
    bool original; /* named by the statement; else CASCADE, or dependency, reached it */
    bool normal;
} LintDropped;

typedef struct LintCommand {
    const char *tag, *type, *identity;
} LintCommand;

typedef struct Evidence {
    VEC(LintHeld) locks; /* on relations that existed, at the end of the statement */
    StringList rewritten, verified, validated, proven, built_on, built; /* names in DEBUG1 notices */
    StringList truncated_names;  /* identifiers that the server cut */
    VEC(LintRewrite) rewrites;   /* by event trigger */
    VEC(LintCommand) commands;
    VEC(LintDropped) dropped;
    VEC(const LintRelation *) moved; /* whose files changed without a rewrite: TRUNCATE, CLUSTER … */
    const char *zone; /* NULL, or the TimeZone that alone made some of the rewrites */
    bool locks_seen;
    bool drops_seen; /* what dropped does not list was not dropped */
    bool quiet; /* commands were not asked for: the tree says them */
    bool deaf;  /* client_min_messages kept the server's DEBUG1 notices back, in part at least */
    bool absent; /* IF EXISTS found nothing */
    bool failed;
    const char *sqlstate, *failure;
} Evidence;

bool lint_evidence_has(const StringList *names, const char *name);

#endif
