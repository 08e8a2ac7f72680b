/*
 * `dbmig diff`: the SQL that turns one schema into another, wherever the two come from, proved on a
 * copy before it is shown. `dbmig inspect`, `create` from a schema source and `check`'s drift stand on
 * the same.
 */
#ifndef DBMIG_ENGINE_DIFF_H
#define DBMIG_ENGINE_DIFF_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/engine/replay.h"
#include "dbmig/project/config.h"
#include "dbmig/schema/plan.h"
#include "dbmig/schema/rename.h"
#include "dbmig/schema/snapshot.h"

typedef enum DiffSourceKind {
    DIFF_URL,     /* a live database: read only */
    DIFF_FOLDER,  /* a migrations folder: replayed */
    DIFF_SQL,     /* plain SQL files: loaded on a throwaway, in this order */
    DIFF_PROGRAM, /* a program whose output is SQL */
} DiffSourceKind;

typedef struct DiffSource {
    DiffSourceKind kind;
    const char *shown;   /* for people: no password */
    const char *url;
    const char *folder;
    const MigrationFolder *migrations; /* NULL, or the folder as it was read already */
    StringList paths;    /* as configured: files and folders; `files` are what is in them */
    StringList files;
    StringList program;  /* argv */
    const char *program_folder;
    int64_t timeout_ms;  /* of the program; 0: none */
    bool was_read;       /* see diff_source_read() */
    VEC(Bytes) texts;    /* then: what is in the files, or what the program printed */
} DiffSource;

/* What a word on the command line means: a URL or conninfo string, a migrations folder, a folder of
   plain SQL files, a file; "env://src" is the configured schema source. */
bool diff_source_parse(Arena *arena, Config *config, const char *text, DiffSource *ret, Error *err);
/* The configured schema source; EXIT_USAGE when there is none. */
bool diff_source_configured(Arena *arena, Config *config, DiffSource *ret, Error *err);

/*
 * Reads files, runs a program (without a shell), once: what is hashed and loaded later is the same
 * text. EXIT_USAGE when a file cannot be read, and when the program fails, takes too long or prints
 * no statement, or when there is no file at all: an empty source would drop everything. Does nothing
 * for a folder and a URL.
 */
bool diff_source_read(Arena *arena, DiffSource *source, Error *err);

/*
 * The same as git's index has the configured files, for a commit that is about to be made. What is not in
 * the index is read from the disk, with a note of that. A program sees the work tree.
 */
bool diff_source_read_staged(Arena *arena, DiffSource *source, StringList *notes, Error *err);

/* Adds all that the loaded source is made of to a digest. In a program's output CREATE INDEX statements
   that stand together count as a set: some programs print them in another order each time. False when
   it cannot be known (a URL, a folder), or nothing was read yet. */
bool diff_source_digest(const DiffSource *source, Sha256 *sha);

typedef struct DiffOptions {
    ReplayOptions replay;       /* for what needs a throwaway */
    SnapshotOptions snapshot;
    PlanOptions plan;
    bool verify;
    bool cross_version;
    int64_t source_timeout_ms;  /* of a source's program that has none of its own; 0: none */
    /* NULL, or asks whether what is gone and new in equal shape was renamed. */
    bool (*confirm_rename)(void *context, const char *question);
    void *confirm_context;
} DiffOptions;

/* One side: its schema, and the throwaway that it was loaded on, if any. */
typedef struct DiffSide {
    DiffSource source;
    Snapshot snapshot;
    Replay replay;       /* open when has_replay */
    bool has_replay;
    RenameWishes renamed; /* what directives in its SQL say */
} DiffSide;

/* Reads the source's schema. The side must be ended, also after a failure; its snapshot stays. */
bool diff_side_open(Arena *arena, const DiffSource *source, const DiffOptions *options,
                    DiffSide *ret, Error *err);
/*
 * Both sides of a diff; the first that is live is read first: where no dev URL is given, options get one of
 * that database's version, if such a server can be started here.
 */
bool diff_sides_open(Arena *arena, const DiffSource *from, const DiffSource *to, DiffOptions *options,
                     DiffSide *ret_from, DiffSide *ret_to, Error *err);
void diff_side_end(DiffSide *side); /* NULL and a second time allowed */

typedef enum DiffProof {
    DIFF_NOT_TRIED, /* --no-verify, or nothing to do */
    DIFF_PROVED,
    DIFF_UNPROVED,  /* no copy could be made: `why` */
    DIFF_RESIDUE,   /* applied, and something still differs: `residue` */
    DIFF_FAILED,    /* a statement failed: `why` */
} DiffProof;

typedef struct DiffResult {
    SchemaPlan plan;
    DiffProof proof;
    const char *why;        /* sentences */
    ChangeList residue;
    StringList left_out;    /* what is in one of the two and not modelled */
    size_t renames;         /* how many of the plan's first statements are renames */
} DiffResult;

/*
 * Plans from → to and proves it. Renames (options.plan.renames, to's directives, answers) are done on a
 * copy of from first, so that the server itself renames all that mentions the names; the rest is
 * planned from there. False when it could not be planned; a plan that does not prove is
   true with its `proof`. Both sides may be spoiled by it. */
bool diff_run(Arena *arena, DiffSide *from, DiffSide *to, const DiffOptions *options,
              DiffResult *ret, Error *err);

/*
 * Reads `-- dbmig:renamed_from OLD` above a statement that creates something, or above a column,
 * constraint or value inside one.
 */
bool diff_read_directives(Arena *arena, const char *name, const char *sql, size_t len, RenameWishes *ret,
                          Error *err);

/* Makes the roles that the schemas mention and the throwaway server lacks, without login. */
bool diff_make_roles(Arena *arena, Replay *replay, const Snapshot *from, const Snapshot *to, Error *err);

/* Runs the statements from `first` on, as the script does: on failure *ret_failed is the one that
   failed, and its transaction is rolled back. */
bool diff_apply(Session *session, const SchemaPlan *plan, size_t first, size_t *ret_failed, Error *err);

/* A script for psql: each statement with ';', hazards as comments, BEGIN and COMMIT around each part that
   is a transaction. Very long ones are committed in between, for the server's lock table is finite, but
   not where Statement.joined forbids it. */
void diff_script(const SchemaPlan *plan, Buf *out);

/* One part as a migration file: `-- dbmig:txmode none` at its head if it must run outside of a
   transaction, no BEGIN and COMMIT. */
void diff_script_part(const SchemaPlan *plan, size_t part, Buf *out);

#endif
