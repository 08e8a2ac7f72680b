/*
 * The one table of options (src/project/option/options.def) and the values that a run has for them. Parsing
 * of argv, environment names, names in atlas.hcl, --help, the man page, shell completion and
 * `dbmig config` all come from the table. Precedence: flag > environment > file > default.
 */
#ifndef DBMIG_PROJECT_OPTION_H
#define DBMIG_PROJECT_OPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/provenance.h"
#include "dbmig/base/vec.h"

typedef enum OptionType {
    OPTION_FLAG,     /* --name, --no-name; in files true or false */
    OPTION_STRING,
    OPTION_LIST,     /* may be given again; in files a list; in the environment comma-separated */
    OPTION_INTEGER,
    OPTION_DURATION, /* 500ms, 3s, 1m30s, 0; kept in milliseconds. A number needs its unit */
    OPTION_SIZE,     /* 64MB; kept in bytes */
    OPTION_CHOICE,   /* one of the words in `choices`, separated by '|' */
    OPTION_OPTIONAL, /* --name or --name=VALUE; without a value it is "" */
} OptionType;

typedef enum OptionId {
#define OPTION(id, ...) OPT_##id,
#include "../../../src/project/option/options.def"
#undef OPTION
    OPTION_COUNT
} OptionId;

enum {
    OPTION_SECRET = 1,    /* value may carry a password: masked wherever it is shown */
    OPTION_LIVE = 2,      /* taken from DATABASE_URL too, by commands that act on a live database */
    OPTION_HIDDEN = 4,    /* an alias or a debugging aid; parsed, and in the man page, not in help */
    OPTION_GLOBAL = 8,    /* every command has it */
    OPTION_NEGATABLE = 16, /* a flag that also has --no-NAME */
    OPTION_PATH = 32,     /* a path or file:// URL: in a file, relative to that file's folder */
    OPTION_STICKY = 64    /* a flag that is a safeguard: once true, from wherever, it stays true */
};

typedef struct OptionSpec {
    const char *name;      /* without dashes */
    const char *aliases;   /* NULL or other long names, separated by '|' */
    char letter;           /* 0 or the short form */
    OptionType type;
    const char *metavar;   /* NULL for flags; choices for OPTION_CHOICE are in `choices` */
    const char *choices;
    const char *env;       /* NULL or the environment variable */
    const char *hcl;       /* NULL or the name inside env "x" {}, e.g. "migration.dir" */
    const char *fallback;  /* the default as text, or NULL: unset */
    unsigned flags;
    const char *summary;   /* one line for --help */
    const char *text;      /* the paragraph of the man page; "" when the summary says it all */
} OptionSpec;

const OptionSpec *option_spec(OptionId id);

typedef struct OptionSet OptionSet;

OptionSet *option_new(Arena *arena);

/* A set with what flags and the environment gave this one, and nothing of the file: to read another
   env of it. */
OptionSet *option_copy_given(Arena *arena, const OptionSet *set);

/*
 * The index in argv of the first word that is neither an option nor an option's value: the command.
 * 0 when there is none. EXIT_USAGE for an option before it that no command has.
 */
bool option_find_command(int argc, char **argv, int *ret_index, Error *err);

/*
 * Parses argv[1..] but for the word at command_index (0: no command). allowed lists the command's
 * options (ends in OPTION_COUNT; NULL: none); globals are always allowed. Behind the command its own
 * options go before globals of the same name, ahead of it the globals. The last of two equal options
 * wins; lists collect. Everything behind "--" is positional. --help and --version end the parse:
 * what follows them is not looked at. Errors: EXIT_USAGE, one line, with "did you mean".
 * runs_program: the first positional is a program, and all behind it are its own.
 */
bool option_parse(OptionSet *set, int argc, char **argv, int command_index,
                  const OptionId *allowed, bool runs_program, StringList *ret_positionals,
                  bool *ret_dashes_seen, Error *err);

/*
 * For a command line that could not be parsed: the format that it asks for anywhere, or the
 * environment does, so that who reads JSON gets the error as JSON too. Other mistakes in it are left
 * unsaid.
 */
void option_salvage_format(OptionSet *set, int argc, char **argv);

/*
 * Overwrites in place, in argv[1..], the passwords of URLs and conninfo strings and the values of
 * --var, wherever they stand. Call it first, on the real argv, after copying.
 */
void option_hide_secrets(int argc, char **argv);

/* True for the options that option_parse() was told of, and globals: what the command can use. */
bool option_allowed(const OptionSet *set, OptionId id);

/*
 * Fills unset options that the command can use from the environment; an empty variable counts as
 * unset. live: DATABASE_URL counts for OPTION_LIVE options. Errors name the variable.
 */
bool option_from_environment(OptionSet *set, bool live, Error *err);

/* Sets one from a file, unless flag or environment set it. text is parsed by the type; place is
   "atlas.hcl:12". Errors are placed there and name the option by its `hcl` name. An empty text leaves
   the option unset. */
bool option_from_file(OptionSet *set, OptionId id, const char *text, const char *place, Error *err);
bool option_list_from_file(OptionSet *set, OptionId id, const StringList *items, const char *place,
                           Error *err);

/* Says what the value that was set from that place is made of. Always true. */
bool option_set_origin(OptionSet *set, OptionId id, const char *place, Provenance origin);

/* For code: as if the flag had been given. */
bool option_set(OptionSet *set, OptionId id, const char *text, Error *err);

/* Adds an item to a list behind what it holds, whatever set that; place as in option_from_file(). */
void option_list_add(OptionSet *set, OptionId id, const char *item, const char *place);

/* Typed access; the default applies when unset. option_string: NULL when unset without default,
   and "" for an OPTION_OPTIONAL that was given without a value. */
bool option_is_set(const OptionSet *set, OptionId id); /* by flag, environment or file */
bool option_flag(const OptionSet *set, OptionId id);
const char *option_string(const OptionSet *set, OptionId id);
int64_t option_number(const OptionSet *set, OptionId id); /* integers, milliseconds, bytes */
const StringList *option_list(const OptionSet *set, OptionId id);

/* Where the value came from: "--flag", "$DBMIG_DIR", "atlas.hcl:12", "default", "unset". Never
   NULL. */
const char *option_source(const OptionSet *set, OptionId id);

/*
 * What the value is made of. Kinds is 0 only for a default and for what is written out in the file:
 * a flag, an environment variable, and whatever an expression of the file took from elsewhere are
 * told.
 */
Provenance option_origin(const OptionSet *set, OptionId id);

/* The value as text for `dbmig config`: secrets masked; in the arena. */
char *option_show(Arena *arena, const OptionSet *set, OptionId id);

#endif
