-- No object at all.
SELECT 1;
