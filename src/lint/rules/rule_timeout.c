/*
 * Locks as a whole: time-outs in effect, work and further locks while a strong one is held. By what
 * the replay saw; without one, by the kind of statement.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "../rules.h"

/* ---- settings ---- */

static bool parse_timeout(const PgQuery__Node *arg, int64_t *ret)
{
    if (arg == NULL || arg->node_case != PG_QUERY__NODE__NODE_A_CONST)
        return false;
    if (arg->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL) {
        *ret = arg->a_const->ival->ival;
        return true;
    }
    const char *text = lint_string(arg);
    if (text == NULL)
        return false;
    char plain[32];
    size_t len = strlen(text);
    if (len >= sizeof(plain))
        return false;
    memcpy(plain, text, len + 1);
    if (len > 3 && strcmp(plain + len - 3, "min") == 0)
        plain[len - 2] = '\0';
    return text_to_duration(plain, 1, ret);
}

static void set_timeout(LintFile *file, const char *name, int64_t ms)
{
    if (text_equal_nocase(name, "lock_timeout")) {
        file->lock_timeout_ms = ms;
        file->own_lock_timeout = true;
    } else if (text_equal_nocase(name, "statement_timeout")) {
        file->statement_timeout_ms = ms;
    }
}

/* Zones of which the server knows that they never differ from UTC. */
static bool is_utc(const PgQuery__VariableSetStmt *set)
{
    static const char *const names[] = {"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "UCT", "Universal"};
    const char *zone = set->n_args == 1 ? lint_string(set->args[0]) : NULL;
    for (size_t i = 0; zone != NULL && i < ARRAY_LENGTH(names); i++)
        if (text_equal_nocase(zone, names[i]))
            return true;
    return false;
}

static void follow_set(const LintStatement *s, const PgQuery__VariableSetStmt *set)
{
    int64_t ms = 0;
    if (text_equal_nocase(set->name, "timezone") && (s->file->transactional || !set->is_local))
        s->file->in_utc = set->kind == PG_QUERY__VARIABLE_SET_KIND__VAR_SET_VALUE && is_utc(set);
    bool to_default = set->kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET ||
                      set->kind == PG_QUERY__VARIABLE_SET_KIND__VAR_SET_DEFAULT;
    if (set->kind == PG_QUERY__VARIABLE_SET_KIND__VAR_RESET_ALL) {
        s->file->lock_timeout_ms = s->file->statement_timeout_ms = 0;
        s->file->own_lock_timeout = true;
    } else if (to_default) {
        set_timeout(s->file, set->name, 0);
    } else if (set->kind == PG_QUERY__VARIABLE_SET_KIND__VAR_SET_VALUE && set->n_args == 1 &&
               (s->file->transactional || !set->is_local) && parse_timeout(set->args[0], &ms)) {
        set_timeout(s->file, set->name, ms);
    }
}

static const PgQuery__Node *call_argument(const PgQuery__FuncCall *call, size_t n)
{
    return n < call->n_args ? call->args[n] : NULL;
}

/* The first name of a search_path as text; "" is what pg_dump sets. */
static void follow_path(const LintStatement *s, const char *path)
{
    size_t len = path == NULL ? 0 : strcspn(path, ",");
    while (len > 0 && path[len - 1] == ' ')
        len--;
    if (len >= 2 && path[0] == '"' && path[len - 1] == '"') {
        path++;
        len -= 2;
    }
    if (path == NULL || (len > 0 && path[0] == '$'))
        return;
    s->run->default_schema = len == 0 ? "public" : arena_strndup(s->run->arena, path, len);
}

/* SELECT set_config('lock_timeout', '3s', …) */
static void follow_select(const LintStatement *s, const PgQuery__SelectStmt *select)
{
    int64_t ms;
    for (size_t i = 0; i < select->n_target_list; i++) {
        const PgQuery__Node *node = select->target_list[i];
        if (node->node_case != PG_QUERY__NODE__NODE_RES_TARGET || node->res_target->val == NULL ||
            node->res_target->val->node_case != PG_QUERY__NODE__NODE_FUNC_CALL)
            continue;
        const PgQuery__FuncCall *call = node->res_target->val->func_call;
        const char *name = lint_string(call->funcname[call->n_funcname - 1]);
        const char *setting = lint_string(call_argument(call, 0));
        if (text_equal(name, "set_config") && setting != NULL &&
            parse_timeout(call_argument(call, 1), &ms))
            set_timeout(s->file, setting, ms);
        if (text_equal(name, "set_config") && text_equal_nocase(setting, "search_path"))
            follow_path(s, lint_string(call_argument(call, 1)));
    }
}

void lint_settings_follow(const LintStatement *s)
{
    if (s->node->node_case == PG_QUERY__NODE__NODE_VARIABLE_SET_STMT)
        follow_set(s, s->node->variable_set_stmt);
    else if (s->node->node_case == PG_QUERY__NODE__NODE_SELECT_STMT)
        follow_select(s, s->node->select_stmt);
}

/* ---- locks by tree ---- */

static LockMode alter_lock(const PgQuery__AlterTableStmt *alter)
{
    LockMode strongest = LOCK_NONE;
    for (size_t i = 0; i < alter->n_cmds; i++) {
        LockMode mode = LOCK_ACCESS_EXCLUSIVE;
        if (alter->cmds[i]->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD)
            continue;
        const PgQuery__AlterTableCmd *command = alter->cmds[i]->alter_table_cmd;
        switch (command->subtype) {
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster:
            mode = LOCK_SHARE_UPDATE_EXCLUSIVE;
            break;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
            if (command->def != NULL &&
                command->def->node_case == PG_QUERY__NODE__NODE_PARTITION_CMD &&
                command->def->partition_cmd->concurrent)
                mode = LOCK_SHARE_UPDATE_EXCLUSIVE;
            break;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigUser:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser:
            mode = LOCK_SHARE_ROW_EXCLUSIVE;
            break;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
            if (command->def != NULL && command->def->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
                command->def->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN)
                mode = LOCK_SHARE_ROW_EXCLUSIVE;
            break;
        default:
            break;
        }
        if (mode > strongest)
            strongest = mode;
    }
    return strongest;
}

static LockMode on(const LintStatement *s, const PgQuery__RangeVar *range, LockMode mode,
                   LintTarget *ret)
{
    if (range == NULL)
        return LOCK_NONE;
    *ret = lint_target(s, range);
    return ret->existing ? mode : LOCK_NONE;
}

static LockMode drop_lock(const LintStatement *s, const PgQuery__DropStmt *drop, LintTarget *ret)
{
    bool table = drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE ||
                 drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW ||
                 drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ||
                 (drop->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX && !drop->concurrent);
    if (!table || drop->n_objects == 0 ||
        drop->objects[0]->node_case != PG_QUERY__NODE__NODE_LIST)
        return LOCK_NONE;
    const PgQuery__List *list = drop->objects[0]->list;
    const char *name = lint_string(list->items[list->n_items - 1]);
    *ret = lint_target_named(s, list->n_items > 1 ? lint_string(list->items[list->n_items - 2]) : NULL,
                             name);
    return ret->existing ? LOCK_ACCESS_EXCLUSIVE : LOCK_NONE;
}

/* LOCK of several tables: the first that was there. */
static LockMode lock_lock(const LintStatement *s, const PgQuery__LockStmt *lock, LintTarget *ret)
{
    LockMode mode = LOCK_NONE;
    for (size_t i = 0; mode == LOCK_NONE && i < lock->n_relations; i++)
        if (lock->relations[i]->node_case == PG_QUERY__NODE__NODE_RANGE_VAR)
            mode = on(s, lock->relations[i]->range_var, (LockMode)lock->mode, ret);
    return mode;
}

LockMode lint_lock_by_tree(const LintStatement *s, LintTarget *ret)
{
    const PgQuery__Node *node = s->node;
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        return on(s, node->alter_table_stmt->relation, alter_lock(node->alter_table_stmt), ret);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        return on(s, node->index_stmt->relation,
                  node->index_stmt->concurrent ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_SHARE, ret);
    case PG_QUERY__NODE__NODE_RENAME_STMT:
        return on(s, node->rename_stmt->relation, LOCK_ACCESS_EXCLUSIVE, ret);
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
        return node->truncate_stmt->relations[0]->node_case == PG_QUERY__NODE__NODE_RANGE_VAR
                   ? on(s, node->truncate_stmt->relations[0]->range_var, LOCK_ACCESS_EXCLUSIVE, ret)
                   : LOCK_NONE;
    case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
        return on(s, node->create_trig_stmt->relation, LOCK_SHARE_ROW_EXCLUSIVE, ret);
    case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
        return on(s, node->create_policy_stmt->table, LOCK_ACCESS_EXCLUSIVE, ret);
    case PG_QUERY__NODE__NODE_RULE_STMT:
        return on(s, node->rule_stmt->relation, LOCK_ACCESS_EXCLUSIVE, ret);
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
        return on(s, node->cluster_stmt->relation, LOCK_ACCESS_EXCLUSIVE, ret);
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
        return on(s, node->refresh_mat_view_stmt->relation,
                  node->refresh_mat_view_stmt->concurrent ? LOCK_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE, ret);
    case PG_QUERY__NODE__NODE_DROP_STMT:
        return drop_lock(s, node->drop_stmt, ret);
    case PG_QUERY__NODE__NODE_LOCK_STMT:
        return lock_lock(s, node->lock_stmt, ret);
    default:
        return LOCK_NONE;
    }
}

