-- Casts between types by name: context 'i' implicit, 'a' assignment, 'e' explicit only.
SELECT format_type(c.castsource, NULL), format_type(c.casttarget, NULL), c.castcontext
  FROM pg_cast c
