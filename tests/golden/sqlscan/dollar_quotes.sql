SELECT $$a;b$$, $x$ ; $$ ; $y$ $x $x$, $été$;$été$, $_1$;$_1$;
SELECT $1, $2::int, $1$$a;$$;
SELECT a$b$c, d$$e, f$; SELECT $a$ $a;b$$a$;
SELECT $$a$b$;$$, $b$$a$b$;
SELECT $ 1; SELECT $a; SELECT $0a$b;
SELECT $outer$ $inner$;$inner$ ; $outer$;
DO $$
BEGIN
  EXECUTE 'x;';
END;
$$;
SELECT 'x'$$;$$; SELECT 1$$;$$;
