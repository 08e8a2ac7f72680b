/*
 * The migrations folder: which files there are, what each is called and means, in the order in
 * which they run. Content is read once per file: digests and head directives are taken in that
 * pass.
 */
#ifndef DBMIG_PROJECT_MIGRATION_H
#define DBMIG_PROJECT_MIGRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/project/format.h"
#include "dbmig/text/directive.h"
#include "dbmig/text/version.h"

typedef enum TxMode { TXMODE_DEFAULT, TXMODE_FILE, TXMODE_ALL, TXMODE_NONE } TxMode;

/* A range of a file's bytes that runs. */
typedef struct MigrationPart {
    size_t from, to;
    bool terminate; /* what stands behind it ends a statement, as ';' does */
} MigrationPart;

typedef struct Migration {
    MigrationKind kind;
    const char *version;     /* NULL for repeatable */
    const char *raw_version; /* as in the file name; NULL for repeatable */
    const char *description;
    const char *name; /* relative to the folder, '/' separated: the sum file's name */
    const char *path; /* as the user would open it: folder + name */
    uint64_t size;               /* of the file */
    uint8_t sha256[SHA256_SIZE]; /* of the raw bytes: of the parts, where there are such */
    char sha256_hex[SHA256_HEX_SIZE];
    int32_t checksum;         /* Flyway's line-wise CRC-32 */
    int32_t checksum_raw;     /* CRC-32 over the raw bytes (rows from before Flyway 4) */
    bool sum_ignored;         /* line 1 is `-- atlas:sum ignore` */
    TxMode tx_mode;           /* by directive or script config; TXMODE_DEFAULT when neither */
    DirectiveList directives; /* of the head */
    bool placeholder_replacement_off; /* script config */
    bool single_underscore;           /* V1_x.sql rather than V1__x.sql */
    bool script; /* no migration, but a text run once: it may have transactions of its own */
    const Bytes *staged;              /* NULL, or the content when it does not come from the disk */
    bool part_only;                   /* only these parts of the file are the migration */
    const MigrationPart *parts;
    size_t part_count;
} Migration;

/*
 * What the sum file covers, in its order: every migration, each followed by its script config when
 * it has one. Atlas leaves out script configs, U files, and V files that a B file supersedes; a
 * folder of V and R files, or a plain one, gives Atlas's bytes.
 */
typedef struct SumEntry {
    const char *name;
    const char *path;
    const Migration *migration; /* NULL for a script config */
    const Bytes *staged;
    bool ignored;               /* the name is hashed, the content is not, no line is written */
    uint8_t state[SHA256_SIZE]; /* of the running digest after this entry; not set when ignored */
} SumEntry;

typedef struct FolderSource FolderSource;

typedef struct MigrationFolder {
    const char *path;
    FolderFormat format;     /* as asked for or found; FOLDER_FORMAT_AUTO is Flyway's or Atlas's names */
    const char *format_sign; /* what showed a format that was not asked for; else NULL */
    bool plain;       /* an Atlas folder: no V/R/U/B names, or read as one */
    Migration *items; /* in the sum's order: V, U and B by version (of one version V, then U,
                         then B), then R in walk order; plain: all bytewise by name */
    size_t count;
    const Migration **run; /* what runs: base, V by version, then R by description; plain: as items */
    size_t run_count;
    const Migration *base; /* the B file that the history starts with, as the files up to its version are
                              gone; NULL when it starts with the first V file */
    SumEntry *sum;
    size_t sum_count;
    bool has_carriage_returns;  /* some file does: the sum may be of other line ends */
    const FolderSource *source; /* NULL: the disk */
    StringList callbacks;       /* names of Flyway callbacks; neither run nor covered by the sum */
    StringList warnings;        /* look-alike directives and the like, ready to print */
} MigrationFolder;

/*
 * Where folder content comes from: the disk, or (check --staged, other git revisions) elsewhere.
 * Must live as long as the folder that was loaded from it, and so must the bytes that it gives.
 */
struct FolderSource {
    /* names relative to the folder, '/' separated, any order; also those that are no migrations */
    bool (*list)(void *context, Arena *arena, StringList *ret, Error *err);
    bool (*read)(void *context, Arena *arena, const char *name, Bytes *ret, Error *err);
    void *context;
};

/*
 * Reads the folder (DIR or file://DIR). Errors, each naming the file and exit code: missing or
 * unreadable folder or file, symlink loop, misnamed .sql file (EXIT_USAGE, with how to name it),
 * two files of one version or two R of one description, a version that the history cannot hold, a
 * folder named like a migration, content that is not UTF-8 (with line and column), files divided by
 * another tool's markers, a folder whose files all lie in folders within it, directives that are known
 * and not supported.
 * Hidden files and folders are skipped. source NULL reads the disk.
 */
bool migration_load(Arena *arena, const char *folder, const FolderSource *source,
                    MigrationFolder *ret, Error *err);

/* The same, with the names read as the format says (atlas.hcl: migration { format = … }). */
bool migration_load_as(Arena *arena, const char *folder, const FolderSource *source,
                       FolderFormat format, MigrationFolder *ret, Error *err);

/* Strips file:// and its query, and slashes at the end. */
char *migration_folder_path(Arena *arena, const char *dir);

/* What ?format= of a file:// URL asks for; FOLDER_FORMAT_AUTO when it says nothing. EXIT_USAGE for a
   format that cannot be read. */
bool migration_folder_format(const char *dir, FolderFormat *ret, Error *err);

/* The format that the folder's address asks for, else the one that its content shows. */
bool migration_find_format(Arena *arena, const char *dir, FolderFormat *ret, Error *err);

/* The migration of that version (compared as a version), or NULL. */
const Migration *migration_find(const MigrationFolder *folder, const char *version);

/*
 * Where in folder->run the newest count versioned migrations stand, in order; returns how many. Repeatable
 * ones run last whatever their age, and count only in a folder that has no others. ret has room for
 * run_count.
 */
size_t migration_newest(const MigrationFolder *folder, size_t count, size_t *ret);

/* Flyway's checksum of a text in memory: of a repeatable one after placeholder replacement. */
int32_t migration_checksum(const char *text, size_t len);

/*
 * The file name of a new versioned migration in the folder's habit: version as version_next()
 * finds it (or the one given), "__" or "_" as the newest has it, a plain name in a plain folder.
 * description is put through version_slug(). now as for version_next().
 */
bool migration_new_name(Arena *arena, const MigrationFolder *folder, const char *version,
                        const char *description, const char *now, char **ret, Error *err);

/*
 * Opens the content for reading in pieces. Of a divided file all is read, and what is not a part of
 * the migration comes as blanks, line by line: places in it are those of the file.
 * SqlReadFunction-compatible through migration_read. At the end the bytes read are compared with
 * the digest taken at load: what ran is what was checked, or it is an error (EXIT_INTEGRITY).
 */
typedef struct MigrationReader MigrationReader;
bool migration_open(Arena *arena, const Migration *migration, MigrationReader **ret, Error *err);
bool migration_open_entry(Arena *arena, const SumEntry *entry, MigrationReader **ret, Error *err);
bool migration_read(void *reader, void *buffer, size_t size, size_t *ret_len, Error *err);
void migration_close(MigrationReader *reader); /* NULL allowed */

#endif
