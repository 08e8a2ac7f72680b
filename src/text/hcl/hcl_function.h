/* How the standard functions of HCL are declared and called. */
#ifndef DBMIG_TEXT_HCL_FUNCTION_H
#define DBMIG_TEXT_HCL_FUNCTION_H

#include "hcl_internal.h"

/* A call whose arguments have been checked and converted by the function's signature. */
typedef struct Call {
    Arena *arena;
    const char *name;
    HclValue **args;
    size_t count;
    Error *err;
} Call;

typedef bool (*Function)(Call *call, HclValue **ret);

/*
 * The signature has a letter per argument: s string, n number, l list, o object, c list or object,
 * a any. '?' behind it: may be left out; '*': any number of these, the last one only.
 */
typedef struct FunctionRow {
    const char *name;
    Function function;
    const char *signature;
} FunctionRow;

extern const FunctionRow hcl_string_functions[];     /* both end with name NULL */
extern const FunctionRow hcl_collection_functions[];

bool hcl_to_json(Arena *arena, const HclValue *value, HclValue **ret, Error *err);

#endif
