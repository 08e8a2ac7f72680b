/*
 * Reading a snapshot: the transaction and its settings, one query per kind turned into objects by
 * column names, then comments, labels and dependencies for all of them. What a kind's query must
 * return is told at read_kind().
 */
#include "dbmig/schema/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/db/readlock.h"
#include "dbmig_sql.h"
#include "snapshot_internal.h"

/* The pauses between them double up to the last: DDL that is under way comes to its end. */
#define READ_TRIES 12
#define FIRST_PAUSE_MS 20
#define LAST_PAUSE_MS 500

static const char settings_sql[] =
    "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
    "SET LOCAL search_path = '';"
    "SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres';"
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 3;"
    "SET LOCAL bytea_output = 'hex'; SET LOCAL xmloption = content;"
    "SET LOCAL quote_all_identifiers = off; SET LOCAL jit = off; SET LOCAL statement_timeout = 0;"
    "SET LOCAL row_security = off;"
    "SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0;"
    /* A slow line is not idleness. Not every server has all of these. */
    "SELECT pg_catalog.set_config(name, '0', true) FROM pg_catalog.pg_settings"
    " WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout');";

/* Deparsing locks the tables of views, rules and functions. What a savepoint took is given back with
 * it: no lock is held from one query to the next, and none while another one is waited for for long. */
#define GIVE_LOCKS_BACK "ROLLBACK TO SAVEPOINT dbmig_read"

/* Queries run on the server one after the other while the answers of earlier ones are taken. */
static bool send(Reader *reader, const char *sql, Error *err)
{
    const char *fitting = snapshot_sql(reader->scratch, sql, session_version(reader->session));
    return session_pipeline_send(reader->session, fitting, 0, NULL, 0, err);
}

/* The next answer; the order is that of send_all(). */
static bool take(Reader *reader, Arena *arena, Rows **ret, Error *err)
{
    return session_pipeline_rows(reader->session, arena, ret, err);
}

static long column_of(const Rows *rows, const char *name)
{
    for (size_t i = 0; i < rows_columns(rows); i++) {
        if (strcmp(rows_name(rows, i), name) == 0)
            return (long)i;
    }
    return -1;
}

static const char *cell(const Rows *rows, size_t row, long column)
{
    return column < 0 ? NULL : rows_text(rows, row, (size_t)column);
}

