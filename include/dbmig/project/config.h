/*
 * atlas.hcl: finds the file, selects the env, evaluates what is used and fills the option set.
 * What dbmig does not know is a warning with its place; what it cannot do is an error.
 */
#ifndef DBMIG_PROJECT_CONFIG_H
#define DBMIG_PROJECT_CONFIG_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/project/option.h"
#include "dbmig/text/hcl.h"

typedef struct Config Config;

/*
 * Reads the configuration into set (flags and environment have precedence), as far as the command
 * takes the options: what no option asks for is not evaluated, and data sources run only when
 * something needs their value. No atlas.hcl here and no --config: an empty configuration. Variables
 * come from --var, then the block's default. Relative paths are relative to the file's folder.
 */
bool config_load(Arena *arena, OptionSet *set, Config **ret, Error *err);

/* What dbmig does not know, or leaves undone, with its place. For main to print. */
typedef struct ConfigWarning {
    HclPlace place;
    const char *text;
} ConfigWarning;
typedef VEC(ConfigWarning) ConfigWarnings;
const ConfigWarnings *config_warnings(const Config *config);

const char *config_file(const Config *config);     /* NULL without a file */
const char *config_env_name(const Config *config); /* NULL when no env is selected */

/* Where the env's `url` stands ("atlas.hcl:12") when it came to nothing, as url = getenv("X") does
   without X, and no flag or variable gave another; else NULL. */
const char *config_empty_url(const Config *config);

/* The names of the env blocks, in order. */
const StringList *config_env_names(const Config *config);

/* The folder of the file; "." without one. Relative paths in it are relative to this. */
const char *config_folder(const Config *config);

/* The nested block of that type: the env's, else the top level's, else NULL. A dot names a block
   inside it: "lint", "diff", "dbmig", "lint.naming". */
const HclBlock *config_block(const Config *config, const char *type);

/* The env's own block of that type, or NULL: for what must never come from the top level. */
const HclBlock *config_env_block(const Config *config, const char *type);

/* All blocks of the type: the env's, or the top level's when the env has none. */
typedef VEC(const HclBlock *) ConfigBlocks;
void config_blocks(const Config *config, const char *type, ConfigBlocks *ret);

/* Evaluates an attribute in the env's scope; block NULL: an attribute of the env itself. *ret is
   NULL when there is no such attribute. A bare word (LINEAR) is a string. */
bool config_value(Config *config, const HclBlock *block, const char *name, HclValue **ret,
                  Error *err);

/* The schema source (`src`): file, folder, database URL or program; empty when not configured. */
typedef enum SourceKind { SOURCE_NONE, SOURCE_PATHS, SOURCE_URL, SOURCE_PROGRAM } SourceKind;
typedef struct SchemaSource {
    SourceKind kind;
    StringList paths;    /* files or folders, absolute or relative to the working folder */
    const char *url;
    StringList program;  /* argv */
    const char *folder;  /* where the program runs: the configuration's folder */
    const char *place;   /* "atlas.hcl:12" */
} SchemaSource;
bool config_schema_source(Config *config, SchemaSource *ret, Error *err);

#endif
