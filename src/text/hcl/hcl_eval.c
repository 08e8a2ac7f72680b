/* Evaluates HCL's expressions. Only what the result needs is evaluated: one branch of a
 * conditional. */
#include <math.h>
#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "hcl_internal.h"

/* What a for-expression over a for-expression over … may cost. */
#define MAX_STEPS 1000000
#define MAX_TEXT ((size_t)16 * 1024 * 1024)

/* A variable of a for-expression. */
typedef struct Binding {
    const char *name;
    HclValue *value;
    const struct Binding *outer;
} Binding;

typedef struct Evaluator {
    Arena *arena;
    HclScope *scope;
    const Binding *bindings;
    unsigned steps;
    Error *err;
} Evaluator;

static bool evaluate(Evaluator *evaluator, const HclExpr *expr, HclValue **ret);

static bool fail_type(Evaluator *evaluator, const HclExpr *expr, const char *expected,
                      const HclValue *found)
{
    return hcl_fail(evaluator->err, expr->place, "expected %s, found %s", expected,
                    hcl_type_name(found->type));
}

/* Errors of callbacks that have no place get that of the expression. */
static bool place_here(Evaluator *evaluator, const HclExpr *expr)
{
    if (evaluator->err->file == NULL)
        error_at(evaluator->err, expr->place.file, expr->place.line, expr->place.column);
    return false;
}

static bool evaluate_bool(Evaluator *evaluator, const HclExpr *expr, bool *ret)
{
    HclValue *value;
    if (!evaluate(evaluator, expr, &value))
        return false;
    return hcl_to_bool(value, ret) || fail_type(evaluator, expr, "true or false", value);
}

static bool evaluate_number(Evaluator *evaluator, const HclExpr *expr, double *ret)
{
    HclValue *value;
    if (!evaluate(evaluator, expr, &value))
        return false;
    return hcl_to_number(value, ret) || fail_type(evaluator, expr, "a number", value);
}

static bool add_part(Evaluator *evaluator, const HclExpr *part, Buf *out)
{
    HclValue *value;
    const char *text;
    if (!evaluate(evaluator, part, &value))
        return false;
    if (!hcl_to_string(evaluator->arena, value, &text))
        return fail_type(evaluator, part, "a value that can be part of a string", value);
    buf_add_str(out, text);
    if (out->len > MAX_TEXT)
        return hcl_fail(evaluator->err, part->place, "the string gets too long");
    return true;
}

static bool evaluate_template(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    Buf out = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < expr->items.count; i++)
        ok = add_part(evaluator, expr->items.items[i], &out);
    if (ok)
        *ret = hcl_new_string(evaluator->arena, buf_text(&out));
    buf_free(&out);
    return ok;
}

static bool evaluate_items(Evaluator *evaluator, const HclExpr *expr, HclValue ***ret)
{
    *ret = arena_calloc(evaluator->arena, expr->items.count, sizeof(**ret));
    for (size_t i = 0; i < expr->items.count; i++) {
        if (!evaluate(evaluator, expr->items.items[i], &(*ret)[i]))
            return false;
    }
    return true;
}

typedef struct Members {
    VEC(const char *) keys;
    VEC(HclValue *) items;
} Members;

/* A later member of the same key replaces the earlier one. */
static void put(Arena *arena, Members *members, const char *key, HclValue *value)
{
    for (size_t i = 0; i < members->keys.count; i++) {
        if (strcmp(members->keys.items[i], key) == 0) {
            members->items.items[i] = value;
            return;
        }
    }
    VEC_PUSH(arena, members->keys, key);
    VEC_PUSH(arena, members->items, value);
}

static bool evaluate_key(Evaluator *evaluator, const HclExpr *expr, const char **ret)
{
    HclValue *value;
    if (!evaluate(evaluator, expr, &value))
        return false;
    return hcl_to_string(evaluator->arena, value, ret) ||
           fail_type(evaluator, expr, "a string as key", value);
}