/* ---- what is locked ---- */

static bool is_table(const LintRelation *relation)
{
    return strchr("rpm", relation->kind) != NULL;
}

typedef struct Locked {
    const char *blocking; /* first table whose lock blocks; NULL none */
    LockMode mode;
    StringList exclusive; /* tables closed by this statement */
} Locked;

static bool parent_is_listed(const LintStatement *s, const LintRelation *relation)
{
    const LintRelation *parent = relation->parent == NULL
                                     ? NULL
                                     : lint_observed_oid(s->run, relation->parent);
    for (size_t i = 0; parent != NULL && i < s->evidence->locks.count; i++)
        if (s->evidence->locks.items[i].relation == parent &&
            s->evidence->locks.items[i].mode == LOCK_ACCESS_EXCLUSIVE)
            return true;
    return false;
}

/* By text alone: indexes, views, sequences and types close no table. */
static bool is_about_table(const PgQuery__Node *node)
{
    PgQuery__ObjectType type = PG_QUERY__OBJECT_TYPE__OBJECT_TABLE;
    if (node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT)
        type = node->alter_table_stmt->objtype;
    else if (node->node_case == PG_QUERY__NODE__NODE_DROP_STMT)
        type = node->drop_stmt->remove_type;
    else if (node->node_case == PG_QUERY__NODE__NODE_RENAME_STMT)
        type = node->rename_stmt->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN
                   ? node->rename_stmt->relation_type
                   : node->rename_stmt->rename_type;
    return type != PG_QUERY__OBJECT_TYPE__OBJECT_VIEW && type != PG_QUERY__OBJECT_TYPE__OBJECT_TYPE &&
           type != PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE &&
           type != PG_QUERY__OBJECT_TYPE__OBJECT_ATTRIBUTE &&
           type != PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE &&
           (type != PG_QUERY__OBJECT_TYPE__OBJECT_INDEX ||
            node->node_case == PG_QUERY__NODE__NODE_DROP_STMT);
}

