-- setup
CREATE TABLE words (id bigint PRIMARY KEY, word varchar(10) UNIQUE);
CREATE INDEX words_word ON words (word);
CREATE TABLE crates (id int PRIMARY KEY);
-- file
ALTER TABLE words ALTER COLUMN word TYPE bytea USING word::bytea;
CREATE TABLE details (crate int PRIMARY KEY REFERENCES crates, text text);
