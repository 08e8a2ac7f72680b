/* Whole tables rewritten, refilled or emptied; data changed in bulk. */
#include <string.h>

#include "dbmig/base/text.h"
#include "../rules.h"

void lint_rules_vacuum(const LintStatement *s)
{
    const PgQuery__VacuumStmt *vacuum = s->node->vacuum_stmt;
    if (!vacuum->is_vacuumcmd || !lint_option_on(vacuum->options, vacuum->n_options, "full"))
        return;
    const char *what = "every table";
    if (vacuum->n_rels > 0 && vacuum->rels[0]->node_case == PG_QUERY__NODE__NODE_VACUUM_RELATION &&
        vacuum->rels[0]->vacuum_relation->relation != NULL) {
        LintTarget table = lint_target(s, vacuum->rels[0]->vacuum_relation->relation);
        if (!table.existing)
            return;
        what = table.shown;
    }
    Finding *finding = lint_add(s, LINT_VACUUM_FULL, 0, "VACUUM FULL rewrites %s under ACCESS EXCLUSIVE",
                                what);
    lint_fixf(s, finding, "pg_repack on %s, or VACUUM without FULL.", what);
}

void lint_rules_cluster(const LintStatement *s)
{
    const PgQuery__ClusterStmt *cluster = s->node->cluster_stmt;
    const char *what = "every clustered table";
    if (cluster->relation != NULL) {
        LintTarget table = lint_target(s, cluster->relation);
        if (!table.existing)
            return;
        what = table.shown;
    }
    Finding *finding = lint_add(s, LINT_VACUUM_FULL, 0, "CLUSTER rewrites %s under ACCESS EXCLUSIVE", what);
    lint_fixf(s, finding, "pg_repack --order-by on %s, or leave it.", what);
}

void lint_rules_refresh(const LintStatement *s)
{
    const PgQuery__RefreshMatViewStmt *refresh = s->node->refresh_mat_view_stmt;
    if (refresh->concurrent || refresh->relation == NULL)
        return;
    LintTarget view = lint_target(s, refresh->relation);
    if (!view.existing)
        return;
    Finding *finding = lint_add(s, LINT_REFRESH_MATVIEW, 0, "REFRESH blocks reads of %s until it is filled",
                                view.shown);
    lint_fixf(s, finding,
              "CREATE UNIQUE INDEX on %s, then REFRESH MATERIALIZED VIEW CONCURRENTLY %s.", view.shown,
              view.shown);
    lint_provef(s, finding, "%s on %s", lint_lock_name(lint_lock_on(s, &view)), view.shown);
}

/* Other old tables that TRUNCATE … CASCADE emptied. */
static const char *reached(const LintStatement *s, const PgQuery__TruncateStmt *truncate)
{
    Arena *arena = s->run->arena;
    const char *names = NULL;
    for (size_t i = 0; s->evidence != NULL && i < s->evidence->locks.count; i++) {
        const LintHeld *held = &s->evidence->locks.items[i];
        bool named = false;
        if (!held->fresh || held->mode != LOCK_ACCESS_EXCLUSIVE ||
            strchr("rp", held->relation->kind) == NULL)
            continue;
        for (size_t k = 0; k < truncate->n_relations; k++)
            named |= truncate->relations[k]->node_case == PG_QUERY__NODE__NODE_RANGE_VAR &&
                     strcmp(truncate->relations[k]->range_var->relname, held->relation->name) == 0;
        if (!named)
            names = arena_printf(arena, "%s%s%s", names == NULL ? "" : names, names == NULL ? "" : ", ",
                                 lint_relation_shown(arena, held->relation));
    }
    return names;
}

