/* Prints frames as SQL for psql. See apply_frame.h. */
#include <string.h>

#include "apply_frame.h"

static void put(PrintSender *print, const char *text, size_t len)
{
    if (!print->broken && len > 0)
        print->broken = !print->sink(print->context, text, len);
}

void apply_print_text(PrintSender *print, const char *text)
{
    put(print, text, strlen(text));
}

/* A comment at its end would swallow the semicolon. */
static void put_statement(PrintSender *print, const char *text, size_t len)
{
    const char *line = text;
    for (const char *at = line; (at = memchr(at, '\n', len - (size_t)(at - text))) != NULL;)
        line = ++at;
    bool comment = false;
    for (size_t i = (size_t)(line - text); i + 1 < len && !comment; i++)
        comment = text[i] == '-' && text[i + 1] == '-';
    put(print, text, len);
    apply_print_text(print, comment ? "\n;\n" : ";\n");
}

static void put_masked(PrintSender *print, const SqlItem *item)
{
    Arena *scratch = arena_new();
    const char *text = sqlscan_mask_passwords(scratch, item->text, item->len);
    put_statement(print, text, strlen(text));
    arena_free(scratch);
}

static bool put_copy_data(PrintSender *print, const Frame *frame, Error *err)
{
    SqlItem *item = frame->item;
    for (;;) {
        if (!fileplan_next(frame->scan, item, err))
            return false;
        if (item->kind != SQL_ITEM_COPY_DATA)
            break;
        put(print, item->text, item->len);
        if (frame->data != NULL)
            sha256_add(frame->data, item->text, item->len);
    }
    apply_print_text(print, "\\.\n");
    return true;
}

static bool take(ApplySender *sender, const Frame *frame, Error *err)
{
    PrintSender *print = (PrintSender *)sender;
    if (frame->kind == FRAME_ITEM) {
        if (print->own_too)
            put_statement(print, frame->item->text, frame->item->len);
        else
            put_masked(print, frame->item);
        return frame->item->kind != SQL_ITEM_COPY || put_copy_data(print, frame, err);
    }
    if (frame->kind != FRAME_SEND && print->own_too)
        put_statement(print, frame->sql, strlen(frame->sql));
    return true;
}

void apply_print_begin(PrintSender *ret, bool (*sink)(void *context, const char *text, size_t len),
                       void *context, bool own_too)
{
    *ret = (PrintSender){.sender = {take}, .sink = sink, .context = context, .own_too = own_too};
}
