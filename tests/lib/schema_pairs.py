#!/usr/bin/env python3
"""schema_pairs.py: plans between pairs of schemas, judged by outcome.

For each <suite>/<case> with before.sql and after.sql under FOLDER: load both into databases of their own,
make the plan (PLAN is a command line that prints SQL; {from} and {to} in it are the database URLs, {before}
and {after} the files, {server} a URL of the server), apply it to the first, and compare
`pg_dump --schema-only` of the two: as text, else with the entries sorted, and the lines inside CREATE TABLE
(ADD COLUMN cannot choose a position).

Prints a line a failure, and last a line "passed N of M". With --self it also demands that a plan made
again, from the result, is empty.
"""
import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HEADER = re.compile(r"\n--\n-- Name: ")


def run(*argv, data=None, timeout=120):
    try:
        done = subprocess.run(argv, input=data, capture_output=True, text=True, timeout=timeout)
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        return 124, "", "time out"


class Server:
    def __init__(self, url, args):
        self.base = url.rstrip("/")
        self.args = args

    def url(self, database):
        return f"{self.base}/{database}"

    def psql(self, database, *rest, data=None):
        return run(self.args.psql, "-X", "-q", "-d", self.url(database), *rest, data=data)

    def create(self, *databases):
        words = []
        for name in databases:
            words += ["-c", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)']
            words += ["-c", f'CREATE DATABASE "{name}" TEMPLATE template0']
        return self.psql("postgres", *words)

    def drop(self, *databases):
        words = []
        for name in databases:
            words += ["-c", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)']
        self.psql("postgres", *words)

    def dump(self, database):
        code, out, err = run(self.args.pg_dump, "--schema-only", "-d", self.url(database))
        if code != 0:
            raise RuntimeError("pg_dump: " + err.strip())
        # The key of \restrict is random; the comment that names the database is not the schema's.
        return re.sub(r"^\\(un)?restrict .*$", "", out, flags=re.M)


def entries(dump):
    """pg_dump's entries, sorted, and the lines of CREATE TABLE and of grants."""
    found = []
    for entry in HEADER.split(dump)[1:]:
        head, _, body = entry.partition("\n")
        lines = [line.rstrip().rstrip(",") for line in body.split("\n")]
        lines = [line for line in lines if line and not line.startswith("--")
                 and not line.startswith("SET default_")]
        if "Type: TABLE;" in head or "Type: TYPE;" in head or "Type: FOREIGN TABLE;" in head \
                or "ACL;" in head:
            lines.sort()
        found.append(head + "\n" + "\n".join(lines))
    return sorted(found)


def first_difference(got, wanted):
    extra = [e for e in got if e not in wanted]
    missing = [e for e in wanted if e not in got]
    text = ""
    for mark, items in (("+", extra), ("-", missing)):
        for item in items[:3]:
            text += "".join(f"      {mark} {line}\n" for line in item.split("\n")[:14])
    return text


def make_roles(server, folder):
    path = os.path.join(folder, "roles.txt")
    roles = open(path).read().split("\n") if os.path.exists(path) else []
    roles = [role.strip() for role in roles if role.strip()]
    for role in roles:
        server.psql("postgres", "-c", f'CREATE ROLE "{role}"')
    return roles


def judge(server, folder, name, args):
    """None when it passed, else the reason."""
    before, after = os.path.join(folder, "before.sql"), os.path.join(folder, "after.sql")
    one, two = f"{name}_1", f"{name}_2"
    server.create(one, two)
    if args.reverse:
        before, after = after, before
    for database, path in ((one, before), (two, after)):
        code, _, err = server.psql(database, "-v", "ON_ERROR_STOP=1", "-f", path)
        if code != 0:
            return "skip: does not load: " + err.strip().split("\n")[0]
    names = {"from": server.url(one), "to": server.url(two), "before": before, "after": after,
             "server": server.url("postgres")}
    words = [word.format(**names) for word in args.plan]
    code, plan, err = run(*words)
    if code != 0:
        return f"no plan: {err.strip()}"
    if args.show:
        print(plan)
    code, _, err = server.psql(one, "-v", "ON_ERROR_STOP=1", "-f", "-", data=plan)
    if code != 0:
        return f"does not apply: {err.strip()}\n" + (plan if args.verbose else "")
    got, wanted = server.dump(one), server.dump(two)
    if got.replace(one, two) != wanted and entries(got) != entries(wanted):
        return "differs:\n" + first_difference(entries(got), entries(wanted)) + (plan if args.verbose else "")
    if args.self:
        code, again, err = run(*words)
        if code != 0 or again.strip():
            return "not empty again: " + again.strip() + err.strip()
    return None


def worker(server, name, cases, args):
    results = []
    for case in cases:
        folder = os.path.join(args.folder, case)
        roles = make_roles(server, folder)
        try:
            reason = judge(server, folder, name, args)
        except RuntimeError as error:
            reason = str(error)
        server.drop(f"{name}_1", f"{name}_2")
        server.psql("postgres", *[word for role in roles for word in ("-c", f'DROP ROLE IF EXISTS "{role}"')])
        results.append((case, reason))
    return results


def needs_version(folder):
    path = os.path.join(folder, "min_version")
    return int(open(path).read().strip()) if os.path.exists(path) else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--server", action="append", required=True, help="URL without a database; one worker each")
    parser.add_argument("--major", type=int, default=15)
    parser.add_argument("--plan", required=True, help="the command line, split at blanks")
    parser.add_argument("--psql", default=os.environ.get("PSQL", "psql"))
    parser.add_argument("--pg-dump", default=os.environ.get("PG_DUMP", "pg_dump"))
    parser.add_argument("--only", default="")
    parser.add_argument("--reverse", action="store_true", help="from after to before")
    parser.add_argument("--self", action="store_true")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    args.plan = args.plan.split()
    cases = sorted(os.path.join(suite, case) for suite in os.listdir(args.folder)
                   if os.path.isdir(os.path.join(args.folder, suite))
                   for case in os.listdir(os.path.join(args.folder, suite)))
    cases = [case for case in cases if re.search(args.only, case)
             and needs_version(os.path.join(args.folder, case)) <= args.major]
    with ThreadPoolExecutor(len(args.server)) as pool:
        jobs = [pool.submit(worker, Server(url, args), f"pair{i}", cases[i::len(args.server)], args)
                for i, url in enumerate(args.server)]
        results = sorted(result for job in jobs for result in job.result())
    skipped = [r for r in results if r[1] and r[1].startswith("skip: ")]
    failed = [r for r in results if r[1] and r not in skipped]
    for case, reason in skipped + failed:
        print(f"{case}: {reason.rstrip()}")
    total = len(results) - len(skipped)
    print(f"passed {total - len(failed)} of {total}, {len(skipped)} skipped")
    return 0 if not failed else 1


if __name__ == "__main__":
    sys.exit(main())