static uint32_t cell_oid(const Rows *rows, size_t row, long column)
{
    const char *text = cell(rows, row, column);
    return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

/* The columns that definitions are made of. */
static const struct {
    const char *name;
    size_t offset;
} part_columns[] = {
    {"head", offsetof(Parts, head)},
    {"using", offsetof(Parts, using)},
    {"keys", offsetof(Parts, keys)},
    {"columns", offsetof(Parts, columns)},
    {"classes", offsetof(Parts, classes)},
    {"collations", offsetof(Parts, collations)},
    {"orders", offsetof(Parts, orders)},
    {"tail", offsetof(Parts, tail)},
    {"other_objid", offsetof(Parts, other_objid)},
    {"other_columns", offsetof(Parts, other_columns)},
};
#define PART_COUNT ARRAY_LENGTH(part_columns)

/* The places of the columns that every kind's query has, and of its attributes. */
typedef struct ColumnMap {
    long classid, objid, objsubid, parent_classid, parent_objid, parent_objsubid;
    long schema, name, key, owner, acl, acl_default, needs;
    long type_oid, collation_oid; /* a column's */
    long parts[PART_COUNT];       /* what snapshot_define() needs */
    long *attributes;
} ColumnMap;

static void map_columns(Arena *arena, const KindSpec *spec, const Rows *rows, ColumnMap *map)
{
    *map = (ColumnMap){
        .classid = column_of(rows, "classid"),
        .objid = column_of(rows, "objid"),
        .objsubid = column_of(rows, "objsubid"),
        .parent_classid = column_of(rows, "parent_classid"),
        .parent_objid = column_of(rows, "parent_objid"),
        .parent_objsubid = column_of(rows, "parent_objsubid"),
        .schema = column_of(rows, "schema"),
        .name = column_of(rows, "name"),
        .key = column_of(rows, "key"),
        .owner = column_of(rows, "owner"),
        .acl = column_of(rows, "acl"),
        .acl_default = column_of(rows, "acl_default"),
        .needs = column_of(rows, "needs"),
        .type_oid = column_of(rows, "type_oid"),
        .collation_oid = column_of(rows, "collation_oid"),
        .attributes = arena_calloc(arena, spec->attribute_count + 1, sizeof(long)),
    };
    if (map->classid < 0 || map->objid < 0 || map->name < 0 || map->key < 0)
        BUG("query of kind %s lacks classid, objid, name or key", spec->name);
    for (size_t i = 0; i < PART_COUNT; i++)
        map->parts[i] = column_of(rows, part_columns[i].name);
    for (size_t i = 0; i < spec->attribute_count; i++) {
        map->attributes[i] = column_of(rows, spec->attributes[i].name);
        if (map->attributes[i] < 0)
            BUG("query of kind %s lacks column %s", spec->name, spec->attributes[i].name);
    }
}

static Object *object_from_row(Reader *reader, ObjectKind kind, const Rows *rows, size_t row,
                               const ColumnMap *map)
{
    Arena *arena = reader->arena;
    const KindSpec *spec = kind_spec(kind);
    Object *object = arena_alloc(arena, sizeof(*object));
    object->kind = kind;
    object->key = cell(rows, row, map->key);
    object->schema = cell(rows, row, map->schema);
    object->name = cell(rows, row, map->name);
    object->owner = cell(rows, row, map->owner);
    object->acl = cell(rows, row, map->acl);
    object->acl_default = cell(rows, row, map->acl_default);
    object->classid = cell_oid(rows, row, map->classid);
    object->objid = cell_oid(rows, row, map->objid);
    object->objsubid = cell_oid(rows, row, map->objsubid);
    object->attributes = arena_calloc(arena, spec->attribute_count + 1, sizeof(char *));
    for (size_t i = 0; i < spec->attribute_count; i++)
        object->attributes[i] = cell(rows, row, map->attributes[i]);
    return object;
}

/* What other kinds need of a row: a column's type; and the definition that the query left to us. */
static void complete_row(Reader *reader, Object *object, const Rows *rows, size_t row,
                         const ColumnMap *map)
{
    CatalogAddress address = {object->classid, object->objid, object->objsubid};
    AddressEntry *entry = snapshot_entry(reader, address);
    if (!entry || entry->object != object)
        return;
    if (map->type_oid >= 0)
        entry->target = (CatalogAddress){cell_oid(rows, row, map->type_oid),
                                         cell_oid(rows, row, map->collation_oid), 0};
    if (map->parts[0] < 0 || object_get(object, "definition"))
        return;
    Parts parts = {0};
    for (size_t i = 0; i < PART_COUNT; i++) {
        const char *text = cell(rows, row, map->parts[i]);
        memcpy((char *)&parts + part_columns[i].offset, &text, sizeof(text));
    }
    snapshot_define(reader, object, &parts);
}

/*
 * One kind. Its query returns classid, objid [, objsubid] (the catalog address), schema, name, key
 * (quoted, qualified, unique in the kind), and where they apply parent_classid, parent_objid
 * [, parent_objsubid] (what it is a part of), owner, acl, acl_default, and needs (an address
 * "classid/objid/objsubid" that it depends on beside pg_depend), with one column for each attribute
 * of the kind's table. The key of a part may leave out its parent's, which then comes from there:
 * ".c", "c ON ", "". So does a name that is NULL. Children are sorted by objsubid, then key. Rows of
 * extension members and of schemas outside the options are left out here, not in SQL.
 */
static bool read_kind(Reader *reader, ObjectKind kind, Error *err)
{
    const KindSpec *spec = kind_spec(kind);
    Rows *rows;
    if (!take(reader, reader->arena, &rows, err))
        return error_prefix(err, "could not read %s objects", spec->name);
    ColumnMap map;
    map_columns(reader->scratch, spec, rows, &map);
    for (size_t row = 0; row < rows_count(rows); row++) {
        Object *object = object_from_row(reader, kind, rows, row, &map);
        CatalogAddress parent = {cell_oid(rows, row, map.parent_classid),
                                 cell_oid(rows, row, map.parent_objid),
                                 cell_oid(rows, row, map.parent_objsubid)};
        snapshot_add(reader, object, parent, cell(rows, row, map.needs));
        if (map.type_oid >= 0 || map.parts[0] >= 0)
            complete_row(reader, object, rows, row, &map);
    }
    return true;
}

static void take_casts(Reader *reader, const Rows *rows)
{
    for (size_t row = 0; row < rows_count(rows); row++) {
        char *name =
            arena_printf(reader->scratch, "%s>%s", rows_text(rows, row, 0), rows_text(rows, row, 1));
        map_set(reader->snapshot->casts, name,
                arena_strdup(reader->arena, rows_text(rows, row, 2)));
    }
}

static bool give_locks_back(Reader *reader, Error *err)
{
    Rows *none;
    return take(reader, reader->scratch, &none, err);
}

static bool send_all(Reader *reader, Error *err)
{
    if (!send(reader, sql_catalog_depend, err) || !send(reader, sql_catalog_opclasses, err))
        return false;
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (!send(reader, kind_spec((ObjectKind)kind)->sql, err) ||
            !send(reader, GIVE_LOCKS_BACK, err))
            return false;
    }
    return send(reader, sql_catalog_links, err) && send(reader, sql_catalog_comments, err) &&
           send(reader, sql_catalog_labels, err) && send(reader, sql_catalog_casts, err) &&
           send(reader, sql_catalog_objects, err) && send(reader, sql_catalog_outside, err) &&
           session_pipeline_sync(reader->session, 0, err);
}

