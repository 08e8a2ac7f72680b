/* The standard functions on lists and objects, and the conversions. A set is a sorted list here. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "hcl_function.h"

typedef VEC(HclValue *) Values;
typedef VEC(const char *) Keys;

static bool give_values(Call *call, const Values *values, HclValue **ret)
{
    *ret = hcl_new_list(call->arena, values->items, values->count);
    return true;
}

static bool length(Call *call, HclValue **ret)
{
    const HclValue *value = call->args[0];
    if (value->type != HCL_STRING && value->type != HCL_LIST && value->type != HCL_OBJECT)
        return error_set(call->err, EXIT_USAGE, "length() of %s", hcl_type_name(value->type));
    size_t count = value->type == HCL_STRING
                       ? text_utf8_length(value->string, strlen(value->string))
                       : value->count;
    *ret = hcl_new_number(call->arena, (double)count);
    return true;
}

/* The first that is neither null nor an empty string. */
static bool coalesce(Call *call, HclValue **ret)
{
    for (size_t i = 0; i < call->count; i++) {
        const HclValue *value = call->args[i];
        if (value->type == HCL_NULL || (value->type == HCL_STRING && value->string[0] == '\0'))
            continue;
        *ret = call->args[i];
        return true;
    }
    return error_set(call->err, EXIT_USAGE, "coalesce(): all arguments are null or empty");
}

static bool lookup(Call *call, HclValue **ret)
{
    const char *key = call->args[1]->string;
    *ret = hcl_member(call->args[0], key);
    if (*ret == NULL && call->count > 2)
        *ret = call->args[2];
    return *ret != NULL ||
           error_set(call->err, EXIT_USAGE, "lookup(): the object has no \"%s\"", key);
}

static bool concat(Call *call, HclValue **ret)
{
    Values all = {0};
    for (size_t i = 0; i < call->count; i++) {
        for (size_t k = 0; k < call->args[i]->count; k++)
            VEC_PUSH(call->arena, all, call->args[i]->items[k]);
    }
    return give_values(call, &all, ret);
}

static bool has_value(HclValue *const *items, size_t count, const HclValue *value)
{
    for (size_t i = 0; i < count; i++) {
        if (hcl_equal(items[i], value))
            return true;
    }
    return false;
}

static bool contains(Call *call, HclValue **ret)
{
    bool found = has_value(call->args[0]->items, call->args[0]->count, call->args[1]);
    *ret = hcl_new_bool(call->arena, found);
    return true;
}

static bool distinct(Call *call, HclValue **ret)
{
    Values kept = {0};
    for (size_t i = 0; i < call->args[0]->count; i++) {
        HclValue *item = call->args[0]->items[i];
        if (!has_value(kept.items, kept.count, item))
            VEC_PUSH(call->arena, kept, item);
    }
    return give_values(call, &kept, ret);
}

/* Numbers by size, then strings bytewise, then the rest as it stood. */
static int compare_values(const void *a, const void *b)
{
    const HclValue *left = *(HclValue *const *)a;
    const HclValue *right = *(HclValue *const *)b;
    if (left->type != right->type)
        return left->type < right->type ? -1 : 1;
    if (left->type == HCL_STRING)
        return strcmp(left->string, right->string);
    if (left->type == HCL_NUMBER)
        return (left->number > right->number) - (left->number < right->number);
    return 0;
}

static bool sort(Call *call, HclValue **ret)
{
    const HclValue *list = call->args[0];
    Values sorted = {0};
    for (size_t i = 0; i < list->count; i++)
        VEC_PUSH(call->arena, sorted, list->items[i]);
    if (sorted.count > 0)
        qsort(sorted.items, sorted.count, sizeof(*sorted.items), compare_values);
    return give_values(call, &sorted, ret);
}

static bool toset(Call *call, HclValue **ret)
{
    if (!distinct(call, ret))
        return false;
    call->args[0] = *ret;
    return sort(call, ret);
}

static bool reverse(Call *call, HclValue **ret)
{
    Values reversed = {0};
    for (size_t i = call->args[0]->count; i > 0; i--)
        VEC_PUSH(call->arena, reversed, call->args[0]->items[i - 1]);
    return give_values(call, &reversed, ret);
}

static bool compact(Call *call, HclValue **ret)
{
    Values kept = {0};
    for (size_t i = 0; i < call->args[0]->count; i++) {
        HclValue *item = call->args[0]->items[i];
        if (item->type != HCL_NULL && !(item->type == HCL_STRING && item->string[0] == '\0'))
            VEC_PUSH(call->arena, kept, item);
    }
    return give_values(call, &kept, ret);
}

static void add_flat(Arena *arena, Values *out, const HclValue *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->type == HCL_LIST)
            add_flat(arena, out, list->items[i]);
        else
            VEC_PUSH(arena, *out, list->items[i]);
    }
}

static bool flatten(Call *call, HclValue **ret)
{
    Values flat = {0};
    add_flat(call->arena, &flat, call->args[0]);
    return give_values(call, &flat, ret);
}

