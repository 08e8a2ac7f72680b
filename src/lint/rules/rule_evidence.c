/*
 * What the replay showed and no rule on the tree has told: work in DO blocks and functions, and in
 * statements that the parser at hand cannot read.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "../rules.h"

bool lint_has_words(const LintStatement *s, const char *first, const char *second)
{
    bool seen = false;
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(s->text, s->len, at);
        if (token.kind == SQL_TOKEN_END)
            return false;
        if (seen && sqlscan_is_word(s->text, &token, second))
            return true;
        seen = sqlscan_is_word(s->text, &token, first);
        if (seen && second == NULL)
            return true;
        at = token.end;
    }
}

/* The relation of that name that is locked: one that was there. */
static const LintRelation *old_one(const LintStatement *s, const char *name)
{
    for (size_t i = 0; i < s->evidence->locks.count; i++)
        if (strcmp(s->evidence->locks.items[i].relation->name, name) == 0 &&
            !s->evidence->locks.items[i].relation->gone)
            return s->evidence->locks.items[i].relation;
    return NULL;
}

static const char *shown(const LintStatement *s, const LintRelation *relation)
{
    return arena_printf(s->run->arena, "%s.%s", lint_quoted(s->run->arena, relation->schema),
                        lint_quoted(s->run->arena, relation->name));
}

/* ---- what the rules on the tree of a DO block have told ---- */

static bool is_letter(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           ((unsigned char)c & 0x80) != 0;
}

static bool mentions(const char *text, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = strstr(text, name); at != NULL && len > 0; at = strstr(at + 1, name))
        if ((at == text || !is_letter(at[-1])) && !is_letter(at[len]))
            return true;
    return false;
}

static bool mention(const FindingList *findings, size_t from, LintTrait trait, const char *name)
{
    for (size_t i = from; i < findings->count; i++)
        if (lint_rule_is(lint_rule_find(findings->items[i].code), trait) &&
            mentions(findings->items[i].message, name))
            return true;
    return false;
}

/* True when a rule that explains such a thing spoke of the name behind the first `before` findings, or was
   to be silent. */
static bool is_told(const LintStatement *s, size_t before, LintTrait trait, const char *name)
{
    return mention(&s->file->findings, before, trait, name) ||
           mention(&s->file->silenced, 0, trait, name);
}

/* ---- what was seen ---- */

static int reason_of(const LintStatement *s, const LintRelation *relation)
{
    int reason = 0;
    for (size_t i = 0; i < s->evidence->rewrites.count; i++)
        if (strcmp(s->evidence->rewrites.items[i].oid, relation->oid) == 0)
            reason |= s->evidence->rewrites.items[i].reason;
    return reason;
}

static void tell_rewrite(const LintStatement *s, const LintRelation *relation, size_t before)
{
    if (is_told(s, before, LINT_TRAIT_REWRITES, relation->name))
        return;
    int reason = reason_of(s, relation);
    LintRuleId rule = lint_has_words(s, "SET", "EXPRESSION") || lint_has_words(s, "GENERATED", NULL)
                          ? LINT_ADD_GENERATED_STORED
                      : (reason & 4) != 0 ? LINT_TYPE_REWRITE
                      : (reason & 2) != 0 ? LINT_ADD_COLUMN_VOLATILE_DEFAULT
                                          : LINT_SET_STORAGE_PLACE;
    Finding *finding = lint_add(s, rule, 0, "rewrites %s", shown(s, relation));
    lint_provef(s, finding, "the replay rewrote %s", shown(s, relation));
}

static void tell_rewrites(const LintStatement *s, size_t before)
{
    for (size_t i = 0; i < s->evidence->rewritten.count; i++) {
        const LintRelation *relation = old_one(s, s->evidence->rewritten.items[i]);
        if (relation != NULL)
            tell_rewrite(s, relation, before);
    }
    /* The event trigger tells also where locks and the server's own notices were not seen. */
    for (size_t i = 0; i < s->evidence->rewrites.count; i++) {
        const LintRelation *relation = lint_observed_oid(s->run, s->evidence->rewrites.items[i].oid);
        if (relation != NULL && !relation->gone)
            tell_rewrite(s, relation, before);
    }
}