/* The table that the statement names comes before those that it reaches. */
static void put_own_first(const LintStatement *s, StringList *tables)
{
    LintTarget own = {0};
    if (s->node == NULL || lint_lock_by_tree(s, &own) == LOCK_NONE || own.relation == NULL)
        return;
    const char *name = lint_relation_shown(s->run->arena, own.relation);
    for (size_t i = 1; i < tables->count; i++)
        if (strcmp(tables->items[i], name) == 0) {
            tables->items[i] = tables->items[0];
            tables->items[0] = name;
        }
}

static Locked look(const LintStatement *s)
{
    Locked locked = {0};
    if (s->evidence != NULL && s->evidence->locks_seen) {
        for (size_t i = 0; i < s->evidence->locks.count; i++) {
            const LintHeld *held = &s->evidence->locks.items[i];
            if (!held->fresh || held->mode < LOCK_SHARE || !is_table(held->relation))
                continue;
            char *name = lint_relation_shown(s->run->arena, held->relation);
            if (locked.blocking == NULL || held->mode > locked.mode) {
                locked.blocking = name;
                locked.mode = held->mode;
            }
            if (held->mode == LOCK_ACCESS_EXCLUSIVE && !parent_is_listed(s, held->relation))
                VEC_PUSH(s->run->arena, locked.exclusive, name);
        }
        put_own_first(s, &locked.exclusive);
        return locked;
    }
    LintTarget target;
    LockMode mode = s->node == NULL ? LOCK_NONE : lint_lock_by_tree(s, &target);
    if (mode < LOCK_SHARE || !is_about_table(s->node))
        return locked;
    locked.blocking = lint_identity_shown(s->run->arena, target.full);
    locked.mode = mode;
    bool index = s->node->node_case == PG_QUERY__NODE__NODE_DROP_STMT &&
                 s->node->drop_stmt->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX;
    if (mode == LOCK_ACCESS_EXCLUSIVE && !index)
        VEC_PUSH(s->run->arena, locked.exclusive, locked.blocking);
    return locked;
}

