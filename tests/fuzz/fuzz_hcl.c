/*
 * HCL: any bytes are parsed and, if that works, evaluated: no crash, no endless work, and an error
 * has a place in the file. JSON goes there and back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/text/hcl.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool look_up(HclScope *scope, Arena *arena, const char *const *path, size_t count,
                    size_t *ret_used, HclValue **ret, Error *err)
{
    (void)scope;
    if (strcmp(path[0], "var") != 0 || count < 2)
        return error_set(err, EXIT_USAGE, "unknown name");
    *ret_used = 2;
    return hcl_from_json(arena, "{\"a\":[1,\"b\",null,true,{\"c\":{}}],\"d\":\"e\"}", ret, err);
}

static HclScope scope = {.lookup = look_up};

static void check_value(Arena *arena, HclValue *value)
{
    HclValue *json;
    HclValue *again;
    Error err = {0};
    if (hcl_call(arena, "jsonencode", &value, 1, &json, &err)) {
        CHECK(json != NULL && json->type == HCL_STRING);
        CHECK(hcl_from_json(arena, json->string, &again, &err));
        CHECK(again->type == value->type && again->count == value->count);
    }
    error_clear(&err);
}

static void check_body(Arena *arena, const HclBody *body)
{
    for (size_t i = 0; i < body->attributes.count; i++) {
        HclValue *value = NULL;
        Error err = {0};
        if (hcl_evaluate(arena, body->attributes.items[i].expr, &scope, &value, &err)) {
            CHECK(value != NULL);
            check_value(arena, value);
        } else {
            CHECK(err.code == EXIT_USAGE && err.file != NULL && err.line > 0 && err.column > 0);
        }
        error_clear(&err);
    }
    for (size_t i = 0; i < body->blocks.count; i++)
        check_body(arena, &body->blocks.items[i]->body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    /* At its exact size, so that reading beyond it is seen. */
    char *text = malloc(size == 0 ? 1 : size);
    HclBody body;
    Error err = {0};
    if (size > 0)
        memcpy(text, data, size);
    if (hcl_parse(arena, "f", text, size, &body, &err))
        check_body(arena, &body);
    else
        CHECK(err.code == EXIT_USAGE && err.file != NULL && err.line > 0 && err.column > 0);
    error_clear(&err);
    HclValue *value;
    if (hcl_from_json(arena, arena_strndup(arena, text, size), &value, &err))
        check_value(arena, value);
    error_clear(&err);
    free(text);
    arena_free(arena);
    return 0;
}
