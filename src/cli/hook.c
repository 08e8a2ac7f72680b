/* The pre-commit entry, and which files wake it. */
#include "dbmig/cli/hook.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/file.h"
#include "dbmig/base/text.h"
#include "dbmig/project/git.h"
#include "dbmig/project/migration.h"
#include "dbmig/project/template.h"

const char hook_usual_files[] =
    "(\\.sql(\\.conf)?|(^|/)atlas\\.(sum|hcl)|(^|/)schema\\.prisma|"
    "(^|/)(models?|entit(y|ies)|schemas?)(/.*)?\\.(py|rb|js|ts|java|kt|go|cs|php)|"
    "(^|/)(template|cloud-?formation|values)[^/]*\\.(ya?ml|json))$";

/* ---- the pattern ---- */

typedef struct Pattern {
    Arena *arena;
    Buf text;
    const char *prefix; /* of the working folder in the repository: what pre-commit's names begin with */
} Pattern;

static void add_escaped(Buf *out, const char *text)
{
    for (; *text != '\0'; text++)
        buf_printf(out, strchr(".^$*+?()[]{}|\\", *text) != NULL ? "\\%c" : "%c", *text);
}

/* A path outside of the repository cannot be part of a commit. */
static void add_path(Pattern *pattern, const char *path)
{
    while (text_starts(path, "./"))
        path += 2;
    if (*path == '/' || *path == '\0' || text_starts(path, ".."))
        return;
    buf_add_str(&pattern->text, "|^");
    add_escaped(&pattern->text, pattern->prefix);
    add_escaped(&pattern->text, path);
    buf_add_str(&pattern->text, file_kind(path) == FILE_FOLDER ? "/" : "$");
}

static bool add_source(Pattern *pattern, const CommandContext *context, Error *err)
{
    SchemaSource source;
    if (!config_schema_source(context->config, &source, err))
        return false;
    for (size_t i = 0; i < source.paths.count; i++)
        add_path(pattern, source.paths.items[i]);
    for (size_t i = 0; i < source.program.count; i++) {
        const char *path = file_join(pattern->arena, source.folder, source.program.items[i]);
        if (file_kind(path) == FILE_REGULAR)
            add_path(pattern, path);
    }
    return true;
}

bool hook_files(const CommandContext *context, char **ret, Error *err)
{
    Pattern pattern = {.arena = context->arena, .prefix = ""};
    TemplateList templates;
    GitRepo repo;
    Error none = {0};
    if (git_find(context->arena, ".", &repo, &none))
        pattern.prefix = repo.prefix;
    error_clear(&none);
    buf_add_str(&pattern.text, hook_usual_files);
    char *dir = migration_folder_path(context->arena, option_string(context->options, OPT_DIR));
    if (strcmp(dir, "migrations") != 0 || *pattern.prefix != '\0')
        add_path(&pattern, dir);
    bool done = add_source(&pattern, context, err) &&
                template_read(context->arena, context->config, &templates, err);
    for (size_t i = 0; done && i < templates.count; i++)
        add_path(&pattern, templates.items[i].file);
    *ret = buf_steal(&pattern.text, context->arena);
    return done;
}

/* ---- the entry ---- */

char *hook_entry(Arena *arena, const char *indent, const char *files)
{
    static const char *const lines[] = {
        "- repo: local", "  hooks:", "    - id: dbmig-check", "      name: dbmig check",
        "      entry: dbmig check --staged", "      language: system",
    };
    Buf out = {0};
    for (size_t i = 0; i < ARRAY_LENGTH(lines); i++)
        buf_printf(&out, "%s%s\n", indent, lines[i]);
    buf_printf(&out, "%s      files: '%s'\n%s      pass_filenames: false\n", indent, files, indent);
    return buf_steal(&out, arena);
}

/*
 * The indent of the list under a last "repos:", to which an entry can be added at the end of the
 * file; NULL when the file is of another build.
 */
static char *list_indent(Arena *arena, const char *text)
{
    const char *repos = text_starts(text, "repos:") ? text : strstr(text, "\nrepos:");
    const char *indent = NULL;
    size_t len = 0;
    if (repos == NULL)
        return NULL;
    const char *line = strchr(repos + 1, '\n');
    while (line != NULL && line[1] != '\0') {
        const char *start = line + 1;
        size_t blanks = strspn(start, " ");
        bool item = start[blanks] == '-';
        bool empty = start[blanks] == '\n' || start[blanks] == '#' || start[blanks] == '\r';
        if (item && indent == NULL) {
            indent = start;
            len = blanks;
        }
        if (blanks == 0 && !item && !empty)
            return NULL;
        line = strchr(start, '\n');
    }
    return indent == NULL ? NULL : arena_strndup(arena, indent, len);
}

char *hook_add(Arena *arena, const char *old, const char *files)
{
    if (old == NULL)
        return arena_printf(arena, "repos:\n%s", hook_entry(arena, "  ", files));
    char *indent = list_indent(arena, old);
    if (indent == NULL)
        return NULL;
    return arena_printf(arena, "%s%s%s", old, text_ends(old, "\n") ? "" : "\n",
                        hook_entry(arena, indent, files));
}
