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
/* An index or constraint whose definition is still to be made of these; see snapshot_define.c. */
typedef struct Undefined {
    Object *object;
    const char *head, *using, *keys, *columns, *classes, *collations, *orders, *tail;
    const char *other_objid, *other_columns;
} Undefined;

typedef struct OpClass {
    uint32_t oid, type, method;
} OpClass;

typedef struct Reader {
    Arena *arena;
    Session *session;
    const SnapshotOptions *options;
    Snapshot *snapshot;
    AddressTable objects;  /* address -> Object */
    AddressTable links;    /* address -> address */
    AddressTable members;  /* addresses that belong to extensions */
    AddressTable left_out; /* addresses outside the options: their parts are left out too */
    VEC(PendingNeed) pending;
    VEC(Unknown) unknown;
    VEC(Undefined) undefined;
    VEC(OpClass) opclasses; /* the defaults */
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
/* Gives reader->undefined their definitions. Behind all kinds, in the transaction. */
bool snapshot_define(Reader *reader, Error *err);

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
