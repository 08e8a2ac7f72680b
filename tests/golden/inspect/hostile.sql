-- Names and texts that break out of whatever is not escaped: quotes, markup, comment signs, line ends,
-- key marks and commands of Mermaid, names that become equal once mangled.
CREATE SCHEMA "two words";
CREATE TYPE "two words"."a,b(c)" AS ENUM ('<b>', '"', E'\\', E'line\nend');
CREATE TABLE "two words"."</script><script>alert(1)</script>" (
    "pk" integer,
    "FK" integer,
    "a""b" text,
    "<img src=x onerror=alert(1)>" "two words"."a,b(c)",
    "%%{init: {}}%%" text,
    "9lives" text,
    "ünïcödé 漢字 🐘" text,
    "new
line" text,
    "a`b" text,
    "~generic~" text,
    "back\slash" text,
    "&amp;" text,
    "'" text,
    PRIMARY KEY ("pk", "a""b")
);
COMMENT ON TABLE "two words"."</script><script>alert(1)</script>" IS '</script><!-- <script>alert(2)</script> & "quoted" -->';
COMMENT ON COLUMN "two words"."</script><script>alert(1)</script>"."pk" IS E'first\nsecond <b>bold</b>\t\x1b[31mred';
CREATE TABLE "two words"."direction TB" (
    id integer PRIMARY KEY,
    "x direction LR y" integer,
    "pk" integer,
    "a""b" text,
    FOREIGN KEY ("pk", "a""b") REFERENCES "two words"."</script><script>alert(1)</script>"
);
CREATE TABLE "two words"."a""b" ("to" integer REFERENCES "two words"."direction TB");
CREATE TABLE "two words"."a'b" ("title" integer);
CREATE TABLE "two words"."a\b" ("one or zero" integer);
CREATE TABLE "two words"."a%b" ("uk" integer UNIQUE REFERENCES "two words"."direction TB");
CREATE TABLE public."erDiagram" ();
CREATE TABLE public."#35;" ("#quot;" integer);
CREATE VIEW "two words"."view <i>" AS SELECT 1 AS "</style>";
CREATE FUNCTION "two words"."f<>"("a<b" integer DEFAULT 1) RETURNS text LANGUAGE sql AS 'SELECT ''</pre>''';
COMMENT ON FUNCTION "two words"."f<>"(integer) IS 'javascript:alert(3)';
