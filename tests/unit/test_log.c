#include "unit.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "dbmig/base/log.h"

static LogLevel level;
static bool color;

static void write_each(void *context)
{
    (void)context;
    log_configure(level, color);
    errno = ENOSPC;
    log_info("info %d", 1);
    log_verbose("verbose");
    log_debug("debugging");
    log_warning("warned");
    log_warning_at("a.sql", 2, 3, "warned too");
    log_warning_at("a.sql", 0, 3, "whole file");
    if (errno != ENOSPC)
        log_info("errno changed");
    log_progress("progress");
    log_progress(NULL);
}

static char *written(LogLevel at, bool with_color, void (*body)(void *), void *context)
{
    char *text;
    level = at;
    color = with_color;
    ck_assert_int_eq(unit_child(body, context, &text), 0);
    return text;
}

#define WARNINGS                                                                                   \
    "dbmig: warning: warned\n"                                                                     \
    "dbmig: warning: a.sql:2:3: warned too\n"                                                      \
    "dbmig: warning: a.sql: whole file\n"

START_TEST(test_levels)
{
    ck_assert_str_eq(written(LOG_QUIET, false, write_each, NULL), WARNINGS);
    ck_assert_str_eq(written(LOG_NORMAL, false, write_each, NULL), "info 1\n" WARNINGS);
    ck_assert_str_eq(written(LOG_VERBOSE, false, write_each, NULL), "info 1\nverbose\n" WARNINGS);
    ck_assert_str_eq(written(LOG_DEBUG, false, write_each, NULL),
                     "info 1\nverbose\ndebug: debugging\n" WARNINGS);
}
END_TEST

START_TEST(test_color)
{
    ck_assert_str_eq(written(LOG_QUIET, true, write_each, NULL),
                     "dbmig: \033[1;35mwarning:\033[0m warned\n"
                     "dbmig: \033[1;35mwarning:\033[0m \033[1ma.sql:2:3:\033[0m warned too\n"
                     "dbmig: \033[1;35mwarning:\033[0m \033[1ma.sql:\033[0m whole file\n");
}
END_TEST

static void write_error(void *context)
{
    log_configure(level, color);
    log_error(context);
}

START_TEST(test_whole_error)
{
    error_set(&err, EXIT_SQL, "syntax error");
    ck_assert_str_eq(written(LOG_QUIET, false, write_error, &err), "dbmig: error: syntax error\n");
    error_sqlstate(&err, "42601");
    error_at(&err, "migrations/V2__b.sql", 3, 5);
    error_detail(&err, "One line.\nAnother line.\n");
    error_excerpt(&err, "SELEC 1;\n^");
    error_hint(&err, "Write SELECT.");
    err.context = "PL/pgSQL function f() line 3";
    ck_assert_str_eq(written(LOG_QUIET, false, write_error, &err),
                     "dbmig: error: migrations/V2__b.sql:3:5: syntax error [42601]\n"
                     "  detail: One line.\n"
                     "    Another line.\n"
                     "    SELEC 1;\n"
                     "    ^\n"
                     "  context: PL/pgSQL function f() line 3\n"
                     "  hint: Write SELECT.\n");
}
END_TEST

START_TEST(test_no_control_characters_reach_the_terminal)
{
    error_set(&err, EXIT_SQL, "bad \033[2J name\r\nnext\ttab");
    error_at(&err, "a\033b.sql", 1, 0);
    ck_assert_str_eq(written(LOG_QUIET, false, write_error, &err),
                     "dbmig: error: a?b.sql:1: bad ?[2J name\n    next\ttab\n");
}
END_TEST

START_TEST(test_configuration)
{
    log_configure(LOG_DEBUG, true);
    ck_assert_int_eq((int)log_level(), LOG_DEBUG);
    ck_assert(log_color());
    log_configure(LOG_NORMAL, false);
    ck_assert(!log_color());
}
END_TEST

static void show_progress(void *context)
{
    const char *terminal = context;
    int fd = open(terminal, O_RDWR | O_NOCTTY);
    dup2(fd, STDERR_FILENO);
    close(fd);
    log_configure(LOG_NORMAL, false);
    log_progress("abc\n%d", 1);
    log_progress("a very long line that does not fit");
    log_info("done");
}

START_TEST(test_progress_on_a_terminal)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(terminal, 0);
    ck_assert_int_eq(grantpt(terminal), 0);
    ck_assert_int_eq(unlockpt(terminal), 0);
    struct winsize size = {.ws_row = 24, .ws_col = 11};
    ck_assert_int_eq(ioctl(terminal, TIOCSWINSZ, &size), 0);
    int keep = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    ck_assert_int_eq(unit_child(show_progress, ptsname(terminal), NULL), 0);
    char text[256] = "";
    ssize_t n = read(terminal, text, sizeof(text) - 1);
    ck_assert_int_gt(n, 0);
    ck_assert_str_eq(text, "abc 1\r     \ra very lon\r          \rdone\r\n");
    close(keep);
    close(terminal);
}
END_TEST

UNIT_SUITE("log", test_levels, test_color, test_whole_error,
           test_no_control_characters_reach_the_terminal, test_configuration,
           test_progress_on_a_terminal)
UNIT_MAIN(suite)
