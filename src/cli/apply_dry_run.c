/* dbmig apply --dry-run: prints as it goes, so that memory stays that of an apply. */
#include "dbmig/cli/apply_dry_run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dbmig/base/file.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/format_note.h"

#define LOT ((size_t)64 << 10)

/* Where the SQL goes: a file, stdout, or the report, whose other formats hold it as a whole. */
typedef struct Output {
    FILE *file;       /* NULL unless to a file */
    const char *path; /* NULL unless to a file */
    const char *part; /* the file until it is whole */
    Buf text;         /* what is not written yet */
    bool whole;       /* the text is for the report */
    Error *err;
} Output;

bool apply_dry_run_wanted(const CommandContext *context, ApplyDryRun *ret, Error *err)
{
    const OptionSet *options = context->options;
    const char *mode = option_string(options, OPT_DRY_RUN_APPLY);
    *ret = (ApplyDryRun){.wanted = mode != NULL && !text_equal(mode, "false"),
                         .full = text_equal(mode, "full"),
                         .output = option_string(options, OPT_OUTPUT)};
    if (mode != NULL && *mode != '\0' && !ret->full && !text_equal(mode, "true") &&
        !text_equal(mode, "false"))
        return error_set(err, EXIT_USAGE, "invalid value \"%s\" for --dry-run: it can be full",
                         mode);
    if (ret->output != NULL && !ret->wanted)
        return error_set(err, EXIT_USAGE, "--output is for --dry-run");
    return true;
}

static bool flush(Output *output)
{
    bool ok =
        output->file == NULL
            ? report_write(buf_text(&output->text), output->text.len, output->err)
            : fwrite(output->text.data, 1, output->text.len, output->file) == output->text.len;
    buf_clear(&output->text);
    return ok;
}

static bool write_text(void *context, const char *text, size_t len)
{
    Output *output = context;
    buf_add(&output->text, text, len);
    return output->whole || output->text.len < LOT || flush(output);
}

/* In full, it has what placeholders stand for: for its owner alone. */
static bool open_output(CommandContext *context, const ApplyDryRun *dry, Output *ret, Error *err)
{
    *ret = (Output){.path = dry->output, .err = err};
    ret->whole =
        ret->path == NULL && !text_equal(option_string(context->options, OPT_FORMAT), "text");
    if (ret->path == NULL)
        return true;
    ret->part = arena_printf(context->arena, "%s.part", ret->path);
    int fd = open(ret->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ret->file = fd < 0 ? NULL : fdopen(fd, "w");
    return ret->file != NULL ||
           error_set_errno(err, EXIT_USAGE, errno, "could not write \"%s\"", ret->part);
}

static bool close_output(Output *output, bool done, Error *err)
{
    if (output->whole)
        return done;
    bool written = flush(output) && (output->file == NULL || !ferror(output->file));
    if (output->path == NULL)
        return done && written && !error_is_set(err);
    written = fclose(output->file) == 0 && written;
    if (done && written)
        return file_remove(output->path, err) && file_rename(output->part, output->path, err);
    if (done)
        error_set_errno(err, EXIT_USAGE, errno, "could not write \"%s\"", output->part);
    Error ignored = {0};
    file_remove(output->part, &ignored);
    error_clear(&ignored);
    return false;
}

static void tell(CommandContext *context, const ApplyPlan *plan, const Session *session,
                 const ApplyDryRun *dry)
{
    Report *report = context->report;
    size_t count = plan->steps.count;
    report_field(report, "dry_run", NULL, report_bool(true));
    report_field(report, "full", NULL, report_bool(dry->full));
    report_field(report, "output", NULL, report_text(dry->output));
    report_field(report, "database", NULL, report_text(session_shown(session)));
    report_field(report, "current", NULL, report_text(plan->current));
    report_field(report, "target", NULL, report_text(plan->target));
    report_field(report, "pending", NULL, report_int((int64_t)count));
    report_field(report, "left", NULL, report_int((int64_t)plan->left));
    if (count == 0)
        report_line(report, "-- nothing to apply");
    else if (dry->output != NULL)
        report_line(report, "%zu file%s as SQL: %s", count, count == 1 ? "" : "s", dry->output);
    if (plan->left > 0)
        report_line(report, "-- %zu more file%s pending", plan->left,
                    plan->left == 1 ? " is" : "s are");
}

bool apply_dry_run_print(CommandContext *context, Session *session, const ApplyOptions *options,
                         const ApplyDryRun *dry, Error *err)
{
    ApplyPlan plan;
    Output output;
    if (!apply_plan(context->arena, session, options, &plan, err))
        return false;
    format_note(&plan.folder);
    for (size_t i = 0; i < plan.warnings.count; i++)
        log_warning("%s", plan.warnings.items[i]);
    if (!open_output(context, dry, &output, err))
        return false;
    bool done =
        apply_dry_run(context->arena, session, options, &plan, dry->full, write_text, &output, err);
    done = close_output(&output, done, err);
    tell(context, &plan, session, dry);
    if (output.whole)
        report_block(context->report, "sql", buf_steal(&output.text, context->arena), "sql");
    buf_free(&output.text);
    return done;
}
