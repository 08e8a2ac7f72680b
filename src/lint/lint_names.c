/*
 * Which relation a name means, and whether it was there before: by what the replay saw where there is
 * one, else by what the file itself created. The same name in two schemas is two relations.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "rules.h"

/* ---- quoting for fixes ---- */

/* Words that cannot be column or table names without quotes. */
static const char *const reserved[] = {
    "all",     "analyse", "analyze", "and",    "any",     "array",  "as",      "asc",     "both",
    "case",    "cast",    "check",   "collate", "column",  "constraint", "create", "default",
    "desc",    "distinct", "do",     "else",   "end",     "except", "false",   "fetch",   "for",
    "foreign", "from",    "grant",   "group",  "having",  "in",     "initially", "intersect",
    "into",    "leading", "limit",   "not",    "null",    "offset", "on",      "only",    "or",
    "order",   "placing", "primary", "references", "returning", "select", "some", "table",
    "then",    "to",      "trailing", "true",  "union",   "unique", "user",    "using",   "when",
    "where",   "window",  "with",
};

static bool plain(const char *name)
{
    if (!((name[0] >= 'a' && name[0] <= 'z') || name[0] == '_'))
        return false;
    for (const char *c = name; *c != '\0'; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_'))
            return false;
    for (size_t i = 0; i < ARRAY_LENGTH(reserved); i++)
        if (strcmp(name, reserved[i]) == 0)
            return false;
    return true;
}

char *lint_quoted(Arena *arena, const char *name)
{
    return plain(name) ? arena_strdup(arena, name) : session_quote_identifier(arena, name);
}

char *lint_beside(const LintStatement *s, const LintTarget *target, const char *ending)
{
    Arena *arena = s->run->arena;
    size_t shown = strlen(target->shown), name = strlen(lint_quoted(arena, target->name));
    char *longer = lint_quoted(arena, arena_printf(arena, "%s%s", target->name, ending));
    return arena_printf(arena, "%.*s%s", (int)(shown - name), target->shown, longer);
}

char *lint_identity_shown(Arena *arena, const char *identity)
{
    size_t schema = strcspn(identity, ".");
    if (identity[schema] == '\0')
        return lint_quoted(arena, identity);
    const char *name = identity + schema + 1, *arguments = name + strcspn(name, "(");
    return arena_printf(arena, "%s.%s%s", lint_quoted(arena, arena_strndup(arena, identity, schema)),
                        lint_quoted(arena, arena_strndup(arena, name, (size_t)(arguments - name))),
                        arguments);
}

char *lint_relation_shown(Arena *arena, const LintRelation *relation)
{
    return arena_printf(arena, "%s.%s", lint_quoted(arena, relation->schema),
                        lint_quoted(arena, relation->name));
}

char *lint_unquoted(Arena *arena, const char *identity)
{
    char *plain = arena_strdup(arena, identity), *end = plain;
    for (const char *c = plain; *c != '\0'; c++)
        if (*c != '"')
            *end++ = *c;
    *end = '\0';
    return plain;
}

/* ---- targets ---- */

static const char *key_of(const LintStatement *s, const char *schema, const char *name)
{
    return arena_printf(s->run->arena, "%s.%s", schema != NULL ? schema : s->run->default_schema,
                        name);
}

static const LintRelation *find_locked(const LintStatement *s, const char *schema, const char *name)
{
    for (size_t i = 0; i < s->evidence->locks.count; i++) {
        const LintRelation *relation = s->evidence->locks.items[i].relation;
        if (!relation->gone && strcmp(relation->name, name) == 0 &&
            (schema == NULL || strcmp(relation->schema, schema) == 0))
            return relation;
    }
    return NULL;
}

/* Without a schema: the one where the file makes tables comes first, also if it has just made this one. */
static const LintRelation *find_unqualified(const LintStatement *s, const char *name)
{
    const LintRelation *relation = find_locked(s, s->run->default_schema, name);
    if (relation != NULL || map_has(s->run->created, key_of(s, NULL, name)))
        return relation;
    return find_locked(s, NULL, name);
}

/* A temporary table of the file's, which hides others of that name. */
static bool is_temporary(const LintStatement *s, const char *schema, const char *name)
{
    return schema == NULL ? map_get(s->run->temporary, name) != NULL : strcmp(schema, "pg_temp") == 0;
}

LintTarget lint_target_named(const LintStatement *s, const char *schema, const char *name)
{
    Arena *arena = s->run->arena;
    const char *key = key_of(s, schema, name);
    LintTarget target = {.name = name, .full = key};
    target.shown = schema == NULL ? lint_quoted(arena, name)
                                  : arena_printf(arena, "%s.%s", lint_quoted(arena, schema),
                                                 lint_quoted(arena, name));
    if (is_temporary(s, schema, name))
        return target;
    if (s->evidence != NULL && s->evidence->locks_seen)
        target.relation = schema == NULL ? find_unqualified(s, name) : find_locked(s, schema, name);
    if (s->evidence != NULL && target.relation == NULL && !map_has(s->run->created, key) &&
        (!s->evidence->locks_seen || s->maybe))
        target.relation = lint_observed(s->run, schema, name);
    target.existing = s->evidence != NULL ? target.relation != NULL
                                          : !map_has(s->run->created, key);
    /* A name that a loop puts together: the tables that it means may all be missing there. */
    if (s->maybe && s->dynamic && strstr(name, "%I") != NULL)
        target.existing = true;
    if (target.relation != NULL)
        target.full = arena_printf(arena, "%s.%s", target.relation->schema, target.relation->name);
    return target;
}

LintTarget lint_target(const LintStatement *s, const PgQuery__RangeVar *range)
{
    bool has_schema = range->schemaname != NULL && range->schemaname[0] != '\0';
    return lint_target_named(s, has_schema ? range->schemaname : NULL, range->relname);
}

LockMode lint_lock_on(const LintStatement *s, const LintTarget *target)
{
    if (s->evidence != NULL && target->relation != NULL)
        for (size_t i = 0; i < s->evidence->locks.count; i++)
            if (s->evidence->locks.items[i].relation == target->relation)
                return s->evidence->locks.items[i].mode;
    return LOCK_NONE;
}

bool lint_locks_anew(const LintStatement *s, const LintTarget *target)
{
    for (size_t i = 0; s->evidence != NULL && i < s->evidence->locks.count; i++) {
        const LintHeld *held = &s->evidence->locks.items[i];
        if (held->relation == target->relation)
            return held->fresh && held->mode >= LOCK_SHARE;
    }
    return false;
}

bool lint_is_closed(const LintStatement *s, const LintTarget *target)
{
    return !s->inner && lint_lock_on(s, target) == LOCK_ACCESS_EXCLUSIVE;
}

/* ---- what was seen ---- */

bool lint_evidence_has(const StringList *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

bool lint_proven(const LintStatement *s)
{
    return s->evidence != NULL && !s->evidence->failed && !s->maybe;
}

/* True when the relation is the target, or below it in its tree of partitions. */
static bool belongs(const LintRun *run, const LintRelation *relation, const LintTarget *target)
{
    for (int depth = 0; relation != NULL && depth < 20; depth++) {
        if (relation == target->relation)
            return true;
        relation = relation->parent == NULL ? NULL : lint_observed_oid(run, relation->parent);
    }
    return false;
}

static bool named(const LintStatement *s, const LintTarget *target, const StringList *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], target->name) == 0)
            return true;
        for (size_t k = 0; k < s->evidence->locks.count; k++) {
            const LintRelation *relation = s->evidence->locks.items[k].relation;
            if (strcmp(relation->name, names->items[i]) == 0 && belongs(s->run, relation, target))
                return true;
        }
    }
    return false;
}

