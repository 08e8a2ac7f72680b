/* The kinds' rows, one per line of kinds.def, and what they share. */
#ifndef DBMIG_SCHEMA_KINDS_H
#define DBMIG_SCHEMA_KINDS_H

#include "dbmig/schema/object.h"
#include "dbmig_sql.h"

#define KIND(id, file) extern const KindSpec kind_##file;
#include "kinds.def"
#undef KIND

/* The order in which things are created when nothing else decides, as in pg_dump_sort.c. */
enum {
    PRIORITY_SCHEMA = 1,
    PRIORITY_LANGUAGE,
    PRIORITY_COLLATION,
    PRIORITY_EXTENSION,
    PRIORITY_TYPE,
    PRIORITY_ATTRIBUTE,
    PRIORITY_CAST,
    PRIORITY_FUNCTION,
    PRIORITY_TRANSFORM,
    PRIORITY_AGGREGATE,
    PRIORITY_ACCESS_METHOD,
    PRIORITY_OPERATOR,
    PRIORITY_OPERATOR_FAMILY,
    PRIORITY_OPERATOR_CLASS,
    PRIORITY_CONVERSION,
    PRIORITY_TEXT_SEARCH,
    PRIORITY_FOREIGN_DATA_WRAPPER,
    PRIORITY_SERVER,
    PRIORITY_SEQUENCE,
    PRIORITY_TABLE,
    PRIORITY_COLUMN,
    PRIORITY_VIEW, /* pg_dump has it behind indexes; but what a check or default calls may read it */
    PRIORITY_DEFAULT,
    PRIORITY_OWNED,
    PRIORITY_CONSTRAINT,
    PRIORITY_INDEX,
    PRIORITY_ATTACHMENT,
    PRIORITY_INDEX_ATTACH,
    PRIORITY_MATVIEW,
    PRIORITY_STATISTICS,
    PRIORITY_RULE,
    PRIORITY_TRIGGER,
    PRIORITY_FOREIGN_KEY,
    PRIORITY_POLICY,
    PRIORITY_PUBLICATION,
    PRIORITY_SUBSCRIPTION,
    PRIORITY_EVENT_TRIGGER,
    PRIORITY_DEFAULT_ACL,
};

/* REBUILD whatever happens: for what cannot stand while a column that it uses changes its type. */
Reaction kind_reaction_rigid(const Object *object, const Object *need, NeedEvent event);

/*
 * finish and alter of a kind whose attribute "enabled" is pg_trigger.tgenabled or its like: O fires by
 * default, D never, R on a replica, A always. With a parent that is said by ALTER TABLE.
 */
void kind_enabled_finish(DdlWriter *ddl, const Object *object);
void kind_enabled_alter(DdlWriter *ddl, const Object *before, const Object *after);
/* The statement itself; state as in pg_trigger.tgenabled. */
void kind_enabled_set(DdlWriter *ddl, const Object *object, char state);

/* "name type COLLATE … DEFAULT … NOT NULL", with the default if that is folded. */
void column_add_definition(Buf *out, Arena *arena, const Object *column);
/* " WITH OPTIONS …" of a typed table's column; adds nothing when there is nothing to say. */
bool column_add_options(Buf *out, Arena *arena, const Object *column);
/* "CONSTRAINT c CHECK (…)" */
void constraint_add_definition(Buf *out, Arena *arena, const Object *constraint);
/* The columns and constraints that are folded into a table, a line each. */
void table_add_items(Buf *list, Arena *arena, const Object *table, bool typed);
/* " INHERITS (…)" */
void table_add_inherits(Buf *out, const Object *table);
/* True when the two types need a USING, which is then in *ret. */
const char *column_using(DdlWriter *ddl, const Object *before, const Object *after, bool swapped);

/* True when values can be lost or refused without a USING: bigint to integer, numeric(10,4) to (6,2). */
bool column_narrows(DdlWriter *ddl, const Object *before, const Object *after);

/*
 * The position of a sequence that is taken from its column, for the one that comes instead: see
 * plan_position.c. These add nothing when no position moves. position_leave: before the old one goes;
 * position_take: when the new one is there. _owned: for the column that the ownership is of. position_leave
 * returns whether it moves.
 */
bool position_leave(DdlWriter *ddl, const Object *column);
void position_take(DdlWriter *ddl, const Object *column);
void position_leave_owned(DdlWriter *ddl, const Object *owned);
void position_take_owned(DdlWriter *ddl, const Object *owned);
/*
 * The position of a sequence, or of an identity column's, that gets limits within which it may not be: false
 * when it always is. True: one statement that has RESTART must follow, then position_resume(). *ret_hazard:
 * what that statement may do, or NULL.
 */
bool position_hold(DdlWriter *ddl, const Object *before, const Object *after, const char **ret_hazard);
void position_resume(DdlWriter *ddl, const Object *before, const Object *after);

/*
 * What is secret of an object, of a subscription's connection or a user mapping: an object that is
 * made again takes it along on the server. secret_keep: before the old one goes; what follows
 * SELECT yields one text, empty when it cannot be read. secret_take: what format() makes of `kept`
 * and of the arguments is run then, or the plan ends with an error. secret_hazard: what is said of
 * a placeholder.
 */
void secret_keep(DdlWriter *ddl, const Object *object, const char *select);
void secret_take(DdlWriter *ddl, const Object *object, const char *format);
const char *secret_hazard(Arena *arena, const Object *object);

/* "DO …" with that PL/pgSQL. */
void ddl_add_block(DdlWriter *ddl, const char *body);
/* Ends the plan with these words and what SELECT says behind them, unless that is NULL. */
void ddl_add_guard(DdlWriter *ddl, const char *words, const char *select);

/* Gives the sequence of an identity column, which stays one, the name that it is to have. */
void identity_rename(DdlWriter *ddl, const Object *column);

/* ENABLE and FORCE ROW LEVEL SECURITY, of a new table that had to take its rows first. */
void table_finish_filled(DdlWriter *ddl, const Object *table);

/* What converting the column's values may destroy, NULL: nothing. via: what column_using() said. */
const char *column_hazard(DdlWriter *ddl, const Object *before, const Object *after, const char *via);

/* "ALTER INDEX …": what an index and a constraint's index have in common. */
void index_finish(DdlWriter *ddl, const Object *object, const char *index);
void index_alter(DdlWriter *ddl, const Object *before, const Object *after, const char *index);

#endif
