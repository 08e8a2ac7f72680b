/* Small questions to parse trees. */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "lint_private.h"

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

/* What people write for the parser's names. */
static const struct {
    const char *parser, *people;
} type_names[] = {
    {"int2", "smallint"},        {"int4", "integer"},
    {"int8", "bigint"},          {"bool", "boolean"},
    {"float4", "real"},          {"float8", "double precision"},
    {"bpchar", "character"},     {"timestamptz", "timestamp with time zone"},
    {"timetz", "time with time zone"},
};

char *lint_type_text(Arena *arena, const PgQuery__TypeName *type)
{
    const char *name = lint_type_name(type);
    bool fields = strcmp(name, "interval") == 0; /* their modifiers begin with a mask of fields */
    const char *schema = type != NULL && type->n_names > 1 ? lint_string(type->names[0]) : NULL;
    Buf out = {0};
    if (schema != NULL && strcmp(schema, "pg_catalog") != 0)
        buf_printf(&out, "%s.", lint_quoted(arena, schema));
    else
        schema = NULL;
    bool renamed = false;
    for (size_t i = 0; schema == NULL && !renamed && i < ARRAY_LENGTH(type_names); i++)
        if ((renamed = strcmp(name, type_names[i].parser) == 0))
            name = type_names[i].people;
    buf_add_str(&out, renamed ? name : lint_quoted(arena, name));
    for (size_t i = fields ? 1 : 0; type != NULL && i < type->n_typmods; i++) {
        const PgQuery__Node *mod = type->typmods[i];
        if (mod->node_case == PG_QUERY__NODE__NODE_A_CONST &&
            mod->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL)
            buf_printf(&out, "%s%d", i == (fields ? 1 : 0) ? "(" : ",", mod->a_const->ival->ival);
        else
            continue;
        if (i + 1 == type->n_typmods)
            buf_add_char(&out, ')');
    }
    for (size_t i = 0; type != NULL && i < type->n_array_bounds; i++)
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
