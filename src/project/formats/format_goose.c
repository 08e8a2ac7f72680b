/*
 * goose: <digits>_<any>.sql in the order of numbers, divided by lines "-- +goose NAME". Statements are
 * split by us, not by goose's rule of lines that end in ';': what goose tears apart, it cannot run.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "formats_internal.h"

typedef enum Place { BEFORE_UP, IN_UP, IN_DOWN } Place;

typedef struct Goose {
    FormatRead *read;
    const char *name;
    FormatPair *pair;
    Place place;
    size_t from;       /* where the part under way begins */
    size_t begin_line; /* of an open StatementBegin; 0 none */
    bool substitutes;  /* ENVSUB ON */
} Goose;

static void end_part(Goose *goose, size_t to, bool terminate)
{
    FormatRead *read = goose->read;

    if (goose->place == IN_UP)
        FORMAT_PART(goose->pair->up, goose->from, to, terminate);
    else if (goose->place == IN_DOWN)
        FORMAT_PART(goose->pair->down, goose->from, to, terminate);
}

static bool fail(Goose *goose, const FormatLine *line, const char *what)
{
    return format_fail(goose->read, goose->name, line->number, "%s", what);
}

static bool enter(Goose *goose, const FormatLine *line, Place place)
{
    if (goose->begin_line > 0)
        return fail(goose, line, "a part begins between \"+goose StatementBegin\" and its end");
    if (place == IN_UP && goose->place != BEFORE_UP)
        return fail(goose, line, goose->place == IN_UP ? "a second \"+goose Up\" in the file"
                                                       : "\"+goose Up\" stands behind \"+goose Down\"");
    if (place == IN_DOWN && goose->place != IN_UP)
        return fail(goose, line, goose->place == IN_DOWN ? "a second \"+goose Down\" in the file"
                                                         : "\"+goose Down\" stands before \"+goose Up\"");
    end_part(goose, line->start, false);
    goose->place = place;
    goose->from = line->next;
    return true;
}

static bool statement_begin(Goose *goose, const FormatLine *line)
{
    if (goose->place == BEFORE_UP)
        return fail(goose, line, "\"+goose StatementBegin\" stands before \"+goose Up\"");
    if (goose->begin_line > 0)
        return fail(goose, line, "\"+goose StatementBegin\" inside another one");
    goose->begin_line = line->number;
    return true;
}

static bool statement_end(Goose *goose, const FormatLine *line)
{
    if (goose->begin_line == 0)
        return fail(goose, line, "\"+goose StatementEnd\" without a StatementBegin before it");
    goose->begin_line = 0;
    end_part(goose, line->start, true);
    goose->from = line->next;
    return true;
}

static bool read_mark(Goose *goose, const FormatLine *line, const char *mark, size_t len)
{
    const char *name = arena_strndup(goose->read->scratch, mark, len);

    if (text_equal_nocase(name, "Up"))
        return enter(goose, line, IN_UP);
    if (text_equal_nocase(name, "Down"))
        return enter(goose, line, IN_DOWN);
    if (text_equal_nocase(name, "StatementBegin"))
        return statement_begin(goose, line);
    if (text_equal_nocase(name, "StatementEnd"))
        return statement_end(goose, line);
    if (text_equal_nocase(name, "NO TRANSACTION")) {
        goose->pair->up_mode = goose->pair->down_mode = TXMODE_NONE;
        return true;
    }
    if (text_equal_nocase(name, "ENVSUB ON") || text_equal_nocase(name, "ENVSUB OFF")) {
        goose->substitutes = text_ends(name, "N") || text_ends(name, "n");
        return true;
    }
    format_fail(goose->read, goose->name, line->number, "goose has no annotation \"%s\"",
                text_printable(goose->read->scratch, name));
    return error_hint(goose->read->err, "Known are Up, Down, StatementBegin, StatementEnd, "
                                        "NO TRANSACTION and ENVSUB ON or OFF.");
}

/* goose would put an environment variable there: what runs would depend on who runs it. */
static bool fail_substitution(Goose *goose, const FormatLine *line, const char *dollar)
{
    size_t left = (size_t)(line->text + line->len - dollar);
    size_t len = strcspn(dollar, " \t\n;,)'\"");

    format_fail(goose->read, goose->name, line->number,
                "goose substitutes %s here (ENVSUB ON), which dbmig does not",
                text_printable(goose->read->scratch,
                               arena_strndup(goose->read->scratch, dollar, len < left ? len : left)));
    return error_hint(goose->read->err, "Write the value itself, or import the folder and use "
                                        "placeholders: --placeholder NAME=VALUE.");
}

static bool read_line(Goose *goose, const FormatLine *line)
{
    size_t len;
    const char *mark = format_after_mark(line, "+goose", &len), *dollar;

    if (mark != NULL && line->text[0] == '-')
        return read_mark(goose, line, mark, len);
    if (mark != NULL)
        return fail(goose, line, "an annotation of goose must not be indented");
    if (goose->place == BEFORE_UP && !format_is_remark(line))
        return fail(goose, line, "a statement stands before \"-- +goose Up\"");
    dollar = goose->substitutes ? memchr(line->text, '$', line->len) : NULL;
    return dollar == NULL || fail_substitution(goose, line, dollar);
}

static bool divide(FormatRead *read, const char *name, const Bytes *text, FormatPair *ret)
{
    Goose goose = {.read = read, .name = name, .pair = ret};
    FormatLine line = {0};

    while (format_next_line(text, &line))
        if (!read_line(&goose, &line))
            return false;
    if (goose.begin_line > 0)
        return format_fail(read, name, goose.begin_line,
                           "\"+goose StatementBegin\" without a StatementEnd");
    if (goose.place == BEFORE_UP)
        return format_fail(read, name, 0, "%s has no \"-- +goose Up\"", name);
    end_part(&goose, text->len, false);
    return true;
}

bool format_read_goose(FormatRead *read)
{
    return format_read_divided(read, divide, false);
}
