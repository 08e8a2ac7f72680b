/* dbmig version. */
#include "dbmig/base/hash.h"
#include "dbmig/base/platform.h"
#include "dbmig/cli/command.h"
#include "dbmig/db/session.h"
#include "dbmig/text/sqlparse.h"
#include "dbmig/text/yamlpatch.h"

#ifdef DBMIG_STATIC
#define IS_STATIC true
#else
#define IS_STATIC false
#endif

/* Programs get the table always, people when they ask. */
static const ReportColumn columns_shown[] = {{"name", "library"}, {"version", "version"}};
static const ReportColumn columns_hidden[] = {{"name", NULL}, {"version", NULL}};

static void add_libraries(CommandContext *context, bool shown)
{
    const struct {
        const char *name, *version;
    } libraries[] = {
        {"libpq", session_library_version(context->arena)},
        {"OpenSSL", hash_library_version()},
        {"libyaml", yamlpatch_library_version()},
        {"libpg_query", arena_printf(context->arena, "PostgreSQL %s", sqlparse_library_version())},
        {"protobuf-c", sqlparse_protobuf_version()},
        {"C library", platform_c_library()},
    };
    ReportTable *table =
        report_table(context->report, "libraries", NULL,
                     shown ? columns_shown : columns_hidden, ARRAY_LENGTH(columns_shown));
    for (size_t i = 0; i < ARRAY_LENGTH(libraries); i++) {
        ReportValue row[] = {report_text(libraries[i].name), report_text(libraries[i].version)};
        report_row(table, row);
    }
}

static bool run(CommandContext *context, Error *err)
{
    (void)err;
    int grammar = sqlparse_grammar_version();
    bool verbose = option_flag(context->options, OPT_VERBOSE);
    report_field(context->report, "dbmig_version", NULL, report_text(DBMIG_VERSION));
    report_field(context->report, "grammar", NULL, report_int(grammar));
    report_line(context->report, "dbmig %s", DBMIG_VERSION);
    report_line(context->report, "reads SQL with the grammar of PostgreSQL %d", grammar);
    report_field(context->report, "static", verbose ? "static" : NULL, report_bool(IS_STATIC));
    report_field(context->report, "gssapi", verbose ? "gssapi" : NULL,
                 report_bool(session_has_gssapi()));
    report_field(context->report, "ldap", verbose ? "ldap" : NULL, report_bool(session_has_ldap()));
    add_libraries(context, verbose);
    return true;
}

static const OptionId options[] = {OPTION_COUNT};

static const CommandExample examples[] = {
    {"dbmig version --verbose", "with the libraries inside, and what they can do"},
    {"dbmig version --json",
     "the same for programs: dbmig_version, grammar, static, gssapi, ldap, libraries"},
    {NULL, NULL},
};

const Command command_version = {
    .name = "version",
    .summary = "show the version",
    .description = "With the PostgreSQL version whose grammar this build reads SQL with: `lint` "
                   "leaves newer syntax to "
                   "the replay.\n\n"
                   "--verbose adds the versions of the libraries used, and whether connections can "
                   "use GSSAPI (Kerberos) "
                   "and service files LDAP: the static builds can do neither.",
    .options = options,
    .examples = examples,
    .needs = COMMAND_PLAIN,
    .run = run,
};
