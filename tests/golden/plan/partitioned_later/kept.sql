SELECT tableoid::regclass, * FROM event ORDER BY id;
SELECT * FROM whole ORDER BY id;
SELECT last_value, is_called FROM event_id_seq;
