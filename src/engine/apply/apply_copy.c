/* COPY … FROM STDIN with the data that follows it in the file: sent in pieces as it is read. */
#include <stdio.h>
#include <string.h>

#include "apply_internal.h"

/* "COPY t, line 3, column x": the server counts the lines of the data. */
static size_t line_of_error(size_t first_line, const Error *err)
{
    const char *at = err->context == NULL ? NULL : strstr(err->context, ", line ");
    unsigned long line = 0;
    if (at == NULL || first_line == 0 || strncmp(err->context, "COPY ", 5) != 0 ||
        sscanf(at, ", line %lu", &line) != 1 || line == 0)
        return 0;
    return first_line + line - 1;
}

/* The file could not be read on. The transaction is rolled back, and the copy fails on the server, too. */
static bool break_off(Session *session)
{
    Error ignored = {0};
    session_settle(session, &ignored);
    error_clear(&ignored);
    return false;
}

static bool send_data(Session *session, FileScan *scan, SqlItem *item, Sha256 *digest,
                      size_t *first_line, SessionOutcome *outcome, bool *ret_unread, Error *err)
{
    for (;;) {
        if (!fileplan_next(scan, item, err)) {
            *ret_unread = true;
            return break_off(session);
        }
        if (item->kind != SQL_ITEM_COPY_DATA)
            return session_copy_end(session, outcome, err);
        if (*first_line == 0)
            *first_line = item->line;
        if (digest != NULL)
            sha256_add(digest, item->text, item->len);
        if (!session_copy_put(session, item->text, item->len, err))
            return false;
    }
}

bool apply_copy(const ApplyRun *run, size_t index, FileScan *scan, SqlItem *item, Sha256 *digest,
                Error *err)
{
    /* The data overwrites the item's text. */
    Arena *scratch = arena_new();
    SqlItem statement = *item;
    statement.text = arena_strndup(scratch, item->text, item->len);
    SessionOutcome outcome = {0};
    size_t first_line = 0;
    bool unread = false;
    bool ok = session_copy_begin(run->session, statement.text, statement.len, &outcome, err) &&
              send_data(run->session, scan, item, digest, &first_line, &outcome, &unread, err);
    if (!ok && !unread) {
        size_t line = line_of_error(first_line, err);
        apply_fail_place(run, index, &statement, &outcome, err);
        if (line > 0) {
            error_at(err, run->plan->steps.items[index].migration->path, line, 0);
            err->excerpt = NULL;
        }
    }
    arena_free(scratch);
    return ok;
}
