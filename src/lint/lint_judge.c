/* One statement, one file: in which order the rules look at it, and what is kept for the next. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/text/version.h"
#include "rules.h"

/* ---- what a statement creates besides relations ---- */

static void remember(const LintStatement *s, const char *kind, const char *name)
{
    map_set(s->run->created, arena_printf(s->run->arena, "%s %s", kind, name), s->run);
}

static void remember_domain(const LintStatement *s, const PgQuery__CreateDomainStmt *create)
{
    const char *name = lint_string(create->domainname[create->n_domainname - 1]);
    remember(s, "DOMAIN", name);
    remember(s, "TYPE", name);
    for (size_t i = 0; i < create->n_constraints; i++) {
        const PgQuery__Node *node = create->constraints[i];
        if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
            node->constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT &&
            node->constraint->contype != PG_QUERY__CONSTR_TYPE__CONSTR_NULL)
            map_set(s->run->new_domains, arena_strdup(s->run->arena, name), s->run);
    }
}

/* ADD COLUMN IF NOT EXISTS of one that was there adds nothing. */
static bool was_there(const LintStatement *s, const LintTarget *table, const char *column)
{
    const char *type;
    bool not_null;
    if (s->evidence == NULL)
        return lint_past_knows(s, table, column);
    return table->relation != NULL &&
           lint_observed_column(s->run, table->relation, column, &type, &not_null);
}

static void remember_part(const LintStatement *s, const char *kind, const LintTarget *table,
                          const char *name)
{
    map_set(s->run->created, lint_part_key(s, kind, table, name), s->run);
}

static void remember_columns(const LintStatement *s, const PgQuery__AlterTableStmt *alter)
{
    if (alter->relation == NULL)
        return;
    LintTarget table = lint_target(s, alter->relation);
    for (size_t i = 0; i < alter->n_cmds; i++) {
        const PgQuery__AlterTableCmd *command =
            alter->cmds[i]->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD
                ? alter->cmds[i]->alter_table_cmd
                : NULL;
        if (command != NULL && command->missing_ok &&
            command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint)
            remember_part(s, "DROPPED", &table, command->name);
        if (command == NULL || command->def == NULL)
            continue;
        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint &&
            command->def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
            command->def->constraint->conname != NULL)
            remember_part(s, "CONSTRAINT", &table, command->def->constraint->conname);
        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault)
            remember_part(s, "DEFAULT", &table, command->name);
        if (command->subtype != PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn ||
            command->def->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
            continue;
        const PgQuery__ColumnDef *column = command->def->column_def;
        if (command->missing_ok && was_there(s, &table, column->colname))
            continue;
        remember_part(s, "COLUMN", &table, column->colname);
        if (lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL) != NULL)
            remember_part(s, "NOT NULL", &table, column->colname);
        if (lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT) != NULL ||
            lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY) != NULL ||
            lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED) != NULL ||
            lint_is_serial(lint_type_name(column->type_name)))
            remember_part(s, "DEFAULT", &table, column->colname);
    }
}

static void remember_objects(const LintStatement *s)
{
    const PgQuery__Node *node = s->node;
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        if (node->index_stmt->idxname != NULL)
            remember(s, "INDEX", node->index_stmt->idxname);
        break;
    case PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT:
        if (node->create_schema_stmt->schemaname != NULL)
            remember(s, "SCHEMA", node->create_schema_stmt->schemaname);
        break;
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
        remember(s, "TYPE", lint_names_text(s->run->arena, node->create_enum_stmt->type_name,
                                            node->create_enum_stmt->n_type_name, "."));
        break;
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
        if (node->create_function_stmt->n_funcname > 0)
            remember(s, node->create_function_stmt->is_procedure ? "PROCEDURE" : "FUNCTION",
                     lint_string(node->create_function_stmt
                                     ->funcname[node->create_function_stmt->n_funcname - 1]));
        break;
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT:
        if (!node->create_extension_stmt->if_not_exists)
            remember(s, "EXTENSION", node->create_extension_stmt->extname);
        break;
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT:
        if (node->composite_type_stmt->typevar != NULL)
            remember(s, "TYPE", node->composite_type_stmt->typevar->relname);
        break;
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
        remember_domain(s, node->create_domain_stmt);
        break;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        remember_columns(s, node->alter_table_stmt);
        break;
    default:
        break;
    }
}

/* ---- what it did ---- */

