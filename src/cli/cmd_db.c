/* dbmig db: copies of a template database, and databases that were kept. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/command.h"
#include "dbmig/db/clone.h"
#include "dbmig/db/throwaway.h"
#include "dbmig/db/url.h"
#include "dbmig/engine/rundb.h"

#define LONGEST_NAME 63
#define RANDOM_DIGITS 8

/* ---- The template's server ---- */

typedef struct Server {
    Session *session;
    const char *template_name;
} Server;

static const char *template_url(const CommandContext *context)
{
    const char *url = option_string(context->options, OPT_TEMPLATE);
    return url == NULL || url[0] == '\0' ? NULL : url;
}

static bool open_server(CommandContext *context, Server *ret, Error *err)
{
    DatabaseUrl parsed;
    const char *url = template_url(context);
    if (url == NULL) {
        error_set(err, EXIT_USAGE, "no template database given");
        return error_hint(err, "Programs started by dbmig run have it in DBMIG_TEMPLATE_URL; "
                               "--template names any other.");
    }
    char *admin = clone_admin_url(context->arena, url, err);
    if (admin == NULL || !url_parse(context->arena, url, &parsed, err))
        return false;
    SessionOptions options = {.url = admin, .environment = SESSION_ENV_ADDRESS};
    ret->template_name = url_database(context->arena, url, err);
    return ret->template_name != NULL &&
           session_open(context->arena, &options, &ret->session, err);
}

/* ---- clone ---- */

static const char *new_name(const CommandContext *context, const Server *server)
{
    if (context->positional_count > 1)
        return context->positionals[1];
    int room = LONGEST_NAME - RANDOM_DIGITS - 1;
    return arena_printf(context->arena, "%.*s_%.*s", room, server->template_name, RANDOM_DIGITS,
                        throwaway_random_password(context->arena));
}

/* The program that asks may have a role of its own on that very server. */
static void take_login(ThrowawayAddress *address)
{
    const char *host = getenv("PGHOST");
    const char *port = getenv("PGPORT");
    const char *user = getenv("PGUSER");
    int64_t number = 0;
    if (user == NULL || port == NULL || !text_equal(host, address->host) ||
        !text_to_int64(port, &number) || number != address->port)
        return;
    address->user = user;
    address->password = getenv("PGPASSWORD");
    /* Said in the environment already, in a word that not all drivers take in a URL. */
    if (text_equal(address->params, "sslmode=disable"))
        address->params = NULL;
}

static bool clone(CommandContext *context, Error *err)
{
    Server server = {0};
    SessionAddress found;
    if (!open_server(context, &server, err))
        return false;
    const char *name = new_name(context, &server);
    char *comment = arena_printf(context->arena, CLONE_COMMENT "%s", server.template_name);
    CloneSpec spec = {.template_name = server.template_name, .name = name, .comment = comment};
    bool ok = (strlen(name) <= LONGEST_NAME ||
               error_set(err, EXIT_USAGE, "a database name has at most %d bytes", LONGEST_NAME)) &&
              clone_create(server.session, &spec, err) &&
              session_address(server.session, context->arena, &found, err);
    session_close(server.session);
    if (!ok)
        return false;
    ThrowawayAddress address = {found.host, found.port, found.user, found.password, name, found.params};
    take_login(&address);
    char *url = rundb_url(context->arena, &address, name,
                          option_string(context->options, OPT_URL_FORMAT));
    report_field(context->report, "database", NULL, report_text(name));
    report_field(context->report, "url", NULL, report_text(url));
    report_line(context->report, "%s", url);
    return true;
}

/* ---- drop ---- */

static bool drop_clone(CommandContext *context, const char *name, Error *err)
{
    Server server = {0};
    StringList names = {0};
    if (template_url(context) == NULL) {
        error_set(err, EXIT_USAGE, "there is no kept database %s", name);
        return error_hint(err, "dbmig db list shows them. To drop a clone, name its template's server: "
                               "--template or DBMIG_TEMPLATE_URL.");
    }
    if (!open_server(context, &server, err))
        return false;
    bool ok = clone_list(server.session, context->arena, &names, err);
    if (ok && !text_list_has(&names, name)) {
        error_set(err, EXIT_USAGE, "%s is not a clone made by dbmig", name);
        ok = error_hint(err, "dbmig db list shows them; other databases are not dropped.");
    }
    ok = ok && clone_drop(server.session, name, err);
    session_close(server.session);
    return ok;
}

