CREATE TABLE animal (id int, legs int); CREATE TABLE dog (barks bool, legs int) INHERITS (animal);
