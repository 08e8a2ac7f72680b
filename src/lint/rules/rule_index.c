/* Indexes: created, rebuilt, and what goes wrong around CONCURRENTLY. */
#include <string.h>

#include "dbmig/base/text.h"
#include "../rules.h"

/* "CREATE INDEX" with CONCURRENTLY put behind those words, for fixes. */
static char *concurrently(const LintStatement *s, const char *behind)
{
    Arena *arena = s->run->arena;
    const char *text = s->text;
    size_t len = s->len, at = 0;
    for (;;) {
        SqlToken token = sqlscan_token(text, len, at);
        if (token.kind == SQL_TOKEN_END)
            return lint_sql(arena, text, len, 1000);
        at = token.end;
        if (!sqlscan_is_word(text, &token, behind))
            continue;
        char *rest = lint_sql(arena, text + at, len - at, 1000);
        char *first = lint_sql(arena, text, at, 200);
        return arena_printf(arena, "%s CONCURRENTLY %s", first, rest);
    }
}

#define OWN_FILE "in a file of its own, which then runs outside a transaction"

static void create_plain(const LintStatement *s, const PgQuery__IndexStmt *index,
                         const LintTarget *table)
{
    const char *name = index->idxname == NULL || index->idxname[0] == '\0'
                           ? "an index"
                           : lint_quoted(s->run->arena, index->idxname);
    Seen build = lint_saw_build(s, table);
    bool partitioned = table->relation != NULL && table->relation->kind == 'p';
    /* ON ONLY a partitioned table builds nothing. */
    if (!index->relation->inh && (partitioned || s->evidence == NULL))
        return;
    if (build == SEEN_NO)
        return;
    /* A materialized view has no writers but its REFRESH. */
    bool matview = table->relation != NULL && table->relation->kind == 'm';
    Finding *finding = lint_add(s, LINT_CREATE_INDEX, 0,
                                "creating %s without CONCURRENTLY blocks %s %s until it is built", name,
                                lint_is_closed(s, table) ? "all use of"
                                : matview                ? "REFRESH of"
                                                         : "writes to",
                                table->shown);
    if (matview && finding->severity > SEVERITY_INFO)
        finding->severity = SEVERITY_INFO;
    if (partitioned)
        lint_fixf(s, finding,
                  "CREATE INDEX %s ON ONLY %s (…); on each partition CREATE INDEX CONCURRENTLY, then ALTER "
                  "INDEX %s ATTACH PARTITION ….",
                  name, table->shown, name);
    else
        lint_fixf(s, finding, "%s; %s.", concurrently(s, "INDEX"), OWN_FILE);
    LockMode mode = lint_lock_on(s, table);
    if (build == SEEN_YES && mode == LOCK_NONE)
        lint_provef(s, finding, "the replay built it on %s", table->shown);
    else if (build == SEEN_YES)
        lint_provef(s, finding, "the replay built it on %s under %s", table->shown, lint_lock_name(mode));
}

static void create_concurrently(const LintStatement *s, const PgQuery__IndexStmt *index,
                                const LintTarget *table)
{
    const char *name = lint_quoted(s->run->arena, index->idxname == NULL ? "" : index->idxname);
    bool refused = s->evidence != NULL && s->evidence->failed &&
                   strcmp(s->evidence->sqlstate, "0A000") == 0;
    if (refused || (table->relation != NULL && table->relation->kind == 'p') ||
        lint_past_partitioned(s, table)) {
        Finding *finding = lint_add(s, LINT_CONCURRENTLY_PARTITIONED, 0,
                                    "CREATE INDEX CONCURRENTLY fails on the partitioned table %s",
                                    table->shown);
        lint_fixf(s, finding,
                  "CREATE INDEX %s ON ONLY %s (…); CREATE INDEX CONCURRENTLY on each partition; ALTER "
                  "INDEX %s ATTACH PARTITION … for each.",
                  name, table->shown, name);
        if (refused)
            lint_provef(s, finding, "%s", s->evidence->failure);
    }
    if (index->if_not_exists && table->existing) {
        Finding *finding = lint_add(s, LINT_CONCURRENTLY_IF_NOT_EXISTS, 0,
                                    "IF NOT EXISTS takes an INVALID %s, left by a failed try, for the "
                                    "real one",
                                    name);
        lint_fixf(s, finding, "DROP INDEX CONCURRENTLY IF EXISTS %s before it, and leave IF NOT EXISTS out.",
                  name);
    }
}