/* A partitioned table holds no rows itself: nothing is seen where it has no partitions. */
static bool is_bare(const LintStatement *s, const LintTarget *target)
{
    if (target->relation == NULL || target->relation->kind != 'p')
        return false;
    for (size_t k = 0; k < s->evidence->locks.count; k++) {
        const LintRelation *relation = s->evidence->locks.items[k].relation;
        if (relation != target->relation && strchr("rp", relation->kind) != NULL &&
            belongs(s->run, relation, target))
            return false;
    }
    return true;
}

static Seen see(const LintStatement *s, const LintTarget *target, const StringList *names)
{
    if (s->evidence != NULL && named(s, target, names))
        return SEEN_YES;
    if (!lint_proven(s) || s->evidence->deaf || is_bare(s, target))
        return SEEN_UNKNOWN;
    return SEEN_NO;
}

Seen lint_saw_rewrite(const LintStatement *s, const LintTarget *target, int *ret_reason)
{
    static const StringList none = {0};
    *ret_reason = 0;
    for (size_t i = 0; s->evidence != NULL && i < s->evidence->rewrites.count; i++) {
        const LintRewrite *rewrite = &s->evidence->rewrites.items[i];
        const LintRelation *relation = lint_observed_oid(s->run, rewrite->oid);
        if (relation != NULL && belongs(s->run, relation, target))
            *ret_reason |= rewrite->reason;
    }
    if (*ret_reason != 0)
        return SEEN_YES;
    /* The event trigger is heard in any case. */
    if (lint_proven(s) && s->evidence->deaf && s->evidence->drops_seen && !is_bare(s, target))
        return SEEN_NO;
    return see(s, target, s->evidence == NULL ? &none : &s->evidence->rewritten);
}

