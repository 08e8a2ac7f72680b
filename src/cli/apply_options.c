/* From the option set to ApplyOptions, and the connection that apply and status work on. */
#include "dbmig/cli/apply_options.h"

#include <stdlib.h>
#include <unistd.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"

#define TERMINAL_TICK_MS 200

static TxMode tx_mode(const OptionSet *options)
{
    const char *mode = option_string(options, OPT_TX_MODE);
    if (text_equal(mode, "all"))
        return TXMODE_ALL;
    return text_equal(mode, "none") ? TXMODE_NONE : TXMODE_FILE;
}

static ExecOrder exec_order(const OptionSet *options)
{
    const char *order = option_string(options, OPT_EXEC_ORDER);
    if (text_equal(order, "non-linear"))
        return EXEC_NON_LINEAR;
    return text_equal(order, "linear-skip") ? EXEC_LINEAR_SKIP : EXEC_LINEAR;
}

static LockKind lock_kind_of(const OptionSet *options)
{
    static const struct {
        const char *name;
        LockKind kind;
    } kinds[] = {{"advisory", LOCK_ADVISORY}, {"lease", LOCK_LEASE}, {"none", LOCK_NONE}};
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (text_equal(option_string(options, OPT_LOCK), kinds[i].name))
            return kinds[i].kind;
    }
    return LOCK_AUTO;
}

/* The user's placeholders, and the one built in that only the configuration knows. */
static const StringList *placeholder_values(const CommandContext *context)
{
    StringList *values = arena_alloc(context->arena, sizeof(*values));
    const StringList *given = option_list(context->options, OPT_PLACEHOLDER);
    const char *env = context->config == NULL ? NULL : config_env_name(context->config);
    if (env != NULL)
        VEC_PUSH(context->arena, *values, arena_printf(context->arena, "flyway:environment=%s", env));
    for (size_t i = 0; given != NULL && i < given->count; i++)
        VEC_PUSH(context->arena, *values, given->items[i]);
    return values;
}

static bool fill_init_sql(const CommandContext *context, ApplyOptions *ret, Error *err)
{
    StringList *statements = arena_alloc(context->arena, sizeof(*statements));
    size_t others = 0;
    if (!apply_init_sql(context->arena, option_list(context->options, OPT_INIT_SQL), statements,
                        &others, err))
        return false;
    if (others > 0)
        log_verbose("%zu statement%s of init SQL set up more than the session: not for a live database",
                    others, others == 1 ? "" : "s");
    ret->init_sql = statements;
    return true;
}

