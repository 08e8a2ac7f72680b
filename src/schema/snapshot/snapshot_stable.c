/*
 * Whether definitions have changed while a snapshot was read: the server's own deparsing sees later states
 * than the transaction does. Where nobody has committed anything, the numbers of transactions tell;
 * else what the deparsing saw of each object then and now is compared, which takes longer. What has
 * come new does not matter: the snapshot does not have it.
 */
#include <stdlib.h>

#include "dbmig/base/text.h"
#include "dbmig_sql.h"
#include "snapshot_internal.h"

#define PG_CLASS 1259U

static bool fingerprint(Reader *reader, Rows **ret, Error *err)
{
    const char *sql =
        snapshot_sql(reader->scratch, sql_catalog_fingerprint, session_version(reader->session));
    return session_query(reader->session, reader->scratch, sql, 0, NULL, ret, err) ||
           error_prefix(err, "could not read the catalogs");
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

static const char *mark_key(Arena *scratch, const Rows *rows, size_t row)
{
    return arena_printf(scratch, "%s %s", rows_text(rows, row, 0), rows_text(rows, row, 1));
}

/* "table public.t (pg_attribute)"; without a name where the snapshot has no such relation. */
static const char *word_change(const Reader *reader, const Rows *rows, size_t row)
{
    const char *catalog = rows_text(rows, row, 0);
    CatalogAddress address = {PG_CLASS, (uint32_t)strtoul(rows_text(rows, row, 1), NULL, 10), 0};
    const AddressEntry *entry = snapshot_entry(reader, address);
    if (!entry || !entry->object)
        return arena_strdup(reader->arena, catalog);
    return arena_printf(reader->arena, "%s %s (%s)", kind_spec(entry->object->kind)->name,
                        entry->object->key, catalog);
}

/* NULL, or the first of what was there and is otherwise now, or gone. */
static const char *find_change(const Reader *reader, const Rows *before, const Rows *now)
{
    Map *marks = map_new(reader->scratch);
    for (size_t row = 0; row < rows_count(now); row++)
        map_set(marks, mark_key(reader->scratch, now, row), (void *)(uintptr_t)(row + 1));
    for (size_t row = 0; row < rows_count(before); row++) {
        size_t found = (size_t)(uintptr_t)map_get(marks, mark_key(reader->scratch, before, row));
        if (found == 0 || !text_equal(rows_text(before, row, 2), rows_text(now, found - 1, 2)))
            return word_change(reader, before, row);
    }
    return NULL;
}

bool snapshot_stable_ask(Reader *reader, bool *ret, Error *err)
{
    Rows *now = NULL;
    *ret = true;
    if (reader->quiet)
        return true;
    if (!reader->fingerprint)
        return is_quiet(reader, ret, err);
    if (!fingerprint(reader, &now, err))
        return false;
    reader->changed = find_change(reader, reader->fingerprint, now);
    *ret = reader->changed == NULL;
    return true;
}
