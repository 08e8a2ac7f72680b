/* What the files of squash share. The interface is include/dbmig/engine/squash.h. */
#ifndef DBMIG_ENGINE_SQUASH_PRIVATE_H
#define DBMIG_ENGINE_SQUASH_PRIVATE_H

#include "dbmig/engine/squash.h"
#include "dbmig/schema/snapshot.h"

/* ---- squash_text.c ---- */

/* The content of the B file of ret->version, from a replay of the history. Rows and notes go into ret. */
bool squash_text(Arena *arena, Replay *replay, const ReplayOptions *options, SquashResult *ret, Buf *out,
                 Error *err);

/* ---- squash_rows.c ---- */

/* What tables hold and where sequences stand; the digest is of the rows in any order. */
typedef struct SquashHoldings SquashHoldings;
bool squash_holdings(Arena *arena, Session *session, SquashHoldings **ret, Error *err);
/*
 * Adds what differs; with counts_only, numbers of rows alone. second: NULL, or what another replay of the
 * history gave: what is not the same in both (times, random numbers) is not compared.
 */
void squash_compare_holdings(Arena *arena, const SquashHoldings *history, const SquashHoldings *base,
                             const SquashHoldings *second, bool counts_only, StringList *ret);

/* ---- squash_prove.c ---- */

/* The snapshot as squash wants it: of all schemas, of a throwaway. */
bool squash_snapshot(Arena *arena, Replay *replay, Snapshot *ret, Error *err);

/*
 * `history` is open at the version; it goes on to the end of the folder meanwhile. The text is run
 * on a throwaway of its own. count files of folder->run stand for the history up to the version.
 */
bool squash_prove_text(Arena *arena, const MigrationFolder *folder, size_t count, Replay *history,
                       const SquashHoldings *second, const char *name, const char *text, size_t len,
                       const ReplayOptions *options, StringList *ret_differences, int64_t *ret_ms,
                       Error *err);

#endif
