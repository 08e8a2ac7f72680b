/* What two databases hold, compared without moving their rows. */
#include <inttypes.h>

#include "dbmig/base/map.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"
#include "squash_private.h"

typedef struct Holding {
    const char *name;
    int64_t count;      /* of a sequence: 0 */
    const char *digest; /* of a sequence: its position */
    bool is_sequence;
} Holding;

struct SquashHoldings {
    VEC(Holding) items;
};

/* Of each row 60 bits of its MD5, summed up: the order does not matter, and a row that stands twice
 * counts twice. */
static bool read_table(Arena *arena, Session *session, const char *name, Holding *ret, Error *err)
{
    Rows *rows;
    const char *sql =
        arena_printf(arena,
                     "SELECT count(*), coalesce(sum(('x' || substr(md5(dbmig_row::text), 1, "
                     "15))::bit(60)::bigint::numeric), 0) "
                     "FROM ONLY %s AS dbmig_row",
                     name);
    if (!session_query(session, arena, sql, 0, NULL, &rows, err))
        return false;
    *ret = (Holding){.name = name, .count = rows_int(rows, 0, 0), .digest = rows_text(rows, 0, 1)};
    return true;
}

static bool read_sequence(Arena *arena, Session *session, const char *name, Holding *ret, Error *err)
{
    Rows *rows;
    const char *sql = arena_printf(arena, "SELECT last_value || ' ' || is_called FROM %s", name);
    if (!session_query(session, arena, sql, 0, NULL, &rows, err))
        return false;
    *ret = (Holding){.name = name, .digest = rows_text(rows, 0, 0), .is_sequence = true};
    return true;
}

static bool read_all(Arena *arena, Session *session, const char *sql, SquashHoldings *holdings,
                     bool (*read)(Arena *, Session *, const char *, Holding *, Error *), Error *err)
{
    Rows *rows;
    if (!session_query(session, arena, sql, 0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        Holding holding;
        if (!read(arena, session, rows_text(rows, i, 0), &holding, err))
            return false;
        VEC_PUSH(arena, holdings->items, holding);
    }
    return true;
}

bool squash_holdings(Arena *arena, Session *session, SquashHoldings **ret, Error *err)
{
    *ret = arena_calloc(arena, 1, sizeof(**ret));
    return read_all(arena, session, sql_own_tables, *ret, read_table, err) &&
           read_all(arena, session, sql_squash_sequences, *ret, read_sequence, err);
}

static Map *by_name(Arena *arena, const SquashHoldings *holdings)
{
    Map *map = map_new(arena);
    for (size_t i = 0; i < holdings->items.count; i++)
        map_set(map, holdings->items.items[i].name, &holdings->items.items[i]);
    return map;
}

static const char *compare(Arena *arena, const Holding *history, const Holding *base)
{
    if (history->is_sequence)
        return arena_printf(arena, "sequence %s stands at %s after the history, at %s after the B file",
                            history->name, history->digest, base->digest);
    if (history->count != base->count)
        return arena_printf(
            arena, "table %s has %" PRId64 " rows after the history, %" PRId64 " after the B file",
            history->name, history->count, base->count);
    return arena_printf(
        arena, "table %s has other rows after the history than after the B file (%" PRId64 " each)",
        history->name, history->count);
}

static bool is_stable(const Map *second, const Holding *history)
{
    const Holding *again = second == NULL ? NULL : map_get(second, history->name);
    return again == NULL || (again->count == history->count && text_equal(again->digest, history->digest));
}

/* Tables that one side lacks are differences of the schema, and told as such. */
void squash_compare_holdings(Arena *arena, const SquashHoldings *history, const SquashHoldings *base,
                             const SquashHoldings *second, bool counts_only, StringList *ret)
{
    Map *there = by_name(arena, base), *again = second == NULL ? NULL : by_name(arena, second);
    for (size_t i = 0; i < history->items.count; i++) {
        const Holding *one = &history->items.items[i];
        const Holding *other = map_get(there, one->name);
        if (other == NULL || (counts_only && one->is_sequence))
            continue;
        bool same = counts_only || text_equal(one->digest, other->digest) || !is_stable(again, one);
        if (one->count != other->count || !same)
            VEC_PUSH(arena, *ret, compare(arena, one, other));
    }
}
