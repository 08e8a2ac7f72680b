/* What the files of the observation share. */
#ifndef DBMIG_LINT_OBSERVE_H
#define DBMIG_LINT_OBSERVE_H

#include "dbmig/schema/snapshot.h"
#include "../names.h"
#include "../tree.h"

/* The rules on the catalogs, by the query that each needs. */
typedef enum LintCatalogQuery {
    LINT_CATALOG_FK,
    LINT_CATALOG_PK,
    LINT_CATALOG_INDEX,
    LINT_CATALOG_TABLE,
    LINT_CATALOG_NAME,
    LINT_CATALOG_RIGHT,
    LINT_CATALOG_QUERIES
} LintCatalogQuery;

typedef struct Observation {
    LintRun *run;
    Replay own;        /* of lint alone; unused within a replay of check's */
    Replay *replay;
    Session *helper;   /* looks at locks, and holds some */
    bool triggers;     /* the event triggers are there */
    bool unheard;      /* the file has switched them off */
    Map *by_oid;       /* LintRelation of what existed, as far as it was asked for; NULL: ask again */
    Map *others;       /* oids of what was locked and is no table, view, index or sequence */
    bool whole;        /* by_oid has them all */
    bool stale;        /* what by_oid has may no longer be so */
    const char *loaded_oid; /* by_oid has all up to this one but for the outdated */
    StringList outdated;
    const char *schemas; /* changes when one gets another name */
    Arena *locks_arena; /* of the evidence's locks; may be NULL */
    Map *held;         /* oid → mode held before the statement */
    Map *filenodes;    /* oid → file, as text */
    Evidence evidence; /* of the statement that runs */
    Evidence elsewhere; /* of the same statement, tried in another TimeZone */
    bool watching;
    bool trying;       /* in another TimeZone: what it tells is not for people */
    Map *fresh;        /* relations that the file made just before, as its text names them */
    bool unsure;       /* the file may have run code: each further statement is looked at */
    bool foreign_triggers; /* the files made event triggers of their own */
    bool loud;         /* the event trigger on the end of commands is on */
    unsigned spared;   /* commands since then that it need not have told */
    bool code;         /* there may be functions of the files' */
    bool old_code;     /* … when the file began */
    bool settings_run; /* the file has run what may change settings */
    bool doubt;        /* settings may have been changed by the file */
    bool wrapped;      /* the statement got a transaction of its own, so that its locks last */
    bool blind;        /* the file has closed the catalogs: its further locks cannot be read */
    bool parked;       /* the helper holds a lock for a CONCURRENTLY statement to wait for */
    unsigned ticks;
    size_t ended;      /* files of the range that runs */
    bool has_item;
    SqlItem item;      /* the statement that runs, in the run's arena */
    const FilePlan *plan;
    bool oids_read;        /* last_oid is as the files until now made it */
    const char *known_oid; /* what existed has none greater */
    const char *last_oid;  /* objects with a greater one are the file's */
    bool any;              /* something existed */
    bool any_now;          /* there is something now */
    bool suspect[LINT_CATALOG_QUERIES]; /* the rules on the catalogs may find something in these */
    const Migration *unfinished; /* a file that began; it may begin again */
    const Snapshot *before;      /* the first file; NULL: no diagram */
    size_t locks_before, statements_before, skipped_before;
} Observation;

/* ---- observe.c ---- */
bool lint_is_judged(const LintOptions *options, size_t index);
/* The functions that see each statement. */
void lint_observer(Observation *observation, ReplayObserver *ret);

/* ---- observe_install.c ---- */
bool lint_is_superuser(const Session *session);
bool lint_open_helper(Observation *observation, Error *err);
/* Between files: makes the helper session and the event triggers, and takes them away. */
bool lint_install(Observation *observation, Error *err);
void lint_uninstall(Observation *observation);

/* ---- lint_change.c ---- */
void lint_change_begin(Observation *observation); /* the session is between files */
void lint_change_end(Observation *observation);   /* fills the result's diagram */

/* ---- observe_notice.c ---- */
void lint_notice(void *context, const SessionNotice *notice);

/* ---- observe_zone.c ---- */

/* Whether a trial that failed is a failure of the replay: only what ends the connection or the program is. */
bool lint_is_serious(const Session *session, const Error *err);
/* Tries a statement that may change types in another TimeZone; evidence is empty behind it. */
bool lint_try_zone(Observation *observation, Session *session, const SqlItem *item, Error *err);
/* Where all sequences stand that the role may read, as a digest: numbers do not come back with a rollback. */
bool lint_read_numbers(Session *session, Arena *arena, const char **ret, Error *err);
/* Adds to the evidence what was rewritten there alone. */
void lint_add_zone(Observation *observation);

/* ---- rule_catalog.c ---- */
/* What is new since the last call, of which the rules on the catalogs are the judges. */
bool lint_read_new(Observation *observation, Error *err);
/* The rules on the catalogs, once the file has run. */
bool lint_catalog_rules(Observation *observation, Error *err);

/* ---- observe_apart.c ---- */
/* True when a statement outside a transaction may as well run in one of its own. */
bool lint_can_wrap(const SqlItem *item);
/* Tries a DO or CALL outside a transaction in one; evidence then has the locks, or a note why not. */
bool lint_try_apart(Observation *observation, Session *session, const SqlItem *item, Error *err);

/* ---- observe_quiet.c ---- */
/* Before a statement: lets the event trigger on the end of commands speak where it must. */
bool lint_quiet(Observation *observation, const SqlItem *item, Error *err);

/* ---- observe_skip.c ---- */
void lint_skip_begin(Observation *observation); /* of a file */
/* True for statements on rows: they change nothing else but through functions. */
bool lint_is_data(const PgQuery__Node *node);
/* True when the statement, which has just run, has locked nothing that was there. Called for each. */
bool lint_skip_look(Observation *observation, const SqlItem *item);

/* ---- observe_lock.c ---- */
/* What is there now is what existed. */
void lint_forget_relations(Observation *observation);
/* Between files: the relations to ask for beside what is new, beyond an oid and those in an array (in the
   arena); and the answer, from row `first` on, which tells all up to the oid `until`. */
void lint_want_relations(Observation *observation, Arena *arena, const char **ret_beyond,
                         const char **ret_oids);
void lint_take_relations(Observation *observation, const Rows *rows, size_t first,
                         const char *beyond, const char *until);
/* skip: it took none on what was there. */
bool lint_read_locks(Observation *observation, Session *session, const SqlItem *item, bool skip,
                     Error *err);
/* A file that reindexes or locks a catalog, so that the helper waited in vain: what is left of it is judged
   by its tree and the notices. Clears the error then. */
bool lint_is_closed_out(Observation *observation, const SqlItem *item, Error *err);
/* A file may end the other sessions of its database: opens the helper again and clears the error then. */
bool lint_helper_again(Observation *observation, Error *err);
bool lint_read_moves(Observation *observation, Session *session, Error *err);
bool lint_park(Observation *observation, Session *session, const SqlItem *item, Error *err);
void lint_unpark(Observation *observation);

#endif