Seen lint_saw_scan(const LintStatement *s, const LintTarget *target)
{
    static const StringList none = {0};
    return see(s, target, s->evidence == NULL ? &none : &s->evidence->verified);
}

Seen lint_saw_build(const LintStatement *s, const LintTarget *target)
{
    static const StringList none = {0};
    return see(s, target, s->evidence == NULL ? &none : &s->evidence->built_on);
}

const char *lint_may(Seen seen, const char *certain, const char *guess)
{
    return seen == SEEN_YES ? certain : guess;
}

enum { LONGEST_NAME = 63 };

/* Not through a character. */
static size_t cut(const char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

char *lint_object_name(Arena *arena, const char *table, const char *column, const char *ending)
{
    size_t room = LONGEST_NAME - strlen(ending) - (column[0] == '\0' ? 1 : 2);
    size_t one = strlen(table), two = strlen(column);
    while (one + two > room)
        if (one > two)
            one--;
        else
            two--;
    one = cut(table, one);
    two = cut(column, two);
    return arena_printf(arena, "%.*s_%.*s%s%s", (int)one, table, (int)two, column,
                        column[0] == '\0' ? "" : "_", ending);
}

int lint_server_major(const LintStatement *s)
{
    const char *server = s->evidence == NULL ? NULL : s->run->result->server;
    const char *at = server == NULL ? NULL : strstr(server, "PostgreSQL ");
    return at == NULL ? 0 : atoi(at + strlen("PostgreSQL "));
}

/* ---- following the file ---- */

void lint_lost(const LintStatement *s, const char *full, const Finding *finding)
{
    const FindingList *findings = &s->file->findings;
    if (findings->count == 0 || finding != &findings->items[findings->count - 1])
        return; /* it is off */
    LintLost *lost = arena_alloc(s->run->arena, sizeof(*lost));
    *lost = (LintLost){findings->count - 1, map_get(s->file->lost, full)};
    map_set(s->file->lost, full, lost);
}

char *lint_part_key(const LintStatement *s, const char *kind, const LintTarget *table,
                    const char *name)
{
    return arena_printf(s->run->arena, "%s %s.%s", kind, table->full, name);
}

/* A name that was dropped or renamed is there again: that is taken back. */
static void made_again(const LintStatement *s, const char *full)
{
    LintFile *file = s->file;
    if (!file->transactional)
        return;
    for (const LintLost *lost = map_get(file->lost, full); lost != NULL; lost = lost->next)
        file->findings.items[lost->finding].severity = SEVERITY_OFF;
}

char *lint_type_key(const LintStatement *s, const char *schema, const char *name)
{
    return arena_printf(s->run->arena, "type %s", key_of(s, schema, name));
}

char *lint_routine_key(const LintStatement *s, const char *schema, const char *name)
{
    return arena_printf(s->run->arena, "routine %s", key_of(s, schema, name));
}

static void routine_made_again(const LintStatement *s, PgQuery__Node *const *names, size_t count)
{
    if (count > 0)
        made_again(s, lint_routine_key(s, count > 1 ? lint_string(names[count - 2]) : NULL,
                                       lint_string(names[count - 1])));
}

static void type_made_again(const LintStatement *s, PgQuery__Node *const *names, size_t count)
{
    if (count > 0)
        made_again(s, lint_type_key(s, count > 1 ? lint_string(names[count - 2]) : NULL,
                                    lint_string(names[count - 1])));
}

static const char *key_of_range(const LintStatement *s, const PgQuery__RangeVar *range)
{
    bool has_schema = range->schemaname != NULL && range->schemaname[0] != '\0';
    return key_of(s, has_schema ? range->schemaname : NULL, range->relname);
}

static void created(const LintStatement *s, const PgQuery__RangeVar *range)
{
    bool has_schema = range->schemaname != NULL && range->schemaname[0] != '\0';
    if (text_equal(range->relpersistence, "t") || (has_schema && strcmp(range->schemaname, "pg_temp") == 0)) {
        map_set(s->run->temporary, arena_strdup(s->run->arena, range->relname), s->run);
        return;
    }
    map_set(s->run->created, key_of(s, has_schema ? range->schemaname : NULL, range->relname),
            s->run);
}

static void created_beside(const LintStatement *s, const PgQuery__RangeVar *table, const char *column,
                           const char *kind)
{
    PgQuery__RangeVar beside = *table;
    beside.relname = column == NULL
                         ? arena_printf(s->run->arena, "%s_%s", table->relname, kind)
                         : arena_printf(s->run->arena, "%s_%s_%s", table->relname, column, kind);
    created(s, &beside);
}

/* What the server makes with the table, by the names it gives: a sequence, an index. Long ones are cut
   in another way, and are not known. */
static void created_table(const LintStatement *s, const PgQuery__CreateStmt *create)
{
    created(s, create->relation);
    for (size_t i = 0; s->evidence == NULL && i < create->n_table_elts; i++) {
        if (create->table_elts[i]->node_case != PG_QUERY__NODE__NODE_COLUMN_DEF)
            continue;
        const PgQuery__ColumnDef *column = create->table_elts[i]->column_def;
        if (column->type_name != NULL &&
            (lint_is_serial(lint_type_name(column->type_name)) ||
             lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY) != NULL))
            created_beside(s, create->relation, column->colname, "seq");
        if (lint_column_constraint(column, PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE) != NULL)
            created_beside(s, create->relation, column->colname, "key");
    }
    if (s->evidence == NULL)
        created_beside(s, create->relation, NULL, "pkey");
}