static void remember_locks(const LintStatement *s)
{
    LintTarget own = {0};
    if (s->evidence != NULL && s->node != NULL)
        lint_lock_by_tree(s, &own);
    for (size_t i = 0; s->evidence != NULL && i < s->evidence->locks.count; i++) {
        const LintHeld *held = &s->evidence->locks.items[i];
        const char *name = held->relation->name;
        if ((!held->fresh && held->relation != own.relation) ||
            strchr("rpmvfS", held->relation->kind) == NULL)
            continue;
        LintLock lock = {
            .file = s->file->migration->path,
            .line = s->item->line,
            .statement = lint_short(s->run->arena, s->text, s->len, 60),
            .object = lint_relation_shown(s->run->arena, held->relation),
            .mode = lint_lock_name(held->mode),
            .blocks_reads = lint_lock_blocks_reads(held->mode),
            .blocks_writes = lint_lock_blocks_writes(held->mode),
            .blocks_ddl = held->mode >= LOCK_SHARE_UPDATE_EXCLUSIVE,
            .work = lint_evidence_has(&s->evidence->rewritten, name)  ? "rewrite"
                    : lint_evidence_has(&s->evidence->built_on, name) ? "index build"
                    : lint_evidence_has(&s->evidence->verified, name) ? "scan"
                                                                      : NULL,
        };
        VEC_PUSH(s->run->arena, s->run->result->locks, lock);
    }
}

/* An ALTER TABLE makes only what it names; a change of type makes old keys and indexes anew. */
static bool may_make(const LintStatement *s, const char *const *words, size_t count)
{
    if (s->node == NULL || s->node->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT)
        return true;
    for (size_t i = 0; i < count; i++)
        if (strcasestr(s->item->text, words[i]) != NULL)
            return true;
    return false;
}

static void made(const LintStatement *s, const char *identity, const char *bare)
{
    LintFile *file = s->file;
    size_t count = file->made.count;
    /* One text is kept for all that a statement makes. */
    bool again = count > 0 && file->made.items[count - 1].statement == s->number;
    static const char *const references[] = {"references"};
    static const char *const indexes[] = {"unique", "primary", "exclude"};
    LintMade one = {
        .identity = identity,
        .bare = bare,
        .statement = s->number,
        .line = s->item->line,
        .column = s->item->column,
        .excerpt = again ? file->made.items[count - 1].excerpt
                         : sqlscan_excerpt_within(s->run->arena, s->item->text, s->item->len, 0,
                                                  LINT_EXCERPT_BEFORE, LINT_EXCERPT_BEHIND),
        .text = again ? file->made.items[count - 1].text
                      : arena_strndup(s->run->arena, s->item->text, s->item->len),
        .len = s->item->len,
        .references = may_make(s, references, ARRAY_LENGTH(references)),
        .indexes = may_make(s, indexes, ARRAY_LENGTH(indexes)),
    };
    VEC_PUSH(s->run->arena, s->file->made, one);
    if (!map_has(file->made_first, identity)) {
        size_t *number = arena_alloc(s->run->arena, sizeof(*number));
        *number = s->number;
        map_set(file->made_first, identity, number);
    }
}

/* By the tree. An index lies in its table's schema. */
static void made_by_tree(const LintStatement *s)
{
    const PgQuery__RangeVar *range = NULL;
    const char *name = NULL;
    switch (s->node == NULL ? PG_QUERY__NODE__NODE__NOT_SET : s->node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        range = s->node->create_stmt->relation;
        break;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        range = s->node->alter_table_stmt->relation;
        break;
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        range = s->node->index_stmt->relation;
        name = s->node->index_stmt->idxname;
        break;
    default:
        break;
    }
    if (range == NULL)
        return;
    bool has_schema = range->schemaname != NULL && range->schemaname[0] != '\0';
    name = arena_strdup(s->run->arena, name == NULL ? range->relname : name);
    made(s, arena_printf(s->run->arena, "%s.%s",
                         has_schema ? range->schemaname : s->run->default_schema, name),
         has_schema ? NULL : name);
}

static void remember_made(const LintStatement *s)
{
    if (s->evidence->quiet)
        made_by_tree(s);
    for (size_t i = 0; i < s->evidence->commands.count; i++)
        made(s, lint_unquoted(s->run->arena, s->evidence->commands.items[i].identity), NULL);
}

static const PgQuery__Node *parse(const LintStatement *s)
{
    LintRun *run = s->run;
    LintFile *file = s->file;
    const char *why;
    const PgQuery__Node *node = lint_parse(run, s->item, &why);
    if (node != NULL)
        return node;
    run->result->skipped++;
    if (s->evidence == NULL && !run->parsed.spared)
        return NULL; /* a finding tells it */
    if (file->unparsed++ == 0) {
        file->first_unparsed = s->item->line;
        file->unparsed_why =
            run->parsed.spared
                ? why
                : arena_printf(run->arena, "the parser of PostgreSQL %d says \"%s\"",
                               sqlparse_grammar_version(), why);
        file->unparsed_replayed = s->evidence != NULL;
    }
    return NULL;
}

