INSERT INTO loses (document, digits) VALUES ('{"a":1, "a":2}', 7);
INSERT INTO keeps VALUES ('{1}', '{1.25}', '3 months', '4 days', '2024-01-02 03:04:05.678901', '2024-01-02', '1010', '0101', 1.25,
    '{1.25}', 2147483647, '{a}');
