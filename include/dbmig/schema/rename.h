/*
 * Renames: which object of one schema is which of the other under another name. Never guessed: a wish
 * comes from --rename, from a directive in the schema source or from an answer on a terminal. What is
 * dropped and added in equal shape is only proposed.
 */
#ifndef DBMIG_SCHEMA_RENAME_H
#define DBMIG_SCHEMA_RENAME_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/schema/plan.h"
#include "dbmig/schema/snapshot.h"

/* Two names, as SQL writes them: a, public.a, public.t.column, t.constraint, public.mood.value. The new
   one may be the last name alone. */
typedef struct RenameWish {
    const char *old_name, *new_name;
    bool directive;   /* it may have happened already, and stays in the source */
    const char *file; /* of a directive */
    size_t line;
} RenameWish;
typedef VEC(RenameWish) RenameWishes;

typedef struct Rename {
    const Object *before, *after;
    const char *old_value, *new_value; /* raw: a value of this enum type is renamed; else NULL */
    bool unsure;                       /* a proposal among several */
} Rename;
typedef VEC(Rename) RenameList;

/* "old=new" */
bool rename_parse(Arena *arena, const char *text, RenameWish *ret, Error *err);

/*
 * Finds what the wishes mean and appends it to ret. A wish that is fulfilled (the old name is gone, the
 * new one there on both sides) is left out; so is a directive about something new. EXIT_USAGE when a
 * name means nothing or several things, or the new name is taken.
 */
bool rename_resolve(Arena *arena, const Snapshot *from, const Snapshot *to, const RenameWishes *wishes,
                    RenameList *ret, Error *err);

/* What is gone in one schema and new in the other in equal shape. Of many new ones of one shape, those
   around the place that the old name has among the old ones. */
void rename_propose(Arena *arena, const Snapshot *from, const Snapshot *to, RenameList *ret);

/* Of the proposals, those that follow from renames that are done: the keys, indexes, sequences and so on
   of the tables named. `done` are renames whose new tables are in from now. */
void rename_followers(Arena *arena, const RenameList *done, const RenameList *proposals, RenameList *ret);

/* The statements, as one part: parts of tables and types first, schemas last. */
void rename_statements(Arena *arena, const Snapshot *from, const RenameList *renames, SchemaPlan *ret);

/* What --rename takes for it, quoted for a shell where it must be: "public.t.a=b". */
char *rename_flag(Arena *arena, const Rename *rename);
/* "column public.t.a", and in *ret_new "b": for people. */
char *rename_shown(Arena *arena, const Rename *rename, const char **ret_new);

#endif
