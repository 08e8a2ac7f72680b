/* Sends frames by the simple protocol. See apply_frame.h. */
#include <string.h>

#include "apply_frame.h"

/* The SQLSTATE says which statement of a message failed. */
static bool send_message(SimpleSender *simple, Error *err)
{
    if (simple->message.len == 0)
        return true;
    SessionOutcome outcome = {0};
    unsigned kinds = simple->gathered;
    apply_crash_point("message");
    bool ok = session_run(simple->run->session, buf_text(&simple->message), simple->message.len,
                          &outcome, err);
    buf_clear(&simple->message);
    simple->gathered = 0;
    simple->committed = (kinds & 1U << FRAME_COMMIT) != 0 && strcmp(outcome.command, "COMMIT") == 0;
    simple->failed = ok ? 0 : kinds;
    return ok;
}

static bool send_item(SimpleSender *simple, const Frame *frame, Error *err)
{
    const ApplyRun *run = simple->run;
    SqlItem *item = frame->item;
    SessionOutcome outcome = {0};
    simple->failed = 1U << FRAME_ITEM;
    simple->committed = false;
    apply_watch_statement(run->watch, &run->plan->steps.items[simple->index], item->line);
    apply_crash_point("statement");
    if (item->kind == SQL_ITEM_COPY) {
        if (!apply_copy(run, simple->index, frame->scan, item, frame->data, err))
            return false;
    } else if (!session_run(run->session, item->text, item->len, &outcome, err)) {
        if (err->code < EXIT_SIGNAL && !session_lost(run->session))
            apply_fail_place(run, simple->index, item, &outcome, err);
        return false;
    }
    simple->failed = 0;
    return true;
}

static bool take(ApplySender *sender, const Frame *frame, Error *err)
{
    SimpleSender *simple = (SimpleSender *)sender;
    if (frame->kind == FRAME_SEND)
        return send_message(simple, err);
    if (frame->kind == FRAME_ITEM)
        return send_message(simple, err) && send_item(simple, frame, err);
    buf_printf(&simple->message, "%s%s", simple->message.len > 0 ? ";\n" : "", frame->sql);
    simple->gathered |= 1U << frame->kind;
    return true;
}

void apply_simple_begin(SimpleSender *ret, const ApplyRun *run, size_t index)
{
    *ret = (SimpleSender){.sender = {take}, .run = run, .index = index};
}

void apply_simple_end(SimpleSender *simple)
{
    buf_free(&simple->message);
}
