BEGIN;
CREATE SCHEMA three;
ALTER VIEW two.next SET SCHEMA three;
ALTER TABLE one.next SET SCHEMA two;
ALTER TABLE two.t RENAME TO dbmig_renamed_1;
ALTER TABLE one.t SET SCHEMA two;
ALTER TABLE two.dbmig_renamed_1 SET SCHEMA one;
ALTER TABLE one.dbmig_renamed_1 RENAME TO t;
COMMIT;
