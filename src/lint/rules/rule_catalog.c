/* What the catalogs say of the objects that a file made, once it has run: keys, indexes, names, rights. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "../observe/observe.h"

typedef struct CatalogRow {
    const char *table, *name, *first, *second;
    const char *shown; /* the table as SQL writes it */
} CatalogRow;

static bool is_made(const LintMade *made, const char *identity)
{
    const char *dot = strchr(identity, '.');
    return strcmp(made->identity, identity) == 0 ||
           (made->bare != NULL && dot != NULL && strcmp(made->bare, dot + 1) == 0);
}

static const LintMade *where_made(const LintRun *run, const char *identity)
{
    for (size_t i = 0; i < run->file.made.count; i++)
        if (is_made(&run->file.made.items[i], identity))
            return &run->file.made.items[i];
    return NULL;
}

static bool has_word(const LintMade *made, const char *word)
{
    Arena *scratch = arena_new();
    bool found = false;
    for (size_t at = 0; !found;) {
        SqlToken token = sqlscan_token(made->text, made->len, at);
        if (token.kind == SQL_TOKEN_END)
            break;
        if (token.kind == SQL_TOKEN_WORD || token.kind == SQL_TOKEN_QUOTED_WORD)
            found = strcmp(sqlscan_identifier(scratch, made->text, &token), word) == 0;
        at = token.end;
    }
    arena_free(scratch);
    return found;
}

/* The first statement on the table that has the words (NULL: none asked for). */
static const LintMade *with_words(const LintRun *run, const char *table, const char *first,
                                  const char *second)
{
    for (size_t i = 0; i < run->file.made.count; i++) {
        const LintMade *made = &run->file.made.items[i];
        if (is_made(made, table) && (first == NULL || has_word(made, first)) &&
            (second == NULL || has_word(made, second)))
            return made;
    }
    return NULL;
}

/* The first statement on the table whose text names the object and has the word (NULL allowed), else
   names it, else has the word, else is on the table at all. */
static const LintMade *place_of(const LintRun *run, const CatalogRow *row, const char *word)
{
    const LintMade *made = with_words(run, row->table, row->name, word);
    if (made == NULL)
        made = with_words(run, row->table, row->name, NULL);
    if (made == NULL)
        made = with_words(run, row->table, word, NULL);
    return made != NULL ? made : where_made(run, row->table);
}

static void set_fix(LintRun *run, Finding *finding, const char *text)
{
    finding->fix = arena_strdup(run->arena, text);
}

/* A change of type makes the keys of the column anew: those were there before. */
static bool made_key(const LintRun *run, const char *table)
{
    for (size_t i = 0; i < run->file.made.count; i++)
        if (is_made(&run->file.made.items[i], table) && run->file.made.items[i].references)
            return true;
    return where_made(run, table) == NULL;
}

/* The foreign key's own statement: most have no name there, but their columns. */
static const LintMade *place_of_key(const LintRun *run, const CatalogRow *row)
{
    const LintMade *made = with_words(run, row->table, row->name, "references");
    SqlToken column = sqlscan_token(row->first, strlen(row->first), 0);
    if (made == NULL)
        made = with_words(run, row->table, sqlscan_identifier(run->arena, row->first, &column), "references");
    return made != NULL ? made : place_of(run, row, "references");
}

static void fk_index(LintRun *run, const CatalogRow *row)
{
    if (!made_key(run, row->table))
        return;
    Finding *finding = lint_add_at(run, LINT_FOREIGN_KEY_WITHOUT_INDEX, place_of_key(run, row),
                                   "no index of %s leads with (%s), the columns of foreign key %s",
                                   row->shown, row->first, lint_quoted(run->arena, row->name));
    if (map_has(run->created, row->table))
        set_fix(run, finding, arena_printf(run->arena, "CREATE INDEX ON %s (%s); in this file: it is empty "
                                                       "now.", row->shown, row->first));
    else if (text_equal(row->second, "p"))
        set_fix(run, finding,
                arena_printf(run->arena, "CREATE INDEX … ON ONLY %s (%s); on each partition CREATE INDEX "
                                         "CONCURRENTLY, in a file of its own; then ALTER INDEX … ATTACH "
                                         "PARTITION ….", row->shown, row->first));
    else
        set_fix(run, finding, arena_printf(run->arena, "CREATE INDEX CONCURRENTLY ON %s (%s); in a file of "
                                                       "its own.", row->shown, row->first));
}

