#!/usr/bin/env python3
"""schema_random.py FOLDER COUNT [SEED]: pairs of schemas that no one wrote.

Each pair is a random schema (before.sql) and the same one after random changes (after.sql), in the layout that
schema_pairs.py reads: FOLDER/random/<seed>/. Equal seeds give equal pairs.
"""
import copy
import os
import random
import sys

TYPES = ["integer", "bigint", "smallint", "text", "varchar(20)", "varchar(80)", "numeric(10,2)", "numeric", "boolean",
         "timestamp", "timestamptz", "date", "uuid", "jsonb", "bytea", "text[]", "integer[]", "double precision",
         "interval", "char(3)", "inet", "int4range"]
DEFAULTS = {"integer": ["0", "1", "42"], "bigint": ["0", "-1"], "smallint": ["7"], "text": ["''", "'x'", "'it''s'"],
            "varchar(20)": ["'a'"], "numeric(10,2)": ["0.00", "1.5"], "boolean": ["true", "false"],
            "timestamptz": ["now()", "CURRENT_TIMESTAMP"], "timestamp": ["now()"], "date": ["CURRENT_DATE"],
            "jsonb": ["'{}'::jsonb"], "text[]": ["'{}'::text[]", "ARRAY['a','b']"], "uuid": ["gen_random_uuid()"]}
NAMES = ["id", "name", "Ordered", "select", "Größe", "a b", "total", "note", "kind", "created_at", "parent", "flag",
         "amount", "code", "x", "y"]


def q(name):
    return '"' + name.replace('"', '""') + '"'


def lit(text):
    return "'" + text.replace("'", "''") + "'"