static bool find_kept(CommandContext *context, const char *name, DbRecord *ret, bool *found, Error *err)
{
    DbRecords records;
    *found = false;
    if (!dbstore_list(context->arena, "kept", NULL, &records, err))
        return false;
    for (size_t i = 0; i < records.count; i++) {
        if (text_equal(records.items[i].name, name)) {
            *ret = records.items[i];
            *found = true;
        }
    }
    return true;
}

static bool drop(CommandContext *context, Error *err)
{
    for (size_t i = 1; i < context->positional_count; i++) {
        const char *name = context->positionals[i];
        if (strstr(name, "://") != NULL && !(name = url_database(context->arena, name, err)))
            return false;
        DbRecord record;
        bool kept;
        if (!find_kept(context, name, &record, &kept, err))
            return false;
        if (kept ? !throwaway_kept_drop(record.handle, err) || !dbstore_forget(&record, err)
                 : !drop_clone(context, name, err))
            return false;
        report_line(context->report, "%s dropped", name);
    }
    if (context->positional_count > 1)
        return true;
    return error_set(err, EXIT_USAGE, "NAME is missing: which database to drop");
}

/* ---- list ---- */

static void add_row(ReportTable *table, const char *name, const char *kind, const char *state,
                    const char *server)
{
    const ReportValue row[] = {report_text(name), report_text(kind), report_text(state),
                               report_text(server)};
    report_row(table, row);
}

static bool list_clones(CommandContext *context, ReportTable *table, Error *err)
{
    Server server = {0};
    StringList names = {0};
    if (template_url(context) == NULL)
        return true;
    if (!open_server(context, &server, err))
        return false;
    bool ok = clone_list(server.session, context->arena, &names, err);
    for (size_t i = 0; i < names.count; i++)
        add_row(table, names.items[i], "clone", "running", session_shown(server.session));
    session_close(server.session);
    return ok;
}

static bool list(CommandContext *context, Error *err)
{
    static const ReportColumn columns[] = {
        {"name", "name"}, {"kind", "kind"}, {"state", "state"}, {"server", "server"}};
    DbRecords records;
    ReportTable *table =
        report_table(context->report, "databases", NULL, columns, ARRAY_LENGTH(columns));
    if (!dbstore_list(context->arena, "kept", NULL, &records, err))
        return false;
    for (size_t i = 0; i < records.count; i++)
        add_row(table, records.items[i].name, "kept",
                throwaway_kept_alive(records.items[i].handle) ? "running" : "gone",
                records.items[i].server);
    return list_clones(context, table, err);
}

static bool run(CommandContext *context, Error *err)
{
    static const struct {
        const char *name;
        bool (*run)(CommandContext *context, Error *err);
    } actions[] = {{"clone", clone}, {"drop", drop}, {"list", list}};
    const char *action = context->positionals[0];
    for (size_t i = 0; i < ARRAY_LENGTH(actions); i++) {
        if (!text_equal(action, actions[i].name))
            continue;
        if (i != 1 && context->positional_count > (i == 0 ? 2u : 1u))
            return error_set(err, EXIT_USAGE, "unexpected argument \"%s\"",
                             text_printable(context->arena, context->positionals[i == 0 ? 2 : 1]));
        return actions[i].run(context, err);
    }
    error_set(err, EXIT_USAGE, "unknown action \"%s\"", text_printable(context->arena, action));
    return error_hint(err, "It is clone, drop or list.");
}

static const CommandPositional positionals[] = {
    {"ACTION", true, false, "clone, drop or list"},
    {"NAME...", false, true, "of the new database, or of those to drop (URLs as well)"},
    {NULL, false, false, NULL},
};

static const OptionId options[] = {OPT_TEMPLATE, OPT_URL_FORMAT, OPTION_COUNT};

static const CommandExample examples[] = {
    {"# url=$(dbmig db clone)", "in a program that dbmig run started: a copy of the migrated database"},
    {"# dbmig db drop shop_template_1f2e3d4c", "drop that copy again"},
    {"dbmig db list", "copies, and databases that failed runs have kept"},
    {NULL, NULL},
};

const Command command_db = {
    .name = "db",
    .summary = "copy a migrated database, and drop copies and cached ones",
    .description = "clone makes a copy of the template that dbmig run, a scenario or dbmig serve "
                   "has made, and prints its "
                   "URL: a test has a database of its own in the time that the server's CREATE "
                   "DATABASE … TEMPLATE "
                   "takes. Settings and rights of the database are copied as well. The copy goes "
                   "with its server, or by "
                   "drop.\n\n"
                   "drop removes copies that clone made and databases that run --keep-on-failure "
                   "kept, whoever is "
                   "connected to them; it drops nothing else. list shows both, those as gone whose "
                   "server is no longer "
                   "there.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .needs = COMMAND_CONFIG,
    .run = run,
};
