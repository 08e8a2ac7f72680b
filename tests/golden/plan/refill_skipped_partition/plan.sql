BEGIN;
CREATE TABLE public.key_changes_2 (
    id integer
);
COMMIT;
