SELECT 1;
-- don't