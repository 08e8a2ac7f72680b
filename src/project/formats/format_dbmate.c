/*
 * dbmate: <digits>_<any>.sql in the order of names, divided by lines "-- migrate:up" and
 * "-- migrate:down"; several pairs run one after the other. Options stand behind the mark.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

typedef struct Dbmate {
    FormatRead *read;
    const char *name;
    FormatPair *pair;
    bool in_part, in_up;
    size_t from;
} Dbmate;

static bool read_options(Dbmate *dbmate, const FormatLine *line, const char *options, size_t len,
                         TxMode *ret)
{
    StringList words = {0};

    *ret = TXMODE_DEFAULT;
    text_split(dbmate->read->scratch, arena_strndup(dbmate->read->scratch, options, len), ' ',
               &words);
    for (size_t i = 0; i < words.count; i++) {
        if (strcmp(words.items[i], "transaction:false") == 0)
            *ret = TXMODE_NONE;
        else if (strcmp(words.items[i], "transaction:true") != 0)
            return format_fail(dbmate->read, dbmate->name, line->number,
                               "\"%s\" is no option of dbmate's that is known here",
                               text_printable(dbmate->read->scratch, words.items[i]));
    }
    return true;
}

static void end_part(Dbmate *dbmate, size_t to)
{
    FormatRead *read = dbmate->read;

    if (dbmate->in_part && dbmate->in_up)
        FORMAT_PART(dbmate->pair->up, dbmate->from, to, false);
    else if (dbmate->in_part)
        FORMAT_PART(dbmate->pair->down, dbmate->from, to, false);
}

static bool begin_part(Dbmate *dbmate, const FormatLine *line, bool up, const char *options,
                       size_t len)
{
    TxMode mode, *whole = up ? &dbmate->pair->up_mode : &dbmate->pair->down_mode;
    size_t parts = up ? dbmate->pair->up.count : dbmate->pair->down.count;

    if (!read_options(dbmate, line, options, len, &mode))
        return false;
    end_part(dbmate, line->start);
    parts += dbmate->in_part && dbmate->in_up == up;
    if (parts > 0 && mode != *whole) {
        format_fail(dbmate->read, dbmate->name, line->number,
                    "one part of the file runs in a transaction, and another one does not");
        return error_hint(dbmate->read->err, "Put them into files of their own.");
    }
    *whole = mode;
    dbmate->in_part = true;
    dbmate->in_up = up;
    dbmate->from = line->next;
    return true;
}

static bool read_line(Dbmate *dbmate, const FormatLine *line)
{
    size_t len;
    const char *options;

    if (line->len > 0 && line->text[0] == '-') {
        if ((options = format_after_mark(line, "migrate:up", &len)) != NULL)
            return begin_part(dbmate, line, true, options, len);
        if ((options = format_after_mark(line, "migrate:down", &len)) != NULL)
            return begin_part(dbmate, line, false, options, len);
    }
    if (!dbmate->in_part && !format_is_remark(line))
        return format_fail(dbmate->read, dbmate->name, line->number,
                           "a statement stands before \"-- migrate:up\"");
    return true;
}

static bool divide(FormatRead *read, const char *name, const Bytes *text, FormatPair *ret)
{
    Dbmate dbmate = {.read = read, .name = name, .pair = ret};
    FormatLine line = {0};

    while (format_next_line(text, &line))
        if (!read_line(&dbmate, &line))
            return false;
    end_part(&dbmate, text->len);
    if (ret->up.count == 0)
        return format_fail(read, name, 0, "%s has no \"-- migrate:up\"", name);
    if (ret->down.count > 0 && ret->down.items[0].from < ret->up.items[0].from)
        return format_fail(read, name, 0, "\"-- migrate:down\" stands before \"-- migrate:up\" in %s",
                           name);
    return true;
}

bool format_read_dbmate(FormatRead *read)
{
    return format_read_divided(read, divide, true);
}
