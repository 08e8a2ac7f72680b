#!/usr/bin/env python3
"""schema_pairs.py: plans between pairs of schemas, judged by outcome.

For each <suite>/<case> with before.sql and after.sql under FOLDER: load both into databases of their own,
make the plan (PLAN is a command line that prints SQL; {from} and {to} in it are the database URLs, {before}
and {after} the files, {server} a URL of the server), apply it to the first, and compare
`pg_dump --schema-only` of the two: as text, else with the entries sorted, and the lines inside CREATE TABLE
(ADD COLUMN cannot choose a position).

Prints a line a failure as it happens, and last a line "passed N of M". With --self it also demands that a
plan made again, from the result, is empty. With --properties also that what `inspect` prints of *before* loads
and differs in nothing, and that a plan back to it brings back what was there.

Where the server has no pg_dump of its version, --dump inspect compares by what dbmig prints.
"""
import argparse
import datetime
import hashlib
import os
import queue
import re
import sys
import tempfile
import threading

import pair_cases
from pair_cases import run

# The server keeps storage options in the order in which they came; it means nothing.
OPTIONS = re.compile(r"WITH \(([^()]*)\)")
HEADER = re.compile(r"\n--\n-- Name: ")
# GRANT role TO role changes the whole server: dbmig runs it on a throwaway of its own only.
CHANGES_ROLES = re.compile(r"^\s*GRANT\s+(?:(?!\bON\b)[^;])+;", re.I | re.M)


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
        if self.args.dump == "inspect":
            code, out, err = run(self.args.dbmig, "inspect", self.url(database))
            if code != 0:
                raise RuntimeError("inspect: " + err.strip())
            # In pg_dump's form, as far as entries() looks.
            return "".join(f"\n--\n-- Name: Type: TABLE;\n{part}" for part in out.split(";\n"))
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
        body = OPTIONS.sub(lambda found: "WITH (" + ", ".join(sorted(found[1].split(", "))) + ")", body)
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


class Pair:
    """One case on a server: databases <name>_1 with before, <name>_2 with after, and with --properties <name>_3 with
    before again, which is where the way back leads to."""

    def __init__(self, server, folder, name, args):
        self.server, self.args = server, args
        self.one, self.two, self.three = f"{name}_1", f"{name}_2", f"{name}_3"
        self.before, self.after = os.path.join(folder, "before.sql"), os.path.join(folder, "after.sql")
        if args.reverse:
            self.before, self.after = self.after, self.before
        changes_roles = any(CHANGES_ROLES.search(open(path).read()) for path in (self.before, self.after))
        self.dev = "embedded://" if changes_roles else server.url("postgres")

    def load(self):
        loads = [(self.one, self.before), (self.two, self.after)]
        if self.args.properties:
            loads.append((self.three, self.before))
        self.server.create(*[database for database, _ in loads])
        for database, path in loads:
            code, _, err = self.server.psql(database, "-v", "ON_ERROR_STOP=1", "-f", path)
            if code != 0:
                return "skip: does not load: " + err.strip().split("\n")[0]
        return None

    def plan(self, to_file, to_database):
        """The plan's text, or None and why there is none."""
        names = {"from": self.server.url(self.one), "to": self.server.url(to_database), "before": self.before,
                 "after": to_file, "server": self.dev}
        code, plan, err = run(*[word.format(**names) for word in self.args.plan])
        if self.args.show:
            print(plan)
        return (plan, "") if code == 0 else (None, f"no plan: {err.strip()}")

    def lead(self, to_file, to_database, wanted):
        """Plans, applies, compares: None, or what is wrong."""
        plan, reason = self.plan(to_file, to_database)
        if plan is None:
            return reason
        shown = plan if self.args.verbose else ""
        code, _, err = self.server.psql(self.one, "-v", "ON_ERROR_STOP=1", "-f", "-", data=plan)
        if code != 0:
            return f"does not apply: {err.strip()}\n{shown}"
        got = self.server.dump(self.one)
        if got.replace(self.one, to_database) != wanted and entries(got) != entries(wanted):
            return "differs:\n" + first_difference(entries(got), entries(wanted)) + shown
        return None

    def differs_from(self, path):
        """What a plan to the file would do: None when that is nothing."""
        code, plan, err = run(self.args.dbmig, "diff", "--no-verify", "--from", self.server.url(self.one), "--to",
                              path, "--dev-url", self.dev)
        return None if code == 0 and not plan.strip() else plan.strip() + err.strip()

    def inspected(self, folder):
        path = os.path.join(folder, "inspected.sql")
        code, text, err = run(self.args.dbmig, "inspect", self.server.url(self.one))
        if code != 0:
            raise RuntimeError("inspect: " + err.strip())
        with open(path, "w") as out:
            out.write(text)
        return path

    def judge(self):
        with tempfile.TemporaryDirectory() as folder:
            return self.load() or self.judge_loaded(folder)

    def judge_loaded(self, folder):
        """None when it passed, else the reason."""
        if self.args.properties:
            printed = self.inspected(folder)
            reason = self.differs_from(printed)
            if reason:
                return "what inspect prints differs: " + reason
        reason = self.lead(self.after, self.two, self.server.dump(self.two))
        if not reason and self.args.self:
            again, why = self.plan(self.after, self.two)
            if again is None or again.strip():
                reason = f"not empty again: {again or why}"
        if not reason and self.args.properties:
            reason = self.lead(printed, self.three, self.server.dump(self.three))
            reason = reason and "back again: " + reason
        return reason


