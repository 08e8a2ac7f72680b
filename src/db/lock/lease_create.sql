CREATE TABLE IF NOT EXISTS :lease (
    id integer PRIMARY KEY CHECK (id = 1),
    token bigint NOT NULL,
    owner text NOT NULL,
    acquired_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
INSERT INTO :lease (id, token, owner, acquired_at, expires_at)
VALUES (1, 0, '', now(), '-infinity')
ON CONFLICT DO NOTHING
