/* HCL's values: making, converting and comparing them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hcl_internal.h"

HclValue *hcl_new_string(Arena *arena, const char *text)
{
    HclValue *value = arena_alloc(arena, sizeof(*value));
    *value = (HclValue){.type = HCL_STRING, .string = arena_strdup(arena, text)};
    return value;
}

HclValue *hcl_new_bool(Arena *arena, bool boolean)
{
    HclValue *value = arena_alloc(arena, sizeof(*value));
    *value = (HclValue){.type = HCL_BOOL, .boolean = boolean};
    return value;
}

HclValue *hcl_new_number(Arena *arena, double number)
{
    HclValue *value = arena_alloc(arena, sizeof(*value));
    *value = (HclValue){.type = HCL_NUMBER, .number = number};
    return value;
}

HclValue *hcl_new_list(Arena *arena, HclValue **items, size_t count)
{
    HclValue *value = arena_alloc(arena, sizeof(*value));
    *value = (HclValue){.type = HCL_LIST, .count = count, .items = items};
    return value;
}

HclValue *hcl_new_object(Arena *arena, const char **keys, HclValue **items, size_t count)
{
    HclValue *value = arena_alloc(arena, sizeof(*value));
    *value = (HclValue){.type = HCL_OBJECT, .count = count, .items = items, .keys = keys};
    return value;
}

HclValue *hcl_member(const HclValue *object, const char *key)
{
    for (size_t i = 0; object->type == HCL_OBJECT && i < object->count; i++) {
        if (strcmp(object->keys[i], key) == 0)
            return object->items[i];
    }
    return NULL;
}

const char *hcl_type_name(HclType type)
{
    static const char *const names[] = {
        [HCL_NULL] = "null",       [HCL_BOOL] = "a bool", [HCL_NUMBER] = "a number",
        [HCL_STRING] = "a string", [HCL_LIST] = "a list", [HCL_OBJECT] = "an object"};
    return names[type];
}

/* The shortest form that reads back as the same number. */
static char *show_number(Arena *arena, double number)
{
    if (number == floor(number) && fabs(number) < 1e15)
        return arena_printf(arena, "%.0f", number + 0.0);
    for (int digits = 6; digits < 17; digits++) {
        char text[40];
        snprintf(text, sizeof(text), "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            return arena_strdup(arena, text);
    }
    return arena_printf(arena, "%.17g", number);
}

bool hcl_to_string(Arena *arena, const HclValue *value, const char **ret)
{
    switch (value->type) {
    case HCL_STRING:
        *ret = value->string;
        return true;
    case HCL_BOOL:
        *ret = value->boolean ? "true" : "false";
        return true;
    case HCL_NUMBER:
        *ret = show_number(arena, value->number);
        return true;
    case HCL_NULL:
    case HCL_LIST:
    case HCL_OBJECT:
        break;
    }
    return false;
}

bool hcl_to_bool(const HclValue *value, bool *ret)
{
    if (value->type == HCL_STRING &&
        (strcmp(value->string, "true") == 0 || strcmp(value->string, "false") == 0)) {
        *ret = value->string[0] == 't';
        return true;
    }
    *ret = value->boolean;
    return value->type == HCL_BOOL;
}

bool hcl_to_number(const HclValue *value, double *ret)
{
    if (value->type == HCL_NUMBER) {
        *ret = value->number;
        return true;
    }
    if (value->type != HCL_STRING || value->string[0] == '\0' ||
        value->string[strspn(value->string, "0123456789.eE+-")] != '\0')
        return false;
    char *end;
    *ret = strtod(value->string, &end);
    return *end == '\0' && isfinite(*ret);
}

static bool equal_members(const HclValue *a, const HclValue *b)
{
    for (size_t i = 0; i < a->count; i++) {
        const HclValue *other = a->type == HCL_LIST ? b->items[i] : hcl_member(b, a->keys[i]);
        if (other == NULL || !hcl_equal(a->items[i], other))
            return false;
    }
    return true;
}

bool hcl_equal(const HclValue *a, const HclValue *b)
{
    if (a->type != b->type)
        return false;
    switch (a->type) {
    case HCL_NULL:
        return true;
    case HCL_BOOL:
        return a->boolean == b->boolean;
    case HCL_NUMBER:
        return a->number == b->number;
    case HCL_STRING:
        return strcmp(a->string, b->string) == 0;
    case HCL_LIST:
    case HCL_OBJECT:
        break;
    }
    return a->count == b->count && equal_members(a, b);
}