/* True when a table that was there got an ALTER TABLE under a lock that blocks writes. */
static bool altered_old_table(const LintStatement *s)
{
    for (size_t i = 0; i < s->evidence->commands.count; i++) {
        const LintCommand *command = &s->evidence->commands.items[i];
        const char *dot = strrchr(command->identity, '.');
        const LintRelation *relation =
            old_one(s, dot == NULL ? command->identity : dot + 1);
        for (size_t k = 0; relation != NULL && k < s->evidence->locks.count; k++)
            if (s->evidence->locks.items[k].relation == relation &&
                s->evidence->locks.items[k].mode >= LOCK_SHARE_ROW_EXCLUSIVE &&
                strcmp(command->tag, "ALTER TABLE") == 0)
                return true;
    }
    return false;
}

static void tell_scans(const LintStatement *s, size_t before)
{
    bool not_null = lint_has_words(s, "NOT", "NULL") && !lint_has_words(s, "CHECK", NULL);
    for (size_t i = 0; i < s->evidence->verified.count; i++) {
        const LintRelation *relation = old_one(s, s->evidence->verified.items[i]);
        bool held = false;
        for (size_t k = 0; k < s->evidence->locks.count; k++)
            held |= s->evidence->locks.items[k].relation == relation &&
                    s->evidence->locks.items[k].mode >= LOCK_SHARE;
        /* VALIDATE scans as well, but hinders nobody. */
        if (relation == NULL || !held ||
            lint_evidence_has(&s->evidence->rewritten, relation->name) ||
            is_told(s, before, LINT_TRAIT_SCANS, relation->name))
            continue;
        Finding *finding = lint_add(s, not_null ? LINT_SET_NOT_NULL : LINT_ADD_CHECK, 0,
                                    "scans %s under ACCESS EXCLUSIVE", shown(s, relation));
        lint_provef(s, finding, "the replay scanned %s", shown(s, relation));
    }
    for (size_t i = 0; i < s->evidence->validated.count; i++) {
        if (!altered_old_table(s) ||
            is_told(s, before, LINT_TRAIT_VALIDATES, s->evidence->validated.items[i]))
            continue;
        Finding *finding = lint_add(s, LINT_ADD_FOREIGN_KEY, 0, "validates foreign key %s under locks "
                                    "that block writes", s->evidence->validated.items[i]);
        lint_provef(s, finding, "the replay validated %s", s->evidence->validated.items[i]);
    }
}

/* TRUNCATE, CLUSTER and their like build the indexes again on the way. */
static bool was_moved(const LintStatement *s, const LintRelation *relation)
{
    for (size_t i = 0; i < s->evidence->moved.count; i++)
        if (s->evidence->moved.items[i] == relation)
            return true;
    return false;
}

static void tell_builds(const LintStatement *s, size_t before)
{
    for (size_t i = 0; i < s->evidence->built_on.count; i++) {
        const LintRelation *relation = old_one(s, s->evidence->built_on.items[i]);
        if (relation == NULL || lint_evidence_has(&s->evidence->rewritten, relation->name) ||
            strchr("rpm", relation->kind) == NULL || s->item->concurrently ||
            was_moved(s, relation) ||
            is_told(s, before, LINT_TRAIT_BUILDS, relation->name))
            continue;
        bool constraint = false;
        for (size_t k = 0; k < s->evidence->commands.count; k++)
            constraint |= text_equal(s->evidence->commands.items[k].tag, "ALTER TABLE");
        Finding *finding = lint_add(s, constraint ? LINT_ADD_UNIQUE : LINT_CREATE_INDEX, 0,
                                    "builds index %s on %s while writes wait", s->evidence->built.items[i],
                                    shown(s, relation));
        if (lint_has_words(s, "WITHOUT", "OVERLAPS"))
            lint_no_concurrent_way(s, finding, shown(s, relation));
        lint_provef(s, finding, "the replay built it");
    }
}

