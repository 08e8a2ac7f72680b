/* From the option set to ReplayOptions, and the replay's events to stderr. */
#include "dbmig/cli/replay_options.h"

#include "dbmig/base/log.h"
#include "dbmig/base/map.h"
#include "dbmig/base/text.h"

static TxMode tx_mode(const OptionSet *options)
{
    const char *mode = option_string(options, OPT_TX_MODE);
    if (text_equal(mode, "all"))
        return TXMODE_ALL;
    return text_equal(mode, "none") ? TXMODE_NONE : TXMODE_FILE;
}

/* Flyway's built-in placeholders that only the configuration knows; the user's own win. */
static const StringList *placeholder_values(const CommandContext *context)
{
    StringList *values = arena_alloc(context->arena, sizeof(*values));
    const StringList *given = option_list(context->options, OPT_PLACEHOLDER);
    const char *env = context->config == NULL ? NULL : config_env_name(context->config);
    VEC_PUSH(context->arena, *values,
             arena_printf(context->arena, "flyway:table=%s",
                          option_string(context->options, OPT_HISTORY_TABLE)));
    if (env != NULL)
        VEC_PUSH(context->arena, *values,
                 arena_printf(context->arena, "flyway:environment=%s", env));
    for (size_t i = 0; given != NULL && i < given->count; i++)
        VEC_PUSH(context->arena, *values, given->items[i]);
    return values;
}

static void on_file(void *context, const Migration *migration, size_t index, size_t total)
{
    (void)context;
    log_progress("replaying %zu/%zu %s", index + 1, total, migration->name);
    log_verbose("replaying %s", migration->path);
}

static void on_note(void *context, const char *text)
{
    Map *told = context;
    /* A command may replay a file more than once. */
    if (map_has(told, text))
        return;
    map_set(told, text, told);
    log_info("note: %s", text);
}

static void on_notice(void *context, const SessionNotice *notice)
{
    (void)context;
    log_debug("%s: %s", notice->severity, notice->message);
}

void replay_options_fill(const CommandContext *context, ReplayOptions *ret)
{
    const OptionSet *options = context->options;
    *ret = (ReplayOptions){
        .dev_url = option_string(options, OPT_DEV_URL),
        .init_sql = option_list(options, OPT_INIT_SQL),
        .tx_mode = tx_mode(options),
        .use_cache = option_flag(options, OPT_CACHE),
        .require_confinement = option_flag(options, OPT_REQUIRE_CONFINEMENT),
        .cache_limit = (uint64_t)option_number(options, OPT_CACHE_SIZE),
        .placeholders = option_flag(options, OPT_PLACEHOLDERS),
        .on_file = on_file,
        .on_note = on_note,
        .context = map_new(context->arena),
        .on_notice = on_notice,
    };
    if (ret->placeholders)
        ret->placeholder_values = placeholder_values(context);
}
