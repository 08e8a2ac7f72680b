CREATE TABLE t (a text, b numeric, c bytea, d jsonb);
ALTER TABLE t ALTER d SET STORAGE EXTERNAL;
