/* Definitions of constraints and indexes, as servers of several versions print them. */
#include "unit.h"

#include "dbmig/base/text.h"
#include "dbmig/schema/definition.h"

static const char *joined(const StringList *list)
{
    Buf out = {0};
    for (size_t i = 0; i < list->count; i++)
        buf_printf(&out, "%s[%s]", i ? " " : "", list->items[i]);
    return buf_steal(&out, arena);
}

static ConstraintParts constraint(char type, const char *definition)
{
    ConstraintParts parts;
    definition_constraint(arena, type, definition, &parts);
    return parts;
}

static IndexParts index_parts(const char *definition)
{
    IndexParts parts;
    definition_index(arena, definition, &parts);
    return parts;
}

START_TEST(test_keys_name_their_columns)
{
    ConstraintParts parts = constraint('p', "PRIMARY KEY (id, \"a\"\"b, c)\", lower) INCLUDE (x, \"Y\")");
    ck_assert_str_eq(joined(&parts.columns), "[id] [a\"b, c)] [lower]");
    ck_assert_str_eq(joined(&parts.include), "[x] [Y]");
    parts = constraint('u', "UNIQUE NULLS NOT DISTINCT (a) DEFERRABLE INITIALLY DEFERRED");
    ck_assert(parts.nulls_not_distinct && parts.deferrable && parts.initially_deferred);
    parts = constraint('p', "PRIMARY KEY (id, during WITHOUT OVERLAPS)");
    ck_assert_str_eq(joined(&parts.columns), "[id] [during]");
    parts = constraint('u', "UNIQUE (a) DEFERRABLE");
    ck_assert(parts.deferrable && !parts.initially_deferred && !parts.nulls_not_distinct);
}
END_TEST

START_TEST(test_foreign_keys_name_both_ends)
{
    ConstraintParts parts = constraint(
        'f', "FOREIGN KEY (a, \"B\") REFERENCES \"s.\"\"x\".\"t (\"(c, d) MATCH FULL ON UPDATE CASCADE "
             "ON DELETE SET NULL (a, \"B\") DEFERRABLE NOT VALID");
    ck_assert_str_eq(joined(&parts.columns), "[a] [B]");
    ck_assert_str_eq(parts.table, "\"s.\"\"x\".\"t (\"");
    ck_assert_str_eq(joined(&parts.referenced), "[c] [d]");
    ck_assert_str_eq(parts.match, "FULL");
    ck_assert_str_eq(parts.on_update, "CASCADE");
    ck_assert_str_eq(parts.on_delete, "SET NULL (a, \"B\")");
    parts = constraint('f', "FOREIGN KEY (id, PERIOD at) REFERENCES public.t(id, PERIOD at)");
    ck_assert_str_eq(joined(&parts.columns), "[id] [at]");
    ck_assert_str_eq(joined(&parts.referenced), "[id] [at]");
    ck_assert_ptr_null(parts.on_delete);
    ck_assert_ptr_null(parts.match);
    parts = constraint('f', "FOREIGN KEY (a) REFERENCES t(a) DEFERRABLE NOT ENFORCED");
    ck_assert(parts.deferrable && !parts.initially_deferred);
    parts = constraint('f', "FOREIGN KEY (a) REFERENCES t(a) DEFERRABLE INITIALLY DEFERRED NOT ENFORCED");
    ck_assert(parts.deferrable && parts.initially_deferred);
    parts = constraint('f', "FOREIGN KEY (a) REFERENCES t(a) NOT ENFORCED");
    ck_assert(!parts.deferrable && !parts.initially_deferred);
    parts = constraint('f', "FOREIGN KEY (\"PERIOD \") REFERENCES t(a)");
    ck_assert_str_eq(joined(&parts.columns), "[PERIOD ]");
}
END_TEST

START_TEST(test_checks_give_their_expression)
{
    ck_assert_str_eq(constraint('c', "CHECK ((a > 0)) NO INHERIT").expression, "a > 0");
    ck_assert_str_eq(constraint('c', "CHECK (((a > 0) AND (b <> ')'::text)))").expression,
                     "(a > 0) AND (b <> ')'::text)");
    ck_assert_str_eq(constraint('c', "CHECK (is_it(a)) NOT VALID").expression, "is_it(a)");
    ck_assert_ptr_null(constraint('x', "EXCLUDE USING gist (a WITH &&)").expression);
}
END_TEST

START_TEST(test_indexes_come_apart)
{
    IndexParts parts =
        index_parts("CREATE UNIQUE INDEX \"i ( x\" ON ONLY public.\"t USING\" USING btree ("
                    "a DESC NULLS LAST, lower((b)::text) text_pattern_ops, "
                    "(c || ','::text), \"D\" COLLATE \"C\", public.f(a)) "
                    "INCLUDE (e) NULLS NOT DISTINCT WITH (fillfactor='50') TABLESPACE fast WHERE (a > 0)");
    ck_assert(parts.unique && parts.nulls_not_distinct);
    ck_assert_str_eq(parts.method, "btree");
    ck_assert_uint_eq(parts.elements.count, 5);
    ck_assert_str_eq(parts.elements.items[0].column, "a");
    ck_assert_str_eq(parts.elements.items[0].definition, "a DESC NULLS LAST");
    ck_assert_ptr_null(parts.elements.items[1].column);
    ck_assert_str_eq(parts.elements.items[1].definition, "lower((b)::text) text_pattern_ops");
    ck_assert_ptr_null(parts.elements.items[2].column);
    ck_assert_str_eq(parts.elements.items[3].column, "D");
    ck_assert_ptr_null(parts.elements.items[4].column);
    ck_assert_str_eq(joined(&parts.include), "[e]");
    ck_assert_str_eq(parts.where, "a > 0");
    parts = index_parts("CREATE INDEX i ON public.t USING gin (a)");
    ck_assert(!parts.unique);
    ck_assert_ptr_null(parts.where);
}
END_TEST

/* Whatever stands there, nothing is read beyond its end. */
START_TEST(test_broken_definitions_end)
{
    static const char *const broken[] = {
        "", "FOREIGN KEY", "FOREIGN KEY (", "FOREIGN KEY (\"a", "FOREIGN KEY (a) REFERENCES ",
        "FOREIGN KEY (a) REFERENCES \"s\".", "PRIMARY KEY (a,", "UNIQUE (,)", "CHECK (('a", "CHECK",
        "CREATE UNIQUE INDEX", "CREATE INDEX i ON t USING", "CREATE INDEX i ON t USING btree (a, (",
        "CREATE INDEX i ON t USING btree (a) WHERE",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(broken); i++) {
        for (const char *type = "pufcx"; *type; type++)
            constraint(*type, arena_strdup(arena, broken[i]));
        index_parts(arena_strdup(arena, broken[i]));
    }
    ck_assert_uint_eq(constraint('p', "PRIMARY KEY (a,").columns.count, 1);
}
END_TEST

UNIT_SUITE("definition", test_keys_name_their_columns, test_foreign_keys_name_both_ends,
           test_checks_give_their_expression, test_indexes_come_apart, test_broken_definitions_end)
UNIT_MAIN(suite)