void lint_rules_truncate(const LintStatement *s)
{
    const PgQuery__TruncateStmt *truncate = s->node->truncate_stmt;
    bool cascade = truncate->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
    const char *others = cascade ? reached(s, truncate) : NULL;
    for (size_t i = 0; i < truncate->n_relations; i++) {
        if (truncate->relations[i]->node_case != PG_QUERY__NODE__NODE_RANGE_VAR)
            continue;
        LintTarget table = lint_target(s, truncate->relations[i]->range_var);
        if (!table.existing)
            continue;
        Finding *finding =
            lint_add(s, LINT_TRUNCATE, lint_at(s, truncate->relations[i]->range_var->location),
                     "TRUNCATE %s%s deletes all rows%s%s", table.shown, cascade ? " CASCADE" : "",
                     others != NULL  ? ", also those of "
                     : cascade ? ", also those of every table that refers to it"
                               : "",
                     others != NULL ? others : "");
        if (cascade)
            lint_fixf(s, finding, "Leave CASCADE out, and name each table that is meant to be emptied.");
        else
            lint_fixf(s, finding, "DELETE FROM %s WHERE …, in batches, outside this file.", table.shown);
        if (others != NULL)
            lint_provef(s, finding, "the replay emptied %s", others);
    }
}

/* ---- UPDATE and DELETE ---- */

static bool is_constant(const PgQuery__Node *node)
{
    while (node != NULL && node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST)
        node = node->type_cast->arg;
    return node != NULL && node->node_case == PG_QUERY__NODE__NODE_A_CONST && !node->a_const->isnull;
}

/* The only column that is set, where the file added it and it gets a constant; else NULL. */
static const PgQuery__ResTarget *constant_backfill(const LintStatement *s, const LintTarget *table)
{
    if (s->node->node_case != PG_QUERY__NODE__NODE_UPDATE_STMT || s->node->update_stmt->n_target_list != 1)
        return NULL;
    const PgQuery__Node *node = s->node->update_stmt->target_list[0];
    if (node->node_case != PG_QUERY__NODE__NODE_RES_TARGET || !is_constant(node->res_target->val) ||
        !lint_part_is_new(s, "COLUMN", table, node->res_target->name))
        return NULL;
    return node->res_target;
}

/* How the value is written: what stands behind the "=". */
static const char *value_text(const LintStatement *s, const PgQuery__ResTarget *target)
{
    size_t at = lint_at(s, target->location);
    for (SqlToken token = sqlscan_token(s->text, s->len, at); token.kind != SQL_TOKEN_END;
         token = sqlscan_token(s->text, s->len, token.end))
        if (token.kind == SQL_TOKEN_SYMBOL && s->text[token.start] == '=') {
            size_t end = lint_part_end(s, token.end);
            for (SqlToken word = sqlscan_token(s->text, end, token.end); word.kind != SQL_TOKEN_END;
                 word = sqlscan_token(s->text, end, word.end))
                if (sqlscan_is_word(s->text, &word, "WHERE"))
                    end = word.start;
            return lint_sql(s->run->arena, s->text + token.end, end - token.end, 200);
        }
    return "…";
}

static void tell_unbounded(const LintStatement *s, const char *verb, const LintTarget *table,
                           const PgQuery__Node *where)
{
    Finding *finding = lint_add(s, LINT_BULK_CHANGE, 0, "%s without %s touches every row of %s", verb,
                                where == NULL ? "WHERE" : "a WHERE on its columns", table->shown);
    const PgQuery__ResTarget *target = where == NULL ? constant_backfill(s, table) : NULL;
    if (target != NULL) {
        const char *column = lint_quoted(s->run->arena, target->name);
        lint_fixf(
            s, finding,
            "ALTER TABLE %s ADD COLUMN %s … NOT NULL DEFAULT %s; instead of adding, filling and "
            "SET NOT NULL: one step without a scan or a rewrite.",
            table->shown, column, value_text(s, target));
        return;
    }
    bool update = strcmp(verb, "UPDATE") == 0;
    lint_fixf(s, finding, "In batches by key, each its own transaction, outside the migration: %s %s%s WHERE "
              "<key> BETWEEN … AND ….", update ? verb : "DELETE FROM", table->shown,
              update ? " SET …" : "");
}

