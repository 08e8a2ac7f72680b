/* Relations and locks as a second session sees them; the parking of CONCURRENTLY statements. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/text.h"
#include "dbmig_sql.h"
#include "observe.h"

#include <stdio.h>

enum {
    TICK_MS = 2,
    PATIENCE = 1500, /* ticks; a statement that has not parked by then never will */
};

static LintRelation *relation_of_row(Arena *arena, const Rows *rows, size_t i)
{
    LintRelation *relation = arena_alloc(arena, sizeof(*relation));
    *relation = (LintRelation){
        .oid = arena_strdup(arena, rows_text(rows, i, 0)),
        .schema = arena_strdup(arena, rows_text(rows, i, 1)),
        .name = arena_strdup(arena, rows_text(rows, i, 2)),
        .kind = rows_text(rows, i, 3)[0],
        .partition = rows_bool(rows, i, 4),
        .parent = rows_text(rows, i, 5) == NULL ? NULL : arena_strdup(arena, rows_text(rows, i, 5)),
    };
    return relation;
}

/* What a file renamed or dropped by its text stays as it is known. Toast tables and row types are none of
   the rules'. */
static void keep_relation(Observation *observation, const Rows *rows, size_t i)
{
    const char *oid = rows_text(rows, i, 0);
    if (strchr("rpmvfSiI", rows_text(rows, i, 3)[0]) == NULL)
        map_set(observation->others, oid, observation);
    else if (map_get(observation->by_oid, oid) == NULL)
        map_set(observation->by_oid, oid, relation_of_row(observation->run->arena, rows, i));
}

static void forget_all(Observation *observation)
{
    observation->by_oid = map_new(observation->run->arena);
    observation->others = map_new(observation->run->arena);
    observation->loaded_oid = observation->any_now ? "16383" : observation->last_oid;
    observation->outdated = (StringList){0};
}

/* What changes a relation's name or place locks it at least like this. */
static void forget_changed(Observation *observation)
{
    for (size_t i = 0; i < map_count(observation->held); i++) {
        const MapEntry *held = map_at(observation->held, i);
        if ((uintptr_t)held->value < LOCK_SHARE_UPDATE_EXCLUSIVE ||
            map_get(observation->by_oid, held->key) == NULL)
            continue;
        map_set(observation->by_oid, held->key, NULL);
        VEC_PUSH(observation->run->arena, observation->outdated, held->key);
    }
}

void lint_forget_relations(Observation *observation)
{
    if (observation->by_oid == NULL || observation->stale)
        forget_all(observation);
    observation->stale = false;
    observation->filenodes = NULL;
    observation->whole = false;
    observation->known_oid = observation->last_oid;
    observation->any = observation->any_now;
}

/* ---- asking for them ---- */

static const char *array_of(Arena *arena, const StringList *oids)
{
    Buf text = {0};
    buf_add_str(&text, "{");
    for (size_t i = 0; i < oids->count; i++)
        buf_printf(&text, "%s%s", i == 0 ? "" : ",", oids->items[i]);
    buf_add_str(&text, "}");
    return buf_steal(&text, arena);
}

void lint_want_relations(Observation *observation, Arena *arena, const char **ret_beyond,
                         const char **ret_oids)
{
    bool known = observation->by_oid != NULL && !observation->stale &&
                 !observation->run->options->together;
    if (known)
        forget_changed(observation);
    *ret_beyond = known ? observation->last_oid : "4294967295";
    *ret_oids = known ? array_of(arena, &observation->outdated) : "{}";
}

void lint_take_relations(Observation *observation, const Rows *rows, size_t first,
                         const char *beyond, const char *until)
{
    for (size_t i = first; i < rows_count(rows); i++)
        keep_relation(observation, rows, i);
    if (!text_equal(beyond, observation->loaded_oid))
        return;
    observation->loaded_oid = arena_strdup(observation->run->arena, until);
    observation->outdated = (StringList){0};
}

static bool ask_relations(Observation *observation, const char *beyond, const char *until,
                          const StringList *more, Error *err)
{
    Arena *scratch = arena_new();
    const char *params[] = {beyond, until, array_of(scratch, more)};
    Rows *rows;
    bool done =
        session_execute(observation->helper, scratch, "dbmig_relations", 3, params, &rows, err);
    if (done)
        lint_take_relations(observation, rows, 0, beyond, until);
    arena_free(scratch);
    return done;
}