/* The relation has another name from here on; "" when it is gone. */
static void renamed(const LintStatement *s, const LintTarget *target, const char *schema,
                    const char *name)
{
    if (target->relation != NULL) {
        LintRelation *relation = (LintRelation *)(uintptr_t)target->relation;
        if (name[0] == '\0')
            relation->gone = true;
        else
            relation->name = arena_strdup(s->run->arena, name);
        if (schema != NULL)
            relation->schema = arena_strdup(s->run->arena, schema);
    } else if (map_has(s->run->created, target->full) && name[0] != '\0') {
        const char *dot = strchr(target->full, '.');
        char *old = arena_strndup(s->run->arena, target->full, (size_t)(dot - target->full));
        map_set(s->run->created, key_of(s, schema != NULL ? schema : old, name), s->run);
    }
}

/* No release knows the name that the file gave it. */
static void follow_type(const LintStatement *s, const PgQuery__RenameStmt *rename)
{
    map_set(s->run->created, arena_printf(s->run->arena, "TYPE %s", rename->newname), s->run);
}

static void follow_rename(const LintStatement *s, const PgQuery__RenameStmt *rename)
{
    if (rename->relation == NULL || rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN ||
        rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT ||
        rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER ||
        rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_POLICY ||
        rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE)
        return;
    LintTarget target = lint_target(s, rename->relation);
    renamed(s, &target, NULL, rename->newname);
    /* By text alone, the lock goes with the name. */
    const char *dot = strchr(target.full, '.');
    char *full = arena_printf(s->run->arena, "%.*s.%s", (int)(dot - target.full), target.full,
                              rename->newname);
    const char *before = lint_identity_shown(s->run->arena, target.full);
    const char *after = lint_identity_shown(s->run->arena, full);
    if (s->evidence == NULL && map_has(s->file->exclusive_tables, before) &&
        !map_has(s->file->exclusive_tables, after)) {
        map_set(s->file->exclusive_tables, after, s->file);
        s->file->exclusive_renamed++;
    }
    if (s->evidence == NULL && text_equal(s->file->exclusive, before))
        s->file->exclusive = after;
}