static void many_columns(const LintStatement *s, const PgQuery__IndexStmt *index,
                         const LintTarget *table)
{
    if (index->n_index_params <= 3)
        return;
    Finding *finding = lint_add(s, LINT_NAMING, 0, "the index has %zu columns: %s", index->n_index_params,
                                table->shown);
    lint_fixf(s, finding, "Keep the columns that select most, and INCLUDE the others if they are read.");
}

/* A time-out while CONCURRENTLY waits leaves an invalid index behind. */
static void short_timeout(const LintStatement *s, const char *what, const LintTarget *table)
{
    int64_t ms = s->file->lock_timeout_ms;
    if (!s->file->own_lock_timeout || ms <= 0 || s->file->transactional ||
        (table != NULL && !table->existing))
        return;
    Finding *finding = lint_add(s, LINT_CONCURRENTLY_LOCK_TIMEOUT, 0,
                                "%s with lock_timeout = %s: a time-out leaves an INVALID index behind",
                                what, text_from_duration(s->run->arena, ms));
    lint_fixf(s, finding, "SET lock_timeout = 0 before it; when it fails, DROP INDEX CONCURRENTLY the "
                          "invalid index and try again.");
}

void lint_rules_create_index(const LintStatement *s)
{
    const PgQuery__IndexStmt *index = s->node->index_stmt;
    if (index->relation == NULL)
        return;
    LintTarget table = lint_target(s, index->relation);
    many_columns(s, index, &table);
    if (index->concurrent) {
        create_concurrently(s, index, &table);
        short_timeout(s, "CREATE INDEX CONCURRENTLY", &table);
    } else if (table.existing) {
        create_plain(s, index, &table);
    }
}

void lint_rules_reindex(const LintStatement *s)
{
    const PgQuery__ReindexStmt *reindex = s->node->reindex_stmt;
    if (lint_option_on(reindex->params, reindex->n_params, "concurrently")) {
        short_timeout(s, "REINDEX CONCURRENTLY", NULL);
        return;
    }
    bool catalog = reindex->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SYSTEM ||
                   (reindex->relation != NULL && text_equal(reindex->relation->schemaname, "pg_catalog"));
    const char *what = reindex->name != NULL && reindex->name[0] != '\0' ? reindex->name
                                                                         : "the database";
    if (reindex->relation != NULL) {
        LintTarget target = lint_target(s, reindex->relation);
        if (!target.existing && !catalog)
            return;
        what = target.shown;
    }
    const char *behind = reindex->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX ? "INDEX"
                         : reindex->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE
                             ? "TABLE"
                         : reindex->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SCHEMA
                             ? "SCHEMA"
                             : "DATABASE";
    Finding *finding = lint_add(s, LINT_REINDEX, 0, "REINDEX of %s blocks writes, and reads by the index",
                                what);
    if (catalog)
        lint_fixf(s, finding, "There is no CONCURRENTLY for the catalogs: leave it to a time when nobody "
                              "works.");
    else
        lint_fixf(s, finding, "%s; %s.", concurrently(s, behind), OWN_FILE);
    for (size_t i = 0; s->evidence != NULL && i < s->evidence->locks.count; i++) {
        const LintHeld *held = &s->evidence->locks.items[i];
        if (held->mode >= LOCK_SHARE && strchr("rm", held->relation->kind) != NULL) {
            lint_provef(s, finding, "%s on %s", lint_lock_name(held->mode),
                        lint_relation_shown(s->run->arena, held->relation));
            break;
        }
    }
}
