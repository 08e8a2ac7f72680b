CREATE TABLE item (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
CREATE TABLE line (id bigserial PRIMARY KEY, n integer);
