/* Small questions to parse trees. */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "rules.h"

const char *lint_string(const PgQuery__Node *node)
{
    if (node == NULL)
        return NULL;
    if (node->node_case == PG_QUERY__NODE__NODE_STRING)
        return node->string->sval;
    if (node->node_case == PG_QUERY__NODE__NODE_A_CONST &&
        node->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL)
        return node->a_const->sval->sval;
    return NULL;
}

char *lint_names_text(Arena *arena, PgQuery__Node *const *names, size_t count, const char *between)
{
    Buf out = {0};
    for (size_t i = 0; i < count; i++) {
        const char *name = lint_string(names[i]);
        if (name != NULL)
            buf_printf(&out, "%s%s", out.len > 0 ? between : "", lint_quoted(arena, name));
    }
    return buf_steal(&out, arena);
}

char *lint_columns_text(Arena *arena, PgQuery__Node *const *keys, size_t count)
{
    return lint_names_text(arena, keys, count, ", ");
}

const char *lint_type_name(const PgQuery__TypeName *type)
{
    const char *name = type == NULL || type->n_names == 0
                           ? NULL
                           : lint_string(type->names[type->n_names - 1]);
    return name == NULL ? "" : name;
}

/* What people write for the parser's names; what follows the modifiers. */
static const struct {
    const char *parser, *people, *ending;
} type_names[] = {
    {"int2", "smallint", ""},          {"int4", "integer", ""},
    {"int8", "bigint", ""},            {"bool", "boolean", ""},
    {"float4", "real", ""},            {"float8", "double precision", ""},
    {"bpchar", "character", ""},       {"timestamptz", "timestamp", " with time zone"},
    {"timetz", "time", " with time zone"}, {"varbit", "bit varying", ""},
};

/* The fields of an interval as the parser's modifier has them: a bit each. */
static const struct {
    int mask;
    const char *words;
} interval_fields[] = {
    {1 << 2, " year"},          {1 << 1, " month"},          {1 << 3, " day"},
    {1 << 10, " hour"},         {1 << 11, " minute"},        {1 << 12, " second"},
    {1 << 2 | 1 << 1, " year to month"},
    {1 << 3 | 1 << 10, " day to hour"},
    {1 << 3 | 1 << 10 | 1 << 11, " day to minute"},
    {1 << 3 | 1 << 10 | 1 << 11 | 1 << 12, " day to second"},
    {1 << 10 | 1 << 11, " hour to minute"},
    {1 << 10 | 1 << 11 | 1 << 12, " hour to second"},
    {1 << 11 | 1 << 12, " minute to second"},
};

static bool is_number(const PgQuery__Node *node)
{
    return node->node_case == PG_QUERY__NODE__NODE_A_CONST &&
           node->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL;
}

static void add_modifier(Arena *arena, Buf *out, const PgQuery__Node *mod)
{
    if (is_number(mod))
        buf_printf(out, "%d", mod->a_const->ival->ival);
    else if (lint_string(mod) != NULL)
        buf_add_str(out, session_quote_literal(arena, lint_string(mod)));
    else if (mod->node_case == PG_QUERY__NODE__NODE_COLUMN_REF) /* geometry(Point, 4326) */
        buf_add_str(out, lint_names_text(arena, mod->column_ref->fields, mod->column_ref->n_fields, "."));
    else
        buf_add_str(out, "…");
}

/* interval day to second(2): the fields are the first modifier, the precision is the second. */
static void add_interval(Buf *out, const PgQuery__TypeName *type)
{
    int mask = is_number(type->typmods[0]) ? type->typmods[0]->a_const->ival->ival : 0;
    for (size_t i = 0; i < ARRAY_LENGTH(interval_fields); i++)
        if (interval_fields[i].mask == mask)
            buf_add_str(out, interval_fields[i].words);
    if (type->n_typmods > 1 && is_number(type->typmods[1]))
        buf_printf(out, "(%d)", type->typmods[1]->a_const->ival->ival);
}

static void add_modifiers(Arena *arena, Buf *out, const PgQuery__TypeName *type)
{
    for (size_t i = 0; i < type->n_typmods; i++) {
        buf_add_str(out, i == 0 ? "(" : ",");
        add_modifier(arena, out, type->typmods[i]);
    }
    if (type->n_typmods > 0)
        buf_add_char(out, ')');
}

char *lint_type_text(Arena *arena, const PgQuery__TypeName *type)
{
    Buf out = {0};
    const char *name = lint_type_name(type), *ending = "";
    if (type == NULL || name[0] == '\0')
        return arena_strdup(arena, "");
    bool own = type->n_names == 1 || text_equal(lint_string(type->names[0]), "pg_catalog");
    bool builtin = false;
    for (size_t i = 0; own && !builtin && i < ARRAY_LENGTH(type_names); i++)
        if ((builtin = strcmp(name, type_names[i].parser) == 0)) {
            buf_add_str(&out, type_names[i].people);
            ending = type_names[i].ending;
        }
    if (!builtin && own)
        buf_add_str(&out, lint_quoted(arena, name));
    else if (!builtin)
        buf_add_str(&out, lint_names_text(arena, type->names, type->n_names, "."));
    if (own && strcmp(name, "interval") == 0 && type->n_typmods > 0)
        add_interval(&out, type);
    else
        add_modifiers(arena, &out, type);
    buf_add_str(&out, ending);
    for (size_t i = 0; i < type->n_array_bounds; i++)
        buf_add_str(&out, "[]");
    return buf_steal(&out, arena);
}

