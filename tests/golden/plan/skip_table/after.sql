CREATE TABLE other (id integer PRIMARY KEY, kept integer, extra text);
