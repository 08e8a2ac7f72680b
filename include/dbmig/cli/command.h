/*
 * A command is one file (src/cli/cmd_<name>.c) with one const Command, and one row in commands.c.
 * Dispatch, --help, the man page and completion come from the row and the option table.
 */
#ifndef DBMIG_CLI_COMMAND_H
#define DBMIG_CLI_COMMAND_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/project/config.h"
#include "dbmig/project/option.h"
#include "dbmig/report/report.h"

typedef struct CommandContext {
    Arena *arena;
    OptionSet *options;
    Config *config;       /* NULL without COMMAND_CONFIG */
    int exit_code;        /* of a command that leaves report NULL: what the program it ran ended with */
    Report *report;       /* printed by main after run() returns, also when it returned false */
    const char *const *positionals;
    size_t positional_count;
    bool dashes_seen;     /* "--" was given: what follows is a program */
} CommandContext;

typedef struct CommandPositional {
    const char *name;    /* "NAME", "FILE..." */
    bool required;
    bool repeated;       /* the last one only */
    const char *summary;
} CommandPositional;

typedef enum CommandNeeds {
    COMMAND_PLAIN = 0,
    COMMAND_CONFIG = 1, /* atlas.hcl is read before run() */
    COMMAND_LIVE = 2,   /* acts on a live database: DATABASE_URL counts */
    COMMAND_PROGRAM = 4, /* the first positional is a program, what follows is the program's */
} CommandNeeds;

typedef struct CommandExample {
    const char *line;    /* run as a test unless it starts with "#" */
    const char *summary;
} CommandExample;

typedef struct Command {
    const char *name;
    const char *summary;     /* one line */
    const char *description; /* paragraphs for the man page and --help */
    const CommandPositional *positionals; /* ends with name NULL; may be NULL. The optional ones
                                             stand last; main checks the number */
    const OptionId *options; /* ends with OPTION_COUNT */
    const CommandExample *examples; /* ends with line NULL; may be NULL */
    unsigned needs;          /* CommandNeeds */
    /* Fills context->report. False with err set when it failed; the report's own exit code counts
       when true. */
    bool (*run)(CommandContext *context, Error *err);
} Command;

/* All commands, in the order of --help; ends with NULL. */
extern const Command *const command_table[];

/* How --help divides them. */
typedef enum CommandGroup {
    GROUP_WRITE,
    GROUP_VERIFY,
    GROUP_RUN,
    GROUP_LOOK,
    GROUP_DATABASES,
    GROUP_MORE,
    COMMAND_GROUP_COUNT,
} CommandGroup;
CommandGroup command_group(const Command *command); /* GROUP_MORE unless commands.c says otherwise */
const char *command_group_title(CommandGroup group);

/* The error for a word that is no command: the word for it here, or what to do where there is none
   yet. next as for command_nearest(). */
bool command_unknown(Arena *arena, const char *word, const char *next, Error *err);

const Command *command_find(const char *name); /* NULL when there is none */

/* The name of the command that was probably meant, or NULL. next is the word behind it, or NULL: other
   tools have commands of two words. */
const char *command_nearest(const char *word, const char *next);

#endif