static void tell_drops(const LintStatement *s, size_t before)
{
    static const char *const told[] = {"table", "view", "materialized view", "table column", "schema",
                                       "type", "domain"};
    for (size_t i = 0; i < s->evidence->dropped.count; i++) {
        const LintDropped *dropped = &s->evidence->dropped.items[i];
        bool known = false;
        for (size_t k = 0; k < ARRAY_LENGTH(told); k++)
            known |= strcmp(told[k], dropped->type) == 0;
        if (!dropped->original || !known)
            continue;
        bool column = strcmp(dropped->type, "table column") == 0;
        /* Relations must have been there; the lock on them tells. */
        const char *name = strrchr(dropped->identity, '.');
        char *bare = arena_strdup(s->scratch, name == NULL ? dropped->identity : name + 1);
        if (column) {
            char *table = arena_strdup(s->scratch, dropped->identity);
            char *dot = strrchr(table, '.');
            if (dot != NULL)
                *dot = '\0';
            dot = strrchr(table, '.');
            bare = dot == NULL ? table : dot + 1;
        }
        const char *last = strrchr(dropped->identity, '.');
        if (is_told(s, before, LINT_TRAIT_DROPS,
                    lint_unquoted(s->scratch, last == NULL ? dropped->identity : last + 1)))
            continue;
        bool relation = strcmp(dropped->type, "schema") != 0 && strcmp(dropped->type, "type") != 0 &&
                        strcmp(dropped->type, "domain") != 0;
        if (relation && old_one(s, bare) == NULL)
            continue;
        if (!relation && map_has(s->run->created, arena_printf(s->scratch, "%s %s",
                                                               strcmp(dropped->type, "schema") == 0
                                                                   ? "SCHEMA"
                                                                   : "TYPE",
                                                               bare)))
            continue;
        Finding *finding = lint_add(s, LINT_DROP, 0, "drops %s %s", dropped->type, dropped->identity);
        lint_provef(s, finding, "the replay dropped it");
    }
}

static void tell_moves(const LintStatement *s, size_t before)
{
    for (size_t i = 0; i < s->evidence->moved.count; i++) {
        const LintRelation *relation = s->evidence->moved.items[i];
        if (strchr("rm", relation->kind) == NULL ||
            is_told(s, before, LINT_TRAIT_MOVES, relation->name) ||
            is_told(s, before, LINT_TRAIT_REWRITES, relation->name))
            continue;
        LintRuleId rule = relation->kind == 'm' ? LINT_REFRESH_MATVIEW : LINT_TRUNCATE;
        Finding *finding = lint_add(s, rule, 0, rule == LINT_TRUNCATE ? "empties or rewrites %s"
                                                                      : "refreshes %s",
                                    shown(s, relation));
        lint_provef(s, finding, "the replay gave %s new files", shown(s, relation));
    }
}

/* What the tree shows whole has been judged by it. */
static bool is_opaque(const LintStatement *s)
{
    if (s->node == NULL)
        return true;
    switch (s->node->node_case) {
    case PG_QUERY__NODE__NODE_DO_STMT:
    case PG_QUERY__NODE__NODE_CALL_STMT:
    case PG_QUERY__NODE__NODE_SELECT_STMT:
    case PG_QUERY__NODE__NODE_INSERT_STMT:
    case PG_QUERY__NODE__NODE_EXECUTE_STMT:
    case PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT:
    case PG_QUERY__NODE__NODE_DROP_OWNED_STMT:
        return true;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT: /* the tables of a type are not named */
        /* What no rule on trees looks at. */
        return s->node->alter_table_stmt->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE ||
               lint_has_words(s, "SET", "EXPRESSION") || lint_has_words(s, "ALTER", "CONSTRAINT");
    default:
        return false;
    }
}

void lint_tell_unexplained(const LintStatement *s, size_t before)
{
    if (s->evidence == NULL || s->evidence->failed || s->inner || !is_opaque(s))
        return;
    tell_rewrites(s, before);
    tell_scans(s, before);
    tell_builds(s, before);
    tell_drops(s, before);
    tell_moves(s, before);
    /* CREATE EXTENSION does so itself for the time of its script. */
    if (s->evidence->deaf &&
        (s->node == NULL || s->node->node_case != PG_QUERY__NODE__NODE_CREATE_EXTENSION_STMT))
        lint_note(s->run, "%s:%zu: client_min_messages is set within it: scans and index builds there were "
                          "not observed", s->file->migration->path, s->item->line);
}
