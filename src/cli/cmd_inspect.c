/* dbmig inspect: a schema as SQL, JSON or a diagram. */
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/cli/diff_options.h"
#include "dbmig/cli/replay_options.h"
#include "dbmig/schema/inspect.h"

static const struct {
    const char *name;
    bool (*write)(Arena *arena, const Snapshot *snapshot, Buf *out, Error *err);
} formats[] = {
    {"sql", inspect_sql},
    {"json", inspect_json},
    {"mermaid", inspect_mermaid},
    {"dot", inspect_dot},
    {"html", inspect_html},
};

/* The schema itself is the output, in its own format: no report around it. */
static bool write_format(CommandContext *context, const Snapshot *snapshot, Error *err)
{
    bool json = option_flag(context->options, OPT_JSON);
    const char *name = json ? "json" : option_string(context->options, OPT_INSPECT_FORMAT);
    for (size_t i = 0; i < ARRAY_LENGTH(formats); i++) {
        Buf out = {0};
        if (!text_equal(formats[i].name, name))
            continue;
        bool done = formats[i].write(context->arena, snapshot, &out, err) &&
                    report_write(buf_text(&out), out.len, err);
        if (done)
            context->report = NULL;
        buf_free(&out);
        return done;
    }
    return error_set(err, EXIT_USAGE, "inspect cannot write the format %s", name);
}

static bool run(CommandContext *context, Error *err)
{
    DiffOptions options;
    DiffSource source;
    DiffSide side = {0};
    const char *text = context->positional_count > 0 ? context->positionals[0]
                                                     : option_string(context->options, OPT_DIR);
    diff_options_fill(context, &options);
    if (!diff_source_parse(context->arena, context->config, text, &source, err))
        return false;
    bool done = diff_side_open(context->arena, &source, &options, &side, err);
    log_progress(NULL);
    for (size_t i = 0; done && i < side.snapshot.left_out.count; i++)
        log_warning("left out: %s", side.snapshot.left_out.items[i]);
    done = done && write_format(context, &side.snapshot, err);
    diff_side_end(&side);
    return done;
}

static const CommandPositional positionals[] = {
    {"SOURCE", false, false, "a database URL, a migrations folder, an SQL file or folder, env://src"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {
    OPT_INSPECT_FORMAT, OPT_DIR,           OPT_DIR_FORMAT,       SNAPSHOT_OPTION_IDS,
    OPT_SOURCE_TIMEOUT, REPLAY_OPTION_IDS, OPT_DDL_LOCK_TIMEOUT, OPTION_COUNT,
};

static const CommandExample examples[] = {
    {"# dbmig inspect postgres://app@db/shop", "the schema as SQL that makes it again"},
    {"# dbmig inspect migrations --format mermaid", "a diagram of what the migrations lead to"},
    {"# dbmig inspect migrations --format html >schema.html", "a page to look around in"},
    {"# dbmig inspect $URL --format json | jq -r '.tables[] | select(.columns | all(.name != \"id\")).id'",
     "tables without a column id"},
    {NULL, NULL},
};

const Command command_inspect = {
    .name = "inspect",
    .summary = "print a schema as SQL, JSON or a diagram",
    .description =
        "The same schema gives the same text, whatever order it was made in.\n\n"
        "sql: the statements that make the schema in an empty database. json: every object with its kind, "
        "id, attributes, dependencies, comment and SQL, tables with their columns, constraints and indexes; "
        "version 1, whose members are never renamed. mermaid and dot: an entity-relationship diagram of the "
        "tables, without partitions unless a foreign key of their own ties them to a table; names that "
        "Mermaid cannot write are changed, the true name stands after it. "
        "html: one page that needs no network, with a list to search, the diagram, and each object's "
        "columns, comment and SQL.\n\n"
        "Whatever the database has that no format can show is named on stderr.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