bool lint_part_is_new(const LintStatement *s, const char *kind, const LintTarget *table, const char *name)
{
    return map_get(s->run->created, lint_part_key(s, kind, table, name)) != NULL;
}

/* What the file added keeps to be new under its new name. */
static void follow_column(const LintStatement *s, const PgQuery__RenameStmt *rename)
{
    static const char *const kinds[] = {"COLUMN", "NOT NULL"};
    if (rename->relation == NULL)
        return;
    LintTarget table = lint_target(s, rename->relation);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (lint_part_is_new(s, kinds[i], &table, rename->subname)) {
            map_set(s->run->created, lint_part_key(s, kinds[i], &table, rename->newname), s->run);
            map_set(s->run->created, lint_part_key(s, kinds[i], &table, rename->subname), NULL);
        }
}

static void follow_drop(const LintStatement *s, const PgQuery__DropStmt *drop)
{
    if (drop->remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE &&
        drop->remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW &&
        drop->remove_type != PG_QUERY__OBJECT_TYPE__OBJECT_VIEW)
        return;
    for (size_t i = 0; i < drop->n_objects; i++) {
        const PgQuery__Node *node = drop->objects[i];
        if (node->node_case != PG_QUERY__NODE__NODE_LIST || node->list->n_items == 0)
            continue;
        const PgQuery__List *list = node->list;
        const char *name = lint_string(list->items[list->n_items - 1]);
        const char *schema = list->n_items > 1 ? lint_string(list->items[list->n_items - 2]) : NULL;
        LintTarget target = lint_target_named(s, schema, name);
        if (target.existing)
            renamed(s, &target, NULL, "");
        else if (is_temporary(s, schema, name))
            map_set(s->run->temporary, arena_strdup(s->run->arena, name), NULL);
    }
}

static void follow_search_path(const LintStatement *s, const PgQuery__VariableSetStmt *set)
{
    if (!text_equal_nocase(set->name, "search_path"))
        return;
    const char *first = set->n_args == 0 ? NULL : lint_string(set->args[0]);
    if (first != NULL && first[0] != '\0' && strcmp(first, "$user") != 0)
        s->run->default_schema = arena_strdup(s->run->arena, first);
    else if (set->n_args == 0) /* RESET, DEFAULT */
        s->run->default_schema = s->run->own_schema == NULL ? "public" : s->run->own_schema;
}

