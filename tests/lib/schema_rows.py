#!/usr/bin/env python3
"""schema_rows.py: plans between pairs of schemas, applied to tables with rows.

For each <suite>/<case> with before.sql and after.sql under FOLDER: load both, fill the tables of before
(fill_rows.sql), make the plan and run it in psql as it is. Either it applies, and rows of tables and values
of columns that both sides have are what they were, and no sequence stands lower than before; or it fails,
and schema and rows are exactly what they were. What fails for another reason than the rows is listed apart.

Prints a line a failure, and last "applied A, rolled back B (C not because of rows), wrong D of N".
"""
import argparse
import json
import os
import re
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import pair_cases
from pair_cases import run

HERE = os.path.dirname(os.path.abspath(__file__))
FILL_ROWS = os.path.join(HERE, "../../src/engine/test/fill_rows.sql")


class Contents:
    """What show_rows.sql tells."""

    def __init__(self, lines):
        self.columns = defaultdict(dict)
        self.kind = {}
        self.rows = defaultdict(list)
        self.parent = {}
        self.positions = {}
        self.limits = {}
        for line in lines:
            what = json.loads(line)
            if what[0] == "c":
                self.columns[what[1]][what[2]] = (what[3], what[4])
                self.kind[what[1]] = what[5]
            elif what[0] == "r":
                self.rows[what[1]].append(what[2])
            elif what[0] == "p":
                self.parent[what[1]] = what[2]
            else:
                self.positions[what[1], what[2]] = what[3]
                self.limits[what[1], what[2]] = what[4:6]


def plain(value, kind):
    """A composite type may get and lose attributes: then no column's values are the same."""
    if isinstance(value, dict) and not kind.startswith("json"):
        return "composite"
    return value


def projection(rows, columns, kinds):
    return Counter(json.dumps([plain(row.get(name), kinds[name][0]) for name in columns], sort_keys=True)
                   for row in rows)


def not_null(rows, column):
    return sum(row.get(column) is not None for row in rows)


def rows_of(before, table, after):
    """A partition that stays keeps its rows; those of one that goes are its parent's when that is an ordinary
    table afterwards."""
    if before.kind[table] != "p":
        return before.rows[table]
    rows = []
    for leaf in list(before.kind):
        home = leaf
        while home is not None and home not in after.columns:
            home = before.parent.get(home)
        if home == table and before.kind[leaf] == "r":
            rows += before.rows[leaf]
    return rows


def may_gain(before, table, after):
    """A table that becomes partitioned has the rows of tables that become its partitions, and they its own."""
    while table is not None:
        if before.kind.get(table) == "r" and after.kind.get(table) == "p":
            return True
        table = after.parent.get(table)
    return False


def compare(before, after):
    """What was lost, a line each."""
    lost = []
    for table, columns in before.columns.items():
        if table not in after.columns:
            continue
        # The rows of a partitioned table are those of its partitions, which are compared by themselves.
        if before.kind[table] == "p" and after.kind[table] == "p":
            continue
        old, new = rows_of(before, table, after), after.rows[table]
        both = [name for name in columns if name in after.columns[table]]
        same = [name for name in both if columns[name] == after.columns[table][name] and not columns[name][1]]
        if may_gain(before, table, after):
            if projection(old, same, columns) - projection(new, same, columns):
                lost.append(f"{table}: not all of its {len(old)} rows")
        elif len(old) != len(new):
            lost.append(f"{table}: {len(old)} rows, now {len(new)}")
        elif projection(old, same, columns) != projection(new, same, columns):
            bad = [name for name in same if projection(old, [name], columns) != projection(new, [name], columns)]
            lost.append(f"{table}: other values in {', '.join(bad) or 'its rows'}")
        for name in both:
            if name in same or columns[name][1] or after.columns[table][name][1]:
                continue
            if not_null(old, name) > not_null(new, name):
                lost.append(f"{table}.{name}: values lost between types {columns[name][0]} and "
                            f"{after.columns[table][name][0]}")
    for (table, column), position in before.positions.items():
        if position is None or (table, column) not in after.positions:
            continue
        now = after.positions[table, column]
        lowest, highest = after.limits[table, column]
        if lowest <= position <= highest and (now is None or now < position):
            lost.append(f"{table}.{column}: its sequence stood at {position}, now at {now}")
    return lost


