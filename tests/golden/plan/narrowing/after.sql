CREATE DOMAIN wide AS numeric(10,4);
CREATE DOMAIN narrow AS numeric(6,2);
CREATE TABLE loses (
    document jsonb,
    span interval year to month,
    stamp timestamp(0),
    moment time(0),
    amounts numeric(10,0)[],
    bits bit varying(2),
    fixed bit(8),
    price narrow,
    prices narrow[],
    names varchar(5)[],
    digits numeric(5,2),
    word varchar(9)
);
CREATE TABLE keeps (
    numbers bigint[],
    amounts numeric(12,3)[],
    months interval,
    days interval day to second(0),
    stamp timestamp(6),
    day timestamp(0),
    bits bit varying(4),
    more_bits bit varying,
    price wide,
    prices wide[],
    digits numeric(12,2),
    word text
);
