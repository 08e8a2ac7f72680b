#!/usr/bin/env python3
"""sent_statements.py log FILE DATABASE | script FILE: what an apply sent between taking and giving back its
lock, as the server logged it (log_statement = all, log_line_prefix '%p %d '), or as a full dry run prints it; as
one line of SQL each that can be compared. What differs by nature is levelled: the session's name, the lease's
token, and the form of statements that were prepared."""
import re
import sys

START = re.compile(r"^(\d+) (\S*) (LOG|DETAIL|[A-Z]+):\s+(.*)$")
NOT_SENT = re.compile(r"^(SELECT nullif\(pg_catalog\.current_setting|PREPARE dbmig_)")


def logged(path, database):
    """The statements of the process that took the lock, in order."""
    entries = []
    for line in open(path, encoding="utf-8", errors="replace"):
        match = START.match(line.rstrip("\n"))
        if match:
            entries.append([match[1], match[2], match[3], match[4]])
        elif entries:
            entries[-1][3] += "\n" + line.rstrip("\n").removeprefix("\t")
    found = []
    for pid, name, kind, text in entries:
        match = re.match(r"(statement|execute ([^:]*)): (.*)", text, re.S)
        if kind == "LOG" and name == database and match:
            found.append((pid, prepared(match[3], match[2])))
    taken = [pid for pid, text in found if "pg_try_advisory_lock" in text or "greatest(l.expires_at" in text
             or "SET token = l.token + 1" in text]
    if not taken:
        sys.exit("no lock was taken")
    return [text for pid, text in found if pid == taken[-1]]


def prepared(text, name):
    """Of a message that prepared several statements, the one of the name."""
    for part in re.split(r";\n(?=PREPARE )", text):
        match = re.match(r"PREPARE (\w+) (?:\([^)]*\) )?AS (.*)", part, re.S)
        if match and match[1] == name:
            return match[2]
    return text


def script(path):
    """The statements of a script: data of COPY and psql's own commands left out."""
    lines, data = [], False
    for line in open(path, encoding="utf-8"):
        line = line.rstrip("\n")
        if data:
            data = line != "\\."
        elif line == "\\gset":
            lines.append(";")
        elif not line.startswith("\\"):
            lines.append(line)
            data = bool(re.match(r"COPY .* FROM STDIN;?$", line))
    return ["\n".join(lines)]


def level(statements):
    text = "\n;\n".join(statements)
    text = "\n".join(line for line in text.split("\n") if not line.startswith("-- ")
                     or "dbmig-mark" in line)
    text = re.sub(r", pg_catalog\.set_config\('application_name', E?'[^']*', (true|false)\)", "", text)
    text = re.sub(r"(token = |token ', ):?\w+", r"\1N", text)
    text = re.sub(r"\s+", " ", text)
    parts = [part.strip() for part in re.split(r";(?: |$)", text)]
    parts = [shape(part) for part in parts if part and not NOT_SENT.match(part)]
    return parts


def shape(part):
    """Ours, whose values are parameters when they are prepared."""
    if re.match(r"SELECT pg_catalog\.set_config\('dbmig\.xact', \(pg", part):
        return "guard"
    if re.match(r'INSERT INTO \S+ \(installed_rank, .*(\$1|true[,)])', part):
        return "record " + str(len(part) > 0)
    return part


def between(parts):
    first = next(i for i, p in enumerate(parts) if p == "BEGIN" or "set_config('lock_timeout'" in p)
    last = max(i for i, p in enumerate(parts) if "pg_advisory_unlock" in p or "expires_at = '-infinity'" in p)
    return parts[first:last]


if __name__ == "__main__":
    read = logged(*sys.argv[2:]) if sys.argv[1] == "log" else script(sys.argv[2])
    print("\n".join(between(level(read))))
