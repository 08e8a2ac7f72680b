/*
 * Lint: what migrations would do to a production database. Two sources of truth: the parse tree of
 * each statement, and what a replay on a throwaway server showed (locks, rewrites, scans, index
 * builds, what CASCADE reached). Each file is judged as if deployed after the earlier ones; what was
 * created in the same file is new, and is not flagged.
 *
 * A rule is one row in src/lint/rules.def and one function.
 */
#ifndef DBMIG_LINT_LINT_H
#define DBMIG_LINT_LINT_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/engine/finding.h"
#include "dbmig/engine/replay.h"
#include "dbmig/project/config.h"
#include "dbmig/project/migration.h"

typedef enum LintRuleId {
#define RULE(id, ...) LINT_##id,
#include "../../../src/lint/rules.def"
#undef RULE
    LINT_RULE_COUNT
} LintRuleId;

/* What rules.def says of a rule in bits. */
typedef enum LintTrait {
    LINT_TRAIT_REPLAY = 1 << 0, /* only a replay can tell: --static skips it */
    /* what it explains of what a replay saw */
    LINT_TRAIT_REWRITES = 1 << 1,
    LINT_TRAIT_SCANS = 1 << 2,
    LINT_TRAIT_BUILDS = 1 << 3,
    LINT_TRAIT_VALIDATES = 1 << 4,
    LINT_TRAIT_DROPS = 1 << 5,
    LINT_TRAIT_MOVES = 1 << 6,
    LINT_TRAIT_FORETELLS = 1 << 7, /* that the statement fails */
    LINT_TRAIT_ANY_SIZE = 1 << 8,  /* as bad on a small table */
    LINT_TRAIT_STRICT = 1 << 9,    /* it has an opt-in part, strict */
} LintTrait;

typedef struct LintRule {
    const char *code, *name;
    Severity severity;
    const char *group;   /* "destructive", "data_depend", …: the policy block that governs it; or "" */
    const char *aliases; /* what other linters call it, comma-separated */
    const char *flags, *why, *instead;
    unsigned traits; /* LintTrait, or-ed */
} LintRule;

const LintRule *lint_rule(LintRuleId id);

/* By code, name or alias (case-insensitive). LINT_RULE_COUNT when unknown; of several the first. */
LintRuleId lint_rule_find(const char *word);

bool lint_rule_is(LintRuleId id, LintTrait trait);

/* True when the word is the rule's code, name, one of its aliases or its group. */
bool lint_rule_answers_to(LintRuleId id, const char *word);

/* The page of one rule, for `lint --explain`; in the arena. */
char *lint_explain(Arena *arena, LintRuleId id);

/* Severities and patterns of a run. */
typedef struct LintPolicy {
    Severity severity[LINT_RULE_COUNT];
    bool strict[LINT_RULE_COUNT]; /* also the rule's opt-in part (DM050, DM053) */
    const char *naming_match, *naming_message; /* NULL: none */
    StringList warnings; /* "atlas.hcl:3:5: …": names that lint {} has and nobody knows */
    int64_t small_table_rows; /* with statistics: below this, severities go down one step */
    const char *timezone;     /* of production; NULL unknown */
    const char *baseline;     /* findings of versions up to this are known, and counted alone; NULL: none */
} LintPolicy;

void lint_policy_default(LintPolicy *policy);

/*
 * Reads lint {}: Atlas's groups (destructive, data_depend, incompatible, naming, concurrent_index)
 * with `error = true|false`; naming with `match` and `message`; a block named by a rule's code, or by
 * its name with underscores, with `severity = "off|info|warning|error"`, `error = true|false` and, where
 * it has an opt-in part, `strict = true`; and the attributes small_table, timezone, require_reason and
 * baseline. Names that it does not know, and what Atlas alone does, are warnings; EXIT_USAGE with its place
 * for values, and for what would do nothing.
 */
bool lint_policy_load(Arena *arena, Config *config, LintPolicy *policy, Error *err);

/* "DM011=warning", "set-not-null=off", "opt-in=info" (all that are off). EXIT_USAGE when unknown. */
bool lint_policy_set(LintPolicy *policy, const char *text, Error *err);

typedef struct LintOptions {
    const LintPolicy *policy;
    bool is_static;            /* no server */
    const size_t *run_indexes; /* which of folder->run to judge, ascending */
    size_t run_count;
    bool together;             /* the judged files are deployed together: what one creates is new to
                                  the next */
    bool separate;             /* the files are no history: each runs on a database of its own */
    int64_t lock_timeout_ms, statement_timeout_ms; /* that apply would set; 0: none */
    bool one_zone;             /* no statement is tried first: in another TimeZone, in a transaction */
    bool diagram;              /* of the tables that the files made or altered; needs the replay */
    const struct LintStats *stats; /* NULL: none */
    ReplayOptions replay;
} LintOptions;