bool lint_is_serial(const char *type)
{
    static const char *const serials[] = {"serial",  "serial2",     "serial4",
                                          "serial8", "smallserial", "bigserial"};
    for (size_t i = 0; i < ARRAY_LENGTH(serials); i++)
        if (strcmp(type, serials[i]) == 0)
            return true;
    return false;
}

char *lint_sql(Arena *arena, const char *text, size_t len, size_t most)
{
    Buf out = {0};
    size_t behind = 0;
    for (size_t at = 0;;) {
        SqlToken token = sqlscan_token(text, len, at);
        if (token.kind == SQL_TOKEN_END)
            break;
        if (out.len >= most) {
            buf_add_str(&out, "…");
            break;
        }
        bool closes = token.kind == SQL_TOKEN_SYMBOL && strchr(",;)", text[token.start]) != NULL;
        if (out.len > 0 && token.start > behind && !closes)
            buf_add_char(&out, ' ');
        buf_add(&out, text + token.start, token.len);
        at = token.end;
        behind = token.start + token.len;
    }
    return buf_steal(&out, arena);
}

size_t lint_part_end(const LintStatement *s, size_t from)
{
    int depth = 0;
    for (size_t at = from, end = from;;) {
        SqlToken token = sqlscan_token(s->text, s->len, at);
        if (token.kind == SQL_TOKEN_END)
            return end;
        at = token.end;
        char c = token.kind == SQL_TOKEN_SYMBOL ? s->text[token.start] : '\0';
        if (depth == 0 && (c == ',' || c == ';' || c == ')'))
            return end;
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        end = token.start + token.len;
    }
}

static bool is_attribute(const PgQuery__Constraint *constraint) /* DEFERRABLE and the like */
{
    return constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRABLE ||
           constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_NOT_DEFERRABLE ||
           constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_DEFERRED ||
           constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_ATTR_IMMEDIATE;
}

char *lint_constraint_text(const LintStatement *s, const PgQuery__ColumnDef *column,
                           const PgQuery__Constraint *of, const char *behind)
{
    size_t from = lint_at(s, of->location), to = lint_part_end(s, from);
    for (size_t i = 0; i < column->n_constraints; i++) {
        const PgQuery__Node *node = column->constraints[i];
        if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT && !is_attribute(node->constraint) &&
            node->constraint->location > of->location && (size_t)node->constraint->location < to)
            to = (size_t)node->constraint->location;
    }
    for (size_t at = from; behind != NULL;) {
        SqlToken token = sqlscan_token(s->text, to, at);
        if (token.kind == SQL_TOKEN_END)
            break;
        at = token.end;
        if (sqlscan_is_word(s->text, &token, behind)) {
            from = at;
            break;
        }
    }
    return lint_sql(s->run->arena, s->text + from, to - from, 400);
}

size_t lint_at(const LintStatement *s, int location)
{
    return location > 0 && (size_t)location <= s->len ? (size_t)location : 0;
}

const PgQuery__Constraint *lint_column_constraint(const PgQuery__ColumnDef *column,
                                                  PgQuery__ConstrType type)
{
    for (size_t i = 0; i < column->n_constraints; i++) {
        const PgQuery__Node *node = column->constraints[i];
        if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT && node->constraint->contype == type)
            return node->constraint;
    }
    return NULL;
}

bool lint_option_on(PgQuery__Node *const *options, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (options[i]->node_case != PG_QUERY__NODE__NODE_DEF_ELEM ||
            !text_equal_nocase(options[i]->def_elem->defname, name))
            continue;
        const PgQuery__Node *arg = options[i]->def_elem->arg;
        const char *text = lint_string(arg);
        if (arg == NULL)
            return true;
        if (arg->node_case == PG_QUERY__NODE__NODE_INTEGER)
            return arg->integer->ival != 0;
        return text == NULL || !(text_equal_nocase(text, "false") || text_equal_nocase(text, "off"));
    }
    return false;
}

size_t lint_command_at(const LintStatement *s, size_t n, size_t *ret_end)
{
    const char *text = s->text;
    size_t len = s->len, at = 0, start = 0, commas = 0;
    int depth = 0;
    bool wanted = n == 0;
    if (ret_end != NULL)
        *ret_end = len;
    for (;;) {
        SqlToken token = sqlscan_token(text, len, at);
        if (token.kind == SQL_TOKEN_END)
            return start;
        if (wanted && n > 0 && start == 0)
            start = token.start;
        at = token.end;
        if (token.kind != SQL_TOKEN_SYMBOL)
            continue;
        char c = text[token.start];
        depth += (c == '(' || c == '[') - (c == ')' || c == ']');
        if (c != ',' || depth > 0)
            continue;
        if (wanted) {
            if (ret_end != NULL)
                *ret_end = token.start;
            return start;
        }
        wanted = ++commas == n;
    }
}

