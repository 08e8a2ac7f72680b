#!/usr/bin/env python3
"""history_pairs.py MIGRATIONS FOLDER: the versions of real histories as pairs of schemas.

For each history of V files under MIGRATIONS, and each version k of it, a pair of the schema at k (before.sql) and at
the next version (after.sql), in the layout that schema_pairs.py reads: FOLDER/<history>/<place>/. Each file of the
history stands in a transaction of its own, unless it builds an index concurrently.
"""
import os
import re
import sys

NAME = re.compile(r"V(\d+(?:[._]\d+)*)__.*\.sql$")


def version(name):
    return [int(number) for number in re.split(r"[._]", NAME.match(name).group(1))]


def text_of(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if re.search(r"\bCONCURRENTLY\b", text, re.I):
        return text + "\n;\n"
    return "BEGIN;\n" + text + "\n;\nCOMMIT;\n"


def write_pair(folder, before, after):
    os.makedirs(folder, exist_ok=True)
    for name, texts in (("before.sql", before), ("after.sql", after)):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write("".join(texts))


def main():
    histories, folder = sys.argv[1:3]
    for history in sorted(os.listdir(histories)):
        path = os.path.join(histories, history)
        names = sorted(filter(NAME.match, os.listdir(path)), key=version) if os.path.isdir(path) else []
        texts = [text_of(os.path.join(path, name)) for name in names]
        for place in range(len(names)):
            write_pair(os.path.join(folder, history, f"{place:03}-{names[place][:-4]}"), texts[:place],
                       texts[:place + 1])


if __name__ == "__main__":
    main()
