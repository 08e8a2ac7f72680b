/* dbmig config: each option's value and where it comes from. */
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"

/* Options that say what this run does are no settings. */
static bool is_setting(OptionId id)
{
    const OptionSpec *spec = option_spec(id);
    return (spec->env != NULL || spec->hcl != NULL) && (spec->flags & OPTION_HIDDEN) == 0;
}

static void add_row(ReportTable *table, const CommandContext *context, OptionId id)
{
    const OptionSpec *spec = option_spec(id);
    const char *source = option_source(context->options, id);
    bool unset = text_equal(source, "unset");
    Provenance origin = option_origin(context->options, id);
    /* atlas.hcl:2 says where it stands; what it is made of may come from elsewhere. */
    if (origin.what != NULL && !text_equal(origin.what, source))
        source = arena_printf(context->arena, "%s (%s)", source, origin.what);
    const char *value = option_show(context->arena, context->options, id);
    const ReportValue row[] = {
        report_text(spec->name), report_text(unset ? NULL : value),
        report_text(source),     report_text(spec->env),
        report_text(spec->hcl),
    };
    report_row(table, row);
}

static bool run(CommandContext *context, Error *err)
{
    static const ReportColumn columns[] = {
        {"name", "option"}, {"value", "value"}, {"source", "from"}, {"env", NULL}, {"hcl", NULL},
    };
    (void)err;
    const char *file = config_file(context->config);
    report_field(context->report, "file", "configuration", report_text(file));
    report_field(context->report, "env_name", file == NULL ? NULL : "env",
                 report_text(config_env_name(context->config)));
    report_field(context->report, "env_names", NULL,
                 report_texts(config_env_names(context->config)));
    report_line(context->report, "%s", "");
    ReportTable *table =
        report_table(context->report, "options", NULL, columns, ARRAY_LENGTH(columns));
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (is_setting(id))
            add_row(table, context, id);
    }
    return true;
}

/* Every option that has a place in the environment or in a file; a test holds this list against the
   table. */
static const OptionId options[] = {
    OPT_DIR, OPT_DIR_FORMAT,
    OPT_URL,
    OPT_DEV_URL,
    OPT_INIT_SQL,
    OPT_TX_MODE,
    OPT_EXEC_ORDER,
    OPT_OUT_OF_ORDER,
    OPT_BASELINE,
    OPT_DEV_RESET,
    OPT_PROTECTED,
    OPT_TESTS,
    OPT_LOCK_TIMEOUT,
    OPT_LOCK,
    OPT_LEASE_TIME,
    OPT_DDL_LOCK_TIMEOUT,
    OPT_STATEMENT_TIMEOUT,
    OPT_CONCURRENTLY_LOCK_TIMEOUT,
    OPT_RETRIES,
    OPT_WAIT,
    OPT_HISTORY_TABLE,
    OPT_HISTORY_SCHEMA,
    OPT_ROLE,
    OPT_PLACEHOLDERS,
    OPT_PLACEHOLDER,
    OPT_GIT_BASE,
    OPT_CACHE,
    OPT_CACHE_SIZE,
    OPT_NO_PROGRAMS,
    OPT_REQUIRE_CONFINEMENT,
    OPT_LATEST,
    OPT_STATS_FROM,
    OPT_STATS_FILE,
    OPT_LINT,
    OPT_DRIFT,
    OPT_VERIFY,
    OPT_STRICT_ORDER,
    OPT_ONLINE,
    OPT_SOURCE_TIMEOUT,
    OPT_SCHEMAS,
    OPT_EXCLUDE,
    OPT_SEED,
    OPT_DATABASE,
    OPT_ENV_PREFIX,
    OPT_URL_FORMAT,
    OPT_TEMPLATE,
    OPT_LISTEN,
    OPT_TOKEN,
    OPT_POOL_SIZE,
    OPT_LENT_TIME,
    OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"dbmig config", NULL},
    {"# dbmig config --env ci --json", "for programs"},
    {NULL, NULL},
};

const Command command_config = {
    .name = "config",
    .summary = "show each setting with its value and where it comes from",
    .description =
        "A flag goes before an environment variable, that before the configuration file, and that "
        "before the default. The right column names the one that counts: --dir, $DBMIG_DIR, "
        "atlas.hcl:12, default; atlas.hcl:12 ($APP_DB) where the expression there took its value from "
        "elsewhere. Passwords and the values of --var are not shown.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG | COMMAND_LIVE,
    .run = run,
};
