CREATE VIEW teams AS
SELECT team, count(*) AS members
FROM people
GROUP BY team;
