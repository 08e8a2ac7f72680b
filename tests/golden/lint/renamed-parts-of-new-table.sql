-- file
CREATE TABLE drafts (id bigserial PRIMARY KEY, code int GENERATED ALWAYS AS IDENTITY, UNIQUE (code));
ALTER TABLE drafts RENAME TO notes;
ALTER TABLE drafts_id_seq RENAME TO notes_id_seq;
ALTER SEQUENCE drafts_code_seq RENAME TO notes_code_seq;
DROP TABLE notes;