static bool evaluate_object(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    Members members = {0};
    for (size_t i = 0; i < expr->items.count; i++) {
        const char *key;
        HclValue *value;
        if (!evaluate_key(evaluator, expr->keys.items[i], &key) ||
            !evaluate(evaluator, expr->items.items[i], &value))
            return false;
        put(evaluator->arena, &members, key, value);
    }
    *ret = hcl_new_object(evaluator->arena, members.keys.items, members.items.items,
                          members.keys.count);
    return true;
}

static bool no_member(Evaluator *evaluator, HclPlace place, const HclValue *object, const char *key)
{
    const char *nearest = text_nearest(key, object->keys, object->count);
    if (nearest != NULL)
        return hcl_fail(evaluator->err, place, "the object has no \"%s\" (did you mean \"%s\"?)",
                        key, nearest);
    return hcl_fail(evaluator->err, place, "the object has no \"%s\"", key);
}

static bool take_member(Evaluator *evaluator, HclPlace place, HclValue *value, const char *key,
                        HclValue **ret)
{
    if (value->type != HCL_OBJECT)
        return hcl_fail(evaluator->err, place, "%s has no \"%s\"", hcl_type_name(value->type), key);
    *ret = hcl_member(value, key);
    return *ret != NULL || no_member(evaluator, place, value, key);
}

static bool take_index(Evaluator *evaluator, const HclExpr *expr, HclValue *value, HclValue **ret)
{
    HclValue *index;
    const char *key;
    double number;
    if (!evaluate(evaluator, expr->b, &index))
        return false;
    if (value->type == HCL_OBJECT && hcl_to_string(evaluator->arena, index, &key))
        return take_member(evaluator, expr->place, value, key, ret);
    if (value->type != HCL_LIST)
        return hcl_fail(evaluator->err, expr->place, "%s has no members",
                        hcl_type_name(value->type));
    if (!hcl_to_number(index, &number))
        return fail_type(evaluator, expr->b, "a number as index", index);
    if (!(number >= 0) || number != floor(number) || number >= (double)value->count)
        return hcl_fail(evaluator->err, expr->place, "the list has no item %g: it has %zu", number,
                        value->count);
    *ret = value->items[(size_t)number];
    return true;
}

static const Binding *find_binding(const Evaluator *evaluator, const char *name)
{
    const Binding *binding = evaluator->bindings;
    while (binding != NULL && strcmp(binding->name, name) != 0)
        binding = binding->outer;
    return binding;
}

/* a.b["c"].d as a path of names, as far as it is one from the root on. */
static void collect_path(Arena *arena, const HclExpr *const *chain, size_t count, StringList *ret)
{
    VEC_PUSH(arena, *ret, chain[0]->name);
    for (size_t i = 1; i < count; i++) {
        const HclExpr *step = chain[i];
        const char *name = step->name;
        if (step->kind == EXPR_INDEX) {
            if (step->b->kind != EXPR_LITERAL || step->b->literal->type != HCL_STRING)
                return;
            name = step->b->literal->string;
        }
        VEC_PUSH(arena, *ret, name);
    }
}

static bool unknown_name(Evaluator *evaluator, const HclExpr *root)
{
    return hcl_fail(evaluator->err, root->place, "unknown name \"%s\"", root->name);
}

static bool look_up(Evaluator *evaluator, const HclExpr *const *chain, size_t count,
                    size_t *ret_used, HclValue **ret)
{
    StringList path = {0};
    HclScope *scope = evaluator->scope;
    *ret = NULL;
    collect_path(evaluator->arena, chain, count, &path);
    *ret_used = 1;
    if (scope == NULL || scope->lookup == NULL)
        return unknown_name(evaluator, chain[0]);
    if (!scope->lookup(scope, evaluator->arena, path.items, path.count, ret_used, ret,
                       evaluator->err))
        return place_here(evaluator, chain[0]);
    return true;
}

