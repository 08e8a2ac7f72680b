/*
 * The model of a schema: objects with text attributes and dependencies, as the server prints them.
 * Fine grain: a column, a default, a constraint, an index is an object each. Comments, owners, grants
 * and security labels are facets that every kind may have, handled once (see facet.h).
 *
 * A kind is src/schema/kinds/<file>.c with one `const KindSpec kind_<file>`, its bulk query
 * kind_<file>.sql beside it, and a row in src/schema/kinds.def. What the query must return is told at
 * read_kind() in snapshot.c.
 */
#ifndef DBMIG_SCHEMA_OBJECT_H
#define DBMIG_SCHEMA_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/buf.h"
#include "dbmig/base/vec.h"

typedef enum ObjectKind {
#define KIND(id, file) KIND_##id,
#include "../../../src/schema/kinds.def"
#undef KIND
    KIND_COUNT
} ObjectKind;

typedef struct Object Object;
typedef VEC(Object *) ObjectList;

struct Object {
    ObjectKind kind;
    const char *key;    /* unique within the kind, equal on both sides: what DDL calls it, quoted and
                           qualified: `public.t`, `c ON public.t`, `public.f(integer)` */
    const char *schema; /* raw; NULL when it is in none */
    const char *name;   /* raw */
    Object *parent;     /* what it is a part of: the table of a column, constraint, trigger …; or NULL */
    Object *origin;     /* the parent table's column, constraint or index that it is inherited from */
    const char **attributes; /* by the order of the kind's table; NULL for SQL NULL */
    const char *owner;       /* raw role name; NULL where the kind has no owner */
    const char *comment;     /* NULL when there is none */
    const char *acl;         /* aclitem[] as text; NULL: the built-in default */
    const char *acl_default; /* what acldefault() says for this kind and owner; NULL: takes no grants */
    const char *labels;      /* security labels, "provider 'label'" a line; NULL when there are none */
    uint32_t classid, objid, objsubid; /* catalog address; differs between databases */
    ObjectList needs;        /* what it depends on (pg_depend, resolved), duplicates removed */
    ObjectList needed_by;
    ObjectList children;     /* objects whose parent this is, in the order of their queries */
    void *plan;              /* the planner's own */
    bool folded;             /* set while statements are written: its parent's statement covers it */
    bool alone;              /* set then on what is dropped in a parent table ONLY */
    bool swapped;            /* set then on a column's old self: its type was renamed away; on an index's:
                                the new one takes its place; on a table's: its rows are moved to the new
                                one, or to its parent table's; on that new one */
    bool renewed;            /* set then on a table that takes the place of one that is dropped */
    bool online;             /* set then on what is made, altered or dropped without a long lock */
};

typedef enum AttributeChange {
    ATTRIBUTE_ALTER,   /* a change is altered in place */
    ATTRIBUTE_REPLACE, /* a change drops and creates the object */
    ATTRIBUTE_IGNORE,  /* told by inspect, never a difference */
    ATTRIBUTE_ORDER,   /* column order: a difference only with --strict-order */
    ATTRIBUTE_SECRET,  /* names of what is kept out of snapshots, a line each: altered for those that are new;
                          one that is not wanted any more is nobody's wish, as sources leave passwords out */
} AttributeChange;

typedef struct AttributeSpec {
    const char *name; /* the column of the kind's query; also the key in JSON */
    AttributeChange change;
} AttributeSpec;

typedef enum StatementTx {
    STATEMENT_ANYWHERE,
    STATEMENT_COMMIT_AFTER, /* its effect can be used only after a commit: enum ADD VALUE */
    STATEMENT_OUTSIDE,      /* cannot run in a transaction: CONCURRENTLY */
    STATEMENT_NEXT,         /* with what the object says behind it, in a transaction after that */
    STATEMENT_LATER,        /* by itself in a following transaction; nothing waits for it: VALIDATE */
    STATEMENT_LAST,         /* in the transaction after that: SET NOT NULL */
} StatementTx;

