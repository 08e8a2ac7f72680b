"""definitions.py DBMIG PSQL URL: indexes and constraints as `dbmig inspect --format json` tells them, and as the
server writes them. Prints what differs, and last "N definitions are equal".
"""
import json
import subprocess
import sys

QUERY = """
SET search_path = '';
SELECT json_agg(json_build_array(kind, id, definition, options)) FROM (
    SELECT 'constraint' AS kind, format('%I ON %I.%I', k.conname, n.nspname, c.relname) AS id,
           regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') AS definition, NULL AS options
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    UNION ALL
    SELECT 'index', format('%I.%I', n.nspname, c.relname), pg_get_indexdef(c.oid), c.reloptions::text
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('i', 'I') AND n.nspname !~ '^pg_') AS all_of_them
"""


def main():
    dbmig, psql, url = sys.argv[1:]
    run = lambda *words: subprocess.run(words, check=True, capture_output=True, text=True).stdout
    server = {(kind, key): (definition, options)
              for kind, key, definition, options in json.loads(run(psql, "-qXAt", "-d", url, "-c", QUERY))}
    equal = 0

    def look(node):
        nonlocal equal
        if isinstance(node, list):
            for item in node:
                look(item)
        elif isinstance(node, dict):
            kind, key = node.get("kind"), node.get("id")
            if kind in ("index", "constraint") and "definition" in node:
                wanted, options = server[(kind, key)]
                # Storage options are told apart from the definition.
                if node["definition"] == wanted or (options and " WITH (" in wanted and " WITH (" not in node["definition"]):
                    equal += 1
                else:
                    print(f"{kind} {key}\n  dbmig:  {node['definition']}\n  server: {wanted}")
            for item in node.values():
                look(item)

    look(json.loads(run(dbmig, "inspect", "--format", "json", url)))
    print(equal, "definitions are equal")


main()
