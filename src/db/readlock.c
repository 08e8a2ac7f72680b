/* Retries what a lock_timeout ended, and has the words for who is in the way. */
#include "dbmig/db/readlock.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/text/sqlscan.h"
#include "dbmig_sql.h"

#define MOST_TRIES 6
#define FIRST_PAUSE_MS 500
#define QUERY_SHOWN 120

/* The columns of readlock_holder.sql. */
enum { PID, TABLE, USER, APPLICATION, STATE, AGE_MS, QUERY };

bool readlock_met(const Error *err)
{
    return strcmp(err->sqlstate, "55P03") == 0;
}

/* It is another's statement: what passwords it sets is nobody's business. */
static void add_query(Arena *arena, const char *query, Buf *text)
{
    const char *line = text_printable(arena, sqlscan_mask_passwords(arena, query, strlen(query)));
    size_t len = strlen(line), shown = len;
    if (shown > QUERY_SHOWN)
        shown = QUERY_SHOWN;
    while (shown > 0 && shown < len && ((unsigned char)line[shown] & 0xC0) == 0x80)
        shown--;
    buf_printf(text, ": %.*s%s", (int)shown, line, shown < len ? "…" : "");
}

static void describe(Arena *arena, const Rows *rows, Buf *text)
{
    const char *user = rows_text(rows, 0, USER), *application = rows_text(rows, 0, APPLICATION);
    const char *state = rows_text(rows, 0, STATE), *query = rows_text(rows, 0, QUERY);
    const char *pid = rows_text(rows, 0, PID);
    buf_printf(text, "%s is locked by %s%s", rows_text(rows, 0, TABLE),
               pid != NULL ? "server process " : "a prepared transaction", pid != NULL ? pid : "");
    if (user != NULL)
        buf_printf(text, ", user %s", text_printable(arena, user));
    if (application != NULL && application[0] != '\0')
        buf_printf(text, ", \"%s\"", text_printable(arena, application));
    if (rows_text(rows, 0, AGE_MS) != NULL)
        buf_printf(text, ", in a transaction for %s",
                   text_from_duration(arena, rows_int(rows, 0, AGE_MS) / 1000 * 1000));
    if (state != NULL && strcmp(state, "active") != 0)
        buf_printf(text, ", %s", state);
    if (query != NULL && query[0] != '\0')
        add_query(arena, query, text);
}

/* "" when nobody is seen any more, or nothing may be asked. */
static void find_holder(Session *session, Buf *text)
{
    Arena *scratch = arena_new();
    Rows *rows = NULL;
    Error ignored = {0};
    if (session_query(session, scratch, sql_readlock_holder, 0, NULL, &rows, &ignored) &&
        rows_count(rows) > 0)
        describe(scratch, rows, text);
    error_clear(&ignored);
    arena_free(scratch);
}

static bool give_up(Session *session, Error *err)
{
    Buf holder = {0};
    find_holder(session, &holder);
    err->code = EXIT_LOCK_TIMEOUT;
    error_prefix(err, "a table could not be read in %d tries", MOST_TRIES);
    if (holder.len > 0)
        error_detail(err, "%s.", buf_text(&holder));
    error_hint(err, "Try again when the table is free, or allow more with --ddl-lock-timeout; reading waits "
                    "no longer, so that nobody has to wait for it.");
    buf_free(&holder);
    return false;
}

static void tell(Session *session)
{
    Buf holder = {0};
    find_holder(session, &holder);
    log_info("waiting for a table of %s: %s", session_shown(session),
             holder.len > 0 ? buf_text(&holder) : "it was locked until now");
    buf_free(&holder);
}

bool readlock_again(Session *session, int *tries, Error *err)
{
    if (!readlock_met(err) || session_lost(session))
        return false;
    if (++*tries >= MOST_TRIES)
        return give_up(session, err);
    if (*tries == 1)
        tell(session);
    Error interrupted = {0};
    bool go_on = interrupt_sleep((long)FIRST_PAUSE_MS << (*tries - 1), &interrupted);
    if (go_on)
        error_clear(err);
    else
        error_copy(err, &interrupted);
    error_clear(&interrupted);
    return go_on;
}

bool readlock_query(Session *session, Arena *arena, const char *sql, int count,
                    const char *const *params, Rows **ret, Error *err)
{
    int tries = 0;
    while (!session_query(session, arena, sql, count, params, ret, err)) {
        if (session_tx(session) != SESSION_TX_IDLE || !readlock_again(session, &tries, err))
            return false;
    }
    return true;
}