/* Most files touch a few relations, which are asked for when they are locked. Who asks by name needs all. */
static void load_relations(Observation *observation)
{
    Error ignored = {0};
    if (observation->whole)
        return;
    observation->whole = true;
    if (text_equal(observation->loaded_oid, observation->known_oid) &&
        observation->outdated.count == 0)
        return;
    /* A lost connection or an interrupt shows with the next statement. */
    ask_relations(observation, observation->loaded_oid, observation->known_oid,
                  &observation->outdated, &ignored);
    error_clear(&ignored);
}

static bool is_known(const Observation *observation, const char *oid)
{
    return strtoull(oid, NULL, 10) <= strtoull(observation->known_oid, NULL, 10);
}

const LintRelation *lint_observed_oid(const LintRun *run, const char *oid)
{
    Observation *observation = run->observation;
    if (observation == NULL)
        return NULL;
    if (map_get(observation->by_oid, oid) == NULL && is_known(observation, oid))
        load_relations(observation);
    return map_get(observation->by_oid, oid);
}

const LintRelation *lint_observed(const LintRun *run, const char *schema, const char *name)
{
    Observation *observation = run->observation;
    const LintRelation *found = NULL;
    if (observation != NULL)
        load_relations(observation);
    for (size_t i = 0; observation != NULL && i < map_count(observation->by_oid); i++) {
        const LintRelation *relation = map_at(observation->by_oid, i)->value;
        if (relation == NULL || relation->gone || strcmp(relation->name, name) != 0 ||
            (schema != NULL && strcmp(relation->schema, schema) != 0))
            continue;
        if (found == NULL || strcmp(relation->schema, run->default_schema) == 0)
            found = relation;
    }
    return found;
}

bool lint_observed_column(const LintRun *run, const LintRelation *relation, const char *column,
                          const char **ret_type, bool *ret_not_null)
{
    Rows *rows;
    Error ignored = {0};
    const char *const params[] = {relation->oid, column};
    /* The helper sees what is committed. A lost connection shows with the next statement. */
    bool found = run->observation != NULL && run->file.transactional &&
                 session_query(run->observation->helper, run->arena, sql_lint_column, 2, params, &rows,
                               &ignored) &&
                 rows_count(rows) == 1;
    error_clear(&ignored);
    if (found) {
        *ret_type = rows_text(rows, 0, 0);
        *ret_not_null = rows_bool(rows, 0, 1);
    }
    return found;
}

/* A question about what was there before the transaction, which the helper still sees. */
static bool ask(const LintRun *run, const char *sql, bool otherwise)
{
    Arena *arena = arena_new();
    Error ignored = {0};
    Rows *rows;
    bool done = run->observation != NULL &&
                session_query(run->observation->helper, arena, sql, 0, NULL, &rows, &ignored);
    bool answer = done && rows_count(rows) > 0 ? rows_bool(rows, 0, 0) : otherwise;
    error_clear(&ignored);
    arena_free(arena);
    return answer;
}

bool lint_observed_reference(const LintRun *run, const LintRelation *one, const LintRelation *other)
{
    return ask(run, arena_printf(run->arena,
                                 "SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE contype = 'f' "
                                 "AND (conrelid, confrelid) IN ((%s, %s), (%s, %s)))",
                                 one->oid, other->oid, other->oid, one->oid), true);
}

/* ---- locks ---- */

/* They come by relation. */
static void add_lock(Observation *observation, const char *oid, LockMode mode)
{
    Evidence *evidence = &observation->evidence;
    const LintRelation *relation = map_get(observation->by_oid, oid);
    if (relation == NULL)
        return;
    if (evidence->locks.count > 0) {
        LintHeld *last = &evidence->locks.items[evidence->locks.count - 1];
        if (last->relation == relation) {
            if (mode > last->mode)
                last->mode = mode;
            return;
        }
    }
    LintHeld held = {.relation = relation, .mode = mode};
    VEC_PUSH(observation->locks_arena, evidence->locks, held);
}

/* Those that are locked and not known yet. What is gone meanwhile is remembered too. */
static bool learn_locked(Observation *observation, const Rows *rows, Arena *scratch, Error *err)
{
    StringList unknown = {0};
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *oid = rows_text(rows, i, 0);
        if (!rows_bool(rows, i, 2) || oid == NULL || map_has(observation->others, oid) ||
            map_get(observation->by_oid, oid) != NULL ||
            (unknown.count > 0 && strcmp(unknown.items[unknown.count - 1], oid) == 0))
            continue;
        VEC_PUSH(scratch, unknown, oid);
    }
    if (unknown.count == 0)
        return true;
    if (!ask_relations(observation, "4294967295", "0", &unknown, err))
        return false;
    for (size_t i = 0; i < unknown.count; i++)
        if (map_get(observation->by_oid, unknown.items[i]) == NULL)
            map_set(observation->others, unknown.items[i], observation);
    return true;
}

