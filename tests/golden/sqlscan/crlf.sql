-- a
SELECT 1,
  'x
y';

SELECT E'a'
'b\';';