typedef struct Statement {
    const char *sql;    /* without ';' */
    const char *hazard; /* NULL, or what it destroys: "drops column public.t.c and its data" */
    StatementTx tx;
    bool joined;          /* what stands behind it in a plan must be committed with it */
    const Object *object; /* what it is about, in a whole plan */
} Statement;
typedef VEC(Statement) StatementList;

struct Snapshot;

/* What emitters write to. */
typedef struct DdlWriter {
    Arena *arena;
    StatementList *out;
    const struct Snapshot *from, *to;
    int server_version;                     /* of the target */
    const char *runner;                     /* the role that will run it: it need not be made owner */
} DdlWriter;

/* Appends one statement, printf-style. */
void ddl_add(DdlWriter *ddl, const char *format, ...) DBMIG_PRINTF(2, 3);
/* The same with a hazard and a transaction class. */
void ddl_add_as(DdlWriter *ddl, StatementTx tx, const char *hazard, const char *format, ...)
    DBMIG_PRINTF(4, 5);

/* An identifier as DDL needs it: quoted only where it must be. In the arena. */
char *ddl_identifier(Arena *arena, const char *name);
/* The name's first bytes (whole characters, `most` at the most) and the suffix; raw. */
char *ddl_suffixed(Arena *arena, const char *name, size_t most, const char *suffix);
/* Eight hexadecimal digits, for names that must differ where the keys do. */
char *ddl_short_hash(Arena *arena, const char *key);
/* A literal, whatever standard_conforming_strings is. */
char *ddl_literal(Arena *arena, const char *text);

/*
 * Lists of "name 'value'" or "name='value'" lines, as the queries give options (quoted by the server,
 * a value may hold line ends).
 */
typedef struct DdlOption {
    const char *name;  /* quoted if need be */
    const char *value; /* with its quotes */
} DdlOption;
typedef VEC(DdlOption) DdlOptionList;
void ddl_options(Arena *arena, const char *lines, DdlOptionList *ret);
/* "a='1', b='2'"; separator is '=' or ' '. */
char *ddl_options_join(Arena *arena, const char *lines, char separator);
/* ALTER … SET (…) and RESET (…), after `prefix` ("ALTER TABLE public.t"). */
void ddl_alter_reloptions(DdlWriter *ddl, const char *prefix, const char *before, const char *after);
/* The list inside OPTIONS (…) that turns before into after: ADD, SET, DROP. "" when equal. */
char *ddl_alter_fdw_options(Arena *arena, const char *before, const char *after);
/* The lines of a text; NULL has none. A line end inside '…' does not end a line. */
void ddl_lines(Arena *arena, const char *text, StringList *ret);

enum {
    KIND_HOLDS_DATA = 1,   /* dropping it loses data: a hazard, and it is never rebuilt lightly */
    KIND_WITH_PARENT = 2,  /* goes when its parent goes: no DROP of its own then */
    KIND_FOLDED = 4,       /* may be written inside its parent's CREATE (column in a table) */
    KIND_RELATION = 8,     /* its name is taken among relations … */
    KIND_TYPE = 16,        /* … among types … */
    KIND_ROUTINE = 32,     /* … among routines */
    KIND_LINK = 64,        /* ties its parent to another table or index: INHERIT, ATTACH */
    KIND_SWAPPED = 128,    /* a type that columns can use: replaced by RENAME, CREATE, retype, DROP */
};

/* What happens to something that an object depends on. */
typedef enum NeedEvent {
    NEED_REPLACED, /* it is dropped and created again */
    NEED_DROPPED,  /* it is dropped, and the object does not change by itself */
    NEED_RETYPED,  /* a column gets another type or collation */
} NeedEvent;

typedef enum Reaction {
    REACTION_NONE,
    REACTION_REBUILD, /* dropped before and created again after */
    REACTION_RETYPE,  /* a column of a type that is swapped: ALTER … TYPE … USING */
} Reaction;

