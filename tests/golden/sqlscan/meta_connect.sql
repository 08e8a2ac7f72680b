\connect otherdb
SELECT 1;