/* ---- volatility of default expressions ---- */

/* Volatile functions of PostgreSQL that people use in defaults. */
static const char *const volatile_functions[] = {
    "random",          "gen_random_uuid",    "uuid_generate_v1",  "uuid_generate_v1mc",
    "uuid_generate_v4", "clock_timestamp",   "timeofday",         "nextval",
    "setval",          "currval",            "lastval",           "gen_random_bytes",
    "random_normal",   "uuidv4",             "uuidv7",            "gen_salt",
    "pg_sleep",        "txid_current",       "setseed",           "ulid",
    "gen_ulid",        "uuid_generate_v7",
};

/* Stable and immutable ones that are safe. What is in neither list is the user's own: unknown. */
static const char *const stable_functions[] = {
    "now", "transaction_timestamp", "statement_timestamp", "current_timestamp", "current_date",
    "current_setting", "current_user", "session_user", "current_database", "current_schema",
    "current_schemas", "version", "timezone", "date_trunc", "date_part", "extract", "age", "concat",
    "concat_ws", "format", "lower", "upper", "length", "md5", "sha256", "encode", "decode", "left",
    "right", "lpad", "rpad", "replace", "substr", "substring", "trim", "btrim", "ltrim", "rtrim",
    "to_char", "to_date", "to_timestamp", "to_number", "make_date", "make_interval",
    "make_timestamp", "make_timestamptz", "make_time", "jsonb_build_object", "json_build_object",
    "jsonb_build_array", "json_build_array", "to_json", "to_jsonb", "array_fill", "array_append",
    "array_cat", "string_to_array", "abs", "ceil", "floor", "round", "power", "sqrt", "mod",
    "coalesce", "greatest", "least", "nullif", "int4range", "int8range", "numrange", "tsrange",
    "tstzrange", "daterange", "repeat", "reverse", "split_part", "chr", "ascii", "initcap",
    "overlay", "position", "strpos", "txid_current_if_assigned", "pg_catalog.now", "inet_client_addr",
    "row", "xmlparse", "hstore", "point", "box", "circle", "inet", "text", "numeric", "interval",
    "date", "int4", "int8", "bool", "varchar", "bpchar", "to_tsvector", "to_tsquery",
};

static bool in(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static Volatility of_function(const PgQuery__FuncCall *call)
{
    const char *name = call->n_funcname == 0 ? NULL
                                             : lint_string(call->funcname[call->n_funcname - 1]);
    if (name == NULL)
        return DEFAULT_UNKNOWN;
    if (in(volatile_functions, ARRAY_LENGTH(volatile_functions), name))
        return DEFAULT_VOLATILE;
    return in(stable_functions, ARRAY_LENGTH(stable_functions), name) ? DEFAULT_STABLE
                                                                      : DEFAULT_UNKNOWN;
}

typedef struct Search {
    const ProtobufCMessageDescriptor *kind; /* NULL, or a kind of node that is looked for */
    const char *function; /* NULL: the worst volatility is looked for */
    Volatility worst;
    bool found;
} Search;

/* Visits all of an expression's nodes by the message descriptors, so that no kind is forgotten. */
static void visit(Search *search, const ProtobufCMessage *message)
{
    search->found |= message->descriptor == search->kind;
    if (message->descriptor == &pg_query__func_call__descriptor) {
        const PgQuery__FuncCall *call = (const PgQuery__FuncCall *)message;
        Volatility volatility = of_function(call);
        const char *name = call->n_funcname == 0
                               ? NULL
                               : lint_string(call->funcname[call->n_funcname - 1]);
        if (volatility > search->worst)
            search->worst = volatility;
        if (search->function != NULL && name != NULL && strcmp(name, search->function) == 0)
            search->found = true;
    }
    const char *base = (const char *)message;
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        if (field->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t count;
            ProtobufCMessage *const *children;
            memcpy(&count, base + field->quantifier_offset, sizeof(count));
            memcpy(&children, base + field->offset, sizeof(children));
            for (size_t k = 0; k < count; k++)
                visit(search, children[k]);
            continue;
        }
        if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            uint32_t which;
            memcpy(&which, base + field->quantifier_offset, sizeof(which));
            if (which != field->id)
                continue;
        }
        const ProtobufCMessage *child;
        memcpy(&child, base + field->offset, sizeof(child));
        if (child != NULL)
            visit(search, child);
    }
}

Volatility lint_volatility(const PgQuery__Node *expr)
{
    Search search = {.worst = DEFAULT_STABLE};
    if (expr == NULL)
        return DEFAULT_NONE;
    visit(&search, &expr->base);
    return search.worst;
}

bool lint_calls(const PgQuery__Node *expr, const char *function)
{
    Search search = {.function = function};
    if (expr != NULL)
        visit(&search, &expr->base);
    return search.found;
}

bool lint_has_node(const PgQuery__Node *expr, const ProtobufCMessageDescriptor *kind)
{
    Search search = {.kind = kind};
    if (expr != NULL)
        visit(&search, &expr->base);
    return search.found;
}
