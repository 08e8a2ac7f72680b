/*
 * Names of the sequences of identity columns. These go along with a table that is renamed, and with the
 * name that it takes: when two tables trade names, so do their sequences.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "../kinds.h"
#include "plan_internal.h"

const char *plan_identity_now(const Object *column)
{
    const Entry *entry = plan_entry(column);
    if (column == entry->before && entry->sequence_now)
        return entry->sequence_now;
    return object_get(column, "identity_sequence");
}

/* The identity column, which stays one, whose sequence has the name; NULL: none has. */
static Entry *holder_of(const Snapshot *from, const char *sequence)
{
    for (size_t i = 0; i < from->objects.count; i++) {
        const Object *object = from->objects.items[i];
        Entry *entry = object->kind == KIND_COLUMN ? plan_entry(object) : NULL;
        if (entry && entry->alter && object_get(entry->after, "identity_sequence") &&
            text_equal(plan_identity_now(object), sequence))
            return entry;
    }
    return NULL;
}

/* "c_id_seq" of "public.c_id_seq": it is in its table's schema. */
static const char *name_of(Arena *arena, const Object *column, const char *sequence)
{
    return sequence + strlen(ddl_identifier(arena, column->schema)) + strlen(".");
}

static void rename_to(DdlWriter *ddl, Entry *entry, const char *sequence)
{
    ddl_add(ddl, "ALTER SEQUENCE %s RENAME TO %s", plan_identity_now(entry->before),
            name_of(ddl->arena, entry->after, sequence));
    entry->sequence_now = sequence;
}

void identity_rename(DdlWriter *ddl, const Object *column)
{
    Entry *entry = plan_entry(column);
    const char *wanted = object_get(column, "identity_sequence");
    if (text_equal(plan_identity_now(entry->before), wanted))
        return;
    Entry *holder = holder_of(ddl->from, wanted);
    if (holder)
        rename_to(ddl, holder,
                  arena_printf(ddl->arena, "%s.dbmig_renamed_%s",
                               ddl_identifier(ddl->arena, holder->after->schema),
                               ddl_short_hash(ddl->arena, wanted)));
    rename_to(ddl, entry, wanted);
}
