SELECT tableoid::regclass, * FROM t ORDER BY id; SELECT tableoid::regclass, * FROM key_changes;
