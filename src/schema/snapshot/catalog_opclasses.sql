-- Operator classes that an index definition leaves out: the defaults of btree and hash for their types.
SELECT o.oid, o.opcintype, o.opcmethod
  FROM pg_opclass o
 WHERE o.opcdefault AND o.opcmethod IN (403, 405)