void lint_judge(LintRun *run, const SqlItem *item, const Evidence *evidence)
{
    LintFile *file = &run->file;
    LintStatement s = {.run = run, .file = file, .item = item, .evidence = evidence,
                       .text = item->text, .len = item->len, .scratch = arena_new()};
    lint_ignore_read(run, item);
    s.number = ++file->statements;
    file->last_line = item->line;
    file->last_column = item->column;
    run->result->statements++;
    lint_control_follow(run, item);
    s.node = parse(&s);
    file->effects += s.node == NULL || s.node->node_case != PG_QUERY__NODE__NODE_VARIABLE_SET_STMT;
    size_t before = file->first_finding = file->findings.count;
    file->silenced.count = 0;
    lint_rules_run(&s, LINT_WHEN_FIRST);
    if (s.node != NULL) {
        lint_settings_follow(&s);
        lint_rules_run_tree(&s);
        lint_rules_run(&s, LINT_WHEN_FOLLOWING);
    }
    if (evidence != NULL) {
        lint_tell_unexplained(&s, before);
        lint_rules_run(&s, LINT_WHEN_SEEN);
        remember_locks(&s);
        remember_made(&s);
    }
    lint_rules_run(&s, LINT_WHEN_AFTER);
    if (s.node != NULL) {
        remember_objects(&s);
        lint_past_follow(&s);
        lint_past_key_follow(&s);
        lint_names_follow(&s);
    }
    arena_free(s.scratch);
    lint_parse_forget(run);
}

/* ---- files ---- */

void lint_file_begin(LintRun *run, const Migration *migration, bool transactional, bool planned)
{
    run->file = (LintFile){
        .migration = migration,
        .transactional = transactional,
        .planned = planned,
        .lock_timeout_ms = run->options->lock_timeout_ms,
        .statement_timeout_ms = run->options->statement_timeout_ms,
        .lost = map_new(run->arena),
        .made_first = map_new(run->arena),
        .told = map_new(run->arena),
        .ignored = map_new(run->arena),
        .proven_tables = map_new(run->arena),
        .exclusive_tables = map_new(run->arena),
        .scanned_tables = map_new(run->arena),
        .referenced_tables = map_new(run->arena),
        .rewritten_tables = map_new(run->arena),
    };
    run->default_schema = run->own_schema == NULL ? "public" : run->own_schema;
    run->temporary = map_new(run->arena);
    lint_past_key_begin(run);
    if (run->created == NULL || !run->options->together) {
        run->created = map_new(run->arena);
        run->new_domains = map_new(run->arena);
    }
}

/* What no rule on trees has looked at, in one line for the file. */
static void note_unparsed(LintRun *run)
{
    const LintFile *file = &run->file;
    if (file->unparsed == 0)
        return;
    const char *more = file->unparsed == 1
                           ? ""
                           : arena_printf(run->arena, " (and in %zu statements behind it)",
                                          file->unparsed - 1);
    lint_note(run, "%s:%zu: tree rules skipped: %s%s%s", file->migration->path, file->first_unparsed,
              file->unparsed_why, file->unparsed_replayed ? "; the replay judged it" : "", more);
}

static int compare(const void *a, const void *b)
{
    const Finding *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return strcmp(x->code, y->code);
}

/* A file of one statement cannot stop half-way. */
static void forgive_lone_statement(LintFile *file)
{
    for (size_t i = 0; file->effects < 2 && i < file->findings.count; i++)
        if (strcmp(file->findings.items[i].code, lint_rule(LINT_ROBUST_STATEMENT)->code) == 0)
            file->findings.items[i].severity = SEVERITY_OFF;
}

/* A version up to the baseline: its findings are from before lint was switched on. */
static bool is_known(const LintRun *run)
{
    const Migration *migration = run->file.migration;
    return run->policy->baseline != NULL && migration->kind == MIGRATION_VERSIONED &&
           version_compare(migration->version, run->policy->baseline) <= 0;
}

void lint_file_end(LintRun *run)
{
    LintFile *file = &run->file;
    forgive_lone_statement(file);
    lint_ignore_end(run);
    note_unparsed(run);
    if (file->findings.count > 0)
        qsort(file->findings.items, file->findings.count, sizeof(Finding), compare);
    bool known = is_known(run);
    for (size_t i = 0; i < file->findings.count; i++) {
        if (file->findings.items[i].severity == SEVERITY_OFF)
            continue;
        run->result->known += known;
        if (known)
            continue;
        Finding finding = file->findings.items[i];
        if (finding.fix != NULL && finding.fix != lint_rule(lint_rule_find(finding.code))->instead)
            finding.fix = lint_fix_layout(run->arena, finding.fix);
        VEC_PUSH(run->arena, run->result->findings, finding);
    }
    run->result->silenced += map_count(file->ignored) + file->silenced_behind;
    run->result->files++;
    file->findings.count = 0;
}
