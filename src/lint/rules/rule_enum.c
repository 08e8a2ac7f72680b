/* Values of enums: renamed, added, and used before they are committed. */
#include <string.h>

#include "dbmig/db/session.h"
#include "../rules.h"

void lint_rules_enum(const LintStatement *s)
{
    const PgQuery__AlterEnumStmt *alter = s->node->alter_enum_stmt;
    Arena *arena = s->run->arena;
    const char *type = lint_names_text(arena, alter->type_name, alter->n_type_name, ".");
    if (map_has(s->run->created, arena_printf(arena, "TYPE %s", type)))
        return;
    const char *new = session_quote_literal(arena, alter->new_val);
    if (alter->old_val != NULL && alter->old_val[0] != '\0') {
        const char *old = session_quote_literal(arena, alter->old_val);
        Finding *finding = lint_add(s, LINT_RENAME, 0,
                                    "renaming value %s of %s to %s breaks the release that still runs", old,
                                    type, new);
        lint_fixf(s, finding, "ALTER TYPE %s ADD VALUE %s, let both live, move the rows over, and stop "
                  "using %s.", type, new, old);
        return;
    }
    VEC_PUSH(arena, s->run->file.enum_values, arena_strdup(arena, alter->new_val));
    if (s->run->policy->strict[LINT_ENUM_VALUE_USE] &&
        (alter->new_val_neighbor == NULL || alter->new_val_neighbor[0] == '\0')) {
        Finding *finding = lint_add(s, LINT_ENUM_VALUE_USE, 0,
                                    "value %s of %s is added at the end, without BEFORE or AFTER", new,
                                    type);
        finding->severity = SEVERITY_INFO;
        lint_fixf(s, finding, "ALTER TYPE %s ADD VALUE %s AFTER ….", type, new);
    }
}

/* The failure of a statement that a rule can foretell: the value of an enum that is not committed. */
void lint_rules_enum_failure(const LintStatement *s)
{
    if (!s->evidence->failed || strcmp(s->evidence->sqlstate, "55P04") != 0)
        return;
    Finding *finding = lint_add(s, LINT_ENUM_VALUE_USE, 0,
                                "uses an enum value that was added in the same transaction");
    lint_fixf(s, finding, "ALTER TYPE … ADD VALUE '%s' in a file of its own, before this one.",
              s->file->enum_values.count > 0
                  ? s->file->enum_values.items[s->file->enum_values.count - 1]
                  : "…");
    lint_provef(s, finding, "%s", s->evidence->failure);
}

/* Without a replay: a constant that is one of the values added in this file. */
void lint_rules_enum_use(const LintStatement *s)
{
    if (s->evidence != NULL || !s->file->transactional || s->file->enum_values.count == 0 ||
        s->node->node_case == PG_QUERY__NODE__NODE_ALTER_ENUM_STMT)
        return;
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(s->text, s->len, at);
        if (token.kind == SQL_TOKEN_END)
            return;
        at = token.end;
        for (size_t i = 0; token.kind == SQL_TOKEN_STRING && i < s->file->enum_values.count; i++) {
            const char *value = s->file->enum_values.items[i];
            if (token.len != strlen(value) + 2 ||
                memcmp(s->text + token.start + 1, value, strlen(value)) != 0)
                continue;
            Finding *finding = lint_add(s, LINT_ENUM_VALUE_USE, token.start,
                                        "uses '%s', which was added in the same transaction", value);
            lint_fixf(s, finding, "ALTER TYPE … ADD VALUE '%s' in a file of its own, before this one.",
                      value);
            return;
        }
    }
}
