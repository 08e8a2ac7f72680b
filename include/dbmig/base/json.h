/*
 * Streaming JSON writer into a Buf. Commas, nesting and escapes are its business; text that is not
 * UTF-8 has its bad bytes replaced by U+FFFD. Misuse (a value where a key must stand) is a BUG.
 */
#ifndef DBMIG_BASE_JSON_H
#define DBMIG_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "dbmig/base/buf.h"

#define JSON_MAX_DEPTH 32

typedef struct JsonWriter {
    Buf *out;
    int depth;
    bool pretty; /* two blanks a level, a line a member */
    bool need_comma[JSON_MAX_DEPTH];
    bool in_object[JSON_MAX_DEPTH];
    bool after_key;
} JsonWriter;

void json_begin(JsonWriter *json, Buf *out, bool pretty);
void json_object_begin(JsonWriter *json);
void json_object_end(JsonWriter *json);
void json_array_begin(JsonWriter *json);
void json_array_end(JsonWriter *json);
void json_key(JsonWriter *json, const char *key);
void json_string(JsonWriter *json, const char *text); /* NULL writes null */
void json_string_n(JsonWriter *json, const char *text, size_t len);
void json_int(JsonWriter *json, int64_t value);
void json_double(JsonWriter *json, double value);
void json_bool(JsonWriter *json, bool value);
void json_null(JsonWriter *json);

/* key and value in one call. */
void json_key_string(JsonWriter *json, const char *key, const char *text);
void json_key_int(JsonWriter *json, const char *key, int64_t value);
void json_key_bool(JsonWriter *json, const char *key, bool value);

#endif
