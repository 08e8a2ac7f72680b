#include "dbmig/cli/ask.h"

#include <string.h>
#include <unistd.h>

#include "dbmig/base/log.h"

bool ask_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool ask(const char *question)
{
    char answer[16];
    log_info("%s [y/N]", question);
    ssize_t len = read(STDIN_FILENO, answer, sizeof(answer) - 1);
    return len > 0 && (answer[0] == 'y' || answer[0] == 'Y');
}

bool ask_for_word(const char *question, const char *wanted)
{
    char answer[256];
    size_t len = strlen(wanted);
    log_info("%s", question);
    ssize_t got = read(STDIN_FILENO, answer, sizeof(answer));
    return got == (ssize_t)len + 1 && memcmp(answer, wanted, len) == 0 && answer[len] == '\n';
}

bool ask_unless_yes(const CommandContext *context, const char *question, bool *ret_asked)
{
    *ret_asked = true;
    if (option_flag(context->options, OPT_YES))
        return true;
    *ret_asked = ask_possible();
    return *ret_asked && ask(question);
}
