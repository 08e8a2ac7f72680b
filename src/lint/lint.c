/*
 * The run: which files are judged how. A file is replayed where there is a server; what cannot be (a
 * plan that is refused, what follows a failure) is judged by its tree alone.
 */
#include "dbmig/lint/lint.h"

#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/text.h"
#include "rules.h"

/* ---- by tree alone ---- */

/* Placeholders as a replay has them, but for what only a server knows. */
static bool static_placeholders(LintRun *run, Placeholders **ret, Error *err)
{
    const ReplayOptions *replay = &run->options->replay;
    *ret = NULL;
    if (!replay->placeholders)
        return true;
    if (!placeholders_new(run->arena, replay->placeholder_values, ret, err))
        return false;
    static const char *const builtin[][2] = {
        {"defaultSchema", "public"}, {"user", "postgres"},      {"database", "postgres"},
        {"timestamp", "2000-01-01"}, {"workingDirectory", "."}, {"filename", "file.sql"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(builtin); i++)
        placeholders_set_builtin(*ret, builtin[i][0], builtin[i][1]);
    return true;
}

/* Judges the statements of a file behind the first `skip`. */
static bool judge_statements(LintRun *run, const FilePlan *plan, size_t skip, Error *err)
{
    FileScan *scan;
    SqlItem item = {0};
    size_t count = 0;
    if (!fileplan_open(plan, &scan, err))
        return false;
    bool done;
    do {
        done = !interrupt_check(err) && fileplan_next(scan, &item, err);
        if (done && (item.kind == SQL_ITEM_STATEMENT || item.kind == SQL_ITEM_COPY) &&
            ++count > skip)
            lint_judge(run, &item, NULL);
        if (done && item.kind == SQL_ITEM_END)
            lint_ignore_end_lead(run, &item);
    } while (done && item.kind != SQL_ITEM_END);
    fileplan_close(scan);
    return done;
}

/* A plan is refused for the sake of transaction control: that is a finding, not a failure. */
static void tell_refusal(LintRun *run, const Error *why)
{
    bool inside = strstr(why->primary, "cannot run inside a transaction") != NULL;
    const LintMade where = {.line = why->line, .column = why->column,
                            .excerpt = arena_strdup(run->arena, why->excerpt)};
    if (inside)
        return; /* the rule on the statement itself tells it */
    Finding *finding = lint_add_at(run, LINT_TRANSACTION_NESTING, &where, "%s", why->primary);
    if (why->hint != NULL)
        finding->fix = arena_strdup(run->arena, why->hint);
}

/* What does not scan cannot be judged at all: that error is the file's. */
static bool scans(const FilePlan *plan, Error *err)
{
    FileScan *scan;
    SqlItem item = {0};
    if (!fileplan_open(plan, &scan, err))
        return false;
    bool done;
    do
        done = fileplan_next(scan, &item, err);
    while (done && item.kind != SQL_ITEM_END);
    fileplan_close(scan);
    return done;
}

static bool plan_file(LintRun *run, const Migration *migration, FilePlan *ret, Error *why, Error *err)
{
    Placeholders *placeholders;
    if (!static_placeholders(run, &placeholders, err))
        return false;
    if (fileplan_make_with(run->arena, migration, placeholders, run->options->replay.tx_mode, 0, ret,
                           why))
        return true;
    *ret = (FilePlan){.migration = migration, .placeholders = placeholders, .begin = "BEGIN"};
    return scans(ret, err);
}

static bool judge_static(LintRun *run, size_t index, Error *err)
{
    const Migration *migration = run->folder->run[index];
    FilePlan plan;
    Error why = {0};
    if (!plan_file(run, migration, &plan, &why, err)) {
        error_clear(&why);
        return false;
    }
    bool planned = !error_is_set(&why);
    if (run->options->separate) { /* nothing is known of what was before */
        run->past = map_new(run->arena);
        run->not_null = map_new(run->arena);
        run->shapes = NULL;
    }
    lint_file_begin(run, migration,
                    planned ? plan.transactional : migration->tx_mode == TXMODE_FILE, planned);
    run->file.in_own_transaction = !planned && migration->tx_mode == TXMODE_FILE;
    bool done = judge_statements(run, &plan, 0, err);
    if (!planned)
        tell_refusal(run, &why);
    error_clear(&why);
    lint_past_key_end(run);
    lint_file_end(run);
    return done;
}

/* ---- by replay ---- */

static bool is_judged(const LintRun *run, size_t index)
{
    for (size_t i = 0; i < run->options->run_count; i++)
        if (run->options->run_indexes[i] == index)
            return true;
    return false;
}

/* True when a rule of ours foretold what failed on that line. */
static bool foretold(const LintRun *run, const Error *err)
{
    for (size_t i = 0; i < run->file.findings.count; i++) {
        const Finding *finding = &run->file.findings.items[i];
        if (finding->severity == SEVERITY_ERROR &&
            lint_rule_is(lint_rule_find(finding->code), LINT_TRAIT_FORETELLS) &&
            (finding->line == err->line || err->line == 0))
            return true;
    }
    return false;
}

/* A statement failed: the rest of its file by tree alone. *ret_known: nothing more need be said. */
static bool finish_static(LintRun *run, size_t index, const Error *failure, bool *ret_known,
                          Error *err)
{
    const Migration *migration = run->folder->run[index];
    FilePlan plan;
    Error why = {0};
    run->failed = migration;
    run->failed_line = failure->line;
    /* The plan itself may be what failed; then the file has not begun. */
    if (run->file.migration != migration) {
        *ret_known = failure->sqlstate[0] == '\0' && judge_static(run, index, err);
        return *ret_known || !error_is_set(err);
    }
    *ret_known = foretold(run, failure);
    bool done = plan_file(run, migration, &plan, &why, err);
    if (done && error_is_set(&why))
        tell_refusal(run, &why);
    done = done && judge_statements(run, &plan, run->file.statements, err);
    error_clear(&why);
    lint_past_key_end(run);
    lint_file_end(run);
    return done;
}

/* Files that are no history: one that cannot be read keeps no other from being judged. */
static bool separate_static(LintRun *run, Error *err)
{
    for (size_t i = 0; i < run->folder->run_count; i++) {
        Error failure = {0};
        if (interrupt_check(err))
            return false;
        if (judge_static(run, i, &failure))
            continue;
        if (!error_is_set(err))
            error_copy(err, &failure);
        else
            lint_note(run, "%s:%zu: %s", run->folder->run[i]->path, failure.line, failure.primary);
        bool go_on = failure.code < EXIT_SIGNAL;
        error_clear(&failure);
        if (!go_on)
            return false;
    }
    return !error_is_set(err);
}

static bool rest_static(LintRun *run, size_t from, size_t until, Error *err)
{
    for (size_t i = from; i < until; i++)
        if (is_judged(run, i) && (interrupt_check(err) || !judge_static(run, i, err)))
            return false;
    return true;
}

/* On an empty database tables are missing, and what fails for that says nothing of the file. What the server
   cannot even parse is wrong anywhere. */
static bool is_excused(const LintRun *run, const Error *failure)
{
    return run->options->separate && strcmp(failure->sqlstate, "42601") != 0;
}

/* Runs files [first, until): on one database, the first `prefix` of the folder before them. */
static bool judge_replay(LintRun *run, size_t prefix, size_t first, size_t until, Error *err)
{
    Error failure = {0}, trouble = {0};
    bool known = false;
    if (!lint_observe_begin(run, prefix, &failure)) {
        /* A file before the judged ones fails: that is said, and these are judged by what they say. */
        if (failure.code == EXIT_SQL)
            rest_static(run, first, until, &trouble);
        error_copy(err, error_is_set(&trouble) ? &trouble : &failure);
        error_clear(&failure);
        error_clear(&trouble);
        return false;
    }
    size_t i = until;
    if (lint_observe_files(run, first, until, &i, &failure)) {
        lint_observe_end(run);
        return true;
    }
    bool judged = is_judged(run, i);
    bool failed = failure.code != EXIT_SQL && failure.code != EXIT_USAGE;
    if (!failed && judged)
        failed = !finish_static(run, i, &failure, &known, &trouble);
    lint_observe_end(run);
    if (!failed)
        failed = !rest_static(run, i + 1, until, &trouble);
    if (!failed && (known || is_excused(run, &failure))) {
        lint_note(run, "%s:%zu: the replay ended here: %s; what follows is judged by its tree alone",
                  run->folder->run[i]->path, failure.line, failure.primary);
        error_clear(&failure);
        return true;
    }
    error_copy(err, error_is_set(&trouble) ? &trouble : &failure);
    error_clear(&failure);
    error_clear(&trouble);
    return false;
}

/* Each path on a database of its own. One that the server cannot run keeps no other from being judged. */
static bool judge_separate(LintRun *run, Error *err)
{
    for (size_t i = 0; i < run->folder->run_count; i++) {
        Error failure = {0};
        run->past = map_new(run->arena); /* for what is left when a statement fails */
        run->shapes = NULL;
        if (judge_replay(run, 0, i, i + 1, &failure))
            continue;
        bool go_on = failure.code == EXIT_SQL;
        if (!go_on || !error_is_set(err))
            error_copy(err, &failure);
        else
            lint_note(run, "%s:%zu: %s", run->folder->run[i]->path, failure.line, failure.primary);
        error_clear(&failure);
        if (!go_on)
            return false;
    }
    return !error_is_set(err);
}

/* The files before the judged ones, for what their text says of columns and constraints. One that cannot
   be read ends it: what it would say stays unknown. */
static void read_past(LintRun *run, size_t until)
{
    LintResult result = *run->result;
    Error trouble = {0};
    for (size_t i = 0; i < until && judge_static(run, i, &trouble); i++)
        run->created = NULL; /* none of it is new to those that follow */
    run->created = NULL;
    error_clear(&trouble);
    *run->result = result;
}

static void note_static(LintRun *run)
{
    Buf codes = {0};
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        if (lint_rule_is(id, LINT_TRAIT_REPLAY))
            buf_printf(&codes, "%s%s", codes.len == 0 ? "" : ", ", lint_rule(id)->code);
    lint_note(run, "without a replay (--static): locks, rewrites, scans and what CASCADE reaches are told by "
                   "the text alone; the rules that need the server (%s) were skipped", buf_text(&codes));
    buf_free(&codes);
}

static bool judge_all(LintRun *run, Error *err)
{
    const LintOptions *options = run->options;
    if (options->run_count == 0)
        return true;
    size_t first = options->run_indexes[0];
    size_t until = options->run_indexes[options->run_count - 1] + 1;
    if (options->is_static) {
        note_static(run);
        run->past = map_new(run->arena);
        if (options->separate)
            return separate_static(run, err);
        read_past(run, first);
        return rest_static(run, first, until, err);
    }
    return options->separate ? judge_separate(run, err)
                             : judge_replay(run, first, first, until, err);
}

/* What a file before made is there only once it is committed, and each file is judged as deployed behind
   the earlier ones. */
static void use_own_transactions(LintRun *run, LintOptions *options)
{
    if (options->replay.tx_mode != TXMODE_ALL)
        return;
    options->replay.tx_mode = TXMODE_FILE;
    lint_note(run, "each file is judged in a transaction of its own, though --tx-mode all runs them in one");
}

/* A reviewer is to see that something is not shown. */
static void note_left_out(LintRun *run)
{
    const LintResult *result = run->result;
    if (result->silenced > 0)
        lint_note(run, "%zu finding%s silenced by comments", result->silenced,
                  result->silenced == 1 ? " is" : "s are");
    if (result->known > 0)
        lint_note(run, "%zu finding%s of versions up to %s known (baseline in lint {})", result->known,
                  result->known == 1 ? "" : "s", run->policy->baseline);
}

static bool run_once(Arena *arena, const MigrationFolder *folder, const LintOptions *options,
                     LintResult *ret, Error *err)
{
    *ret = (LintResult){0};
    LintOptions own = *options;
    LintRun run = {.arena = arena, .folder = folder, .options = &own, .policy = options->policy,
                   .result = ret, .default_schema = "public",
                   .not_null = map_new(arena)};
    use_own_transactions(&run, &own);
    bool done = judge_all(&run, err);
    lint_observe_end(&run);
    note_left_out(&run);
    if (options->stats != NULL)
        lint_stats_apply(&run);
    return done;
}

bool lint_run(Arena *arena, const MigrationFolder *folder, const LintOptions *options,
              LintResult *ret, Error *err)
{
    bool done = run_once(arena, folder, options, ret, err);
    if (!ret->shaken || (!done && err->code != EXIT_SQL))
        return done;
    LintOptions again = *options;
    again.one_zone = true;
    error_clear(err);
    return run_once(arena, folder, &again, ret, err);
}
