#include "dbmig/engine/seed.h"

#include "dbmig/base/log.h"
#include "dbmig/base/process.h"

#define SHOWN_BYTES 4000 /* of what a program printed; its end says why it failed */

static const char *tail_of(const Bytes *text)
{
    return text->len > SHOWN_BYTES ? text->data + text->len - SHOWN_BYTES : text->data;
}

bool seed_run_program(Arena *arena, const char *path, const StringList *env, Error *err)
{
    StringList set = {0};
    char *program;
    ProcessResult result;
    for (size_t i = 0; i < env->count; i++)
        VEC_PUSH(arena, set, env->items[i]);
    VEC_PUSH(arena, set, NULL);
    if (!file_absolute(arena, path, &program, err))
        return false;
    const char *argv[] = {program, NULL};
    ProcessSpec spec = {.argv = argv, .set_env = set.items};
    log_progress("seeding: %s", path);
    if (!process_run(arena, &spec, &result, err))
        return error_prefix(err, "seed");
    if (result.exit_code == 0) {
        if (result.out.len + result.errors.len > 0)
            log_verbose("%s: %s%s", path, tail_of(&result.out), tail_of(&result.errors));
        return true;
    }
    error_set(err, EXIT_FINDINGS, "the seed %s failed with exit code %d", path, result.exit_code);
    return error_detail(err, "%s%s", tail_of(&result.out), tail_of(&result.errors));
}
