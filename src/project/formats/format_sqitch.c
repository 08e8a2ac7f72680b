/*
 * sqitch: sqitch.plan names the changes and their order; deploy/NAME.sql migrates, revert/NAME.sql takes
 * back. A change that was reworked comes twice: its older script is NAME@TAG.sql. The time in the plan
 * is the version here.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

#define PLAN "sqitch.plan"

typedef struct Change {
    const char *name, *time, *tag; /* tag: the first one behind it; NULL none */
    size_t line;
} Change;

typedef VEC(Change) ChangeList;

/* The digits of 2025-04-07T12:54:36Z; NULL when no word of the line is such a time. */
static const char *find_time(FormatRead *read, const StringList *words)
{
    for (size_t i = 1; i < words->count && words->items[i][0] != '#'; i++) {
        const char *word = words->items[i];
        char *digits;
        size_t out = 0;

        if (strlen(word) != 20 || word[10] != 'T' || word[19] != 'Z')
            continue;
        digits = arena_alloc(read->scratch, 16);
        for (const char *c = word; *c != '\0' && out < 15; c++)
            if (*c >= '0' && *c <= '9')
                digits[out++] = *c;
        if (out == 14)
            return digits;
    }
    return NULL;
}

static bool read_entry(FormatRead *read, const char *plan, const FormatLine *line, ChangeList *ret)
{
    StringList words = {0};
    const char *name, *time;

    text_split(read->scratch, arena_strndup(read->scratch, line->text, line->len), ' ', &words);
    if (words.count == 0 || words.items[0][0] == '#' || words.items[0][0] == '%')
        return true;
    name = words.items[0];
    if (name[0] == '@') {
        for (size_t i = ret->count; i > 0 && ret->items[i - 1].tag == NULL; i--)
            ret->items[i - 1].tag = name;
        return true;
    }
    if (name[0] == '-' || strchr(name, '\\') != NULL)
        return format_fail(read, plan, line->number, "this form of a plan's line is not read: %s",
                           text_printable(read->scratch, name));
    time = find_time(read, &words);
    if (time == NULL)
        return format_fail(read, plan, line->number, "the change %s has no time",
                           text_printable(read->scratch, name));
    VEC_PUSH(read->scratch, *ret,
             (Change){.name = name + (name[0] == '+'), .time = time, .line = line->number});
    return true;
}

static const char *listed(const FormatRead *read, const char *name)
{
    for (size_t i = 0; i < read->names->count; i++)
        if (strcmp(read->names->items[i], name) == 0)
            return read->names->items[i];
    return NULL;
}

/* The script of a change: an older one of a change that comes again bears the tag behind it. */
static const char *script_of(FormatRead *read, const ChangeList *changes, size_t index,
                             const char *folder)
{
    const Change *change = &changes->items[index];

    for (size_t i = index + 1; i < changes->count; i++)
        if (strcmp(changes->items[i].name, change->name) == 0)
            return arena_printf(read->scratch, "%s/%s%s.sql", folder, change->name,
                                change->tag != NULL ? change->tag : "");
    return arena_printf(read->scratch, "%s/%s.sql", folder, change->name);
}

static bool add_change(FormatRead *read, const char *plan, const ChangeList *changes, size_t index)
{
    const Change *change = &changes->items[index];
    const char *deploy = script_of(read, changes, index, "deploy");
    const char *revert = listed(read, script_of(read, changes, index, "revert"));
    Bytes text;

    if (listed(read, deploy) == NULL)
        return format_fail(read, plan, change->line, "the change %s has no %s", change->name, deploy);
    if (!format_text(read, listed(read, deploy), &text))
        return false;
    format_add(read, MIGRATION_PLAIN, listed(read, deploy), change->time, change->name);
    if (revert == NULL)
        return true;
    if (!format_text(read, revert, &text))
        return false;
    format_add(read, MIGRATION_UNDO, revert, change->time, change->name);
    return true;
}

bool format_read_sqitch(FormatRead *read)
{
    const char *plan = listed(read, PLAN);
    ChangeList changes = {0};
    FormatLine line = {0};
    Bytes text;

    if (plan == NULL) {
        error_set(read->err, EXIT_USAGE, "%s has no " PLAN, read->folder->path);
        return error_hint(read->err, "Name the folder that has it with --dir.");
    }
    if (!format_text(read, plan, &text))
        return false;
    format_uses(read, plan);
    while (format_next_line(&text, &line))
        if (!read_entry(read, plan, &line, &changes))
            return false;
    for (size_t i = 0; i < changes.count; i++)
        if (!add_change(read, plan, &changes, i))
            return false;
    return true;
}