typedef struct KindSpec {
    const char *name;     /* "materialized view" */
    const char *json;     /* "materialized_views" */
    const char *noun;     /* "MATERIALIZED VIEW": what DROP, COMMENT ON and ALTER call it; NULL: it has
                             neither comment nor owner */
    const char *grant_as; /* what GRANT … ON calls it; NULL: as noun */
    const char *sql;      /* the bulk query */
    const AttributeSpec *attributes;
    size_t attribute_count;
    int priority;         /* as in pg_dump's dbObjectTypePriority: smaller is created first */
    unsigned flags;

    /* NULL: the attribute "noun" if the kind has one, else `noun`. */
    const char *(*noun_of)(const Object *object);
    /* NULL: COMMENT ON, GRANT … name the object by its key. */
    const char *(*called)(const Object *object);
    /* NULL: GRANT names it as COMMENT ON does. */
    const char *(*grant_key)(const Object *object);
    /* NULL, or what makes the object so far that others can name it, when create() comes after them: a
       view without a query, a type without functions. */
    void (*prepare)(DdlWriter *ddl, const Object *object);
    /* NULL, or instead of create() then. */
    void (*complete_prepared)(DdlWriter *ddl, const Object *object);
    /* The CREATE, with the children that have `folded` set. NULL: the attribute "definition". */
    void (*create)(DdlWriter *ddl, const Object *object);
    /* What CREATE cannot say, also for a folded object. NULL: nothing. */
    void (*finish)(DdlWriter *ddl, const Object *object);
    /* NULL: DROP noun key. */
    void (*drop)(DdlWriter *ddl, const Object *object);
    /* Emits what turns before into after for the attributes marked ALTER. */
    void (*alter)(DdlWriter *ddl, const Object *before, const Object *after);
    /* False: this change needs a replacement, although all attributes that differ are marked ALTER. */
    bool (*can_alter)(const Object *before, const Object *after);
    /* True: what depends on it cannot stand while it is altered (a column's type). */
    bool (*retypes)(const Object *before, const Object *after);
    /* With KIND_FOLDED: whether this one may be written inside its parent's CREATE. NULL: yes. */
    bool (*folds)(const Object *object);
    /* NULL: REBUILD, and NONE when something is retyped. */
    Reaction (*reaction)(const Object *object, const Object *need, NeedEvent event);
    /* False: this dependency of the catalogs is another kind's business. NULL: all are kept. */
    bool (*keeps_need)(const Object *object, const Object *need);
    /* NULL, or true when a row of the query is no object of its own: what it says has been put into
       the parent, and its address means the parent. */
    bool (*absorb)(Object *parent, const Object *row);
    /* NULL, or called for each object of a whole snapshot: derives attributes, origins, needs. */
    void (*complete)(Arena *arena, Object *object);
} KindSpec;

#define KIND_ATTRIBUTES(table) .attributes = (table), .attribute_count = ARRAY_LENGTH(table)

const KindSpec *kind_spec(ObjectKind kind);
const char *kind_noun(const Object *object);

/* The attribute by name; BUG when the kind has none of that name. NULL for SQL NULL. */
const char *object_get(const Object *object, const char *attribute);
bool object_true(const Object *object, const char *attribute); /* "t" */
void object_set(Object *object, const char *attribute, const char *value);
/* True when the attribute differs between the two (NULL-safe). */
bool object_differs(const Object *before, const Object *after, const char *attribute);
/* The child of that kind and name, or NULL. */
Object *object_child(const Object *object, ObjectKind kind, const char *name);
/* KIND_RELATION, KIND_TYPE, KIND_ROUTINE: among which of these its name is taken in its schema. The index of
   a key or EXCLUDE constraint is a relation. */
unsigned object_spaces(const Object *object);
/* Adds an edge unless it is there. */
void object_add_need(Arena *arena, Object *object, Object *need);
bool object_needs(const Object *object, const Object *need);
/* What the object is inherited from: the child of that kind and name of a table that the link ties
   its table to. NULL when there is none. */
Object *object_inherited(const Object *object);
/* The link (INHERIT, ATTACH) between the object's table (or itself) and the origin's; or NULL. */
Object *object_link(const Object *object, const Object *origin);

#endif
