/*
 * HCL as atlas.hcl uses it: blocks with labels, attributes, expressions (literals, lists, objects,
 * references, conditionals, operators, for-expressions, function calls, templates with ${…} and
 * %{ if } and %{ for }, heredocs), comments. Parsing gives a tree that keeps places; evaluation is
 * lazy and by callbacks, so that an unused data source never runs.
 */
#ifndef DBMIG_TEXT_HCL_H
#define DBMIG_TEXT_HCL_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/map.h"
#include "dbmig/base/provenance.h"
#include "dbmig/base/vec.h"

typedef enum HclType { HCL_NULL, HCL_BOOL, HCL_NUMBER, HCL_STRING, HCL_LIST, HCL_OBJECT } HclType;

typedef struct HclValue HclValue;
struct HclValue {
    HclType type;
    bool boolean;
    double number;
    const char *string; /* NUL-terminated; HCL strings cannot hold NUL */
    size_t count;       /* of a list or object */
    HclValue **items;   /* of a list, or the values of an object */
    const char **keys;  /* of an object, in source order */
    Provenance origin;  /* filled by who evaluates with a scope; the evaluator leaves it empty */
};

typedef struct HclExpr HclExpr;

typedef struct HclPlace {
    const char *file;
    size_t line, column;
} HclPlace;

typedef struct HclAttribute {
    const char *name;
    HclExpr *expr;
    HclPlace place;
} HclAttribute;

typedef struct HclBlock HclBlock;

typedef struct HclBody {
    VEC(HclAttribute) attributes;
    VEC(HclBlock *) blocks;
} HclBody;

struct HclBlock {
    const char *type;
    StringList labels;
    HclBody body;
    HclPlace place;
};

/* Parses a file's text. Errors have file, line and column and EXIT_USAGE. */
bool hcl_parse(Arena *arena, const char *file, const char *text, size_t len, HclBody *ret,
               Error *err);

/*
 * Looks up the root of a reference with its whole path, e.g. {"var","name"} or
 * {"data","external_schema","x","url"}. *ret_used says how many parts it consumed; what is left is
 * indexed into the value. False with err set when unknown.
 */
typedef struct HclScope HclScope;
struct HclScope {
    bool (*lookup)(HclScope *scope, Arena *arena, const char *const *path, size_t count,
                   size_t *ret_used, HclValue **ret, Error *err);
    bool (*call)(HclScope *scope, Arena *arena, const char *function, HclValue *const *args,
                 size_t count, HclValue **ret, Error *err);
    void *context;
};

/*
 * Evaluates. Errors are placed at the expression. scope may be NULL: no references, and only the
 * standard functions. `try` and `can` are known to the evaluator itself.
 */
bool hcl_evaluate(Arena *arena, const HclExpr *expr, HclScope *scope, HclValue **ret, Error *err);

/*
 * The functions that need nothing but their arguments: format, join, jsonencode, merge, …. *ret stays
 * NULL when there is none of that name. For the `call` of a scope.
 */
bool hcl_call(Arena *arena, const char *function, HclValue *const *args, size_t count,
              HclValue **ret, Error *err);

/* The standard function with the name nearest to that, or NULL. */
const char *hcl_nearest_function(const char *name);

/* A bare name, or name.name… of an expression that is nothing else (a type: string, list(string) gives
   "list"); else NULL. In the arena. */
const char *hcl_reference_text(Arena *arena, const HclExpr *expr);

/* True for a bare name (LINEAR), which a scope may know or not. */
bool hcl_is_word(const HclExpr *expr);

/* Reads JSON (RFC 8259) as a value. */
bool hcl_from_json(Arena *arena, const char *text, HclValue **ret, Error *err);

HclPlace hcl_place(const HclExpr *expr);

/* Conversions by HCL's rules; false when the type cannot be converted (as null and lists cannot). */
bool hcl_to_string(Arena *arena, const HclValue *value, const char **ret);
bool hcl_to_bool(const HclValue *value, bool *ret);
bool hcl_to_number(const HclValue *value, double *ret);

HclValue *hcl_new_string(Arena *arena, const char *text);
HclValue *hcl_new_bool(Arena *arena, bool boolean);
HclValue *hcl_new_number(Arena *arena, double number);
HclValue *hcl_new_list(Arena *arena, HclValue **items, size_t count);
HclValue *hcl_new_object(Arena *arena, const char **keys, HclValue **items, size_t count);

/* The member of an object, or NULL. */
HclValue *hcl_member(const HclValue *object, const char *key);

const HclAttribute *hcl_attribute(const HclBody *body, const char *name);

#endif
