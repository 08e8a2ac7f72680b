\echo it's
