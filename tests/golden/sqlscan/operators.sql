SELECT 1 +-- comment;
2; SELECT 3*/*;*/4; SELECT 5 @-/* ; */ 6;
SELECT a->>'b;', c #>> '{d,e}', f <-> g, h @> i, -5, - -6;
SELECT 1 <@--;
2, 3 ?| array['x;'], a::text, b :: text, ARRAY[1:2], :var, :'var;', :"var;";
SELECT x //* ; */ y;
