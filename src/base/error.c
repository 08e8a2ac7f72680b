/* Errors as values. The texts of each live in an arena of its own, made when the first is set. */
#include "dbmig/base/error.h"

#include <string.h>

static const char *add_text(Error *err, const char *format, va_list args) DBMIG_PRINTF(2, 0);

static const char *add_text(Error *err, const char *format, va_list args)
{
    if (err->arena == NULL)
        err->arena = arena_new();
    return arena_vprintf(err->arena, format, args);
}

/* The new texts are made before the old ones go: the arguments may point into them. */
static void replace(Error *err, ExitCode code, Arena *arena, const char *primary)
{
    error_clear(err);
    err->arena = arena;
    err->code = code;
    err->primary = primary;
}

bool error_set(Error *err, ExitCode code, const char *format, ...)
{
    Arena *arena = arena_new();
    va_list args;
    va_start(args, format);
    const char *primary = arena_vprintf(arena, format, args);
    va_end(args);
    replace(err, code, arena, primary);
    return false;
}

bool error_set_errno(Error *err, ExitCode code, int saved_errno, const char *format, ...)
{
    Arena *arena = arena_new();
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(arena, format, args);
    va_end(args);
    replace(err, code, arena, arena_printf(arena, "%s: %s", text, strerror(saved_errno)));
    return false;
}

bool error_detail(Error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err->detail = add_text(err, format, args);
    va_end(args);
    return false;
}

bool error_hint(Error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err->hint = add_text(err, format, args);
    va_end(args);
    return false;
}

bool error_excerpt(Error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err->excerpt = add_text(err, format, args);
    va_end(args);
    return false;
}

bool error_at(Error *err, const char *file, size_t line, size_t column)
{
    if (err->arena == NULL)
        err->arena = arena_new();
    err->file = arena_strdup(err->arena, file);
    err->line = line;
    err->column = column;
    return false;
}

bool error_sqlstate(Error *err, const char *sqlstate)
{
    size_t len = sqlstate == NULL ? 0 : strnlen(sqlstate, sizeof(err->sqlstate) - 1);
    if (len > 0)
        memmove(err->sqlstate, sqlstate, len);
    err->sqlstate[len] = '\0';
    return false;
}

bool error_prefix(Error *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *prefix = add_text(err, format, args);
    va_end(args);
    if (err->primary == NULL)
        err->primary = prefix;
    else
        err->primary = arena_printf(err->arena, "%s: %s", prefix, err->primary);
    return false;
}

void error_copy(Error *dst, const Error *src)
{
    if (dst == src)
        return;
    Arena *arena = arena_new();
    Error copy = *src;
    copy.primary = arena_strdup(arena, src->primary);
    copy.detail = arena_strdup(arena, src->detail);
    copy.hint = arena_strdup(arena, src->hint);
    copy.excerpt = arena_strdup(arena, src->excerpt);
    copy.context = arena_strdup(arena, src->context);
    copy.file = arena_strdup(arena, src->file);
    copy.arena = arena;
    error_clear(dst);
    *dst = copy;
}

bool error_is_set(const Error *err)
{
    return err->code != EXIT_OK;
}

void error_clear(Error *err)
{
    arena_free(err->arena);
    *err = (Error){0};
}
