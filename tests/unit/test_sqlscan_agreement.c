/*
 * Real histories: for every .sql file of the corpora (DBMIG_CORPORA, else ../shared/corpora) that
 * PostgreSQL's parser can read as a whole, our splitter finds the same statements; and what it
 * finds in any file does not depend on the pieces the file arrives in.
 */
#include "sqlscan_support.h"

#include "dbmig/base/text.h"
#include "dbmig/text/sqlparse.h"

typedef struct Tally {
    size_t files, statements, unparsed, refused;
} Tally;

static const char *corpora(void)
{
    const char *path = getenv("DBMIG_CORPORA");
    return path ? path : "../shared/corpora";
}

static void find_sql(const char *path, StringList *ret)
{
    if (file_kind(path) == FILE_REGULAR && text_ends(path, ".sql"))
        VEC_PUSH(arena, *ret, path);
    if (file_kind(path) != FILE_FOLDER)
        return;
    StringList names = {0};
    ck_assert_ok(file_list(arena, path, &names, &err));
    for (size_t i = 0; i < names.count; i++)
        find_sql(file_join(arena, path, names.items[i]), ret);
}

/* The statement's length up to its last token, as sqlparse_split() has it. */
static size_t trimmed_length(const SqlItem *item)
{
    size_t len = 0;
    SqlToken token = sqlscan_token(item->text, item->len, 0);
    for (; token.kind != SQL_TOKEN_END; token = sqlscan_token(item->text, item->len, token.end))
        len = token.end;
    return len;
}

static void check_statements(Arena *scratch, const char *path, const Bytes *sql, Tally *tally)
{
    SqlSpan *spans = NULL;
    SqlParseFailure failure;
    long count = sqlparse_split(scratch, sql->data, sql->len, &spans, &failure);
    tally->unparsed += count < 0;
    SqlScanner *scanner = sqlscan_begin_text(scratch, path, sql->data, sql->len);
    SqlItem item = {0};
    for (long i = 0;; i++) {
        if (!sqlscan_next(scanner, &item, &err)) {
            ck_assert_msg(count < 0, "%s:%zu:%zu: %s", path, err.line, err.column, err.primary);
            tally->refused++;
            return;
        }
        if (item.kind == SQL_ITEM_END) {
            ck_assert_msg(count < 0 || i == count, "%s: %ld statements, not %ld", path, i, count);
            return;
        }
        if (count < 0)
            continue;
        ck_assert_msg(
            i < count && item.offset == spans[i].start && trimmed_length(&item) == spans[i].len,
            "%s:%zu:%zu: the parser has another statement here", path, item.line, item.column);
        tally->statements++;
    }
}

static void check_pieces(const char *path, const Bytes *sql)
{
    static const size_t pieces[] = {1, 2, 3, 7};
    char *whole = list_items(sql->data, sql->len, 0);
    for (size_t i = 0; i < ARRAY_LENGTH(pieces); i++) {
        char *listed = list_items(sql->data, sql->len, pieces[i]);
        ck_assert_msg(strcmp(whole, listed) == 0, "%s differs in pieces of %zu", path, pieces[i]);
    }
}

START_TEST(test_corpora)
{
    if (file_kind(corpora()) != FILE_FOLDER) {
        printf("# skipped: no folder %s\n", corpora());
        return;
    }
    StringList paths = {0};
    Tally tally = {0};
    find_sql(corpora(), &paths);
    Arena *outer = arena;
    for (size_t i = 0; i < paths.count; i++) {
        Bytes sql;
        arena = arena_new();
        ck_assert_ok(file_read(arena, paths.items[i], &sql, &err));
        check_statements(arena, paths.items[i], &sql, &tally);
        check_pieces(paths.items[i], &sql);
        arena_free(arena);
        tally.files++;
    }
    arena = outer;
    printf(
        "# %zu files, %zu statements agree; not for PostgreSQL's parser: %zu files, of which the "
        "splitter refuses %zu\n",
        tally.files, tally.statements, tally.unparsed, tally.refused);
}
END_TEST

