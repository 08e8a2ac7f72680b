DO $body$ BEGIN END; $$;
SELECT 1;