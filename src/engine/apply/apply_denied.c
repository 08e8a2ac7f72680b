/*
 * What to do about SQLSTATE 42501. The server says what was denied in one English sentence, without
 * the schema and without the owner: this reads that sentence, looks the thing up, and words the
 * GRANT or the change of owner. Of a message that it does not know, it says who was refused.
 */
#include <string.h>

#include "apply_internal.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"

typedef struct Denied {
    const char *kind; /* "table", "foreign table", … */
    const char *name;
    bool owner; /* only the owner may */
} Denied;

/* The kinds of the messages, with what gives the right to use one. */
static const struct {
    const char *kind, *grant;
} grants[] = {
    {"schema", "GRANT USAGE, CREATE ON SCHEMA"},
    {"table", "GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES, TRIGGER ON TABLE"},
    {"view", "GRANT SELECT ON TABLE"},
    {"materialized view", "GRANT SELECT ON TABLE"},
    {"foreign table", "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE"},
    {"sequence", "GRANT USAGE, SELECT, UPDATE ON SEQUENCE"},
    {"database", "GRANT CREATE ON DATABASE"},
    {"function", "GRANT EXECUTE ON FUNCTION"},
    {"procedure", "GRANT EXECUTE ON PROCEDURE"},
    {"type", "GRANT USAGE ON TYPE"},
    {"domain", "GRANT USAGE ON DOMAIN"},
    {"language", "GRANT USAGE ON LANGUAGE"},
    {"tablespace", "GRANT CREATE ON TABLESPACE"},
    {"foreign-data wrapper", "GRANT USAGE ON FOREIGN DATA WRAPPER"},
    {"foreign server", "GRANT USAGE ON FOREIGN SERVER"},
    {"parameter", "GRANT SET ON PARAMETER"},
    {"event trigger", NULL},
    {"large object", NULL},
    {"operator class", NULL},
    {"operator family", NULL},
    {"statistics object", NULL},
    {"text search configuration", NULL},
    {"text search dictionary", NULL},
};

/* The kind that the text begins with: one of the table, else its first word. */
static size_t kind_length(const char *text)
{
    for (size_t i = 0; i < ARRAY_LENGTH(grants); i++) {
        size_t len = strlen(grants[i].kind);
        if (strncmp(text, grants[i].kind, len) == 0 && text[len] == ' ')
            return len;
    }
    return strcspn(text, " ");
}

/* "permission denied for table t", "must be owner of table t"; quotes around t or not. */
static bool read_message(Arena *arena, const char *text, Denied *ret)
{
    static const char granted[] = "permission denied for ", owned[] = "must be owner of ";
    const char *at = strstr(text, granted);
    ret->owner = at == NULL;
    if (at != NULL)
        at += sizeof(granted) - 1;
    else if ((at = strstr(text, owned)) != NULL)
        at += sizeof(owned) - 1;
    else
        return false;
    size_t kind = kind_length(at);
    if (at[kind] == '\0')
        return false;
    ret->kind = arena_strndup(arena, at, kind);
    ret->name = at + kind + 1;
    size_t len = strlen(ret->name);
    if (len > 2 && ret->name[0] == '"' && ret->name[len - 1] == '"')
        ret->name = arena_strndup(arena, ret->name + 1, len - 2);
    return true;
}

/* Name with its schema, and owner; the name alone when it cannot be told which one is meant. */
static const char *look_up(Arena *arena, Session *session, const Denied *denied,
                           const char **ret_owner)
{
    const char *params[] = {denied->name, denied->kind};
    Rows *rows = NULL;
    Error ignored = {0};
    *ret_owner = NULL;
    const char *name = session_quote_identifier(arena, denied->name);
    if (!session_lost(session) && session_tx(session) == SESSION_TX_IDLE &&
        session_query(session, arena, sql_apply_denied, 2, params, &rows, &ignored) &&
        rows_count(rows) == 1) {
        name = rows_text(rows, 0, 0);
        *ret_owner = rows_text(rows, 0, 1);
    }
    error_clear(&ignored);
    return name;
}

static const char *grant_for(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LENGTH(grants); i++) {
        if (strcmp(grants[i].kind, kind) == 0)
            return grants[i].grant;
    }
    return NULL;
}

static bool hint_owner(Arena *arena, const Denied *denied, const char *name, const char *owner,
                       const char *user, Error *err)
{
    if (owner == NULL)
        return error_hint(err,
                          "Only the owner of %s %s may do that, and dbmig works as %s: use "
                          "--role OWNER.",
                          denied->kind, name, user);
    char *kind = arena_strdup(arena, denied->kind);
    for (char *c = kind; *c != '\0'; c++)
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    if (strcmp(denied->kind, "relation") == 0)
        kind = arena_strdup(arena, "TABLE");
    return error_hint(err,
                      "It belongs to %s: work as that role with --role %s, or run ALTER %s %s "
                      "OWNER TO %s;",
                      owner, owner, kind, name, user);
}

/* "permission denied to set role "x"" */
static bool hint_role(Arena *arena, const char *user, Error *err)
{
    static const char words[] = "permission denied to set role \"";
    const char *at = strstr(err->primary, words);
    if (at == NULL)
        return false;
    at += sizeof(words) - 1;
    const char *role = arena_strndup(arena, at, strcspn(at, "\""));
    error_hint(err, "GRANT %s TO %s;", session_quote_identifier(arena, role), user);
    return true;
}

void apply_denied(Arena *arena, Session *session, const ApplyOptions *options, Error *err)
{
    Denied denied;
    const char *owner, *role = options->role != NULL ? options->role : session_user(session);
    if (strcmp(err->sqlstate, "42501") != 0 || err->primary == NULL ||
        (err->hint != NULL && strstr(err->hint, "GRANT ") != NULL))
        return;
    const char *user = session_quote_identifier(arena, role);
    if (hint_role(arena, user, err))
        return;
    if (!read_message(arena, err->primary, &denied)) {
        if (err->hint == NULL)
            error_hint(err, "dbmig works as %s, which lacks the right: use another user or --role.",
                       user);
        return;
    }
    const char *name = look_up(arena, session, &denied, &owner);
    const char *grant = denied.owner ? NULL : grant_for(denied.kind);
    if (denied.owner)
        hint_owner(arena, &denied, name, owner, user, err);
    else if (grant != NULL)
        error_hint(err, "%s %s TO %s;", grant, name, user);
    else
        error_hint(err, "Grant the right on %s %s to %s.", denied.kind, name, user);
}
