CREATE TABLE people (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    team text NOT NULL DEFAULT 'none'
);
CREATE INDEX people_team_idx ON people (team);