static bool take_all(Reader *reader, Rows **ret_outside, Error *err)
{
    Rows *rows, *depend;
    if (!take(reader, reader->scratch, &depend, err))
        return error_prefix(err, "could not read dependencies");
    snapshot_take_members(reader, depend);
    if (!take(reader, reader->scratch, &rows, err))
        return error_prefix(err, "could not read operator classes");
    snapshot_take_opclasses(reader, rows);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        if (!read_kind(reader, (ObjectKind)kind, err) || !give_locks_back(reader, err))
            return false;
    }
    if (!take(reader, reader->scratch, &rows, err))
        return error_prefix(err, "could not read catalog links");
    snapshot_take_links(reader, rows);
    if (!take(reader, reader->arena, &rows, err))
        return error_prefix(err, "could not read comments");
    snapshot_take_comments(reader, rows);
    if (!take(reader, reader->arena, &rows, err))
        return error_prefix(err, "could not read security labels");
    snapshot_take_labels(reader, rows);
    snapshot_take_depend(reader, depend);
    if (!take(reader, reader->scratch, &rows, err))
        return error_prefix(err, "could not read casts");
    take_casts(reader, rows);
    if (!take(reader, reader->scratch, &rows, err))
        return error_prefix(err, "could not list all objects");
    snapshot_take_all_objects(reader, rows);
    if (!take(reader, reader->scratch, ret_outside, err))
        return error_prefix(err, "could not read what the database has beside objects");
    return true;
}

/* Names all that the kinds' queries have not read. */
static bool read_left_out(Reader *reader, const Rows *outside, Error *err)
{
    Rows *identified = NULL;
    const char *addresses = snapshot_unknown_addresses(reader);
    if (addresses && !session_query(reader->session, reader->scratch, sql_catalog_identify, 1,
                                    &addresses, &identified, err))
        return error_prefix(err, "could not name what is left out");
    snapshot_take_left_out(reader, identified, outside);
    return true;
}

static bool read_all(Reader *reader, Error *err)
{
    Rows *outside = NULL;
    if (!session_pipeline_begin(reader->session, err))
        return false;
    bool done = send_all(reader, err) && take_all(reader, &outside, err);
    done = session_pipeline_finish(reader->session, done, err);
    return done && snapshot_define_others(reader, err) &&
           session_exec(reader->session, GIVE_LOCKS_BACK, err) && read_left_out(reader, outside, err);
}

static bool begin_transaction(Reader *reader, Error *err)
{
    long long wait = (long long)reader->options->lock_timeout_ms;
    const char *limit = "SET LOCAL lock_timeout = 0"; /* nobody else is there */
    if (!reader->options->throwaway)
        limit = arena_printf(reader->scratch,
                             "SELECT pg_catalog.set_config('lock_timeout', '%lld', true) FROM"
                             " pg_catalog.pg_settings WHERE name = 'lock_timeout' AND %lld > 0 AND"
                             " (setting = '0' OR setting::bigint > %lld)", wait, wait, wait);
    return session_exec(
        reader->session,
        arena_printf(reader->scratch, "%s %s; SAVEPOINT dbmig_read", settings_sql, limit), err);
}

static bool end(Reader *reader, bool done, Error *err)
{
    Error ignored = {0};
    bool ended = session_exec(reader->session, done ? "COMMIT" : "ROLLBACK", done ? err : &ignored);
    error_clear(&ignored);
    return done && ended;
}

