/*
 * sql-migrate (rubenv): *.sql, known by their names, in the order of the numbers they begin with;
 * divided by lines "-- +migrate Up" and "-- +migrate Down", with "notransaction" behind them.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

typedef struct SqlMigrate {
    FormatRead *read;
    const char *name;
    FormatPair *pair;
    bool in_part, in_up;
    size_t from;
    size_t begin_line; /* of an open StatementBegin; 0 none */
} SqlMigrate;

static void end_part(SqlMigrate *self, size_t to, bool terminate)
{
    FormatRead *read = self->read;

    if (self->in_part && self->in_up)
        FORMAT_PART(self->pair->up, self->from, to, terminate);
    else if (self->in_part)
        FORMAT_PART(self->pair->down, self->from, to, terminate);
}

static bool begin_part(SqlMigrate *self, const FormatLine *line, bool up, const char *option)
{
    if (option != NULL && !text_equal_nocase(option, "notransaction"))
        return format_fail(self->read, self->name, line->number,
                           "\"%s\" is no option of sql-migrate's that is known here",
                           text_printable(self->read->scratch, option));
    end_part(self, line->start, false);
    if (option != NULL)
        *(up ? &self->pair->up_mode : &self->pair->down_mode) = TXMODE_NONE;
    self->in_part = true;
    self->in_up = up;
    self->from = line->next;
    return true;
}

static bool read_mark(SqlMigrate *self, const FormatLine *line, const char *mark, size_t len)
{
    StringList words = {0};
    const char *word;

    text_split(self->read->scratch, arena_strndup(self->read->scratch, mark, len), ' ', &words);
    word = words.count > 0 ? words.items[0] : "";
    if (self->begin_line > 0 && strcmp(word, "StatementEnd") != 0)
        return format_fail(self->read, self->name, line->number,
                           "a mark stands between \"+migrate StatementBegin\" and its end");
    if (strcmp(word, "Up") == 0 || strcmp(word, "Down") == 0)
        return begin_part(self, line, word[0] == 'U', words.count > 1 ? words.items[1] : NULL);
    if (strcmp(word, "StatementBegin") == 0) {
        self->begin_line = line->number;
        return true;
    }
    if (strcmp(word, "StatementEnd") != 0)
        return format_fail(self->read, self->name, line->number,
                           "sql-migrate has no command \"%s\"",
                           text_printable(self->read->scratch, word));
    if (self->begin_line == 0)
        return format_fail(self->read, self->name, line->number,
                           "\"+migrate StatementEnd\" without a StatementBegin before it");
    self->begin_line = 0;
    end_part(self, line->start, true);
    self->from = line->next;
    return true;
}

static bool divide(FormatRead *read, const char *name, const Bytes *text, FormatPair *ret)
{
    SqlMigrate self = {.read = read, .name = name, .pair = ret};
    FormatLine line = {0};

    while (format_next_line(text, &line)) {
        size_t len;
        const char *mark = format_after_mark(&line, "+migrate", &len);

        if (mark != NULL && !read_mark(&self, &line, mark, len))
            return false;
        if (mark == NULL && !self.in_part && !format_is_remark(&line))
            return format_fail(read, name, line.number,
                               "a statement stands before \"-- +migrate Up\"");
    }
    if (self.begin_line > 0)
        return format_fail(read, name, self.begin_line,
                           "\"+migrate StatementBegin\" without a StatementEnd");
    end_part(&self, text->len, false);
    if (ret->up.count == 0)
        return format_fail(read, name, 0, "%s has no \"-- +migrate Up\"", name);
    return true;
}

bool format_read_sql_migrate(FormatRead *read)
{
    return format_read_divided(read, divide, false);
}
