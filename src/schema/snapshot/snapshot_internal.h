/* What snapshot*.c share: the state of one reading. */
#ifndef DBMIG_SCHEMA_SNAPSHOT_INTERNAL_H
#define DBMIG_SCHEMA_SNAPSHOT_INTERNAL_H

#include "dbmig/schema/snapshot.h"

typedef struct CatalogAddress {
    uint32_t classid, objid, objsubid;
} CatalogAddress;

typedef struct AddressEntry {
    CatalogAddress address; /* class 0: a free slot */
    CatalogAddress target;  /* of a link; the extension's for members; a column's (type, collation) */
    Object *object;
} AddressEntry;

/* Hash from an address to an object or another address. */
typedef struct AddressTable {
    AddressEntry *entries;
    size_t count, capacity; /* a power of 2 */
} AddressTable;

/* A dependency that a kind's own query told: "classid/objid/objsubid". */
typedef struct PendingNeed {
    Object *object;
    const char *address;
} PendingNeed;

/* Something that the snapshot has no place for. */
typedef struct Unknown {
    const char *topic; /* NULL: what it is itself; else "comments on", … */
    CatalogAddress address;
} Unknown;

/* What the definition of an index or constraint is made of: columns of the kind's query, NULL where it has
   none of that name; see snapshot_define.c. */
typedef struct Parts {
    const char *head, *using, *keys, *columns, *classes, *collations, *orders, *tail;
    const char *other_objid, *other_columns;
} Parts;

typedef struct OpClass {
    uint32_t oid, type, method;
} OpClass;

typedef struct Reader {
    Arena *arena;   /* of the snapshot */
    Arena *scratch; /* until it is read */
    Session *session;
    const SnapshotOptions *options;
    Snapshot *snapshot;
    AddressTable objects;  /* address -> Object */
    AddressTable links;    /* address -> address */
    AddressTable members;  /* addresses that belong to extensions */
    AddressTable left_out; /* addresses outside the options: their parts are left out too */
    VEC(PendingNeed) pending;
    VEC(Unknown) unknown;
    VEC(const Object *) undefined; /* the server has to tell their definitions */
    VEC(OpClass) opclasses; /* the defaults */
    const char *visible;     /* what the transaction sees, as pg_current_snapshot() */
    Rows *fingerprint;       /* of the catalogs as it sees them; NULL: not asked for */
    const char *changed;     /* NULL, or what has changed while it read, in words */
    bool quiet;              /* nothing at all was committed while it read */
} Reader;

/* The query for a server of this version: lines that end in "-- since N" go on older servers, and
   "-- before N: " is taken off lines that are for older servers only. */
const char *snapshot_sql(Arena *arena, const char *sql, int server_version);

/* Adds the object unless it is an extension's or outside the options (then so are its parts). needs:
   NULL or an address as in PendingNeed. */
void snapshot_add(Reader *reader, Object *object, CatalogAddress parent, const char *needs);

/* The object's entry, or NULL; until the next object is added. */
AddressEntry *snapshot_entry(const Reader *reader, CatalogAddress address);

void snapshot_take_opclasses(Reader *reader, const Rows *rows);
/* Makes the definition of an object whose kind's query gave none, or notes that the server has to tell it.
   Behind operator classes and columns. */
void snapshot_define(Reader *reader, Object *object, const Parts *parts);
/* Asks for the definitions of reader->undefined. Behind all kinds, in the transaction. */
bool snapshot_define_others(Reader *reader, Error *err);

/* Before all reads, first in the transaction. again: with the fingerprint of the catalogs, without which
   nobody can tell whether a read that fails has met a change. */
bool snapshot_stable_begin(Reader *reader, bool again, Error *err);
/* Behind all reads, in their transaction: whether all was quiet, else the fingerprint. */
bool snapshot_stable_seal(Reader *reader, Error *err);
/* Behind the transaction: *ret is false when definitions have changed, or may have when a read failed. */
bool snapshot_stable_ask(Reader *reader, bool *ret, Error *err);

void snapshot_take_members(Reader *reader, const Rows *depend);
void snapshot_take_comments(Reader *reader, const Rows *rows);
void snapshot_take_labels(Reader *reader, const Rows *rows);
void snapshot_take_links(Reader *reader, const Rows *rows);
void snapshot_take_depend(Reader *reader, const Rows *depend);

/* True when the address was read, means something that was, or is left out as it should be. */
bool snapshot_knows(const Reader *reader, CatalogAddress address);
/* The unknown objects among "oid oid …" of a catalog a row. */
void snapshot_take_all_objects(Reader *reader, const Rows *rows);
/* "class/object/sub" of all that is unknown as a text[]; NULL when nothing is. */
const char *snapshot_unknown_addresses(Reader *reader);
/* Fills the snapshot's left_out from names of unknown addresses and from topics outside of objects. */
void snapshot_take_left_out(Reader *reader, const Rows *identified, const Rows *outside);
/* What the options have to say of an object of this schema and name. */
bool snapshot_wants(const SnapshotOptions *options, const char *schema, const char *name);

/* Sorts, completes kinds. */
void snapshot_finish(Reader *reader);

#endif
