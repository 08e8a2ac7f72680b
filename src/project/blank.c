/* Migrations that nobody has written yet. */
#include "dbmig/project/blank.h"

#include <string.h>


/* More than a title can have. */
#define BLANK_MAX 4096

char *migration_title(Arena *arena, const char *description)
{
    char *title = arena_printf(arena, "-- %s\n", description);
    for (char *c = title; *c != '\0'; c++)
        *c = *c == '_' ? ' ' : *c;
    return title;
}

static char *trimmed(Arena *arena, const char *text)
{
    static const char blanks[] = " \t\r\n";
    text += strspn(text, blanks);
    size_t len = strlen(text);
    while (len > 0 && strchr(blanks, text[len - 1]) != NULL)
        len--;
    return arena_strndup(arena, text, len);
}

static bool is_blank_text(Arena *arena, const Migration *migration, const char *text)
{
    const char *description = migration->description == NULL ? "" : migration->description;
    const char *title = trimmed(arena, migration_title(arena, description));
    const char *content = trimmed(arena, text);
    return *content == '\0' || strcmp(content, title) == 0;
}

bool migration_is_blank(Arena *arena, const Migration *migration, bool *ret, Error *err)
{
    char text[BLANK_MAX + 1];
    size_t len = 0, got = 0;
    MigrationReader *reader;
    *ret = false;
    if (migration->size > BLANK_MAX)
        return true;
    if (!migration_open(arena, migration, &reader, err))
        return false;
    bool done;
    do {
        done = migration_read(reader, text + len, sizeof(text) - 1 - len, &got, err);
        len += done ? got : 0;
    } while (done && got > 0 && len < BLANK_MAX);
    migration_close(reader);
    if (!done)
        return false;
    text[len] = '\0';
    *ret = strlen(text) == len && is_blank_text(arena, migration, text);
    return true;
}

const Migration *migration_last_version(const MigrationFolder *folder)
{
    for (size_t i = folder->run_count; i > 0; i--)
        if (folder->run[i - 1]->version != NULL)
            return folder->run[i - 1];
    return NULL;
}
