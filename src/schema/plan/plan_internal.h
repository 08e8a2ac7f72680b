/*
 * What plan*.c share. An Entry is an object on both sides and what happens to it; a Node is one step
 * of the plan. A node that is folded into another is written by that one's statement, and counts as
 * it in the graph.
 */
#ifndef DBMIG_SCHEMA_PLAN_INTERNAL_H
#define DBMIG_SCHEMA_PLAN_INTERNAL_H

#include "dbmig/base/fatal.h"
#include "dbmig/schema/plan.h"

typedef struct Entry Entry;
typedef struct Node Node;
typedef VEC(Node *) NodeList;

typedef enum NodeKind {
    NODE_DROP,
    NODE_RENAME, /* a type that is swapped makes room for the new one */
    NODE_PREPARE, /* a view without its query, a type without its functions: breaks a cycle */
    NODE_CREATE,
    NODE_ALTER,
    NODE_STASH, /* the rows of a table that is made anew are put aside … */
    NODE_FILL,  /* … and into the new one */
} NodeKind;

struct Node {
    NodeKind kind;
    Entry *entry;
    Node *into;      /* NULL, or the node whose statement covers this one */
    NodeList after;  /* the steps that must come later */
    size_t rank;     /* the order when nothing else decides */
    size_t waits;    /* how many steps it waits for */
    size_t index, low; /* of Tarjan's search; index 0: not visited */
    size_t component;
    bool on_stack;
    NodeList folded;
    size_t level; /* the part that it may go to at the earliest: see plan_part.c */
    size_t opens, closes; /* pairs that must be committed at once: how many begin and end here */
    bool behind, before; /* it waits for the first step of a pair; the last step of one waits for it */
};

struct Entry {
    Object *before, *after;
    ChangeKind change;
    bool altered; /* something of the object itself differs, not only owner, comment, grants */
    bool swap;    /* a type whose old self is renamed away until the columns have moved */
    bool retype;  /* a column whose type is swapped */
    bool left;    /* its change is skipped */
    Object *target; /* set by plan_skip_target() while it works */
    const char *sequence_now; /* an identity column's sequence when it was renamed: as DDL calls it */
    bool moves_position; /* another sequence goes on counting for the column: see plan_position.c */
    StringList attributes;
    Node *drop, *rename, *prepare, *create, *alter, *stash, *fill;
};

/* Two steps that must be committed at once, with all that stands between them. */
typedef struct NodePair {
    Node *first, *last;
} NodePair;

typedef struct Planner {
    Arena *arena;
    const Snapshot *from, *to;
    const PlanOptions *options;
    VEC(Entry *) entries;
    NodeList nodes;
    VEC(NodePair) pairs;
    NodeList order; /* the sorted plan */
    StringList skipped;
} Planner;

static inline Entry *plan_entry(const Object *object)
{
    return object->plan;
}

/* The object as it will be, else as it was. */
static inline Object *plan_object(const Entry *entry)
{
    if (!entry->after && !entry->before)
        BUG("a plan entry without an object");
    return entry->after ? entry->after : entry->before;
}

/* The node that writes this one's statement. */
static inline Node *plan_root(Node *node)
{
    while (node->into)
        node = node->into;
    return node;
}

/* Pairs the objects of both sides and classifies what happens to each. */
void plan_merge(Planner *planner);
/* Takes out the changes that the options forbid, and merges with what is left of the target. */
void plan_skip(Planner *planner);
void plan_skip_target(Planner *planner);
/* Spreads replacements to what depends on them. */
void plan_close(Planner *planner);
/* Makes nodes, folds them and ties them. */
void plan_graph(Planner *planner);
/* Edges that a kind has beside those of dependencies: see plan_tie.c. */
void plan_tie_kind(Planner *planner, const Entry *entry);
/* The link of the object's table (or index) to its origin's stays as it is. */
bool plan_link_stays(const Object *object);
/* first must come before then. */
void plan_tie(Planner *planner, Node *first, Node *then);
/* The same, and no commit may part them. */
void plan_keep_together(Planner *planner, Node *first, Node *last);
/* A table that is made anew, and keeps its rows: see plan_refill.c. */
bool plan_refills(const Entry *entry);
/* What the sequence of an identity column is called at this point of the plan: see plan_identity.c. */
const char *plan_identity_now(const Object *column);
/* A column whose numbers another sequence goes on with: see plan_position.c. */
void plan_tie_position(Planner *planner, Entry *column);
/* True when the sequence goes and its position stays. */
bool plan_keeps_position(const Object *sequence);
/* True when taking the sequence from its column must be a statement of its own, for its position. */
bool plan_leaves_position(const Object *owned);
/* Fields of composite types whose values are moved: see plan_composite.c. plan_moves_alone: true for one
   that the type's own statements do not make or drop. */
void plan_keep_fields_in_place(Planner *planner, const Entry *type);
bool plan_moves_alone(const Object *attribute);
void plan_tie_field(Planner *planner, const Entry *field);
void plan_tie_refill(Planner *planner, const Entry *entry);
void plan_emit_stash(DdlWriter *ddl, const Entry *entry);
void plan_emit_fill(DdlWriter *ddl, const Entry *entry);
/* Sorts the nodes into planner->order, breaking cycles. */
bool plan_sort(Planner *planner, Error *err);
/* Marks the objects of the sorted plan that are to be made or dropped without long locks. */
void plan_online(Planner *planner);
/* Writes the statements. EXIT_BUG when what must be committed at once cannot be. */
bool plan_emit(Planner *planner, SchemaPlan *ret, Error *err);

/*
 * The parts of the plan while they are filled. Levels count them: even ones are transactions, odd ones
 * hold what runs outside of any.
 */
typedef struct PartWriter PartWriter;
PartWriter *plan_parts_begin(Planner *planner);
/* The statements that a node has written. Nodes come in the order of the plan. */
void plan_parts_add(PartWriter *writer, Node *node, const StatementList *statements);
/* Puts all of them where they belong. */
bool plan_parts_end(PartWriter *writer, SchemaPlan *ret, Error *err);

/* True when the partition has nothing of its parent's index or constraint: that stands ON ONLY the parent. */
bool plan_lacks(const Object *partition, const Object *part);
/* The table that the attachment ties its partition to; NULL for other links. */
Object *plan_attached_to(const Object *attachment);

/* A function whose body is kept parsed and takes a field of the table's row type, the table being among what
   it needs: it cannot stand while the table is rewritten, whichever column that is for. */
bool plan_takes_row_field(const Object *object, const Object *table);

/* The name that a swapped type has meanwhile: raw, and as DDL calls it. */
char *plan_swap_name(Arena *arena, const Object *object);

#endif
