/*
 * psql's meta-commands in SQL text: which may be ignored, and for the others what to write instead.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "sqlscan_internal.h"

typedef struct MetaRow {
    const char *names; /* separated by blanks */
    const char *hint;
} MetaRow;

static const MetaRow meta_rows[] = {
    {"connect c",
     "A migration runs in the database that dbmig is given: give each database a folder "
     "of its own."},
    {"i include ir include_relative", "Copy the text of that file to this place, or make it a "
                                      "migration of its own."},
    {"copy", "Write COPY … FROM STDIN; and the data, ended by a line with \\. alone."},
    {".",
     "A line with \\. alone ends COPY data, and none came before it: COPY must read FROM STDIN "
     "and end with ';'."},
    {"set unset setenv getenv prompt", "Write the value itself, or a placeholder ${name}."},
    {"gset", "Use a DO block with variables."},
    {"gexec", "Use a DO block with EXECUTE."},
    {"g gx gdesc crosstabview watch bind parse sendpipeline startpipeline endpipeline",
     "End the statement with ';'."},
    {";", "Write a plain ';'."},
    {"if elif else endif", "Use a DO block with IF."},
    {"echo qecho warn p print", "Remove the line, or use RAISE NOTICE in a DO block."},
    {"encoding", "Save the file as UTF-8 and remove the line."},
    {"password", "Write ALTER ROLE … PASSWORD with a placeholder."},
    {"! cd o out w write s e edit ef ev", "Do this outside of the migration."},
    {"lo_import lo_export", "Use lo_from_bytea() or lo_get()."},
    {"lo_unlink", "Use SELECT lo_unlink(…)."},
    {"r reset", "Remove the statement before it."},
};

static const char *const ignored[] = {"restrict", "unrestrict"};

/* The length of the name behind the backslash: letters and what belongs to a name, or one symbol.
 */
static size_t name_length(const char *text, size_t len)
{
    size_t end = 1;
    while (end < len && text[end] != ' ' && text[end] != '\t' && text[end] != '\\')
        end++;
    if (len > 1 && (text[1] == '!' || text[1] == ';' || text[1] == '.'))
        end = 2;
    return end - 1;
}

static bool names_have(const char *names, const char *name, size_t len)
{
    while (*names) {
        size_t word = strcspn(names, " ");
        if (word == len && memcmp(names, name, len) == 0)
            return true;
        names += word;
        names += *names == ' ';
    }
    return false;
}

bool sqlscan_meta_ignored(const char *text, size_t len)
{
    size_t name = name_length(text, len);
    /* A second command on the line would be ignored as well. */
    if (memchr(text + 1 + name, '\\', len - 1 - name))
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(ignored); i++) {
        if (names_have(ignored[i], text + 1, name))
            return true;
    }
    return false;
}

static const char *hint_for(const char *name, size_t len)
{
    for (size_t i = 0; i < ARRAY_LENGTH(meta_rows); i++) {
        if (names_have(meta_rows[i].names, name, len))
            return meta_rows[i].hint;
    }
    return "Remove the line; write SQL that does the same if the migration needs it.";
}

char *sqlscan_meta_refusal(Arena *arena, const char *text, size_t len, bool inside_statement,
                           const char **ret_hint)
{
    size_t name = name_length(text, len);
    const char *printable = text_printable(arena, arena_strndup(arena, text, 1 + name));
    *ret_hint = hint_for(text + 1, name);
    if (name == 0) {
        *ret_hint = "A backslash belongs inside quotes only.";
        return arena_strdup(arena, "backslash outside of quotes");
    }
    for (size_t i = 0; i < ARRAY_LENGTH(ignored); i++) {
        if (names_have(ignored[i], text + 1, name))
            *ret_hint = inside_statement ? "End the statement before it with ';'."
                                         : "Nothing else may stand on its line.";
    }
    return arena_printf(arena, "psql's meta-command %s cannot run here%s", printable,
                        inside_statement ? ", inside a statement" : "");
}
