SELECT tableoid::regclass, * FROM m ORDER BY id;