static void follow_alter(const LintStatement *s, const PgQuery__AlterTableStmt *alter)
{
    if (alter->relation == NULL || map_count(s->file->lost) == 0)
        return;
    LintTarget table = lint_target(s, alter->relation);
    for (size_t i = 0; i < alter->n_cmds; i++) {
        if (alter->cmds[i]->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
            continue;
        const PgQuery__AlterTableCmd *command = alter->cmds[i]->alter_table_cmd;
        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn && command->def != NULL &&
            command->def->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF)
            made_again(s, lint_part_key(s, "column", &table, command->def->column_def->colname));
        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint)
            made_again(s, lint_part_key(s, "constraint", &table, ""));
        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault && command->def != NULL)
            made_again(s, lint_part_key(s, "default", &table, command->name));
        if (command->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_AddIdentity)
            made_again(s, lint_part_key(s, "default", &table, command->name));
    }
}

void lint_names_follow(const LintStatement *s)
{
    const PgQuery__Node *node = s->node;
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_CREATE_STMT:
        /* IF NOT EXISTS may leave an old table as it is; the replay knows. */
        created_table(s, node->create_stmt);
        break;
    case PG_QUERY__NODE__NODE_CREATE_SEQ_STMT:
        created(s, node->create_seq_stmt->sequence);
        break;
    case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
        created(s, node->create_foreign_table_stmt->base_stmt->relation);
        break;
    case PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT:
        if (node->create_table_as_stmt->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW)
            made_again(s, key_of_range(s, node->create_table_as_stmt->into->rel));
        created(s, node->create_table_as_stmt->into->rel);
        break;
    case PG_QUERY__NODE__NODE_SELECT_STMT:
        if (node->select_stmt->into_clause != NULL)
            created(s, node->select_stmt->into_clause->rel);
        break;
    case PG_QUERY__NODE__NODE_VIEW_STMT:
        made_again(s, key_of_range(s, node->view_stmt->view));
        if (!node->view_stmt->replace)
            created(s, node->view_stmt->view);
        break;
    case PG_QUERY__NODE__NODE_COMPOSITE_TYPE_STMT: {
        const PgQuery__RangeVar *type = node->composite_type_stmt->typevar;
        bool has_schema = type->schemaname != NULL && type->schemaname[0] != '\0';
        made_again(s, lint_type_key(s, has_schema ? type->schemaname : NULL, type->relname));
        break;
    }
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
        type_made_again(s, node->create_enum_stmt->type_name, node->create_enum_stmt->n_type_name);
        break;
    case PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT:
        type_made_again(s, node->create_domain_stmt->domainname,
                        node->create_domain_stmt->n_domainname);
        break;
    case PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT:
        routine_made_again(s, node->create_function_stmt->funcname,
                           node->create_function_stmt->n_funcname);
        break;
    case PG_QUERY__NODE__NODE_DEFINE_STMT:
        routine_made_again(s, node->define_stmt->defnames, node->define_stmt->n_defnames);
        break;
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT:
        made_again(s, lint_routine_key(s, NULL, node->create_extension_stmt->extname));
        break;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        follow_alter(s, node->alter_table_stmt);
        break;
    case PG_QUERY__NODE__NODE_RENAME_STMT:
        if (node->rename_stmt->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE)
            follow_type(s, node->rename_stmt);
        follow_rename(s, node->rename_stmt);
        if (node->rename_stmt->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN)
            follow_column(s, node->rename_stmt);
        break;
    case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
        if (node->alter_object_schema_stmt->relation != NULL) {
            LintTarget target = lint_target(s, node->alter_object_schema_stmt->relation);
            renamed(s, &target, node->alter_object_schema_stmt->newschema, target.name);
        }
        break;
    case PG_QUERY__NODE__NODE_DROP_STMT:
        follow_drop(s, node->drop_stmt);
        break;
    case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
        follow_search_path(s, node->variable_set_stmt);
        break;
    default:
        break;
    }
}
