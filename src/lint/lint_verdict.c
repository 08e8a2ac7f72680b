/* What a file as a whole does to tables that were there: one line each. */
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig/lint/lint.h"

/* The tables that a file closes, and its works, each once. */
static void add_once(Buf *out, const char *between, const char *word)
{
    const char *found = out->len == 0 ? NULL : strstr(buf_text(out), word);
    size_t len = strlen(word);
    if (found != NULL && (found[len] == '\0' || strchr(",:", found[len]) != NULL))
        return;
    buf_printf(out, "%s%s", out->len == 0 ? "" : between, word);
}

StringList lint_verdicts(Arena *arena, const LintResult *result)
{
    StringList verdicts = {0};
    for (size_t i = 0; i < result->locks.count;) {
        const char *file = result->locks.items[i].file;
        Buf tables = {0}, works = {0};
        size_t line = 0;
        for (; i < result->locks.count && text_equal(result->locks.items[i].file, file); i++) {
            const LintLock *lock = &result->locks.items[i];
            if (lock->blocks_reads) {
                add_once(&tables, ", ",
                         text_starts(lock->object, "public.") ? lock->object + strlen("public.")
                                                              : lock->object);
                line = line == 0 ? lock->line : line;
            }
            if (lock->work != NULL && lock->blocks_writes)
                add_once(&works, ", ", lock->work);
        }
        if (tables.len > 0 || works.len > 0) {
            const char *closes =
                tables.len == 0
                    ? "keeps writes waiting"
                    : arena_printf(arena, "closes %s from line %zu on", buf_text(&tables), line);
            VEC_PUSH(arena, verdicts,
                     arena_printf(arena, "%s: %s%s%s", file, closes, works.len == 0 ? "" : ": ",
                                  works.len == 0 ? "" : buf_text(&works)));
        }
        buf_free(&tables);
        buf_free(&works);
    }
    return verdicts;
}