static void tell_beside_ddl(const LintStatement *s, const char *verb, const LintTarget *table)
{
    Finding *finding = lint_add(s, LINT_BULK_CHANGE, 0,
                                "%s of %s in the same transaction as DDL: the locks of the DDL are held "
                                "while the rows are written",
                                verb, table->shown);
    lint_fixf(s, finding, "Move the %s of %s into a file of its own.", verb, table->shown);
}

/* Where migration tools keep their own books: a row a version. */
static bool is_history(const char *table)
{
    static const char *const names[] = {
        "alembic_version", "ar_internal_metadata", "schema_migrations", "django_migrations",
        "flyway_schema_history", "schema_history", "atlas_schema_revisions", "databasechangelog",
        "databasechangeloglock", "knex_migrations", "knex_migrations_lock", "_prisma_migrations",
        "SequelizeMeta", "__EFMigrationsHistory", "goose_db_version", "schema_version", "phinxlog",
        "doctrine_migration_versions", "_sqlx_migrations", "__diesel_schema_migrations",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (strcmp(names[i], table) == 0)
            return true;
    return false;
}

/* A WHERE that looks at no column takes all rows, or none. */
static bool bounds(const PgQuery__Node *where)
{
    return where != NULL && (lint_has_node(where, &pg_query__column_ref__descriptor) ||
                             lint_has_node(where, &pg_query__current_of_expr__descriptor) ||
                             lint_has_node(where, &pg_query__sub_link__descriptor));
}

static void change(const LintStatement *s, const char *verb, const PgQuery__RangeVar *relation,
                   const PgQuery__Node *where, bool joined)
{
    LintTarget table = lint_target(s, relation);
    if (!table.existing || is_history(table.name))
        return;
    if (!joined && !bounds(where))
        tell_unbounded(s, verb, &table, where);
    else if (s->file->transactional && s->file->exclusive != NULL)
        tell_beside_ddl(s, verb, &table);
}

static void change_by(const LintStatement *s, const PgQuery__Node *node)
{
    if (node->node_case == PG_QUERY__NODE__NODE_UPDATE_STMT) {
        const PgQuery__UpdateStmt *update = node->update_stmt;
        change(s, "UPDATE", update->relation, update->where_clause, update->n_from_clause > 0);
    } else if (node->node_case == PG_QUERY__NODE__NODE_DELETE_STMT) {
        const PgQuery__DeleteStmt *delete = node->delete_stmt;
        change(s, "DELETE", delete->relation, delete->where_clause, delete->n_using_clause > 0);
    }
}

static const PgQuery__WithClause *with_of(const PgQuery__Node *node)
{
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
        return node->select_stmt->with_clause;
    case PG_QUERY__NODE__NODE_INSERT_STMT:
        return node->insert_stmt->with_clause;
    case PG_QUERY__NODE__NODE_UPDATE_STMT:
        return node->update_stmt->with_clause;
    case PG_QUERY__NODE__NODE_DELETE_STMT:
        return node->delete_stmt->with_clause;
    case PG_QUERY__NODE__NODE_MERGE_STMT:
        return node->merge_stmt->with_clause;
    default:
        return NULL;
    }
}

/* The statement itself, and what its WITH changes. */
void lint_rules_data(const LintStatement *s)
{
    const PgQuery__WithClause *with = with_of(s->node);
    for (size_t i = 0; with != NULL && i < with->n_ctes; i++)
        if (with->ctes[i]->node_case == PG_QUERY__NODE__NODE_COMMON_TABLE_EXPR &&
            with->ctes[i]->common_table_expr->ctequery != NULL)
            change_by(s, with->ctes[i]->common_table_expr->ctequery);
    change_by(s, s->node);
}