class Judge:
    def __init__(self, args, server, name):
        self.args, self.name = args, name
        self.base = server.rstrip("/")
        self.url = f"{self.base}/{name}"

    def psql(self, *rest, data=None, database=None):
        return run(self.args.psql, "-X", "-q", "-d", f"{self.base}/{database or self.name}", *rest, data=data)

    def contents(self):
        code, out, err = self.psql("-At", "-f", os.path.join(HERE, "show_rows.sql"))
        if code != 0 or "ERROR" in err:
            raise RuntimeError("show_rows: " + err.strip()[:300])
        return out.split("\n")[:-1]

    def dump(self):
        code, out, err = run(self.args.pg_dump, "--schema-only", "-d", self.url)
        return re.sub(r"^\\(un)?restrict .*$", "", out, flags=re.M) if code == 0 else err

    def drop(self):
        for name in (self.name, self.name + "_to"):
            self.psql("-c", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', database="postgres")

    def load(self, name, path):
        """What went wrong, or None."""
        self.psql("-c", f'CREATE DATABASE "{name}" TEMPLATE template0', database="postgres")
        code, _, err = self.psql("-v", "ON_ERROR_STOP=1", "-f", path, database=name)
        return err.strip().split("\n")[0] if code != 0 else None

    def judge(self, folder):
        """(verdict, reason, rows)"""
        self.drop()
        sides = [os.path.join(folder, "before.sql"), os.path.join(folder, "after.sql")]
        if self.args.reverse:
            sides.reverse()
        wrong = self.load(self.name, sides[0]) or self.load(self.name + "_to", sides[1])
        if wrong:
            return "skipped", wrong, 0
        code, _, err = self.psql("-v", "ON_ERROR_STOP=1", "-c", "SET dbmig.rows = 4", "-c",
                                 "SET statement_timeout = '30s'", "-f", FILL_ROWS)
        if code != 0:
            return "skipped", "not filled: " + err.strip(), 0
        lines, schema = self.contents(), self.dump()
        before = Contents(lines)
        count = sum(len(rows) for rows in before.rows.values())
        words = [word.format(**{"from": self.url, "to": self.url + "_to"}) for word in self.args.plan]
        code, plan, err = run(*words)
        if code != 0:
            return "wrong", "no plan: " + err.strip(), count
        code, _, err = self.psql("-v", "ON_ERROR_STOP=1", "-v", "VERBOSITY=verbose", "-f", "-", data=plan)
        shown = plan if self.args.verbose else ""
        if code == 0:
            lost = compare(before, Contents(self.contents()))
            return ("wrong", "lost: " + "; ".join(lost) + "\n" + shown, count) if lost else ("applied", "", count)
        reason = err.strip().split("\n")[0]
        if Counter(self.contents()) != Counter(lines) or self.dump() != schema:
            return "wrong", "half applied: " + reason + "\n" + shown, count
        # Class 22 and 23: a value that does not fit, a constraint that rows break.
        of_rows = re.search(r"ERROR:\s+2[23]", err) is not None
        return ("rolled back" if of_rows else "refused"), reason + ("\n" + shown if not of_rows else ""), count


def worker(args, server, name, cases):
    results = []
    for case in cases:
        judge = Judge(args, server, name)
        folder = os.path.join(args.folder, case)
        with pair_cases.roles(folder, lambda sql: judge.psql("-c", sql, database="postgres")):
            try:
                verdict, reason, count = judge.judge(folder)
            except (RuntimeError, ValueError) as error:
                verdict, reason, count = "wrong", str(error), 0
            judge.drop()
        results.append((case, verdict, reason, count))
        if args.progress:
            print(f"{case}: {verdict} ({count} rows) {reason}", file=sys.stderr, flush=True)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    pair_cases.add_arguments(parser)
    parser.add_argument("--progress", action="store_true")
    args = pair_cases.parse(parser)
    cases = pair_cases.find(args)
    with ThreadPoolExecutor(len(args.server)) as pool:
        jobs = [pool.submit(worker, args, url, f"rows{i}", cases[i::len(args.server)])
                for i, url in enumerate(args.server)]
        results = sorted(result for job in jobs for result in job.result())
    for case, verdict, reason, _ in results:
        if verdict != "applied":
            print(f"{case}: {verdict}: {reason.rstrip()}")
    tally = Counter(verdict for _, verdict, _, _ in results)
    judged = len(results) - tally["skipped"]
    print(f"{sum(result[3] for result in results)} rows in all; {tally['skipped']} pairs skipped")
    print(f"applied {tally['applied']}, rolled back {tally['rolled back'] + tally['refused']} "
          f"({tally['refused']} not because of rows), wrong {tally['wrong']} of {judged}")
    return 0 if tally["wrong"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
