/*
 * Words for people on stderr, in the form of PostgreSQL's front ends. Each message is put together
 * first and written by one call, so that messages of several processes do not mix in a line.
 */
#include "dbmig/base/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/shown.h"
#include "dbmig/base/text.h"

#define COLOR_ERROR "1;31"
#define COLOR_WARNING "1;35"
#define COLOR_NOTE "1;36"
#define COLOR_PLACE "1"

static LogLevel current_level = LOG_NORMAL;
static bool use_color;
static size_t progress_width; /* columns of the progress line on the screen, 0 when there is none */

void log_configure(LogLevel level, bool color)
{
    current_level = level;
    use_color = color;
}

LogLevel log_level(void)
{
    return current_level;
}

bool log_color(void)
{
    return use_color;
}

static void write_stderr(const char *text, size_t len)
{
    fwrite(text, 1, len, stderr);
    fflush(stderr);
}

static void erase_progress(void)
{
    if (progress_width == 0)
        return;
    Buf line = {0};
    buf_printf(&line, "\r%*s\r", (int)progress_width, "");
    write_stderr(line.data, line.len);
    buf_free(&line);
    progress_width = 0;
}

/* Ends the line, writes it and frees it. Leaves errno alone: log_debug() stands anywhere. */
static void emit(Buf *message)
{
    int saved_errno = errno;
    buf_add_char(message, '\n');
    erase_progress();
    write_stderr(message->data, message->len);
    buf_free(message);
    errno = saved_errno;
}

static void add_colored(Buf *out, const char *color, const char *text)
{
    if (use_color)
        buf_printf(out, "\033[%sm%s\033[0m", color, text);
    else
        buf_add_str(out, text);
}

static void add_place(Buf *out, const char *file, size_t line, size_t column)
{
    if (file == NULL)
        return;
    Buf place = {0};
    shown_add(&place, file, "    ", false);
    if (line > 0)
        buf_printf(&place, ":%zu", line);
    if (line > 0 && column > 0)
        buf_printf(&place, ":%zu", column);
    buf_add_char(&place, ':');
    add_colored(out, COLOR_PLACE, buf_text(&place));
    buf_add_char(out, ' ');
    buf_free(&place);
}

static void add_formatted(Buf *out, const char *format, va_list args) DBMIG_PRINTF(2, 0);

static void add_formatted(Buf *out, const char *format, va_list args)
{
    Buf text = {0};
    buf_vprintf(&text, format, args);
    shown_add(out, buf_text(&text), "    ", out->len == 0);
    buf_free(&text);
}

static void say(LogLevel level, const char *prefix, const char *format, va_list args)
    DBMIG_PRINTF(3, 0);

static void say(LogLevel level, const char *prefix, const char *format, va_list args)
{
    if (current_level < level)
        return;
    Buf message = {0};
    buf_add_str(&message, prefix);
    add_formatted(&message, format, args);
    emit(&message);
}

void log_info(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(LOG_NORMAL, "", format, args);
    va_end(args);
}

void log_verbose(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(LOG_VERBOSE, "", format, args);
    va_end(args);
}

void log_debug(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(LOG_DEBUG, "debug: ", format, args);
    va_end(args);
}

static void warn(const char *file, size_t line, size_t column, const char *format, va_list args)
    DBMIG_PRINTF(4, 0);

static void warn(const char *file, size_t line, size_t column, const char *format, va_list args)
{
    Buf message = {0};
    buf_add_str(&message, "dbmig: ");
    add_colored(&message, COLOR_WARNING, "warning:");
    buf_add_char(&message, ' ');
    add_place(&message, file, line, column);
    add_formatted(&message, format, args);
    emit(&message);
}

void log_warning(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    warn(NULL, 0, 0, format, args);
    va_end(args);
}

void log_warning_at(const char *file, size_t line, size_t column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    warn(file, line, column, format, args);
    va_end(args);
}

static void add_part(Buf *out, const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return;
    buf_add_str(out, "\n  ");
    add_colored(out, COLOR_NOTE, label);
    buf_add_char(out, ' ');
    shown_add(out, text, "    ", false);
}

/* A file alone is not said ahead of a message that names it. */
static bool place_is_said(const Error *err, const char *primary)
{
    return err->file != NULL && err->line == 0 && strstr(primary, err->file) != NULL;
}

void log_error(const Error *err)
{
    Buf message = {0};
    const char *primary = err->primary == NULL ? "unknown error" : err->primary;
    buf_add_str(&message, "dbmig: ");
    add_colored(&message, COLOR_ERROR, "error:");
    buf_add_char(&message, ' ');
    if (!place_is_said(err, primary))
        add_place(&message, err->file, err->line, err->column);
    shown_add(&message, primary, "    ", false);
    if (err->sqlstate[0] != '\0')
        buf_printf(&message, " [%s]", err->sqlstate);
    add_part(&message, "detail:", err->detail);
    if (err->excerpt != NULL && err->excerpt[0] != '\0') {
        buf_add_str(&message, "\n    ");
        shown_add(&message, err->excerpt, "    ", true);
    }
    add_part(&message, "context:", err->context);
    add_part(&message, "hint:", err->hint);
    emit(&message);
}

/* A line that reaches the last column would wrap, and a carriage return not get back to its start.
 */
static size_t progress_columns(void)
{
    struct winsize size = {0};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
        return 79;
    return (size_t)size.ws_col - 1;
}

static void show_progress(const char *text)
{
    Arena *arena = arena_new();
    char *line = text_printable(arena, text);
    size_t len = strlen(line);
    size_t columns = progress_columns();
    while (text_utf8_length(line, len) > columns) {
        do
            len--;
        while (len > 0 && ((unsigned char)line[len] & 0xc0) == 0x80);
    }
    write_stderr(line, len);
    progress_width = text_utf8_length(line, len);
    arena_free(arena);
}

void log_progress(const char *format, ...)
{
    int saved_errno = errno;
    erase_progress();
    if (format != NULL && current_level >= LOG_NORMAL && isatty(STDERR_FILENO)) {
        Buf text = {0};
        va_list args;
        va_start(args, format);
        buf_vprintf(&text, format, args);
        va_end(args);
        show_progress(buf_text(&text));
        buf_free(&text);
    }
    errno = saved_errno;
}
