/* A whole schema as text, for people and programs. Deterministic: one text for one schema. */
#ifndef DBMIG_SCHEMA_INSPECT_H
#define DBMIG_SCHEMA_INSPECT_H

#include "dbmig/base/buf.h"
#include "dbmig/schema/snapshot.h"

/* SQL that makes the schema in an empty database. */
bool inspect_sql(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err);

/* Entity-relationship diagrams: see er.h. */
bool inspect_mermaid(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err);
bool inspect_dot(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err);

#endif
