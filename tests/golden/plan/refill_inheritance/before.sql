CREATE TABLE m (id integer, day date);
CREATE TABLE m_old (CHECK (day < '2024-01-01')) INHERITS (m);
CREATE TABLE m_new (CHECK (day >= '2024-01-01')) INHERITS (m);
CREATE INDEX ON m (day);
CREATE INDEX ON m_old (day);