static void mark_fresh(Observation *observation)
{
    for (size_t i = 0; i < observation->evidence.locks.count; i++) {
        LintHeld *held = &observation->evidence.locks.items[i];
        uintptr_t before = (uintptr_t)map_get(observation->held, held->relation->oid);
        held->fresh = (uintptr_t)held->mode > before;
        if (held->fresh)
            map_set(observation->held, held->relation->oid, (void *)(uintptr_t)held->mode);
    }
}

static bool add_locks(Observation *observation, const Rows *rows, Arena *scratch, Error *err)
{
    if (!learn_locked(observation, rows, scratch, err))
        return false;
    arena_free(observation->locks_arena);
    observation->locks_arena = arena_new();
    memset(&observation->evidence.locks, 0, sizeof(observation->evidence.locks));
    for (size_t i = 0; i < rows_count(rows); i++)
        if (rows_bool(rows, i, 2) && rows_text(rows, i, 0) != NULL)
            add_lock(observation, rows_text(rows, i, 0), lint_lock_mode(rows_text(rows, i, 1)));
    return true;
}

/* *ret_waiting (NULL allowed): it waits for one. */
static bool query_locks(Observation *observation, Session *session, bool *ret_waiting, Error *err)
{
    char pid[16];
    Rows *rows;
    Arena *scratch = arena_new();
    snprintf(pid, sizeof(pid), "%d", session_backend_pid(session));
    const char *params[] = {pid, observation->known_oid};
    bool done = session_execute(observation->helper, scratch, "dbmig_locks", 2, params, &rows, err);
    bool waiting = false;
    for (size_t i = 0; done && i < rows_count(rows); i++)
        waiting |= !rows_bool(rows, i, 2);
    if (done && (ret_waiting == NULL || waiting))
        done = add_locks(observation, rows, scratch, err);
    arena_free(scratch);
    if (ret_waiting != NULL)
        *ret_waiting = waiting;
    return done;
}

bool lint_is_closed_out(Observation *observation, const SqlItem *item, Error *err)
{
    if (strcmp(err->sqlstate, "55P03") != 0)
        return false;
    observation->blind = observation->stale = true;
    lint_note(observation->run, "%s:%zu: it locks the catalogs: the locks of the file from here on cannot "
                                "be read", observation->run->file.migration->path, item->line);
    error_clear(err);
    return true;
}

bool lint_helper_again(Observation *observation, Error *err)
{
    if (!session_lost(observation->helper))
        return false;
    error_clear(err);
    session_close(observation->helper);
    observation->helper = NULL;
    return lint_open_helper(observation, err);
}

static bool query_again(Observation *observation, Session *session, Error *err)
{
    return query_locks(observation, session, NULL, err) ||
           (!session_lost(session) && lint_helper_again(observation, err) &&
            query_locks(observation, session, NULL, err));
}

bool lint_read_locks(Observation *observation, Session *session, const SqlItem *item, bool skip,
                     Error *err)
{
    bool looked = observation->any && !observation->blind && !skip;
    if (looked && !query_again(observation, session, err) &&
        !lint_is_closed_out(observation, item, err))
        return false;
    if (observation->blind)
        return true;
    observation->evidence.locks_seen = true;
    mark_fresh(observation);
    return true;
}

static const char files_sql[] =
    "SELECT c.oid, pg_catalog.pg_relation_filenode(c.oid) FROM pg_catalog.pg_class c "
    "WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm')";