/* ---- the rules ---- */

static void tell_timeouts(const LintStatement *s, const Locked *locked)
{
    LintFile *file = s->file;
    if (locked->blocking == NULL)
        return;
    bool waits = s->node == NULL || s->node->node_case != PG_QUERY__NODE__NODE_LOCK_STMT ||
                 !s->node->lock_stmt->nowait;
    if (file->lock_timeout_ms == 0 && !file->timeout_told && waits) {
        file->timeout_told = true;
        Finding *finding = lint_add(s, LINT_LOCK_TIMEOUT, 0,
                                    "waits for %s on %s without a lock_timeout",
                                    lint_lock_name(locked->mode), locked->blocking);
        lint_fixf(s, finding, "%s lock_timeout = '3s'; before it.",
                  file->transactional ? "SET LOCAL" : "SET");
        lint_provef(s, finding, "lock_timeout is 0 here");
    }
    if (file->statement_timeout_ms == 0 && !file->statement_timeout_told) {
        file->statement_timeout_told = true;
        Finding *finding = lint_add(s, LINT_STATEMENT_TIMEOUT, 0,
                                    "holds %s on %s without a statement_timeout",
                                    lint_lock_name(locked->mode), locked->blocking);
        lint_fixf(s, finding, "%s statement_timeout = '60s'; before it, or --statement-timeout.",
                  file->transactional ? "SET LOCAL" : "SET");
    }
}

/* Its name may be that of an old table elsewhere. */
static bool alters_new_table(const LintStatement *s)
{
    return s->node != NULL && s->node->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_STMT &&
           s->node->alter_table_stmt->relation != NULL &&
           !lint_target(s, s->node->alter_table_stmt->relation).existing;
}

/* Whose rows the replay saw read: the table of that name that was there, if it is one. An ALTER that needs
   the very lock that is held makes nothing worse: the rules on it tell. */