class Gen:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.n = 0

    def fresh(self, stem):
        self.n += 1
        return f"{stem}{self.n}"

    def maybe(self, p):
        return self.r.random() < p

    # ---- a model: plain dicts, so that deepcopy and edits are easy ----
    def schema(self):
        r = self.r
        m = {"schemas": ["public"] + ["s%d" % i for i in range(r.randint(0, 2))], "enums": {}, "domains": {},
             "composites": {}, "sequences": {}, "functions": {}, "tables": {}, "views": {}, "order": []}
        for _ in range(r.randint(0, 3)):
            self.add_enum(m)
        for _ in range(r.randint(0, 2)):
            self.add_domain(m)
        for _ in range(r.randint(0, 2)):
            self.add_composite(m)
        for _ in range(r.randint(0, 2)):
            self.add_sequence(m)
        for _ in range(r.randint(0, 2)):
            m["functions"][self.place(m, "helper")] = {"kind": "helper", "body": str(r.randint(1, 9)), "comment": None,
                                                       "atomic": self.maybe(.5)}
        for _ in range(r.randint(2, 6)):
            self.add_table(m)
        if self.maybe(.3):
            self.child(m)
        for _ in range(r.randint(0, 3)):
            self.add_function(m)
        for _ in range(r.randint(0, 4)):
            self.add_view(m)
        return m

    def place(self, m, stem):
        return f"{q(self.r.choice(m['schemas']))}.{q(self.fresh(stem))}"

    def add_enum(self, m):
        m["enums"][self.place(m, "Enum")] = {"values": [self.fresh("v") for _ in range(self.r.randint(1, 4))],
                                             "comment": None}

    def add_domain(self, m):
        m["domains"][self.place(m, "dom")] = {
            "base": self.r.choice(["text", "integer", "varchar(20)"]), "notnull": self.maybe(.2),
            "checks": {self.fresh("dc"): "VALUE IS NOT NULL" for _ in range(self.r.randint(0, 2))},
            "default": None, "comment": None}

    def add_composite(self, m):
        m["composites"][self.place(m, "comp")] = {
            "attributes": {q(self.fresh("at")): self.r.choice(TYPES[:10]) for _ in range(self.r.randint(1, 3))}}

    def add_sequence(self, m):
        m["sequences"][self.place(m, "seq")] = {"increment": self.r.choice([1, 1, 5, -1]), "cycle": self.maybe(.2),
                                                "cache": self.r.choice([1, 10]), "as": self.r.choice(["bigint", "integer"])}

    def a_type(self, m):
        own = list(m["enums"]) + list(m["domains"]) + list(m["composites"])
        if own and self.maybe(.25):
            return self.r.choice(own)
        return self.r.choice(TYPES)

    def column(self, m):
        t = self.a_type(m)
        c = {"type": t, "notnull": self.maybe(.4), "default": None, "identity": None, "generated": None,
             "comment": None, "storage": None, "statistics": None, "collate": None}
        if t in DEFAULTS and self.maybe(.4):
            c["default"] = self.r.choice(DEFAULTS[t])
        elif t in m["enums"] and self.maybe(.4):
            c["default"] = lit(self.r.choice(m["enums"][t]["values"])) + "::" + t
        elif t in ("integer", "bigint") and m["sequences"] and self.maybe(.2):
            c["default"] = "nextval(" + lit(self.r.choice(list(m["sequences"]))) + "::regclass)"
        elif t in ("integer", "bigint") and self.maybe(.2):
            c["identity"] = self.r.choice(["ALWAYS", "BY DEFAULT"])
            c["notnull"] = True
        if t in ("text", "varchar(20)") and self.maybe(.15):
            c["collate"] = '"C"'
        if t in ("bigint", "numeric", "text") and not c["default"] and not c["identity"] and self.maybe(.2):
            c["generated"] = {"text": f"({q('id')})::text"}.get(t, f"{q('id')} * {self.r.randint(2, 4)}")
        helpers = [n for n, f in m["functions"].items() if f["kind"] == "helper"]
        if t == "integer" and helpers and not c["default"] and not c["identity"] and self.maybe(.5):
            c["default"] = f"{self.r.choice(helpers)}(4)"
        return c

    def add_table(self, m, plain=False):
        r = self.r
        t = {"columns": {}, "constraints": {}, "indexes": {}, "comment": None, "triggers": {}, "policies": {},
             "rls": False, "unlogged": False, "options": None, "partition": None, "partitions": {}, "own": {}, "stats": {},
             "grants": [], "parent": None, "rules": {}, "identity": None}
        t["columns"][q("id")] = {**self.column(m), "type": "bigint", "default": None, "notnull": True, "generated": None,
                                 "collate": None, "identity": r.choice([None, "ALWAYS", "BY DEFAULT"])}
        for name in r.sample(NAMES[1:], r.randint(1, 6)):
            t["columns"][q(name)] = self.column(m)
        table = self.place(m, "T")
        if self.maybe(.2) and not plain:
            t["partition"] = r.choice(["RANGE", "LIST", "HASH"])
            for i in range(r.randint(0, 3)):
                t["partitions"][table[:-1] + f'_p{i}"'] = i
        if self.maybe(.8):
            t["constraints"][q(self.fresh("pk"))] = ("PRIMARY KEY", "id")
        m["tables"][table] = t
        for _ in range(r.randint(0, 2)):
            self.add_constraint(m, table)
        for _ in range(r.randint(0, 2)):
            self.add_index(m, table)
        if self.maybe(.2):
            self.add_policy(m, table)

    def plain_columns(self, m, table, kinds):
        return [c for c, d in m["tables"][table]["columns"].items() if d["type"] in kinds]

    def add_constraint(self, m, table):
        t, r = m["tables"][table], self.r
        numeric = self.plain_columns(m, table, ("integer", "bigint", "smallint", "numeric", "numeric(10,2)"))
        kind = r.choice(["CHECK", "UNIQUE", "FK", "FK"])
        name = q(self.fresh("con"))
        helpers = [n for n, f in m["functions"].items() if f["kind"] == "helper"]
        if kind == "CHECK" and helpers and self.maybe(.4):
            t["constraints"][name] = ("CHECK", f"{q('id')} > {r.choice(helpers)}({r.randint(1, 9)})")
        elif kind == "CHECK" and numeric:
            t["constraints"][name] = ("CHECK", f"{r.choice(numeric)} > {r.randint(-5, 5)}")
        elif kind == "UNIQUE" and not t["partition"]:
            c = r.choice(list(t["columns"]))
            if t["columns"][c]["type"] in ("integer", "text", "bigint", "uuid", "varchar(20)", "date"):
                t["constraints"][name] = ("UNIQUE", c)
        elif kind == "FK":
            targets = [n for n, o in m["tables"].items() if any(k[0] == "PRIMARY KEY" for k in o["constraints"].values())]
            refs = self.plain_columns(m, table, ("bigint", "integer"))
            if targets and refs:
                t["constraints"][name] = ("FK", r.choice(refs), r.choice(targets),
                                          r.choice(["", " ON DELETE CASCADE", " ON UPDATE SET NULL",
                                                    " DEFERRABLE INITIALLY DEFERRED"]))

    def add_index(self, m, table):
        t, r = m["tables"][table], self.r
        usable = [c for c, d in t["columns"].items() if d["type"] in TYPES and d["type"] not in ("jsonb", "inet")]
        c = r.choice(usable or [q("id")])
        body = r.choice([f"({c})", f"({c} DESC NULLS LAST)", f"({c}) WHERE {q('id')} > 10", f"({q('id')}, {c})",
                         f"({q('id')}) INCLUDE ({c})", f"(({q('id')} + 1))"])
        helpers = [n for n, f in m["functions"].items() if f["kind"] == "helper"]
        if helpers and self.maybe(.25):
            body = f"({r.choice(helpers)}({q('id')}::integer))"
        t["indexes"][q(self.fresh("ix"))] = {"unique": self.maybe(.15) and not t["partition"], "body": body,
                                             "column": c, "comment": None}

    def add_policy(self, m, table):
        t = m["tables"][table]
        t["rls"] = True
        t["policies"][q(self.fresh("pol"))] = (self.r.choice(["ALL", "SELECT", "UPDATE"]),
                                               f"{q('id')} > {self.r.randint(0, 9)}")

    def add_function(self, m):
        r = self.r
        kind = r.choice(["sql", "plpgsql", "trigger", "table"])
        name = self.place(m, "Fn")
        if kind == "trigger":
            m["functions"][name] = {"kind": kind, "body": self.fresh("r"), "volatility": "VOLATILE", "comment": None}
            table = r.choice(list(m["tables"]))
            m["tables"][table]["triggers"][q(self.fresh("trg"))] = (r.choice(["BEFORE", "AFTER"]),
                                                                    r.choice(["INSERT", "UPDATE", "INSERT OR DELETE"]), name)
        elif kind == "table":
            m["functions"][name] = {"kind": kind, "table": r.choice(list(m["tables"])), "comment": None,
                                    "volatility": "STABLE", "body": ""}
        else:
            m["functions"][name] = {"kind": kind, "arg": r.choice(["integer", "text"] + list(m["enums"])),
                                    "body": str(r.randint(1, 99)), "comment": None,
                                    "volatility": r.choice(["VOLATILE", "STABLE", "IMMUTABLE"])}

    def add_view(self, m):
        r = self.r
        sources = list(m["tables"]) + list(m["views"])
        source = r.choice(sources)
        columns = list(m["tables"][source]["columns"]) if source in m["tables"] else list(m["views"][source]["columns"])
        chosen = r.sample(columns, r.randint(1, len(columns)))
        m["views"][self.place(m, "V")] = {"source": source, "columns": chosen, "mat": self.maybe(.25), "comment": None,
                                          "where": self.maybe(.3) and q("id") in columns, "index": self.maybe(.5), "calls": None,
                                          "grants": []}
        name = list(m["views"])[-1]
        helpers = [n for n, f in m["functions"].items() if f["kind"] in ("helper", "sql") and f.get("arg", "integer") == "integer"]
        if helpers and self.maybe(.4):
            m["views"][name]["calls"] = r.choice(helpers)

    def child(self, m):
        """A table that inherits."""
        r = self.r
        parents = [n for n, t in m["tables"].items() if not t["partition"] and not t["parent"]]
        if not parents:
            return
        parent = r.choice(parents)
        self.add_table(m, plain=True)
        name = list(m["tables"])[-1]
        t = m["tables"][name]
        t["parent"] = parent
        t["columns"] = {q("own" + str(self.n)): self.column(m)}
        t["constraints"], t["indexes"], t["policies"], t["rls"] = {}, {}, {}, False

    # ---- changes ----
    def mutate(self, m):
        r = self.r
        for _ in range(r.randint(1, 8)):
            r.choice([self.m_table, self.m_table, self.m_column, self.m_column, self.m_column, self.m_type, self.m_view,
                      self.m_function, self.m_add, self.m_drop, self.m_note])(m)

    def used_columns(self, m, table):
        used = set()
        for v in m["views"].values():
            if v["source"] == table:
                used |= set(v["columns"]) | ({q("id")} if v["where"] else set())
        t = m["tables"][table]
        for c in t["constraints"].values():
            if c[0] in ("CHECK", "UNIQUE", "FK", "PRIMARY KEY"):
                used.add(q("id"))
                used |= {n for n in t["columns"] if c[1] == n or str(c[1]).startswith(n + " ")}
        for i in t["indexes"].values():
            used.add(i["column"])
        return used | {q("id")}

    def m_column(self, m):
        r = self.r
        table = r.choice(list(m["tables"]))
        t = m["tables"][table]
        action = r.choice(["add", "add", "drop", "null", "default", "type", "type", "comment", "rename", "identity"])
        used = self.used_columns(m, table)
        free = [c for c in t["columns"] if c not in used]
        if action == "add":
            left = [q(n) for n in NAMES if q(n) not in t["columns"]]
            if left:
                c = self.column(m)
                t["columns"][r.choice(left)] = c
        elif action == "drop" and free:
            del t["columns"][r.choice(free)]
        elif action == "rename" and free:
            c = r.choice(free)
            t["columns"][c[:-1] + '2"'] = t["columns"].pop(c)
        elif action == "null":
            c = r.choice(list(t["columns"]))
            if not t["columns"][c]["identity"] and c != q("id"):
                t["columns"][c]["notnull"] = not t["columns"][c]["notnull"]
        elif action == "default":
            c = r.choice(list(t["columns"]))
            d = t["columns"][c]
            if d["type"] in DEFAULTS and not d["identity"]:
                d["default"] = r.choice(DEFAULTS[d["type"]] + [None])
        elif action == "type":
            c = r.choice(list(t["columns"]))
            d = t["columns"][c]
            ways = {"integer": ["bigint", "numeric", "text"], "smallint": ["integer"], "varchar(20)": ["varchar(80)", "text"],
                    "varchar(80)": ["text", "varchar(20)"], "text": ["varchar(80)"], "timestamp": ["timestamptz"],
                    "numeric(10,2)": ["numeric"], "char(3)": ["text"], "date": ["timestamp"], "jsonb": ["text"],
                    "boolean": ["text"]}
            if d["type"] in ways and c != q("id") and not d["identity"]:
                d["type"] = r.choice(ways[d["type"]])
                d["default"] = None
                if d["type"] not in ("text", "varchar(20)", "varchar(80)"):
                    d["collate"] = None
        elif action == "comment":
            r.choice(list(t["columns"].values()))["comment"] = r.choice([None, "it's", "new\nline"])
        elif action == "identity":
            d = t["columns"].get(q("id"), {"default": True})
            if not d["default"]:
                d["identity"] = r.choice([None, "ALWAYS", "BY DEFAULT"])

    def m_table(self, m):
        r = self.r
        table = r.choice(list(m["tables"]))
        t = m["tables"][table]
        action = r.choice(["con", "index", "policy", "uncon", "unindex", "unpolicy", "rls", "unlogged", "options", "grant",
                           "part", "stats", "recon", "reindex", "untrigger", "replica"])
        if action == "con":
            self.add_constraint(m, table)
        elif action == "index":
            self.add_index(m, table)
        elif action == "policy":
            self.add_policy(m, table)
        elif action == "uncon" and t["constraints"]:
            name = r.choice(list(t["constraints"]))
            if t["constraints"][name][0] != "PRIMARY KEY":
                del t["constraints"][name]
        elif action == "recon":
            for name, c in t["constraints"].items():
                if c[0] == "CHECK":
                    t["constraints"][name] = ("CHECK", c[1] + "0")
                elif c[0] == "FK":
                    t["constraints"][name] = c[:3] + (r.choice(["", " ON DELETE SET NULL"]),)
        elif action == "unindex" and t["indexes"]:
            del t["indexes"][r.choice(list(t["indexes"]))]
        elif action == "reindex" and t["indexes"]:
            i = r.choice(list(t["indexes"].values()))
            i["body"], i["column"] = f"({q('id')}) WHERE {q('id')} < 5", q("id")
        elif action == "unpolicy" and t["policies"]:
            del t["policies"][r.choice(list(t["policies"]))]
        elif action == "rls":
            t["rls"] = not t["rls"]
        elif action == "unlogged" and not t["partition"] and not any(
                c[0] == "FK" for o in m["tables"].values() for c in o["constraints"].values()):
            t["unlogged"] = not t["unlogged"]
        elif action == "options" and not t["partition"]:
            t["options"] = r.choice([None, "fillfactor=70", "autovacuum_enabled=false, fillfactor=90"])
        elif action == "grant":
            t["grants"] = r.choice([[], ["SELECT"], ["SELECT", "INSERT"]])
        elif action == "part" and t["partition"]:
            if t["partitions"] and self.maybe(.4):
                gone = r.choice(list(t["partitions"]))
                del t["partitions"][gone]
                t["own"] = {k: v for k, v in t["own"].items() if k != gone}
                if self.maybe(.5):  # it stays as a table
                    stays = copy.deepcopy({**t, "partition": None, "partitions": {}, "indexes": {}, "constraints": {},
                                           "policies": {}, "rls": False, "comment": None, "stats": {}, "own": {}, "grants": [],
                                           "triggers": {}})
                    for c in stays["columns"].values():
                        c["comment"], c["identity"] = None, None
                    m["tables"][gone] = stays
            elif t["partitions"] and self.maybe(.5):
                t["own"][r.choice(list(t["partitions"]))] = r.choice(["index", "default", "comment", "check"])
            else:
                i = r.randint(3, 6)
                t["partitions"][table[:-1] + f'_p{i}"'] = i
        elif action == "stats" and len(t["columns"]) > 1:
            usable = [c for c, d in t["columns"].items() if d["type"] in ("integer", "bigint", "text", "date", "boolean")]
            if len(usable) > 1:
                t["stats"][q(self.fresh("st"))] = usable[:2]
                for c in usable[:2]:  # keeps them from being dropped
                    t["indexes"][q(self.fresh("ix"))] = {"unique": False, "body": f"({c})", "column": c, "comment": None}
        elif action == "untrigger" and t["triggers"]:
            del t["triggers"][r.choice(list(t["triggers"]))]
        elif action == "replica" and not t["partition"]:
            t["identity"] = r.choice([None, "FULL", "NOTHING"])

    def m_type(self, m):
        r = self.r
        if m["enums"] and self.maybe(.6):
            e = m["enums"][r.choice(list(m["enums"]))]
            action = r.choice(["add", "add", "drop", "shuffle"])
            if action == "add":
                e["values"].insert(r.randint(0, len(e["values"])), self.fresh("v"))
            elif action == "drop" and len(e["values"]) > 1:
                self.drop_value(m, e)
            elif action == "shuffle":
                r.shuffle(e["values"])
        elif m["domains"]:
            d = m["domains"][r.choice(list(m["domains"]))]
            action = r.choice(["null", "check", "uncheck", "default"])
            if action == "null":
                d["notnull"] = not d["notnull"]
            elif action == "check":
                d["checks"][self.fresh("dc")] = "VALUE IS NOT NULL"
            elif action == "uncheck" and d["checks"]:
                del d["checks"][r.choice(list(d["checks"]))]
            else:
                d["default"] = r.choice([None, "'1'"])
        elif m["composites"]:
            c = m["composites"][r.choice(list(m["composites"]))]
            c["attributes"][q(self.fresh("at"))] = r.choice(TYPES[:10])
        elif m["sequences"]:
            m["sequences"][r.choice(list(m["sequences"]))]["increment"] = r.choice([1, 2, 3])

    def drop_value(self, m, e):
        value = self.r.choice(e["values"])
        for t in m["tables"].values():
            if any(d["default"] and lit(value) in d["default"] for d in t["columns"].values()):
                return
        e["values"].remove(value)

    def m_view(self, m):
        if not m["views"]:
            return self.add_view(m)
        name = self.r.choice(list(m["views"]))
        v = m["views"][name]
        if any(o["source"] == name for o in m["views"].values()):
            v["comment"] = "used"
            return None
        action = self.r.choice(["where", "drop", "columns", "mat", "grant", "comment", "calls"])
        if action == "where":
            source = m["tables"].get(v["source"])
            v["where"] = bool(source) and not v["where"]
        elif action == "drop":
            del m["views"][name]
        elif action == "columns":
            source = m["tables"].get(v["source"]) or m["views"].get(v["source"])
            columns = list(source["columns"])
            v["columns"] = self.r.sample(columns, self.r.randint(1, len(columns)))
        elif action == "calls":
            v["calls"] = None
        elif action == "mat":
            v["mat"] = not v["mat"]
        elif action == "grant":
            v["grants"] = self.r.choice([[], ["SELECT"]])
        else:
            v["comment"] = self.r.choice([None, "a 'view'"])
        return None

    def m_function(self, m):
        helpers = [f for f in m["functions"].values() if f["kind"] == "helper"]
        if helpers and self.maybe(.4):
            f = self.r.choice(helpers)
            if self.maybe(.5):
                f["body"] = str(self.r.randint(10, 99))
            else:
                f["atomic"] = not f["atomic"]
            return None
        plain = [n for n, f in m["functions"].items() if f["kind"] in ("sql", "plpgsql")
                 and not any(v["calls"] == n for v in m["views"].values())]
        if not plain:
            return self.add_function(m)
        name = self.r.choice(plain)
        f = m["functions"][name]
        action = self.r.choice(["body", "arg", "volatility", "drop", "comment"])
        if action == "body":
            f["body"] = str(self.r.randint(100, 999))
        elif action == "arg":
            f["arg"] = "bigint"
        elif action == "volatility":
            f["volatility"] = self.r.choice(["STABLE", "IMMUTABLE", "VOLATILE"])
        elif action == "drop":
            del m["functions"][name]
        else:
            f["comment"] = "f"
        return None

    def m_add(self, m):
        self.r.choice([self.add_enum, self.add_domain, self.add_composite, self.add_sequence, self.add_table,
                       self.add_function, self.add_view])(m)

    def m_drop(self, m):
        tables = [n for n in m["tables"] if not any(v["source"] == n for v in m["views"].values())
                  and not any(c[0] == "FK" and c[2] == n for t in m["tables"].values() if t is not m["tables"][n]
                              for c in t["constraints"].values())
                  and not any(f.get("table") == n for f in m["functions"].values())
                  and not any(t["parent"] == n for t in m["tables"].values())]
        if tables and len(m["tables"]) > 1 and self.maybe(.6):
            del m["tables"][self.r.choice(tables)]
            return
        types = [(k, n) for k in ("enums", "domains", "composites", "sequences") for n in m[k]]
        if types:
            kind, name = self.r.choice(types)
            text = repr(m["tables"]) + repr(m["functions"])
            if name not in text:
                del m[kind][name]

    def m_note(self, m):
        things = [t for k in ("tables", "views", "enums", "domains") for t in m[k].values()]
        if things:
            self.r.choice(things)["comment"] = self.r.choice([None, "a note", "Größe: 'quoted' \\ back"])

    # ---- SQL ----
    def sql(self, m):
        out = []
        for s in m["schemas"]:
            if s != "public":
                out.append(f"CREATE SCHEMA {q(s)};")
        for n, e in m["enums"].items():
            out.append(f"CREATE TYPE {n} AS ENUM ({', '.join(map(lit, e['values']))});")
        for n, d in m["domains"].items():
            out.append(f"CREATE DOMAIN {n} AS {d['base']}" + (f" DEFAULT {d['default']}" if d["default"] else "")
                       + (" NOT NULL" if d["notnull"] else "")
                       + "".join(f" CONSTRAINT {c} CHECK ({x})" for c, x in d["checks"].items()) + ";")
        for n, c in m["composites"].items():
            out.append(f"CREATE TYPE {n} AS ({', '.join(f'{a} {t}' for a, t in c['attributes'].items())});")
        for n, s in m["sequences"].items():
            out.append(f"CREATE SEQUENCE {n} AS {s['as']} INCREMENT {s['increment']} CACHE {s['cache']}"
                       + (" CYCLE" if s["cycle"] else "") + ";")
        for n, f in m["functions"].items():
            if f["kind"] == "helper":
                out.append(f"CREATE FUNCTION {n}(a integer) RETURNS integer LANGUAGE sql IMMUTABLE "
                           + (f"RETURN a + {f['body']};" if f["atomic"] else f"AS 'SELECT a + {f['body']}';"))
        for n, t in m["tables"].items():
            self.table_sql(out, n, t)
        for n, t in m["tables"].items():
            for c, d in t["constraints"].items():
                if d[0] == "FK":
                    out.append(f"ALTER TABLE {n} ADD CONSTRAINT {c} FOREIGN KEY ({d[1]}) REFERENCES {d[2]} ({q('id')}){d[3]};")
        for n, f in m["functions"].items():
            if f["kind"] != "helper":
                self.function_sql(out, n, f)
        for n, t in m["tables"].items():
            for g, (when, event, fn) in t["triggers"].items():
                out.append(f"CREATE TRIGGER {g} {when} {event} ON {n} FOR EACH ROW EXECUTE FUNCTION {fn}();")
        for n, v in m["views"].items():
            out.append(f"CREATE {'MATERIALIZED ' if v['mat'] else ''}VIEW {n} AS SELECT {', '.join(v['columns'])}"
                       + (f", {v['calls']}(1) AS called" if v["calls"] else "") + " FROM "
                       + v["source"] + (f" WHERE {q('id')} > 0" if v["where"] else "") + ";")
            for g in v["grants"]:
                out.append(f"GRANT {g} ON {n} TO PUBLIC;")
        for k, word in (("tables", "TABLE"), ("enums", "TYPE"), ("domains", "DOMAIN"), ("functions", "FUNCTION")):
            for n, o in m[k].items():
                if o["comment"]:
                    out.append(f"COMMENT ON {word} {n} IS {lit(o['comment'])};")
        for n, v in m["views"].items():
            if v["comment"]:
                out.append(f"COMMENT ON {'MATERIALIZED ' if v['mat'] else ''}VIEW {n} IS {lit(v['comment'])};")
        return "\n".join(out) + "\n"

    def table_sql(self, out, n, t):
        lines = []
        for c, d in t["columns"].items():
            line = f"  {c} {d['type']}"
            line += f" COLLATE {d['collate']}" if d["collate"] else ""
            line += f" DEFAULT {d['default']}" if d["default"] else ""
            line += f" GENERATED {d['identity']} AS IDENTITY" if d["identity"] and not t["partition"] else ""
            line += f" GENERATED ALWAYS AS ({d['generated']}) STORED" if d["generated"] else ""
            line += " NOT NULL" if d["notnull"] else ""
            lines.append(line)
        for c, d in t["constraints"].items():
            if d[0] == "CHECK":
                lines.append(f"  CONSTRAINT {c} CHECK ({d[1]})")
            elif d[0] in ("UNIQUE", "PRIMARY KEY"):
                lines.append(f"  CONSTRAINT {c} {d[0]} ({q('id') if d[0] == 'PRIMARY KEY' else d[1]})")
        out.append(f"CREATE {'UNLOGGED ' if t['unlogged'] else ''}TABLE {n} (\n" + ",\n".join(lines) + "\n)"
                   + (f" INHERITS ({t['parent']})" if t["parent"] else "")
                   + (f" PARTITION BY {t['partition']} ({q('id')})" if t["partition"] else "")
                   + (f" WITH ({t['options']})" if t["options"] else "") + ";")
        for p, i in t["partitions"].items():
            bound = {"RANGE": f"FROM ({i * 10}) TO ({i * 10 + 10})", "LIST": f"IN ({i})",
                     "HASH": f"WITH (MODULUS 8, REMAINDER {i})"}[t["partition"]]
            out.append(f"CREATE TABLE {p} PARTITION OF {n} FOR VALUES {bound};")
        for p, what in t["own"].items():
            if p in t["partitions"]:
                short = p.split(".")[1][1:-1]
                out.append({"index": f"CREATE INDEX {q(short + '_own')} ON {p} ({q('id')} DESC);",
                            "default": f"ALTER TABLE {p} ALTER COLUMN {q('id')} SET DEFAULT 5;",
                            "comment": f"COMMENT ON TABLE {p} IS 'own';",
                            "check": f"ALTER TABLE {p} ADD CONSTRAINT {q(short + '_ck')} CHECK ({q('id')} > -100);"}[what])
        for x, i in t["indexes"].items():
            out.append(f"CREATE {'UNIQUE ' if i['unique'] else ''}INDEX {x} ON {n} {i['body']};")
        if t["rls"]:
            out.append(f"ALTER TABLE {n} ENABLE ROW LEVEL SECURITY;")
        for p, (command, expression) in t["policies"].items():
            out.append(f"CREATE POLICY {p} ON {n} FOR {command} USING ({expression});")
        for s, columns in t["stats"].items():
            if all(c in t["columns"] for c in columns):
                out.append(f"CREATE STATISTICS {n.split('.')[0]}.{s} ON {', '.join(columns)} FROM {n};")
        for g in t["grants"]:
            out.append(f"GRANT {g} ON {n} TO PUBLIC;")
        if t["identity"]:
            out.append(f"ALTER TABLE {n} REPLICA IDENTITY {t['identity']};")
        for c, d in t["columns"].items():
            if d["comment"]:
                out.append(f"COMMENT ON COLUMN {n}.{c} IS {lit(d['comment'])};")

    def function_sql(self, out, n, f):
        if f["kind"] == "trigger":
            out.append(f"CREATE FUNCTION {n}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN /* {f['body']} */ RETURN NEW; END $$;")
        elif f["kind"] == "table":
            out.append(f"CREATE FUNCTION {n}() RETURNS SETOF {f['table']} LANGUAGE sql STABLE AS $$ SELECT * FROM {f['table']} $$;")
        elif f["kind"] == "sql":
            out.append(f"CREATE FUNCTION {n}(a {f['arg']}, b integer DEFAULT 3) RETURNS integer LANGUAGE sql {f['volatility']} AS $$ SELECT {f['body']} $$;")
        else:
            out.append(f"CREATE FUNCTION {n}(a {f['arg']}) RETURNS integer LANGUAGE plpgsql {f['volatility']} AS $$ BEGIN RETURN {f['body']}; END $$;")


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    for seed in range(first, first + count):
        gen = Gen(seed)
        before = gen.schema()
        after = copy.deepcopy(before)
        gen.mutate(after)
        case = os.path.join(folder, "random", str(seed))
        os.makedirs(case, exist_ok=True)
        for name, model in (("before.sql", before), ("after.sql", after)):
            with open(os.path.join(case, name), "w", encoding="utf-8") as file:
                file.write(gen.sql(model))


if __name__ == "__main__":
    main()
