/*
 * Drizzle: meta/_journal.json names the files and their order; statements are separated by lines
 * "--> statement-breakpoint".
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/text/hcl.h"
#include "formats_internal.h"

#define JOURNAL "_journal.json"

typedef struct Entry {
    const char *tag;
    double index, when;
} Entry;

typedef VEC(Entry) EntryList;

static const char *find_journal(const FormatRead *read)
{
    for (size_t i = 0; i < read->names->count; i++)
        if (strcmp(file_name_of(read->names->items[i]), JOURNAL) == 0)
            return read->names->items[i];
    return NULL;
}

static const HclValue *member(const HclValue *value, const char *key)
{
    for (size_t i = 0; value->type == HCL_OBJECT && i < value->count; i++)
        if (strcmp(value->keys[i], key) == 0)
            return value->items[i];
    return NULL;
}

static bool add_entry(FormatRead *read, const char *journal, const HclValue *value, EntryList *ret)
{
    const HclValue *tag = member(value, "tag"), *index = member(value, "idx"),
                   *when = member(value, "when");
    Entry entry;
    size_t at;

    if (tag == NULL || tag->type != HCL_STRING || index == NULL || index->type != HCL_NUMBER ||
        when == NULL || when->type != HCL_NUMBER)
        return format_fail(read, journal, 0, "an entry of %s lacks idx, when or tag", journal);
    entry = (Entry){tag->string, index->number, when->number};
    VEC_PUSH(read->scratch, *ret, entry);
    for (at = ret->count - 1; at > 0 && ret->items[at - 1].index > entry.index; at--)
        ret->items[at] = ret->items[at - 1];
    ret->items[at] = entry;
    return true;
}

static bool read_journal(FormatRead *read, const char *journal, EntryList *ret)
{
    HclValue *value = NULL;
    const HclValue *entries, *dialect;
    Bytes text;

    if (!format_text(read, journal, &text))
        return false;
    format_uses(read, journal);
    if (!hcl_from_json(read->scratch, text.data, &value, read->err)) {
        error_prefix(read->err, "%s", journal);
        read->err->code = EXIT_USAGE;
        return false;
    }
    dialect = member(value, "dialect");
    if (dialect == NULL || dialect->type != HCL_STRING ||
        strncmp(dialect->string, "postgres", strlen("postgres")) != 0)
        return format_fail(read, journal, 0, "the dialect of %s is not postgresql", journal);
    entries = member(value, "entries");
    if (entries == NULL || entries->type != HCL_LIST)
        return format_fail(read, journal, 0, "%s has no list of entries", journal);
    for (size_t i = 0; i < entries->count; i++)
        if (!add_entry(read, journal, entries->items[i], ret))
            return false;
    return true;
}

static void divide(FormatRead *read, const Bytes *text, FormatPair *ret)
{
    FormatLine line = {0};
    size_t from = 0;

    while (format_next_line(text, &line)) {
        const char *mark = memmem(line.text, line.len, "--> statement-breakpoint",
                                  strlen("--> statement-breakpoint"));

        if (mark == NULL)
            continue;
        FORMAT_PART(ret->up, from, (size_t)(mark - text->data), true);
        from = line.next;
    }
    FORMAT_PART(ret->up, from, text->len, false);
}

static const char *file_of(const FormatRead *read, const char *tag)
{
    const char *name = arena_printf(read->scratch, "%s.sql", tag);

    for (size_t i = 0; i < read->names->count; i++)
        if (strcmp(read->names->items[i], name) == 0)
            return read->names->items[i];
    return NULL;
}

static bool add_file(FormatRead *read, const char *journal, const Entry *entry)
{
    const char *name = file_of(read, entry->tag), *version, *description;
    FormatPair pair = {0};
    Bytes text;

    if (name == NULL)
        return format_fail(read, journal, 0, "%s names %s.sql, which is not there", journal,
                           text_printable(read->scratch, entry->tag));
    if (!format_split_name(read->scratch, name, &version, &description))
        version = description = entry->tag;
    if (!format_text(read, name, &text))
        return false;
    divide(read, &text, &pair);
    format_add_pair(read, name, version, description, &pair);
    return true;
}

static void tell_unlisted(FormatRead *read, const EntryList *entries)
{
    for (size_t i = 0; i < read->names->count; i++) {
        const char *name = read->names->items[i];
        bool listed = !text_ends(name, ".sql");

        for (size_t j = 0; j < entries->count && !listed; j++)
            listed = strcmp(file_of(read, entries->items[j].tag), name) == 0;
        if (!listed)
            format_skip(read, name, "the journal does not name it");
    }
}

bool format_read_drizzle(FormatRead *read)
{
    const char *journal = find_journal(read);
    EntryList entries = {0};

    if (journal == NULL) {
        error_set(read->err, EXIT_USAGE, "%s has no meta/" JOURNAL, read->folder->path);
        return error_hint(read->err, "It is what tells Drizzle which files run, and in what order.");
    }
    if (!read_journal(read, journal, &entries))
        return false;
    for (size_t i = 0; i < entries.count; i++) {
        if (!add_file(read, journal, &entries.items[i]))
            return false;
        if (i > 0 && entries.items[i].when <= entries.items[i - 1].when)
            VEC_PUSH(read->arena, read->folder->warnings,
                     arena_printf(read->arena, "%s: %s is older than the entry before it: Drizzle "
                                  "would never run it on a database that has that one",
                                  journal, entries.items[i].tag));
    }
    tell_unlisted(read, &entries);
    return true;
}
