CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE gone AS ENUM ('x');
CREATE TABLE t (id integer, m mood, ms mood[], g gone, named gone);