static void fk_type(LintRun *run, const CatalogRow *row)
{
    Finding *finding = lint_add_at(run, LINT_KEY_SHAPE, place_of_key(run, row),
                                   "foreign key %s of %s compares %s with %s",
                                   lint_quoted(run->arena, row->name), row->shown,
                                   row->first, row->second);
    set_fix(run, finding, arena_printf(run->arena, "Give the column the type of %s.", row->second));
}

static void int_key(LintRun *run, const CatalogRow *row)
{
    Finding *finding = lint_add_at(run, LINT_KEY_SHAPE, place_of(run, row, "primary"),
                                   "primary key %s of %s is %s: it runs out of numbers",
                                   lint_quoted(run->arena, row->name), row->shown, row->first);
    set_fix(run, finding,
            arena_printf(run->arena, "%s bigint GENERATED BY DEFAULT AS IDENTITY",
                         lint_quoted(run->arena, row->name)));
}

static bool made_index(const LintRun *run, const char *table)
{
    for (size_t i = 0; i < run->file.made.count; i++)
        if (is_made(&run->file.made.items[i], table) && run->file.made.items[i].indexes)
            return true;
    return where_made(run, table) == NULL;
}

static void duplicate_index(LintRun *run, const CatalogRow *row)
{
    const LintMade *made = where_made(run, row->second);
    if (made == NULL && !made_index(run, row->table))
        return;
    const char *index = lint_quoted(run->arena, row->name);
    Finding *finding = lint_add_at(run, LINT_KEY_SHAPE, made != NULL ? made : place_of(run, row, NULL),
                                   "index %s of %s is the same as %s", index, row->shown,
                                   lint_quoted(run->arena, row->first));
    set_fix(run, finding, arena_printf(run->arena, "Leave %s out.", index));
}

static void no_key(LintRun *run, const CatalogRow *row)
{
    Finding *finding = lint_add_at(run, LINT_KEY_SHAPE, place_of(run, row, NULL), "%s has no primary key",
                                   row->shown);
    set_fix(run, finding,
            arena_printf(run->arena, "ALTER TABLE %s ADD PRIMARY KEY (…), in this file: it is empty now.",
                         row->shown));
}

static void name(LintRun *run, const CatalogRow *row)
{
    const char *message = run->policy->naming_message;
    lint_add_at(run, LINT_NAMING, where_made(run, row->table), "%s name %s does not match %s%s%s", row->name,
                row->first, run->policy->naming_match, message == NULL ? "" : ": ",
                message == NULL ? "" : message);
}