/* A root and the members taken from it, root first. */
static bool evaluate_chain(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    const HclExpr *chain[HCL_MAX_DEPTH + 1];
    size_t count = expr->depth;
    size_t first = count;
    const HclExpr *at = expr;
    while (at->kind == EXPR_ATTRIBUTE || at->kind == EXPR_INDEX) {
        chain[--first] = at;
        at = at->a;
    }
    chain[--first] = at;
    const HclExpr *const *links = chain + first;
    size_t used = 1;
    count -= first;
    const Binding *binding = at->kind == EXPR_REFERENCE ? find_binding(evaluator, at->name) : NULL;
    if (binding != NULL)
        *ret = binding->value;
    else if (at->kind == EXPR_REFERENCE ? !look_up(evaluator, links, count, &used, ret)
                                        : !evaluate(evaluator, at, ret))
        return false;
    for (size_t i = used; i < count; i++) {
        if (*ret == NULL)
            BUG("hcl: a name without a value");
        bool ok = links[i]->kind == EXPR_INDEX
                      ? take_index(evaluator, links[i], *ret, ret)
                      : take_member(evaluator, links[i]->place, *ret, links[i]->name, ret);
        if (!ok)
            return false;
    }
    return *ret != NULL || unknown_name(evaluator, at);
}

/* try(a, b, …): the first that can be evaluated. can(a): whether that works. */
static bool evaluate_try(Evaluator *evaluator, const HclExpr *expr, bool can, HclValue **ret)
{
    Error ignored = {0};
    Evaluator inner = *evaluator;
    bool found = false;
    inner.err = &ignored;
    for (size_t i = 0; !found && i < expr->items.count; i++) {
        found = evaluate(&inner, expr->items.items[i], ret);
        if (!found && ignored.code != EXIT_USAGE)
            break; /* an interrupt is no missing value */
    }
    evaluator->steps = inner.steps;
    bool serious = !found && error_is_set(&ignored) && ignored.code != EXIT_USAGE;
    if (serious)
        error_copy(evaluator->err, &ignored);
    error_clear(&ignored);
    if (serious)
        return false;
    if (can)
        *ret = hcl_new_bool(evaluator->arena, found);
    else if (!found)
        return hcl_fail(evaluator->err, expr->place, "no argument of try() can be evaluated");
    return true;
}

static bool expand_last(Evaluator *evaluator, const HclExpr *expr, HclValue ***args, size_t *count)
{
    const HclValue *last = (*args)[*count - 1];
    if (last->type != HCL_LIST)
        return fail_type(evaluator, expr->items.items[*count - 1], "a list before \"...\"", last);
    size_t fixed = *count - 1;
    HclValue **all = arena_calloc(evaluator->arena, fixed + last->count, sizeof(*all));
    for (size_t i = 0; i < fixed; i++)
        all[i] = (*args)[i];
    for (size_t i = 0; i < last->count; i++)
        all[fixed + i] = last->items[i];
    *args = all;
    *count = fixed + last->count;
    return true;
}

static bool unknown_function(Evaluator *evaluator, const HclExpr *expr)
{
    const char *nearest = hcl_nearest_function(expr->name);
    if (nearest == NULL)
        return hcl_fail(evaluator->err, expr->place, "unknown function \"%s\"", expr->name);
    return hcl_fail(evaluator->err, expr->place, "unknown function \"%s\" (did you mean \"%s\"?)",
                    expr->name, nearest);
}

static bool evaluate_call(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    HclValue **args;
    size_t count = expr->items.count;
    HclScope *scope = evaluator->scope;
    bool can = strcmp(expr->name, "can") == 0;
    if (can || strcmp(expr->name, "try") == 0)
        return evaluate_try(evaluator, expr, can, ret);
    if (!evaluate_items(evaluator, expr, &args))
        return false;
    if (expr->expand && !expand_last(evaluator, expr, &args, &count))
        return false;
    *ret = NULL;
    bool ok =
        scope == NULL || scope->call == NULL
            ? hcl_call(evaluator->arena, expr->name, args, count, ret, evaluator->err)
            : scope->call(scope, evaluator->arena, expr->name, args, count, ret, evaluator->err);
    if (!ok)
        return place_here(evaluator, expr);
    return *ret != NULL || unknown_function(evaluator, expr);
}

