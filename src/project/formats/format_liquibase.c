/*
 * Liquibase, formatted SQL: files of change sets, "--changeset author:id attributes" each. The order of
 * the files is that of a changelog (YAML or XML) that includes them, else that of names. The version of
 * a change set here is FILE.NUMBER, so that one added at the end of a file changes no other.
 */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "liquibase.h"

typedef struct Liquibase {
    FormatRead *read;
    const char *name;
    size_t file;   /* number of the file, from 1 */
    size_t number; /* of the change set in it */
    bool open;     /* a change set is under way */
    bool left_out; /* it is not for this database */
    ChangeSet set;
    FormatPair pair;
    size_t from;
    bool in_rollback; /* between the marks of a rollback in a block comment */
    const char *delimiter;
} Liquibase;

static void end_range(Liquibase *self, size_t to, bool terminate)
{
    FormatRead *read = self->read;

    if (self->open && to >= self->from && !self->left_out)
        FORMAT_PART(self->pair.up, self->from, to, terminate);
}

static void end_set(Liquibase *self, size_t to)
{
    FormatRead *read = self->read;
    char *version, *description;

    end_range(self, to, false);
    if (self->open && !self->left_out) {
        version = arena_printf(read->scratch, "%zu.%zu", self->file, self->number);
        description = arena_printf(read->scratch, "%s:%s", self->set.author, self->set.id);
        self->pair.up_mode = self->set.no_transaction ? TXMODE_NONE : TXMODE_DEFAULT;
        format_add_pair(read, self->name, version, description, &self->pair);
    }
    self->pair = (FormatPair){0};
    self->open = false;
}

static bool begin_set(Liquibase *self, const FormatLine *line, const char *text, size_t len)
{
    end_set(self, line->start);
    if (!liquibase_read_set(self->read, self->name, line->number, text, len, &self->set))
        return false;
    self->open = true;
    self->number++;
    self->left_out = self->set.left_out;
    self->delimiter = self->set.delimiter;
    self->from = line->next;
    if (self->left_out)
        VEC_PUSH(self->read->arena, self->read->folder->warnings,
                 arena_printf(self->read->arena, "%s:%zu: the change set is not for PostgreSQL, or "
                              "ignored", self->name, line->number));
    return true;
}

/* "--rollback SQL": the rest of the line takes the change set back. */
static void add_rollback(Liquibase *self, const Bytes *text, const FormatLine *line, const char *sql,
                         size_t len)
{
    FormatRead *read = self->read;
    size_t from = (size_t)(sql - text->data);

    end_range(self, line->start, false);
    self->from = line->next;
    if (len == 0 || (len == 5 && strncasecmp(sql, "empty", 5) == 0) ||
        (len == 12 && strncasecmp(sql, "not required", 12) == 0))
        return;
    FORMAT_PART(self->pair.down, from, from + len, false);
}

static bool refuse_mark(Liquibase *self, const FormatLine *line, bool *ret_refused)
{
    static const char *const refused[] = {"preconditions", "property"};
    const char *at = line->text + strspn(line->text, " \t-");

    for (size_t i = 0; i < ARRAY_LENGTH(refused); i++) {
        size_t len = strlen(refused[i]);
        const char *end = line->text + line->len;

        if (!format_is_remark(line) || (size_t)(end - at) < len ||
            strncasecmp(at, refused[i], len) != 0 || (at + len < end && at[len] != ' '))
            continue;
        *ret_refused = true;
        format_fail(self->read, self->name, line->number,
                    "Liquibase evaluates \"--%s\" here, which dbmig does not", refused[i]);
        return error_hint(self->read->err,
                          "Write what it decides into the SQL: IF NOT EXISTS, a DO block, the value "
                          "itself.");
    }
    return true;
}

/* A substitution is one of Liquibase's when it has the form of one. */
static bool refuse_substitution(Liquibase *self, const FormatLine *line)
{
    const char *at = memmem(line->text, line->len, "${", 2);

    if (at == NULL || memchr(at, '}', line->len - (size_t)(at - line->text)) == NULL)
        return true;
    format_fail(self->read, self->name, line->number,
                "Liquibase expands %.*s here, which dbmig does not",
                (int)(strcspn(at, "}") + 1), at);
    return error_hint(self->read->err, "Write the value itself, or import the folder and use "
                                       "placeholders: --placeholder NAME=VALUE.");
}

