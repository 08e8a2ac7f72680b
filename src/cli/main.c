/*
 * From argv to exit code: options, environment, configuration, the command, its report. The only
 * place that prints errors, and the one that runs the clean-ups at a normal end.
 */
#include <sys/ioctl.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/help.h"
#include "dbmig/project/dotenv.h"
#include "dbmig/text/secret.h"

typedef struct Run {
    const Command *command; /* NULL until it is known */
    CommandContext context;
    StringList positionals;
} Run;

/*
 * A descriptor that the caller has closed would be given to the next file or socket that is opened,
 * and output would go there. Writing to standard output still fails, as it should.
 */
static void occupy_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY) != fd)
            _exit(EXIT_BUG);
    }
}

static char **copy_words(Arena *arena, int argc, char **argv)
{
    char **words = arena_calloc(arena, (size_t)argc + 1, sizeof(*words));
    for (int i = 0; i < argc; i++)
        words[i] = arena_strdup(arena, argv[i]);
    return words;
}

static bool wants_color(const char *when, int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    if (!text_equal(when, "auto"))
        return text_equal(when, "always");
    return isatty(fd) && (no_color == NULL || no_color[0] == '\0') && !text_equal(terminal, "dumb");
}

/* Of the terminal; 100 in logs and files. */
static size_t output_width(void)
{
    struct winsize size = {0};
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40;
    return known ? size.ws_col : 100;
}

static void configure_output(const OptionSet *options)
{
    LogLevel level = option_flag(options, OPT_DEBUG)     ? LOG_DEBUG
                     : option_flag(options, OPT_VERBOSE) ? LOG_VERBOSE
                     : option_flag(options, OPT_QUIET)   ? LOG_QUIET
                                                         : LOG_NORMAL;
    const char *when = option_string(options, OPT_COLOR);
    log_configure(level, wants_color(when, STDERR_FILENO));
    report_configure(wants_color(when, STDOUT_FILENO), level >= LOG_VERBOSE, output_width());
}

static bool find_command(Run *run, const char *word, const char *next, Error *err)
{
    run->command = command_find(word);
    if (run->command != NULL)
        return true;
    return command_unknown(run->context.arena, word, next, err);
}

/* A wrong command line gets the pointer to the help that is nearest. */
static bool usage_error(const Run *run, Error *err)
{
    if (run->command == NULL)
        return error_hint(err, "Try 'dbmig --help'.");
    return error_hint(err, "Try 'dbmig %s --help'.", run->command->name);
}

static bool parse(Run *run, int argc, char **words, Error *err)
{
    CommandContext *context = &run->context;
    int command_index;
    if (!option_find_command(argc, words, &command_index, err))
        return usage_error(run, err);
    if (command_index > 0 && !find_command(run, words[command_index], words[command_index + 1], err))
        return false;
    const OptionId *allowed = run->command == NULL ? NULL : run->command->options;
    bool runs_program = run->command != NULL && (run->command->needs & COMMAND_PROGRAM) != 0;
    if (!option_parse(context->options, argc, words, command_index, allowed, runs_program,
                      &run->positionals, &context->dashes_seen, err))
        return usage_error(run, err);
    context->positionals = run->positionals.items;
    context->positional_count = run->positionals.count;
    return true;
}

static bool check_positionals(const Run *run, Error *err)
{
    const CommandPositional *wanted = run->command->positionals;
    size_t given = run->context.positional_count;
    bool repeated = false;
    size_t most = 0;
    for (; wanted != NULL && wanted->name != NULL; wanted++, most++) {
        repeated = wanted->repeated;
        if (most >= given && wanted->required) {
            error_set(err, EXIT_USAGE, "%s is missing: %s", wanted->name, wanted->summary);
            return usage_error(run, err);
        }
    }
    if (given <= most || repeated)
        return true;
    error_set(err, EXIT_USAGE, "unexpected argument \"%s\"",
              text_printable(run->context.arena, run->context.positionals[most]));
    return usage_error(run, err);
}

/* What the configuration has to say about itself. */
static void tell_of_config(const Config *config)
{
    const ConfigWarnings *warnings = config_warnings(config);
    for (size_t i = 0; i < warnings->count; i++) {
        const ConfigWarning *warning = &warnings->items[i];
        log_warning_at(warning->place.file, warning->place.line, warning->place.column, "%s",
                       warning->text);
    }
    if (config_file(config) == NULL)
        return;
    if (config_env_name(config) != NULL)
        log_verbose("using env \"%s\" of %s", config_env_name(config), config_file(config));
    else if (config_env_names(config)->count > 0)
        log_verbose("using no env of %s: none is chosen by --env", config_file(config));
}