/*
 * One try. *ret_stable: no DDL was committed while it read. What failed meanwhile (an object that was
 * dropped between two queries) is an error only when nothing has changed.
 */
static bool read_once(Reader *reader, bool again, bool *ret_stable, Error *err)
{
    Error failure = {0}, ignored = {0};
    *ret_stable = true;
    if (!begin_transaction(reader, err))
        return false;
    bool begun = snapshot_stable_begin(reader, again, &failure);
    bool done = begun && read_all(reader, &failure) && snapshot_stable_seal(reader, &failure);
    done = end(reader, done, &failure);
    bool waited = !done && readlock_met(&failure);
    bool asked = begun && (done || (failure.code == EXIT_SQL && !waited)) &&
                 snapshot_stable_ask(reader, ret_stable, done ? err : &ignored);
    if (!done && *ret_stable)
        error_copy(err, &failure);
    error_clear(&failure);
    error_clear(&ignored);
    return *ret_stable ? done && asked : true;
}

static void begin(Arena *arena, Snapshot *ret)
{
    for (int kind = 0; kind < KIND_COUNT; kind++)
        ret->by_key[kind] = map_new(arena);
    ret->casts = map_new(arena);
}

bool snapshot_read(Arena *arena, Session *session, const SnapshotOptions *options, Snapshot *ret,
                   Error *err)
{
    static const SnapshotOptions defaults = {0};
    if (!options)
        options = &defaults;
    int waits = 0;
    const char *changed = NULL;
    for (int i = 0; i < READ_TRIES; i++) {
        Reader reader = {.arena = arena, .session = session, .options = options, .snapshot = ret};
        *ret = (Snapshot){
            .server_version = session_version(session),
            .user = session_user(session),
            .throwaway = options->throwaway,
        };
        begin(arena, ret);
        bool stable;
        reader.scratch = arena_new();
        bool done = read_once(&reader, i > 0, &stable, err);
        if (done && stable)
            snapshot_finish(&reader);
        arena_free(reader.scratch);
        if (!done && readlock_again(session, &waits, err)) {
            i--;
            continue;
        }
        if (!done || stable)
            return done;
        if (reader.changed)
            changed = reader.changed;
        long pause = i < 5 ? (long)FIRST_PAUSE_MS << i : LAST_PAUSE_MS;
        if (i + 1 < READ_TRIES && !interrupt_sleep(pause, err))
            return false;
    }
    error_set(err, EXIT_CONNECTION, "could not read a stable schema of %s", session_shown(session));
    error_detail(err, "Its definitions changed during each of %d reads%s%s.", READ_TRIES,
                 changed ? ", last those of " : "", changed ? changed : "");
    return error_hint(err, "Try again when no DDL is running there.");
}

/* The schema public as initdb makes it: since 15 only its owner may create in it. */
static void add_public(Arena *arena, Snapshot *snapshot, const Snapshot *like)
{
    bool modern = snapshot->server_version >= 150000;
    const Object *model = snapshot_find(like, KIND_SCHEMA, "public");
    const char *owner = modern ? "pg_database_owner" : model ? model->owner : like->user;
    const char *role = ddl_identifier(arena, owner);
    Object *object = arena_alloc(arena, sizeof(*object));
    object->kind = KIND_SCHEMA;
    object->key = object->name = "public";
    object->owner = owner;
    object->comment = "standard public schema";
    object->acl_default = arena_printf(arena, "{%s=UC/%s}", role, role);
    object->acl = arena_printf(arena, "{%s=UC/%s,=%s/%s}", role, role, modern ? "U" : "UC", role);
    object->attributes = arena_calloc(arena, 1, sizeof(char *));
    map_set(snapshot->by_key[KIND_SCHEMA], object->key, object);
    VEC_PUSH(arena, snapshot->objects, object);
}

void snapshot_empty(Arena *arena, const Snapshot *like, Snapshot *ret)
{
    *ret = (Snapshot){
        .server_version = like->server_version,
        .user = like->user,
        .throwaway = like->throwaway,
    };
    begin(arena, ret);
    ret->casts = like->casts;
    add_public(arena, ret, like);
}

Object *snapshot_find(const Snapshot *snapshot, ObjectKind kind, const char *key)
{
    return map_get(snapshot->by_key[kind], key);
}
