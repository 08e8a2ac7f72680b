CREATE DOMAIN wide AS numeric(10,4);
CREATE DOMAIN narrow AS numeric(6,2);
CREATE TABLE loses (
    document json,
    span interval,
    stamp timestamp,
    moment time(3),
    amounts numeric(10,2)[],
    bits bit(4),
    fixed bit(4),
    price wide,
    prices wide[],
    names varchar(20)[],
    digits integer,
    word text[]
);
CREATE TABLE keeps (
    numbers integer[],
    amounts numeric(10,2)[],
    months interval year to month,
    days interval day,
    stamp timestamp,
    day date,
    bits bit(4),
    more_bits bit(4),
    price narrow,
    prices narrow[],
    digits integer,
    word text[]
);