/* A delimiter other than ';' ends a statement where a line ends with it. */
static void take_delimiter(Liquibase *self, const FormatLine *line)
{
    size_t len = line->len, size;

    if (self->delimiter == NULL)
        return;
    size = strlen(self->delimiter);
    while (len > 0 && strchr(" \t", line->text[len - 1]) != NULL)
        len--;
    if (len < size || memcmp(line->text + len - size, self->delimiter, size) != 0)
        return;
    end_range(self, line->start + len - size, true);
    self->from = line->start + len;
}

static bool block_rollback(Liquibase *self, const Bytes *text, const FormatLine *line)
{
    FormatRead *read = self->read;
    size_t at = strspn(line->text, " \t");
    const char *end;

    if (self->in_rollback) {
        end = memmem(line->text, line->len, "*/", 2);
        FORMAT_PART(self->pair.down, line->start,
                    end != NULL ? (size_t)(end - text->data) : line->start + line->len, false);
        self->in_rollback = end == NULL;
        self->from = line->next;
        return true;
    }
    if (line->len < at + 21 || strncasecmp(line->text + at, "/* liquibase rollback", 21) != 0)
        return false;
    end_range(self, line->start, false);
    end = memmem(line->text + at, line->len - at, "*/", 2);
    if (end != NULL)
        FORMAT_PART(self->pair.down, (size_t)(line->text - text->data) + at + 21,
                    (size_t)(end - text->data), false);
    self->in_rollback = end == NULL;
    self->from = line->next;
    return true;
}

static bool read_line(Liquibase *self, const Bytes *text, const FormatLine *line)
{
    size_t len;
    const char *rest;
    bool refused = false;

    if (self->open && block_rollback(self, text, line))
        return true;
    if ((rest = format_after_mark(line, "changeset", &len)) != NULL)
        return begin_set(self, line, rest, len);
    if (self->open && (rest = format_after_mark(line, "rollback", &len)) != NULL) {
        add_rollback(self, text, line, rest, len);
        return true;
    }
    if (!refuse_mark(self, line, &refused) || !refuse_substitution(self, line))
        return false;
    if (!self->open && !format_is_remark(line))
        return format_fail(self->read, self->name, line->number,
                           "a statement stands before the first \"--changeset\"");
    take_delimiter(self, line);
    return true;
}

bool liquibase_read_file(FormatRead *read, const char *name, size_t number)
{
    Liquibase self = {.read = read, .name = name, .file = number};
    FormatLine line = {0};
    Bytes text;

    if (!format_text(read, name, &text))
        return false;
    while (format_next_line(&text, &line))
        if (!read_line(&self, &text, &line))
            return false;
    if (self.in_rollback)
        return format_fail(read, name, line.number, "\"/* liquibase rollback\" without \"*/\"");
    end_set(&self, text.len);
    return true;
}

static bool is_formatted(FormatRead *read, const char *name, bool *ret)
{
    FormatLine line = {0};
    Bytes text;
    size_t len;

    *ret = false;
    if (!format_text(read, name, &text))
        return false;
    while (format_next_line(&text, &line)) {
        if (strspn(line.text, " \t") >= line.len)
            continue;
        *ret = format_after_mark(&line, "liquibase formatted", &len) != NULL ||
               format_after_mark(&line, "liquibaseformatted", &len) != NULL;
        return true;
    }
    return true;
}

bool format_read_liquibase(FormatRead *read)
{
    StringList files = {0};

    if (!liquibase_order(read, &files))
        return false;
    for (size_t i = 0; i < files.count; i++) {
        bool formatted;

        if (!is_formatted(read, files.items[i], &formatted))
            return false;
        if (!formatted)
            format_skip(read, files.items[i], "its first line is not \"--liquibase formatted sql\"");
        else if (!liquibase_read_file(read, files.items[i], i + 1))
            return false;
    }
    return true;
}