static bool hurts(const LintStatement *s, const StringList *names)
{
    LintTarget target;
    if (alters_new_table(s))
        return false;
    bool closes = s->node != NULL && lint_lock_by_tree(s, &target) == LOCK_ACCESS_EXCLUSIVE;
    for (size_t i = 0; i < names->count; i++)
        for (size_t k = 0; k < s->evidence->locks.count; k++) {
            const LintRelation *relation = s->evidence->locks.items[k].relation;
            if (!relation->gone && strcmp(relation->name, names->items[i]) == 0 &&
                !(closes && text_equal(s->file->exclusive, lint_relation_shown(s->run->arena, relation))))
                return true;
        }
    return false;
}

/* An ALTER of a table that the file made validates nothing that takes time. */
static bool validates(const LintStatement *s)
{
    return s->evidence->validated.count > 0 && !alters_new_table(s);
}

/* By text alone. */
static bool is_validation(const LintStatement *s)
{
    const PgQuery__AlterTableStmt *alter = s->node->alter_table_stmt;
    if (s->evidence != NULL || alter->relation == NULL || !lint_target(s, alter->relation).existing)
        return false;
    for (size_t i = 0; i < alter->n_cmds; i++)
        if (alter->cmds[i]->node_case == PG_QUERY__NODE__NODE_ALTER_TABLE_CMD &&
            alter->cmds[i]->alter_table_cmd->subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint)
            return true;
    return false;
}