static bool arithmetic(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    double a;
    double b;
    double result = 0;
    if (!evaluate_number(evaluator, expr->a, &a) || !evaluate_number(evaluator, expr->b, &b))
        return false;
    switch (expr->op) {
    case OP_ADD:
        result = a + b;
        break;
    case OP_SUBTRACT:
        result = a - b;
        break;
    case OP_MULTIPLY:
        result = a * b;
        break;
    case OP_DIVIDE:
        result = a / b;
        break;
    default:
        result = fmod(a, b);
        break;
    }
    if (!isfinite(result))
        return hcl_fail(evaluator->err, expr->place, "the result is not a number");
    *ret = hcl_new_number(evaluator->arena, result);
    return true;
}

static bool compare(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    double a;
    double b;
    if (!evaluate_number(evaluator, expr->a, &a) || !evaluate_number(evaluator, expr->b, &b))
        return false;
    bool result = expr->op == OP_LESS         ? a < b
                  : expr->op == OP_LESS_EQUAL ? a <= b
                  : expr->op == OP_GREATER    ? a > b
                                              : a >= b;
    *ret = hcl_new_bool(evaluator->arena, result);
    return true;
}

static bool test_equality(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    HclValue *a;
    HclValue *b;
    if (!evaluate(evaluator, expr->a, &a) || !evaluate(evaluator, expr->b, &b))
        return false;
    *ret = hcl_new_bool(evaluator->arena, hcl_equal(a, b) == (expr->op == OP_EQUAL));
    return true;
}

static bool evaluate_binary(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    bool result;
    if (expr->op == OP_EQUAL || expr->op == OP_NOT_EQUAL)
        return test_equality(evaluator, expr, ret);
    if (expr->op >= OP_ADD)
        return arithmetic(evaluator, expr, ret);
    if (expr->op >= OP_LESS)
        return compare(evaluator, expr, ret);
    if (!evaluate_bool(evaluator, expr->a, &result))
        return false;
    if (result == (expr->op == OP_AND) && !evaluate_bool(evaluator, expr->b, &result))
        return false;
    *ret = hcl_new_bool(evaluator->arena, result);
    return true;
}

static bool evaluate_unary(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    bool boolean;
    double number;
    if (expr->op == OP_NOT) {
        if (!evaluate_bool(evaluator, expr->a, &boolean))
            return false;
        *ret = hcl_new_bool(evaluator->arena, !boolean);
        return true;
    }
    if (!evaluate_number(evaluator, expr->a, &number))
        return false;
    *ret = hcl_new_number(evaluator->arena, -number);
    return true;
}

static bool evaluate_condition(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    bool yes;
    return evaluate_bool(evaluator, expr->a, &yes) &&
           evaluate(evaluator, yes ? expr->b : expr->c, ret);
}

/* What the rounds of a for-expression gather. */
typedef struct Gathered {
    Members members;
    Buf text;
} Gathered;

static bool run_round(Evaluator *evaluator, const HclExpr *expr, Gathered *gathered)
{
    bool wanted = true;
    HclValue *value;
    const char *key = NULL;
    if (expr->c != NULL && !evaluate_bool(evaluator, expr->c, &wanted))
        return false;
    if (!wanted)
        return true;
    if (expr->kind == EXPR_FOR_TEMPLATE)
        return add_part(evaluator, expr->b, &gathered->text);
    if (expr->kind == EXPR_FOR_OBJECT && !evaluate_key(evaluator, expr->items.items[0], &key))
        return false;
    if (!evaluate(evaluator, expr->b, &value))
        return false;
    if (expr->kind == EXPR_FOR_OBJECT)
        put(evaluator->arena, &gathered->members, key, value);
    else
        VEC_PUSH(evaluator->arena, gathered->members.items, value);
    return true;
}

