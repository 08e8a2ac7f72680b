CREATE TABLE animal (id int); CREATE TABLE dog (barks bool) INHERITS (animal);
