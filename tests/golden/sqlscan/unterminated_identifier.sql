SELECT "a;
b;