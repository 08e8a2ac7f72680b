/* The inside of the configuration, shared by the config_*.c files. */
#ifndef DBMIG_PROJECT_CONFIG_INTERNAL_H
#define DBMIG_PROJECT_CONFIG_INTERNAL_H

#include "dbmig/base/buf.h"
#include "dbmig/base/map.h"
#include "dbmig/project/config.h"

/* src = data.external_schema.NAME.url evaluates to this and NAME. */
#define PROGRAM_SCHEME "external_schema://"

struct Config {
    Arena *arena;
    OptionSet *options;
    const char *file;   /* NULL without one */
    const char *folder;
    HclBody body;
    const HclBlock *env; /* NULL when none is selected */
    const char *env_name;
    StringList env_names;
    HclScope scope;
    Map *values;           /* what var., local., data. and docker. names have evaluated to */
    StringList in_work;    /* the names being evaluated, outermost first */
    StringList baseline_sql; /* of docker blocks in use: texts */
    ConfigWarnings warnings;
    Provenance origin;    /* of what is being evaluated, so far */
    const char *empty_url; /* the place of a url that is there and empty, or NULL */
};

void config_warn(Config *config, HclPlace place, const char *format, ...) DBMIG_PRINTF(3, 4);

/* Warns of the blocks and attributes that are unknown. */
void config_check_names(Config *config);

/* Sets up config->scope. */
void config_begin_scope(Config *config);

/* The value has its origin, also where it went through names, functions and conditions. */
bool config_evaluate(Config *config, const HclExpr *expr, HclValue **ret, Error *err);

/* Says that what is being evaluated came from there, too. */
void config_note_origin(Config *config, unsigned kind, const char *what);

/* The functions that need files or the environment; others are left to hcl_call(). */
bool config_call(HclScope *scope, Arena *arena, const char *function, HclValue *const *args,
                 size_t count, HclValue **ret, Error *err);

/* The top-level block of that type and labels, or NULL. A label NULL: whatever it is. */
const HclBlock *config_find(const Config *config, const char *type, const char *first,
                            const char *second);

/* A path or file:// URL of the file, seen from the working folder. Another scheme stays. */
const char *config_path(const Config *config, const char *path);

/* A list of strings, or one string. */
bool config_strings(Config *config, const HclAttribute *attribute, StringList *ret, Error *err);

/* Runs data "external" or reads its argv: the `program` and `working_dir` of a data block. */
bool config_program(Config *config, const HclBlock *block, StringList *ret_argv,
                    const char **ret_folder, Error *err);

/* Gives the options their values out of the file. */
bool config_set_options(Config *config, Error *err);

/* Puts the format of --dir-format into the folder's address, unless that has come from nearer by. */
bool config_join_format(Arena *arena, OptionSet *set, Error *err);

#endif