/* `x stands for an alternative of rule x. The first one of each ends the expansion. */
typedef struct Rule {
    char name;
    const char *alternatives[24];
} Rule;

static const Rule rules[] = {
    {'F', {"`S", "`g`S`g;`F", "`g;`F", "`g`S`g;`g"}},
    {'S',
     {"select 1", "SELECT `L", "select/*;*/`V", "`C(atomic int)`g begin `A", "`C() BEGIN`b`A",
      "create rule r as on insert to t do (`g select `V;`g select `V)"}},
    {'C', {"create function f", "CREATE OR REPLACE PROCEDURE p", "create procedure begin"}},
    {'A', {"atomic end", "atomic`B end", "ATOMIC `B`B`gEND"}},
    {'B', {";", "select `V`g;", "select `V end`g;", "`B`B"}},
    {'L', {"`V", "`V`g,`g`L"}},
    {'V', {"1",           "'`q'",
           "E'`q'",       "e'`q'",
           "$$`q$$",      "$é1$`q$é1$",
           "\"`q\"",      "u&'`q'",
           "U&\"x`q\"",   "`N",
           "- `V",        "(`g`V`g)",
           "`V`o`V",      "'`q'`n'`q'",
           "E'`q'`n'`q'", "array['`q', 1]",
           "f(';')",      "case when a then `V end",
           "t.end",       "1 as end",
           "N'a;'",       "x'a;f'",
           "B'01;'"}},
    {'N', {"1.5e-3", ".5", "1.", "$1", "a$b$c", "x$$", "é$x$", "1e5", "E", "n"}},
    {'o',
     {"+", "-", "/", "*", "||", "<->", "->>", "@-", "?|", "::int -", "=", "<@--;\n", "*/*;*/"}},
    {'q',
     {"", "`q;", "$`q", "$$", "--`q", "/*`q", "*/", "x`q", "(", ")`q", "''`q", "\"\"", "\\\\`q",
      "\\n", "end;", "\\'", "'", "\n`q", "é`q"}},
    {'g',
     {"", " ", "\n", "\r\n", "-- ; ' \" $$ \n", "--\r", "/* ; */", "/*/*;'*/*/", "/***/", "\t",
      "`g`g"}},
    {'b', {" ", "/*;*/", "\n", "--;\n"}},
    {'n', {"\n", "\r", " \n ", "--c\n", "-- ;'\n\n", " --'\n "}},
};

static uint64_t random_state;

static size_t random_below(size_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(random_state >> 33) % limit;
}

static void expand(Buf *out, char name, int depth)
{
    const Rule *rule = rules;
    while (rule->name != name)
        rule++;
    size_t count = 0;
    while (rule->alternatives[count])
        count++;
    const char *text = rule->alternatives[depth > 8 ? 0 : random_below(count)];
    for (; *text; text++) {
        if (*text == '`')
            expand(out, *++text, depth + 1);
        else
            buf_add_char(out, *text);
    }
}

START_TEST(test_made_up_sql)
{
    enum { CASES = 30000 };
    Tally tally = {0};
    Arena *outer = arena;
    for (random_state = 1; tally.files < CASES; tally.files++) {
        Buf text = {0};
        expand(&text, 'F', 0);
        arena = arena_new();
        Bytes sql = {buf_text(&text), text.len};
        check_statements(arena, sql.data, &sql, &tally);
        arena_free(arena);
        buf_free(&text);
    }
    arena = outer;
    printf("# %zu made-up files, %zu of them SQL, %zu statements agree\n", tally.files,
           tally.files - tally.unparsed, tally.statements);
    ck_assert_uint_gt(tally.files - tally.unparsed, CASES / 10);
}
END_TEST

UNIT_SUITE("sqlscan_agreement", test_corpora, test_made_up_sql)
UNIT_MAIN(suite)