/* Reads or writes rows, or runs code: takes as long as the data wants. */
static const char *work_of(const LintStatement *s)
{
    if (s->evidence != NULL && hurts(s, &s->evidence->rewritten))
        return "rewrites a table";
    if (s->evidence != NULL && hurts(s, &s->evidence->verified))
        return "scans a table";
    if (s->evidence != NULL && validates(s))
        return "validates a foreign key";
    if (s->node == NULL)
        return NULL;
    const PgQuery__SelectStmt *select = NULL;
    switch (s->node->node_case) {
    case PG_QUERY__NODE__NODE_SELECT_STMT:
        select = s->node->select_stmt;
        return select->n_from_clause > 0 ? "reads rows" : NULL;
    case PG_QUERY__NODE__NODE_INSERT_STMT:
        if (s->node->insert_stmt->select_stmt == NULL ||
            s->node->insert_stmt->select_stmt->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
            return NULL;
        select = s->node->insert_stmt->select_stmt->select_stmt;
        return select->n_from_clause > 0 || select->op > PG_QUERY__SET_OPERATION__SETOP_NONE
                   ? "copies rows"
                   : NULL;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        return is_validation(s) ? "validates a constraint" : NULL;
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
        return "fills a materialized view";
    case PG_QUERY__NODE__NODE_CALL_STMT:
        return "calls a procedure";
    default:
        return NULL;
    }
}

static void tell_work(const LintStatement *s)
{
    LintFile *file = s->file;
    const char *work = work_of(s);
    if (!file->transactional || file->exclusive == NULL || file->work_told || work == NULL ||
        s->inner)
        return;
    file->work_told = true;
    Finding *finding = lint_add(s, LINT_WORK_UNDER_LOCK, 0,
                                "%s while %s is held ACCESS EXCLUSIVE since line %zu", work,
                                file->exclusive, file->exclusive_line);
    lint_fixf(s, finding, "Move it into a file before or behind this one, so that %s is closed for a "
              "moment only.", file->exclusive);
    lint_provef(s, finding, "ACCESS EXCLUSIVE on %s is still held", file->exclusive);
}

static void tell_several(const LintStatement *s, const Locked *locked)
{
    LintFile *file = s->file;
    if (!file->transactional)
        return;
    for (size_t i = 0; i < locked->exclusive.count; i++) {
        map_set(file->exclusive_tables, locked->exclusive.items[i], file);
        if (file->exclusive == NULL) {
            file->exclusive = locked->exclusive.items[i];
            file->exclusive_line = s->item->line;
        }
    }
    file->exclusive_statements += locked->exclusive.count > 0;
    if (file->several_told || map_count(file->exclusive_tables) - file->exclusive_renamed < 2 ||
        file->exclusive_statements < 2 || locked->exclusive.count == 0)
        return;
    file->several_told = true;
    Finding *finding = lint_add(s, LINT_SEVERAL_LOCKS, 0,
                                "closes %s while %s is closed as well, since line %zu",
                                locked->exclusive.items[0], file->exclusive, file->exclusive_line);
    lint_fixf(s, finding, "A file of its own for %s.", locked->exclusive.items[0]);
    lint_provef(s, finding, "ACCESS EXCLUSIVE on %s and %s", file->exclusive,
                locked->exclusive.items[0]);
}

/* The rewritten table is one that was there, and not one that the file itself made. */
static bool rewrites_old(const LintStatement *s)
{
    for (size_t i = 0; i < s->evidence->locks.count; i++)
        if (lint_evidence_has(&s->evidence->rewritten, s->evidence->locks.items[i].relation->name))
            return true;
    return false;
}

/* Once for each table: what is rewritten again waits no longer for the split. */
static bool tell_rewrite(const LintStatement *s)
{
    LintFile *file = s->file;
    if (s->evidence == NULL || s->evidence->rewritten.count == 0 || !file->transactional ||
        alters_new_table(s))
        return false;
    const char *table = s->evidence->rewritten.items[0];
    for (size_t i = 0; i < s->evidence->locks.count; i++) {
        const LintHeld *held = &s->evidence->locks.items[i];
        if (held->fresh || held->mode < LOCK_SHARE || !is_table(held->relation) ||
            lint_evidence_has(&s->evidence->rewritten, held->relation->name))
            continue;
        if (!rewrites_old(s) || s->evidence->zone != NULL)
            return false;
        if (map_has(file->rewritten_tables, table))
            return true;
        map_set(file->rewritten_tables, table, file);
        const char *shown = lint_quoted(s->run->arena, table);
        const char *other = lint_relation_shown(s->run->arena, held->relation);
        Finding *finding = lint_add(s, LINT_REWRITE_UNDER_LOCK, 0,
                                    "rewrites %s while %s on %s is held as well", shown,
                                    lint_lock_name(held->mode), other);
        lint_fixf(s, finding, "A file of its own for the rewrite of %s.", shown);
        lint_provef(s, finding, "%s on %s is held during the rewrite", lint_lock_name(held->mode), other);
        return lint_on(s->run, LINT_REWRITE_UNDER_LOCK);
    }
    return false;
}

static void tell_scans(const LintStatement *s)
{
    if (s->node == NULL || s->node->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_STMT ||
        s->inner || s->evidence == NULL)
        return;
    LintTarget table = lint_target(s, s->node->alter_table_stmt->relation);
    int reason;
    if (!table.existing || (lint_saw_scan(s, &table) != SEEN_YES &&
                            lint_saw_rewrite(s, &table, &reason) != SEEN_YES))
        return;
    if (map_has(s->file->scanned_tables, table.full)) {
        Finding *finding = lint_add(s, LINT_SEVERAL_SCANS, 0,
                                    "%s is scanned again: an ALTER TABLE before did so too",
                                    table.shown);
        lint_fixf(s, finding, "Put the parts into one ALTER TABLE %s …, …: one scan serves them all.",
                  table.shown);
        lint_provef(s, finding, "the replay scanned %s twice", table.shown);
        return;
    }
    map_set(s->file->scanned_tables, table.full, s->file);
}

void lint_rules_timeouts(const LintStatement *s)
{
    Locked locked = look(s);
    tell_timeouts(s, &locked);
    if (!tell_rewrite(s))
        tell_work(s);
    tell_scans(s);
    tell_several(s, &locked);
}
