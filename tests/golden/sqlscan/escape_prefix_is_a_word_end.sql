SELECT type'a\'; SELECT se'b\'; SELECT _e'c\';
SELECT 1e'd\'; SELECT 2;