/* The index counts around, as in Terraform. */
static bool element(Call *call, HclValue **ret)
{
    const HclValue *list = call->args[0];
    double index = call->args[1]->number;
    if (list->count == 0 || index < 0 || index != floor(index))
        return error_set(call->err, EXIT_USAGE, "element(): the list has no item %g", index);
    *ret = list->items[(size_t)fmod(index, (double)list->count)];
    return true;
}

static bool slice(Call *call, HclValue **ret)
{
    const HclValue *list = call->args[0];
    double first = call->args[1]->number;
    double end = call->args[2]->number;
    if (!(first >= 0 && first <= end && end <= (double)list->count))
        return error_set(call->err, EXIT_USAGE, "slice(): the list has %zu items", list->count);
    *ret = hcl_new_list(call->arena, list->items + (size_t)first, (size_t)end - (size_t)first);
    return true;
}

static bool keys(Call *call, HclValue **ret)
{
    Values names = {0};
    for (size_t i = 0; i < call->args[0]->count; i++)
        VEC_PUSH(call->arena, names, hcl_new_string(call->arena, call->args[0]->keys[i]));
    return give_values(call, &names, ret);
}

static bool values(Call *call, HclValue **ret)
{
    *ret = hcl_new_list(call->arena, call->args[0]->items, call->args[0]->count);
    return true;
}

static void put(Arena *arena, Keys *names, Values *items, const char *key, HclValue *value)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->items[i], key) == 0) {
            items->items[i] = value;
            return;
        }
    }
    VEC_PUSH(arena, *names, key);
    VEC_PUSH(arena, *items, value);
}

static bool merge(Call *call, HclValue **ret)
{
    Keys names = {0};
    Values items = {0};
    for (size_t i = 0; i < call->count; i++) {
        const HclValue *object = call->args[i];
        for (size_t k = 0; k < object->count; k++)
            put(call->arena, &names, &items, object->keys[k], object->items[k]);
    }
    *ret = hcl_new_object(call->arena, names.items, items.items, names.count);
    return true;
}

static bool zipmap(Call *call, HclValue **ret)
{
    const HclValue *names = call->args[0];
    const HclValue *items = call->args[1];
    Keys kept_names = {0};
    Values kept = {0};
    if (names->count != items->count)
        return error_set(call->err, EXIT_USAGE, "zipmap(): %zu keys, but %zu values", names->count,
                         items->count);
    for (size_t i = 0; i < names->count; i++) {
        const char *key;
        if (!hcl_to_string(call->arena, names->items[i], &key))
            return error_set(call->err, EXIT_USAGE, "zipmap(): a key must be a string");
        put(call->arena, &kept_names, &kept, key, items->items[i]);
    }
    *ret = hcl_new_object(call->arena, kept_names.items, kept.items, kept.count);
    return true;
}

static bool range(Call *call, HclValue **ret)
{
    double first = call->count > 1 ? call->args[0]->number : 0;
    double end = call->args[call->count > 1 ? 1 : 0]->number;
    double step = call->count > 2 ? call->args[2]->number : end < first ? -1 : 1;
    Values numbers = {0};
    if (step == 0 || (end - first) / step > 1024)
        return error_set(call->err, EXIT_USAGE, "range(): more than 1024 numbers");
    for (double at = first; step > 0 ? at < end : at > end; at += step)
        VEC_PUSH(call->arena, numbers, hcl_new_number(call->arena, at));
    return give_values(call, &numbers, ret);
}

static bool tostring(Call *call, HclValue **ret)
{
    const char *text;
    if (!hcl_to_string(call->arena, call->args[0], &text))
        return error_set(call->err, EXIT_USAGE, "tostring() of %s",
                         hcl_type_name(call->args[0]->type));
    *ret = hcl_new_string(call->arena, text);
    return true;
}

static bool tonumber(Call *call, HclValue **ret)
{
    *ret = call->args[0];
    return true;
}

static bool tobool(Call *call, HclValue **ret)
{
    bool boolean;
    if (!hcl_to_bool(call->args[0], &boolean))
        return error_set(call->err, EXIT_USAGE, "tobool(): expected true or false, found %s",
                         hcl_type_name(call->args[0]->type));
    *ret = hcl_new_bool(call->arena, boolean);
    return true;
}

static bool same(Call *call, HclValue **ret)
{
    *ret = call->args[0];
    return true;
}

const FunctionRow hcl_collection_functions[] = {
    {"coalesce", coalesce, "aa*"}, {"compact", compact, "l"},   {"concat", concat, "l*"},
    {"contains", contains, "la"},  {"distinct", distinct, "l"}, {"element", element, "ln"},
    {"flatten", flatten, "l"},     {"keys", keys, "o"},         {"length", length, "a"},
    {"lookup", lookup, "osa?"},    {"merge", merge, "o*"},      {"range", range, "nn?n?"},
    {"reverse", reverse, "l"},     {"slice", slice, "lnn"},     {"sort", sort, "l"},
    {"tobool", tobool, "a"},       {"tolist", same, "l"},       {"tomap", same, "o"},
    {"tonumber", tonumber, "n"},   {"toset", toset, "l"},       {"tostring", tostring, "a"},
    {"values", values, "o"},       {"zipmap", zipmap, "ll"},    {NULL, NULL, NULL},
};
