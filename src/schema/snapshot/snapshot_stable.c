/*
 * Whether definitions have changed while a snapshot was read: the server's own deparsing sees later states
 * than the transaction does. Where nobody has committed anything, the numbers of transactions tell;
 * else what the catalogs looked like then and now must be compared, which takes longer.
 */
#include "dbmig/base/text.h"
#include "dbmig_sql.h"
#include "snapshot_internal.h"

/* Changes whenever DDL is committed. */
static bool fingerprint(Reader *reader, const char **ret, Error *err)
{
    Rows *rows;
    const char *sql =
        snapshot_sql(reader->scratch, sql_catalog_fingerprint, session_version(reader->session));
    if (!session_query(reader->session, reader->scratch, sql, 0, NULL, &rows, err))
        return error_prefix(err, "could not read the catalogs");
    *ret = rows_text(rows, 0, 0);
    return true;
}

static bool is_quiet(Reader *reader, bool *ret, Error *err)
{
    Rows *rows;
    if (!session_query(reader->session, reader->scratch, sql_catalog_quiet, 1, &reader->visible, &rows, err))
        return error_prefix(err, "could not read the state of transactions");
    *ret = rows_bool(rows, 0, 0);
    return true;
}

bool snapshot_stable_begin(Reader *reader, bool again, Error *err)
{
    Rows *rows;
    if (!session_query(reader->session, reader->scratch, "SELECT pg_current_snapshot()", 0, NULL, &rows, err))
        return error_prefix(err, "could not read the state of transactions");
    reader->visible = rows_text(rows, 0, 0);
    return !again || fingerprint(reader, &reader->fingerprint, err);
}

bool snapshot_stable_seal(Reader *reader, Error *err)
{
    if (!is_quiet(reader, &reader->quiet, err))
        return false;
    return reader->quiet || reader->fingerprint || fingerprint(reader, &reader->fingerprint, err);
}

bool snapshot_stable_ask(Reader *reader, bool *ret, Error *err)
{
    const char *now = NULL;
    *ret = true;
    if (reader->quiet)
        return true;
    if (!reader->fingerprint)
        return is_quiet(reader, ret, err);
    if (!fingerprint(reader, &now, err))
        return false;
    *ret = text_equal(reader->fingerprint, now);
    return true;
}