/* A failure may well come from an env that nobody chose. */
static void tell_of_envs(const Run *run, const Error *err)
{
    const Config *config = run->context.config;
    if (config == NULL || err->code != EXIT_USAGE || config_env_name(config) != NULL ||
        config_env_names(config)->count == 0)
        return;
    Buf names = {0};
    for (size_t i = 0; i < config_env_names(config)->count; i++)
        buf_printf(&names, "%s%s", i == 0 ? "" : ", ", config_env_names(config)->items[i]);
    log_info("note: no env of %s is in use; --env chooses one: %s", config_file(config),
             buf_text(&names));
    buf_free(&names);
}

static bool read_config(Run *run, Error *err)
{
    CommandContext *context = &run->context;
    if ((run->command->needs & COMMAND_CONFIG) == 0)
        return true;
    bool ok = config_load(context->arena, context->options, &context->config, err);
    if (context->config != NULL)
        tell_of_config(context->config);
    return ok;
}

static bool read_settings(Run *run, Error *err)
{
    CommandContext *context = &run->context;
    OptionSet *options = context->options;
    if (!dotenv_load(context->arena, option_list(options, OPT_ENV_FILE), err))
        return false;
    if (!option_from_environment(options, (run->command->needs & COMMAND_LIVE) != 0, err))
        return false;
    configure_output(options);
    return check_positionals(run, err) && read_config(run, err);
}

/* --help and --version: no database, no configuration, no environment. */
static bool print_information(const Run *run, Error *err)
{
    Buf text = {0};
    if (option_flag(run->context.options, OPT_VERSION))
        buf_add_str(&text, "dbmig " DBMIG_VERSION "\n");
    else if (run->command == NULL)
        help_overview(&text);
    else
        help_command(run->command, &text);
    bool ok = report_write(buf_text(&text), text.len, err);
    buf_free(&text);
    return ok;
}

static bool run_command(Run *run, int argc, char **words, Error *err)
{
    CommandContext *context = &run->context;
    bool parsed = parse(run, argc, words, err);
    configure_output(context->options);
    if (!parsed) {
        option_salvage_format(context->options, argc, words);
        return false;
    }
    if (option_flag(context->options, OPT_HELP) || option_flag(context->options, OPT_VERSION))
        return print_information(run, err);
    if (run->command == NULL) {
        error_set(err, EXIT_USAGE, "no command given");
        return usage_error(run, err);
    }
    if (!read_settings(run, err))
        return false;
    context->report = report_new(context->arena, run->command->name);
    return run->command->run(context, err);
}

/*
 * The report goes out also when the command failed: it says what was done until then. Formats for
 * programs have the error in it.
 */
static bool print_report(Run *run, const Error *failure, Error *err)
{
    CommandContext *context = &run->context;
    const char *format = option_string(context->options, OPT_FORMAT);
    bool failed = error_is_set(failure);
    if (context->report == NULL && (!failed || text_equal(format, "text")))
        return true;
    if (context->report == NULL)
        context->report =
            report_new(context->arena, run->command == NULL ? NULL : run->command->name);
    if (failed)
        report_set_error(context->report, failure);
    return report_print(context->report, format, err);
}

/* Whatever word of a command line an error quotes may be a misspelt address. */
static void mask_error(Error *err)
{
    const char **parts[] = {&err->primary, &err->detail, &err->hint, &err->context, &err->excerpt};
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++)
        if (*parts[i] != NULL)
            *parts[i] = secret_mask(err->arena, *parts[i]);
}

static int finish(Run *run, Error *err)
{
    Error write_error = {0};
    mask_error(err);
    log_progress(NULL);
    if (error_is_set(err) && interrupt_signal() != 0)
        err->code = (ExitCode)(EXIT_SIGNAL + interrupt_signal());
    if (!print_report(run, err, &write_error) && !error_is_set(err))
        error_copy(err, &write_error);
    int code = run->context.report == NULL ? run->context.exit_code
                                           : (int)report_exit_code(run->context.report);
    if (error_is_set(err)) {
        log_error(err);
        tell_of_envs(run, err);
        code = (int)err->code;
    }
    error_clear(&write_error);
    return code;
}

int main(int argc, char **argv)
{
    occupy_standard_descriptors();
    Arena *arena = arena_new();
    char **words = copy_words(arena, argc, argv);
    option_hide_secrets(argc, argv);
    interrupt_install();
    Run run = {.context = {.arena = arena, .options = option_new(arena)}};
    Error err = {0};
    if (!run_command(&run, argc, words, &err) && !error_is_set(&err))
        BUG("the command failed without saying why");
    int code = finish(&run, &err);
    cleanup_run_all();
    error_clear(&err);
    arena_free(arena);
    return code;
}
