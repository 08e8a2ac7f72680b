/* What option.c, option_parse.c and option_foreign.c share. */
#ifndef DBMIG_PROJECT_OPTION_INTERNAL_H
#define DBMIG_PROJECT_OPTION_INTERNAL_H

#include "dbmig/project/option.h"

/* In order of precedence. */
typedef enum OptionOrigin {
    ORIGIN_UNSET,
    ORIGIN_DEFAULT,
    ORIGIN_FILE,
    ORIGIN_ENVIRONMENT,
    ORIGIN_FLAG,
} OptionOrigin;

typedef struct OptionValue {
    OptionOrigin origin;
    const char *text;
    bool flag;
    int64_t number;
    StringList list;
    const char *source; /* NULL while unset */
    Provenance made_of; /* beside the flag, the variable or the file */
} OptionValue;

struct OptionSet {
    Arena *arena;
    OptionValue values[OPTION_COUNT];
    bool allowed[OPTION_COUNT];
};

/* Parses the text by the option's type and keeps it, unless a higher origin has set the option. */
bool option_store(OptionSet *set, OptionId id, OptionOrigin origin, const char *source,
                  const char *text, Error *err);

/* True when word is one of the words, which are separated by '|'. */
bool option_has_word(const char *words, const char *word);

/* What the option of another tool, without its dashes, is here; NULL when it is not known. */
const char *option_foreign(const char *name);

#endif