def worker(server, name, cases, args, report):
    while True:
        try:
            case = cases.get_nowait()
        except queue.Empty:
            return
        folder = os.path.join(args.folder, case)
        with pair_cases.roles(folder, lambda sql: server.psql("postgres", "-c", sql)):
            pair = Pair(server, folder, name, args)
            try:
                reason = pair.judge()
            except RuntimeError as error:
                reason = str(error)
            server.drop(pair.one, pair.two, pair.three)
        report(case, reason)


def chosen(cases, args):
    """All, or with --sample the same ones each time and with --rotate others each day."""
    if args.sample == 0:
        return cases
    shuffled = sorted(cases, key=lambda case: hashlib.sha1(case.encode()).digest())
    rest = shuffled[args.sample:]
    first = args.turn * args.rotate % max(len(rest), 1)
    return sorted(set(shuffled[:args.sample] + (rest + rest)[first:first + args.rotate]))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    pair_cases.add_arguments(parser)
    parser.add_argument("--self", action="store_true")
    parser.add_argument("--properties", action="store_true", help="inspect loads again, and there is a way back")
    parser.add_argument("--dbmig", default=os.environ.get("DBMIG", "dbmig"), help="for --properties, --dump inspect")
    parser.add_argument("--dump", choices=["pg_dump", "inspect"], default="pg_dump")
    parser.add_argument("--sample", type=int, default=0, help="judge so many, the same each time; 0: all")
    parser.add_argument("--rotate", type=int, default=0, help="beside --sample, so many others each --turn")
    parser.add_argument("--turn", type=int, default=datetime.date.today().toordinal())
    parser.add_argument("--show", action="store_true")
    args = pair_cases.parse(parser)
    cases = chosen(pair_cases.find(args), args)
    waiting, results = queue.SimpleQueue(), []
    for case in cases:
        waiting.put(case)

    def report(case, reason):
        results.append((case, reason))
        if reason:
            print(f"{case}: {reason.rstrip()}", flush=True)

    threads = [threading.Thread(target=worker, args=(Server(url, args), f"pair{os.getpid()}_{i}", waiting, args, report))
               for i, url in enumerate(args.server)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    skipped = [r for r in results if r[1] and r[1].startswith("skip: ")]
    failed = [r for r in results if r[1] and r not in skipped]
    total = len(results) - len(skipped)
    print(f"passed {total - len(failed)} of {total}, {len(skipped)} skipped")
    if len(results) != len(cases):
        print("not all were judged")
        return 2
    return 0 if not failed else 1


if __name__ == "__main__":
    sys.exit(main())