/* As they were before the transaction: the helper does not see what it did. */
static bool load_files(Observation *observation, Error *err)
{
    Rows *rows;
    if (observation->filenodes != NULL)
        return true;
    observation->filenodes = map_new(observation->run->arena);
    if (!session_query(observation->helper, observation->run->arena, files_sql, 0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++)
        if (rows_text(rows, i, 1) != NULL)
            map_set(observation->filenodes, rows_text(rows, i, 0),
                    arena_strdup(observation->run->arena, rows_text(rows, i, 1)));
    return true;
}

static bool is_fresh(const Evidence *evidence, const LintRelation *relation)
{
    for (size_t i = 0; i < evidence->locks.count; i++)
        if (evidence->locks.items[i].relation == relation)
            return evidence->locks.items[i].fresh;
    return false;
}

static bool is_rewritten(const Evidence *evidence, const LintRelation *relation)
{
    for (size_t i = 0; i < evidence->rewrites.count; i++)
        if (strcmp(evidence->rewrites.items[i].oid, relation->oid) == 0)
            return true;
    return lint_evidence_has(&evidence->rewritten, relation->name);
}

/* Relations that got new files in this statement, though nothing was "rewritten". */
bool lint_read_moves(Observation *observation, Session *session, Error *err)
{
    Evidence *evidence = &observation->evidence;
    bool closed = false;
    for (size_t i = 0; i < evidence->locks.count; i++)
        closed |= evidence->locks.items[i].fresh &&
                  evidence->locks.items[i].mode == LOCK_ACCESS_EXCLUSIVE;
    Rows *rows;
    if (!closed)
        return true;
    if (!load_files(observation, err) ||
        !session_query(session, observation->run->arena, files_sql, 0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows_count(rows); i++) {
        const LintRelation *relation = map_get(observation->by_oid, rows_text(rows, i, 0));
        const char *before = map_get(observation->filenodes, rows_text(rows, i, 0));
        if (relation == NULL || before == NULL || text_equal(before, rows_text(rows, i, 1)))
            continue;
        map_set(observation->filenodes, relation->oid,
                arena_strdup(observation->run->arena, rows_text(rows, i, 1)));
        if (is_fresh(evidence, relation) && !is_rewritten(evidence, relation))
            VEC_PUSH(observation->run->arena, evidence->moved, relation);
    }
    return true;
}

/* ---- CONCURRENTLY ---- */

static const LintRelation *of_range(const Observation *observation, const PgQuery__RangeVar *range)
{
    if (range == NULL)
        return NULL;
    bool has_schema = range->schemaname != NULL && range->schemaname[0] != '\0';
    return lint_observed(observation->run, has_schema ? range->schemaname : NULL, range->relname);
}

static const LintRelation *of_drop(const Observation *observation, const PgQuery__DropStmt *drop)
{
    if (drop->n_objects == 0 || drop->objects[0]->node_case != PG_QUERY__NODE__NODE_LIST)
        return NULL;
    const PgQuery__List *list = drop->objects[0]->list;
    return lint_observed(observation->run,
                         list->n_items > 1 ? lint_string(list->items[list->n_items - 2]) : NULL,
                         lint_string(list->items[list->n_items - 1]));
}

/* The table whose lock the statement waits behind. */
static const LintRelation *table_of(const Observation *observation, const PgQuery__Node *node)
{
    const LintRelation *relation = NULL;
    switch (node->node_case) {
    case PG_QUERY__NODE__NODE_INDEX_STMT:
        relation = of_range(observation, node->index_stmt->relation);
        break;
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
        relation = of_range(observation, node->reindex_stmt->relation);
        break;
    case PG_QUERY__NODE__NODE_DROP_STMT:
        relation = of_drop(observation, node->drop_stmt);
        break;
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
        relation = of_range(observation, node->alter_table_stmt->relation);
        break;
    default:
        break;
    }
    if (relation != NULL && strchr("iI", relation->kind) != NULL && relation->parent != NULL)
        relation = map_get(observation->by_oid, relation->parent);
    return relation;
}

static void on_tick(void *context)
{
    Observation *observation = context;
    Error ignored = {0};
    bool waiting = false;
    if (!observation->parked)
        return;
    Session *session = observation->replay->session;
    if (!query_locks(observation, session, &waiting, &ignored) || waiting ||
        ++observation->ticks > PATIENCE) {
        observation->evidence.locks_seen = waiting;
        mark_fresh(observation);
        lint_unpark(observation);
    }
    error_clear(&ignored);
}

void lint_unpark(Observation *observation)
{
    Error ignored = {0};
    if (observation->parked)
        session_exec(observation->helper, "ROLLBACK", &ignored);
    error_clear(&ignored);
    observation->parked = false;
}

bool lint_park(Observation *observation, Session *session, const SqlItem *item, Error *err)
{
    Arena *arena = arena_new();
    const PgQuery__Node *node = lint_parse(observation->run, item, NULL);
    const LintRelation *table = node == NULL ? NULL : table_of(observation, node);
    bool done = true;
    if (table != NULL && strchr("rp", table->kind) != NULL) {
        done = session_execf(observation->helper, err, "BEGIN; LOCK TABLE %s.%s IN %s MODE",
                             session_quote_identifier(arena, table->schema),
                             session_quote_identifier(arena, table->name),
                             item->verb == SQL_VERB_DROP ? "ACCESS SHARE" : "ROW EXCLUSIVE");
        observation->parked = done;
        observation->ticks = 0;
        session_on_tick(session, on_tick, observation, TICK_MS);
    }
    arena_free(arena);
    return done;
}