static void rls_off(LintRun *run, const CatalogRow *row)
{
    Finding *finding = lint_add_at(run, LINT_SECURITY, place_of(run, row, NULL),
                                   "%s has no row level security", row->shown);
    set_fix(run, finding,
            arena_printf(run->arena, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;", row->shown));
}

static void policy_no_rls(LintRun *run, const CatalogRow *row)
{
    Finding *finding = lint_add_at(run, LINT_SECURITY, place_of(run, row, NULL),
                                   "policy %s has no effect: row level security of %s is off",
                                   lint_quoted(run->arena, row->name), row->shown);
    set_fix(run, finding,
            arena_printf(run->arena, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY;", row->shown));
}

static void definer_view(LintRun *run, const CatalogRow *row)
{
    Finding *finding = lint_add_at(run, LINT_SECURITY, place_of(run, row, NULL),
                                   "view %s reads with its owner's rights", row->shown);
    set_fix(run, finding, arena_printf(run->arena, "ALTER VIEW %s SET (security_invoker = true); "
                                                   "(PostgreSQL 15 and later)", row->shown));
}

static void search_path(LintRun *run, const CatalogRow *row)
{
    Finding *finding = lint_add_at(run, LINT_SECURITY, place_of(run, row, NULL),
                                   "function %s runs with its owner's rights and the caller's "
                                   "search_path", row->shown);
    set_fix(run, finding,
            arena_printf(run->arena, "ALTER FUNCTION %s SET search_path = pg_catalog, pg_temp;",
                         row->shown));
}

static const struct {
    const char *kind;
    void (*tell)(LintRun *run, const CatalogRow *row);
} table[] = {
    {"fk-index", fk_index},     {"fk-type", fk_type},
    {"int-key", int_key},       {"duplicate-index", duplicate_index},
    {"no-key", no_key},         {"name", name},
    {"rls-off", rls_off},       {"policy-no-rls", policy_no_rls},
    {"definer-view", definer_view}, {"search-path", search_path},
};

bool lint_read_new(Observation *observation, Error *err)
{
    Rows *rows;
    const LintRun *run = observation->run;
    Arena *scratch = arena_new();
    const char *params[3] = {observation->last_oid == NULL ? "16383" : observation->last_oid};
    lint_want_relations(observation, scratch, &params[1], &params[2]);
    bool done = session_execute(observation->helper, scratch, "dbmig_new", 3, params, &rows, err);
    if (done) {
        bool relations = rows_bool(rows, 0, 1);
        for (size_t i = LINT_CATALOG_FK; i <= LINT_CATALOG_TABLE; i++)
            observation->suspect[i] = rows_bool(rows, 0, 2 + i);
        observation->suspect[LINT_CATALOG_NAME] = relations && run->policy->naming_match != NULL;
        observation->suspect[LINT_CATALOG_RIGHT] = lint_on(run, LINT_SECURITY);
        observation->any_now |= relations;
        observation->foreign_triggers = rows_bool(rows, 0, 6);
        observation->old_code = rows_bool(rows, 0, 7);
        observation->stale |= !text_equal(observation->schemas, rows_text(rows, 0, 8));
        observation->schemas = arena_strdup(run->arena, rows_text(rows, 0, 8));
        lint_take_relations(observation, rows, 1, params[1], rows_text(rows, 0, 0));
        observation->last_oid = arena_strdup(run->arena, rows_text(rows, 0, 0));
    }
    arena_free(scratch);
    return done;
}

static void tell_row(LintRun *run, const Rows *rows, size_t i)
{
    CatalogRow row = {rows_text(rows, i, 1), rows_text(rows, i, 2), rows_text(rows, i, 3),
                      rows_text(rows, i, 4), lint_identity_shown(run->arena, rows_text(rows, i, 1))};
    for (size_t k = 0; k < ARRAY_LENGTH(table); k++)
        if (strcmp(table[k].kind, rows_text(rows, i, 0)) == 0)
            table[k].tell(run, &row);
}

static bool ask(Observation *observation, LintCatalogQuery query, const char *since, Error *err)
{
    static const char *const names[] = {
        [LINT_CATALOG_FK] = "fk",       [LINT_CATALOG_PK] = "pk",     [LINT_CATALOG_INDEX] = "index",
        [LINT_CATALOG_TABLE] = "table", [LINT_CATALOG_NAME] = "name", [LINT_CATALOG_RIGHT] = "right",
    };
    LintRun *run = observation->run;
    Rows *rows;
    const char *more = "";
    if (query == LINT_CATALOG_FK)
        more = arena_printf(run->arena, ", %s", observation->known_oid);
    else if (query == LINT_CATALOG_NAME)
        more = arena_printf(run->arena, ", %s",
                            session_quote_literal(run->arena, run->policy->naming_match));
    char *sql = arena_printf(run->arena, "EXECUTE dbmig_catalog_%s(%s%s)", names[query], since, more);
    if (!session_query(observation->helper, run->arena, sql, 0, NULL, &rows, err))
        return error_prefix(err, "rules on the catalogs");
    for (size_t i = 0; i < rows_count(rows); i++)
        tell_row(run, rows, i);
    return true;
}

bool lint_catalog_rules(Observation *observation, Error *err)
{
    const LintRun *run = observation->run;
    const char *since = observation->last_oid;
    if (!lint_read_new(observation, err))
        return false;
    if (run->file.statements == 0 || (observation->triggers && run->file.made.count == 0))
        return true;
    for (LintCatalogQuery i = 0; i < LINT_CATALOG_QUERIES; i++)
        if (observation->suspect[i] && !ask(observation, i, since, err))
            return false;
    return true;
}