/* Binds the variables of the ith round: value, and key or index. */
static bool bind_round(Evaluator *evaluator, const HclExpr *expr, const HclValue *collection,
                       size_t i, Gathered *gathered)
{
    const Binding *outer = evaluator->bindings;
    Binding value = {expr->name, collection->items[i], outer};
    Binding key = {expr->key_name, NULL, &value};
    evaluator->bindings = &value;
    if (expr->key_name != NULL) {
        key.value = collection->type == HCL_OBJECT
                        ? hcl_new_string(evaluator->arena, collection->keys[i])
                        : hcl_new_number(evaluator->arena, (double)i);
        evaluator->bindings = &key;
    }
    bool ok = run_round(evaluator, expr, gathered);
    evaluator->bindings = outer;
    return ok;
}

static bool evaluate_for(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    HclValue *collection;
    Gathered gathered = {0};
    bool ok = true;
    if (!evaluate(evaluator, expr->a, &collection))
        return false;
    if (collection->type != HCL_LIST && collection->type != HCL_OBJECT)
        return fail_type(evaluator, expr->a, "a list or an object", collection);
    for (size_t i = 0; ok && i < collection->count; i++)
        ok = bind_round(evaluator, expr, collection, i, &gathered);
    Members *members = &gathered.members;
    if (ok && expr->kind == EXPR_FOR_TEMPLATE)
        *ret = hcl_new_string(evaluator->arena, buf_text(&gathered.text));
    else if (ok && expr->kind == EXPR_FOR_OBJECT)
        *ret = hcl_new_object(evaluator->arena, members->keys.items, members->items.items,
                              members->keys.count);
    else if (ok)
        *ret = hcl_new_list(evaluator->arena, members->items.items, members->items.count);
    buf_free(&gathered.text);
    return ok;
}

static bool evaluate(Evaluator *evaluator, const HclExpr *expr, HclValue **ret)
{
    HclValue **items;
    if (++evaluator->steps > MAX_STEPS)
        return hcl_fail(evaluator->err, expr->place, "the expression takes too long to evaluate");
    switch (expr->kind) {
    case EXPR_LITERAL:
        *ret = expr->literal;
        return true;
    case EXPR_TEMPLATE:
        return evaluate_template(evaluator, expr, ret);
    case EXPR_LIST:
        if (!evaluate_items(evaluator, expr, &items))
            return false;
        *ret = hcl_new_list(evaluator->arena, items, expr->items.count);
        return true;
    case EXPR_OBJECT:
        return evaluate_object(evaluator, expr, ret);
    case EXPR_REFERENCE:
    case EXPR_ATTRIBUTE:
    case EXPR_INDEX:
        return evaluate_chain(evaluator, expr, ret);
    case EXPR_CALL:
        return evaluate_call(evaluator, expr, ret);
    case EXPR_UNARY:
        return evaluate_unary(evaluator, expr, ret);
    case EXPR_BINARY:
        return evaluate_binary(evaluator, expr, ret);
    case EXPR_CONDITION:
        return evaluate_condition(evaluator, expr, ret);
    case EXPR_FOR_LIST:
    case EXPR_FOR_OBJECT:
    case EXPR_FOR_TEMPLATE:
        return evaluate_for(evaluator, expr, ret);
    }
    return true;
}

bool hcl_evaluate(Arena *arena, const HclExpr *expr, HclScope *scope, HclValue **ret, Error *err)
{
    Evaluator evaluator = {.arena = arena, .scope = scope, .err = err};
    return evaluate(&evaluator, expr, ret) || place_here(&evaluator, expr);
}

const char *hcl_reference_text(Arena *arena, const HclExpr *expr)
{
    if (expr->kind == EXPR_REFERENCE || expr->kind == EXPR_CALL)
        return expr->name;
    if (expr->kind != EXPR_ATTRIBUTE)
        return NULL;
    const char *root = hcl_reference_text(arena, expr->a);
    return root == NULL ? NULL : arena_printf(arena, "%s.%s", root, expr->name);
}

bool hcl_is_word(const HclExpr *expr)
{
    return expr->kind == EXPR_REFERENCE;
}