bool apply_options_fill(const CommandContext *context, ApplyOptions *ret, Error *err)
{
    const OptionSet *options = context->options;
    const StringList *values = option_list(options, OPT_PLACEHOLDER);
    *ret = (ApplyOptions){
        .dir = option_string(options, OPT_DIR),
        .url = option_string(options, OPT_URL),
        .history_schema = option_string(options, OPT_HISTORY_SCHEMA),
        .history_table = option_string(options, OPT_HISTORY_TABLE),
        .to_version = option_string(options, OPT_TO_VERSION),
        .tx_mode = tx_mode(options),
        .exec_order = exec_order(options),
        .out_of_order = option_string(options, OPT_OUT_OF_ORDER),
        .baseline = option_string(options, OPT_BASELINE),
        .allow_dirty = option_flag(options, OPT_ALLOW_DIRTY),
        .lock = lock_kind_of(options),
        .lock_timeout_ms = option_number(options, OPT_LOCK_TIMEOUT),
        .lock_timeout_is_default = !option_is_set(options, OPT_LOCK_TIMEOUT),
        .lease_ms = option_number(options, OPT_LEASE_TIME),
        .ddl_lock_timeout_ms = option_number(options, OPT_DDL_LOCK_TIMEOUT),
        .statement_timeout_ms = option_number(options, OPT_STATEMENT_TIMEOUT),
        .concurrently_lock_timeout_ms = option_number(options, OPT_CONCURRENTLY_LOCK_TIMEOUT),
        .retries = (int)option_number(options, OPT_RETRIES),
        .wait_ms = option_number(options, OPT_WAIT),
        .role = option_string(options, OPT_ROLE),
        .only = option_list(options, OPT_ONLY),
        .placeholders = option_is_set(options, OPT_PLACEHOLDERS)
                            ? option_flag(options, OPT_PLACEHOLDERS)
                            : values != NULL && values->count > 0,
        .placeholder_values = placeholder_values(context),
        .secret_placeholders = (option_origin(options, OPT_PLACEHOLDER).kinds & FROM_ENVIRONMENT) != 0,
        .command = "apply",
        .tick_ms = isatty(STDERR_FILENO) ? TERMINAL_TICK_MS : 0,
    };
    static const OptionId limits[] = {OPT_DDL_LOCK_TIMEOUT, OPT_STATEMENT_TIMEOUT,
                                      OPT_CONCURRENTLY_LOCK_TIMEOUT, OPT_LEASE_TIME};
    for (size_t i = 0; i < ARRAY_LENGTH(limits); i++) {
        if (option_number(options, limits[i]) > INT32_MAX)
            return error_set(err, EXIT_USAGE, "--%s is more than a server takes: at most 24 days",
                             option_spec(limits[i])->name);
    }
    if (ret->retries < 0)
        return error_set(err, EXIT_USAGE, "--retries cannot be negative");
    if (ret->only != NULL && ret->only->count == 0)
        ret->only = NULL;
    return fill_init_sql(context, ret, err);
}

/* An env whose variable was forgotten must not lead to the server that PG* variables name. */
static bool refuse_empty_url(const CommandContext *context, Error *err)
{
    const char *place = context->config == NULL ? NULL : config_empty_url(context->config);
    if (place == NULL || option_string(context->options, OPT_URL) != NULL)
        return true;
    const char *env = config_env_name(context->config);
    error_set(err, EXIT_USAGE, "the url of env \"%s\" is empty (%s)", env, place);
    return error_hint(err, "Is the variable set that it is made of? --url and $DATABASE_URL go before it.");
}

/* libpq would go to the local server: only where someone said so. */
static bool database_named(const CommandContext *context)
{
    static const char *const variables[] = {"PGHOST", "PGHOSTADDR", "PGDATABASE", "PGSERVICE", "PGPORT"};
    if (option_string(context->options, OPT_URL) != NULL)
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(variables); i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && value[0] != '\0')
            return true;
    }
    return false;
}

bool apply_options_connect(const CommandContext *context, const ApplyOptions *options,
                           bool read_only, Session **ret, Error *err)
{
    if (!refuse_empty_url(context, err))
        return false;
    if (!database_named(context)) {
        error_set(err, EXIT_USAGE, "no database given");
        return error_hint(err, "Give it with --url, $DATABASE_URL, `url` in atlas.hcl, or the PG* "
                               "variables.");
    }
    /* apply sets its own when the migrations begin. */
    bool reads = read_only || !text_equal(options->command, "apply");
    SessionOptions session = {.url = options->url, .wait_ms = (long)options->wait_ms,
                              .application_name = arena_printf(context->arena, "dbmig %s",
                                                               options->command),
                              .no_time_limits = text_equal(options->command, "apply"),
                              .read_only = read_only,
                              .lock_timeout_ms = reads ? options->ddl_lock_timeout_ms : 0};
    if (!session_open(context->arena, &session, ret, err))
        return false;
    const StringList *warnings = session_url_warnings(*ret);
    for (size_t i = 0; warnings != NULL && i < warnings->count; i++)
        log_warning("%s", warnings->items[i]);
    if (apply_begin_session(context->arena, *ret, options, err))
        return true;
    session_close(*ret);
    *ret = NULL;
    return false;
}
