SELECT 'a''b;', '';
SELECT E'it\'s; \\', e'\\';
SELECT 'back\', ';';
SELECT E'a\'' 'b';
SELECT E'one'
  -- between
  'tw\'o; still inside';
SELECT E'one' 'tw\'; SELECT 3;
SELECT N'n;''', B'01;', X'AF;', b'0'';' ;
SELECT U&'d\0061t;''' UESCAPE '!', u&"d!0061;""" uescape '!';
SELECT 'multi
line;
', "quoted;""ident;", "";
SELECT name'x;', "a"';', 1'c;';