/* A lock that a statement took on something that existed before, for --locks. */
typedef struct LintLock {
    const char *file;
    size_t line;
    const char *statement;     /* excerpt */
    const char *object, *mode; /* "public.orders", "ACCESS EXCLUSIVE" */
    bool blocks_reads, blocks_writes, blocks_ddl;
    const char *work;          /* NULL, "rewrite", "scan", "index build" */
} LintLock;

/* An edit that --fix would make: the whole new content of a file, old or new. */
typedef struct LintEdit {
    const char *path;
    const char *before; /* NULL: a new file */
    const char *after;
} LintEdit;

typedef struct LintResult {
    FindingList findings;      /* by file, place, code; with statistics the largest first */
    VEC(LintLock) locks;
    StringList notes;          /* "tree rules skipped …", ignores that were not used … */
    size_t silenced;           /* findings that a comment took away */
    size_t known;              /* … that are of versions up to policy->baseline */
    size_t files, statements, skipped; /* skipped: by the tree rules, as the parser cannot read them */
    const char *diagram;       /* Mermaid; NULL: not wanted, or no table was touched */
    StringList dropped_tables; /* with the diagram, which cannot have them */
    const char *server;        /* NULL without a replay */
    bool shaken;               /* a trial of a statement drew numbers from sequences, which do not
                                  come back: only a replay with one_zone is what the files do */
    bool entered;              /* a statement may have kept settings of the observation (SET … FROM
                                  CURRENT): the schema behind it is not what the files make */
} LintResult;

/*
 * Judges the files. A statement that fails in the replay is an error of that file, unless a rule
 * foretold it: what was found until then is in *ret. `separate`: the rest of a file that fails is
 * judged by its tree, with a note.
 */
bool lint_run(Arena *arena, const MigrationFolder *folder, const LintOptions *options,
              LintResult *ret, Error *err);

/*
 * The same within a replay that is wanted anyway: its observer, given to replay_folder() on the same
 * folder, judges the files into *result. Options and result must outlive the replay.
 */
typedef struct LintWatch LintWatch;
LintWatch *lint_watch_new(Arena *arena, const MigrationFolder *folder, const LintOptions *options,
                          LintResult *result);
const ReplayObserver *lint_watch_observer(const LintWatch *watch);

/* True when the replay may have failed for the observation's sake (its time-outs, its second session):
   only a replay without it can tell. */
bool lint_watch_is_to_blame(const LintWatch *watch, const Error *err);

/* A line for each file that closed a table that was there: which, from which line on, for what work. */
StringList lint_verdicts(Arena *arena, const LintResult *result);

/* Plain SQL files ("-": stdin) as a folder that runs them in the order given. */
bool lint_load_paths(Arena *arena, const char *const *paths, size_t count, MigrationFolder *ret,
                     Error *err);

/*
 * The mechanical rewrites: CONCURRENTLY and a file of its own, NOT VALID with VALIDATE in a next file,
 * lock_timeout. Works on the text of the judged files; findings tell which statements. ret_left: those that
 * the edits do not take away.
 */
typedef VEC(LintEdit) LintEdits;
bool lint_fix(Arena *arena, const MigrationFolder *folder, const LintOptions *options,
              const LintResult *result, LintEdits *ret, FindingList *ret_left, Error *err);

/* Replays the folder as the edits would leave it, in a copy: EXIT_SQL when it fails. Without a server, and of
   files that are no history, nothing is tried. */
bool lint_fix_try(Arena *arena, const MigrationFolder *folder, const LintOptions *options,
                  const LintEdits *edits, Error *err);

/* The edits as a unified diff; in the arena. */
char *lint_diff(Arena *arena, const LintEdits *edits);

/* ---- statistics of production ---- */

typedef struct LintTableStats {
    const char *table; /* "public.orders" */
    int64_t rows, bytes;
} LintTableStats;

typedef struct LintStats {
    VEC(LintTableStats) tables;
} LintStats;

/* Reads them from a database, in a read-only transaction. */
bool lint_stats_query(Arena *arena, const char *url, LintStats *ret, Error *err);

/* What `lint --dump-stats --json` wrote. */
bool lint_stats_read(Arena *arena, const char *path, LintStats *ret, Error *err);

const LintTableStats *lint_stats_of(const LintStats *stats, const char *table);

#endif
