#!/usr/bin/env python3
"""schema_mosaic.py FOLDER COUNT [SEED [MAJOR]]: pairs of schemas pieced together from schema_mosaic.sql.

There is each kind of object there in several forms, and what it needs of others. A pair is a random choice of pieces
and forms (before.sql) and the same one with some of them taken out, brought in or changed in form (after.sql), in the
layout that schema_pairs.py reads: FOLDER/mosaic/<seed>/. Equal seeds give equal pairs.
"""
import os
import random
import re
import sys

ROLES = ["mosaic_owner", "mosaic_reader"]


class Form:
    def __init__(self, piece, head):
        words = head.split()
        self.number, self.sql = words[0], ""
        self.tags = {"needs": [], "gives": [piece], "since": ["0"]}
        for word in words[1:]:
            if word in self.tags:
                into = self.tags[word]
            else:
                into.append(word)

    def stands(self, there, major):
        return int(self.tags["since"][-1]) <= major and all(tag in there for tag in self.tags["needs"])


def read_pieces():
    pieces = {}
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "schema_mosaic.sql")
    for line in open(path, encoding="utf-8"):
        if line.startswith("--- "):
            name = line[4:].strip()
            pieces[name] = []
        elif re.match(r"-- \d", line):
            pieces[name].append(Form(name, line[3:]))
        elif not line.startswith("--"):
            pieces[name][-1].sql += line
    return in_order(pieces)


def in_order(pieces):
    """Pieces behind those that they need."""
    order, left = {}, dict(pieces)
    while left:
        for name, forms in list(left.items()):
            needed = {tag.split(".")[0] for form in forms for tag in form.tags["needs"]}
            if not needed & (left.keys() - {name}):
                order[name] = left.pop(name)
    return order


def choose(random_, pieces, chosen, major):
    """Fills a choice up with what can stand: a piece whose form cannot gets another one, or is left out."""
    there = set()
    for name, forms in pieces.items():
        standing = [form for form in forms if form.stands(there, major)]
        if name not in chosen:
            chosen[name] = random_.choice(standing) if standing and random_.random() < .5 else None
        elif chosen[name] is not None and chosen[name] not in standing:
            chosen[name] = random_.choice(standing) if standing else None
        if chosen[name] is not None:
            there |= set(chosen[name].tags["gives"])
    return chosen


def text(chosen):
    return "".join(f"-- {name} {form.number}\n{form.sql}" for name, form in chosen.items() if form)


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    major = int(sys.argv[4]) if len(sys.argv) > 4 else 15
    pieces = read_pieces()
    for seed in range(first, first + count):
        random_ = random.Random(seed)
        before = choose(random_, pieces, {}, major)
        after = dict(before)
        for name in random_.sample(list(pieces), random_.choice([1, 2, 3, 5, 8, 13, 30, len(pieces)])):
            del after[name]
        after = choose(random_, pieces, after, major)
        after = {name: after[name] for name in pieces}
        case = os.path.join(folder, "mosaic", str(seed))
        os.makedirs(case, exist_ok=True)
        for path, content in (("before.sql", text(before)), ("after.sql", text(after)),
                              ("roles.txt", "".join(role + "\n" for role in ROLES))):
            with open(os.path.join(case, path), "w", encoding="utf-8") as file:
                file.write(content)


if __name__ == "__main__":
    main()
