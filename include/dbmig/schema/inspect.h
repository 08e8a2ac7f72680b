/* A whole schema as text, for people and programs. Deterministic: one text for one schema. */
#ifndef DBMIG_SCHEMA_INSPECT_H
#define DBMIG_SCHEMA_INSPECT_H

#include "dbmig/base/buf.h"
#include "dbmig/schema/snapshot.h"

/* SQL that makes the schema in an empty database. */
bool inspect_sql(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err);

/*
 * JSON, version 1: an object with "version" (1), "server_version" (150004), "left_out" (an array of what
 * the database has and this has not), and a member for each kind ("schemas", "tables", "views",
 * "functions", "enums", …), always there: an array of its objects, sorted.
 *
 * Each object has "kind"; "id" (quoted and qualified, unique in its kind); "schema" and "name" (raw;
 * schema null where there is none); "owner" (null: whoever runs the SQL); "comment"; "labels" (security
 * labels); "grants" (null: the built-in ones; else an array of grantee, null for PUBLIC, grantor,
 * privilege, grantable); its attributes; "depends_on" (an array of kind and id: objects of this schema,
 * its parent left out); and "sql" (the statements that make it, without ';'; none when its parent's do).
 *
 * Parts stand in their parents: tables have "columns", "constraints", "indexes", "triggers", "policies"
 * and "rules", always there. Columns have "position" and "default"; constraints "columns" and
 * "references" (table, columns, match, on_update, on_delete; null but for foreign keys); indexes "unique",
 * "method", "elements" (column, null for an expression, and definition), "include" and "where".
 *
 * Members are never renamed; new ones may come. Positions of sequences are data, not schema, and not
 * there.
 */
bool inspect_json(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err);

/* Entity-relationship diagrams: see er.h. */
bool inspect_mermaid(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err);
bool inspect_dot(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err);

/* One page with everything in it: style, script, diagram, all objects. It loads nothing. */
bool inspect_html(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err);

#endif
