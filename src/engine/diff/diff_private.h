/* What diff*.c share: the copy of *from* that a plan is tried on. */
#ifndef DBMIG_ENGINE_DIFF_PRIVATE_H
#define DBMIG_ENGINE_DIFF_PRIVATE_H

#include "dbmig/engine/diff.h"

typedef struct DiffCopy {
    Arena *arena;
    const DiffOptions *options;
    DiffSide *from;
    const Snapshot *to;
    bool ready;       /* it is there, and equal to from but for what was applied */
    Session *session;
    Replay own;       /* open when has_own: from has no throwaway of its own */
    bool has_own;
    Snapshot now;     /* what it is like, as of the last reading */
    size_t applied;   /* of the plan's statements */
} DiffCopy;

/* Makes the copy unless it is there. *ret_why tells why there is none: then true all the same. */
bool diff_copy_open(DiffCopy *copy, const char **ret_why, Error *err);
/* Runs the plan's statements that it has not run yet, and reads it again. */
bool diff_copy_apply(DiffCopy *copy, const SchemaPlan *plan, Error *err);
void diff_copy_end(DiffCopy *copy);

/* What failed, on one line: "primary: detail". */
const char *diff_sentence(Arena *arena, const Error *err);

/*
 * Resolves and proposes renames, asks, and does them on the copy. *ret_plan has their statements then;
 * copy->now is the schema to plan from, when copy->ready. hints: what was not taken.
 */
bool diff_rename(DiffCopy *copy, DiffSide *to, SchemaPlan *ret_plan, ChangeList *ret_changes,
                 StringList *ret_hints, Error *err);

#endif
