/*
 * Explains a sum file that does not fit its folder: damage to the sum file first (sumdiff_text.c),
 * then what changed in the folder (sumdiff_follow.c finds it).
 */
#include "dbmig/project/sumdiff.h"

#include <string.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/file.h"
#include "dbmig/base/text.h"
#include "sumdiff_internal.h"

static Bytes without_carriage_returns(Arena *arena, const Bytes *text)
{
    char *copy = arena_alloc(arena, text->len + 1);
    size_t len = 0;

    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] != '\r' || i + 1 == text->len || text->data[i + 1] != '\n')
            copy[len++] = text->data[i];
    return (Bytes){copy, len};
}

/* False with err set when reading fails; *ret_told says whether the difference was explained. */
static bool explain_migrations_line_ends(Diff *diff, bool *ret_told)
{
    bool lf = false, crlf = false;

    if (diff->folder->has_carriage_returns &&
        !sumdiff_fits_with(diff, LINE_ENDS_LF, &lf, diff->err))
        return false;
    if (!lf && !sumdiff_fits_with(diff, LINE_ENDS_CRLF, &crlf, diff->err))
        return false;
    *ret_told = lf || crlf;
    if (!*ret_told)
        return true;
    sumdiff_fail_at(diff, 2,
                    lf ? "the migrations have CRLF line ends here; the sum file was made with LF"
                       : "the migrations have LF line ends here; the sum file was made with CRLF");
    error_detail(diff->err, "With the other line ends they fit the sum file: nothing else changed. "
                            "Git likely changes line ends on checkout (core.autocrlf).");
    if (lf)
        error_hint(diff->err, "Put \"*.sql text eol=lf\" and \"atlas.sum text eol=lf\" into "
                              ".gitattributes and check the files out again: git rm --cached -r "
                              "-q . && git reset --hard (commit first). Do not run dbmig hash: it "
                              "would break the sum for everyone else.");
    else
        error_hint(diff->err, "Put \"*.sql text eol=lf\" and \"atlas.sum text eol=lf\" into "
                              ".gitattributes, then run: dbmig hash");
    return true;
}

static void list_some(Diff *diff, Buf *out, const StringList *names, const char *one,
                      const char *many)
{
    if (names->count == 0)
        return;
    if (out->len > 0)
        buf_add_char(out, '\n');
    if (names->count == 1)
        buf_printf(out, "%s: ", one);
    else
        buf_printf(out, "%zu %s: ", names->count, many);
    for (size_t i = 0; i < names->count && i < 5; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : ", ", text_printable(diff->arena, names->items[i]));
    buf_add_str(out, names->count > 5 ? ", …" : ".");
}

/* What else differs, as far as names tell. */
static void add_detail(Diff *diff, const char *first)
{
    Buf detail = {0};

    if (first != NULL)
        buf_add_str(&detail, first);
    if (diff->added.count + diff->removed.count > 1 || first != NULL) {
        list_some(diff, &detail, &diff->added, "Not in the sum file", "files are not in it");
        list_some(diff, &detail, &diff->removed, "In the sum file, but not in the folder",
                  "files of it are not in the folder");
    }
    if (detail.len > 0)
        error_detail(diff->err, "%s", buf_text(&detail));
    buf_free(&detail);
}

typedef struct Finding {
    size_t line;      /* index of the first wrong line */
    const char *text; /* "V2__x.sql was edited" */
    const char *hint;
} Finding;

static bool left_out_by_atlas(const SumEntry *entry)
{
    return entry->migration == NULL || entry->migration->kind == MIGRATION_UNDO ||
           entry->migration->kind == MIGRATION_BASELINE;
}

static Finding added_finding(const Diff *diff, size_t at)
{
    const char *name = diff->expected_lines.items[at].name;
    const SumEntry *entry = map_get(diff->by_name, name);
    const char *why = left_out_by_atlas(entry)
                          ? "Atlas leaves undo files, baselines and script configs out of the sum; "
                            "dbmig covers them. "
                          : "";

    return (Finding){at,
                     arena_printf(diff->arena, "%s was added after the sum file was made", name),
                     arena_printf(diff->arena, "%sIf the file belongs here, run: dbmig hash", why)};
}

static Finding edited_finding(const Diff *diff, const SumWalk *walk)
{
    const char *name = diff->lines.items[walk->edited].name;
    const SumEntry *entry = map_get(diff->by_name, name);

    if (walk->unexpected_ignored != NULL)
        return (Finding){walk->edited,
                         arena_printf(diff->arena,
                                      "%s, which is left out of the sum but for its "
                                      "name, was added or renamed",
                                      walk->unexpected_ignored->name),
                         "If the file belongs here, run: dbmig hash"};
    return (Finding){walk->edited,
                     arena_printf(diff->arena, "%s was edited after the sum file was made", name),
                     arena_printf(diff->arena,
                                  "If the change is meant and the file has run nowhere "
                                  "yet, run: dbmig hash. Otherwise restore it: git "
                                  "checkout -- %s",
                                  text_shell_word(diff->arena, entry->path))};
}

static Finding removed_finding(const Diff *diff, const SumWalk *walk)
{
    const char *name = diff->lines.items[walk->removed].name;

    if (walk->renamed != NULL)
        return (Finding){
            walk->removed,
            arena_printf(diff->arena, "%s was renamed to %s", name, walk->renamed->name),
            "Rename it back; if it has run nowhere yet, dbmig hash accepts the new "
            "name."};
    return (Finding){
        walk->removed, arena_printf(diff->arena, "%s was removed", name),
        arena_printf(
            diff->arena,
            "Restore it: git checkout -- %s. If it was removed "
            "on purpose and has run nowhere, run: dbmig hash",
            text_shell_word(diff->arena, file_join(diff->arena, diff->folder->path, name)))};
}

static Finding order_finding(const Diff *diff)
{
    size_t at = sumdiff_first_difference(diff);
    const char *found = diff->lines.items[at].name;
    bool bytewise = true;

    for (size_t i = 1; i < diff->lines.count; i++)
        bytewise = bytewise && strcmp(diff->lines.items[i - 1].name, diff->lines.items[i].name) < 0;
    if (bytewise && !diff->folder->plain)
        return (Finding){
            at, "the sum file lists the migrations by name, not by version",
            "Atlas writes it so for a plain folder (format = atlas). Set format = atlas "
            "in the migration block to keep that order, or run: dbmig hash"};
    return (Finding){at,
                     arena_printf(diff->arena, "the sum file has %s where %s belongs: reordered",
                                  found, diff->expected_lines.items[at].name),
                     "Run: dbmig hash"};
}

/* The first line where the folder has a file that the sum file does not know, or SUMDIFF_NONE. */
static size_t first_added(const Diff *diff)
{
    for (size_t i = 0; i < diff->expected_lines.count; i++)
        if (!map_has(diff->recorded, diff->expected_lines.items[i].name))
            return i;
    return SUMDIFF_NONE;
}

/* What happened to a file that the sum file knows, if anything did. */
static bool changed_finding(const Diff *diff, const SumWalk *walk, Finding *ret)
{
    if (walk->edited != SUMDIFF_NONE)
        *ret = edited_finding(diff, walk);
    else if (walk->removed != SUMDIFF_NONE)
        *ret = removed_finding(diff, walk);
    else
        return false;
    return true;
}

/* Whether the first added file stands before what happened to the others. A rename is no addition.
 */
static bool addition_is_first(const SumWalk *walk, size_t added)
{
    if (added == SUMDIFF_NONE || walk->renamed != NULL)
        return false;
    return added <= walk->edited && (walk->removed == SUMDIFF_NONE || added < walk->removed);
}

/* The change that concerns the lowest line; *ret_besides is another one, or NULL. */
static Finding first_finding(const Diff *diff, const SumWalk *walk, const char **ret_besides)
{
    size_t added = first_added(diff);
    Finding changed;
    bool has_changed = changed_finding(diff, walk, &changed);

    *ret_besides = NULL;
    if (addition_is_first(walk, added)) {
        if (has_changed)
            *ret_besides = arena_printf(diff->arena, "Besides, %s.", changed.text);
        return added_finding(diff, added);
    }
    return has_changed ? changed : order_finding(diff);
}

static bool explain_changes(Diff *diff)
{
    SumWalk walk;
    Finding finding;
    const char *besides;
    char header[SHA256_BASE64_SIZE];

    if (!sumdiff_follow(diff, &walk, diff->err))
        return false;
    finding = first_finding(diff, &walk, &besides);
    sumdiff_header_of(&diff->lines, header);
    if (strcmp(header, diff->header) == 0 && !walk.resumed) {
        sumdiff_fail_at(diff, finding.line + 2, finding.text);
        error_hint(diff->err, "%s", finding.hint);
        add_detail(diff, besides);
        return false;
    }
    if (walk.resumed)
        sumdiff_fail_at(diff, walk.edited + 2, "this line of the sum file was edited");
    else
        sumdiff_fail_at(diff, finding.line + 2,
                        "the sum file was edited or merged by hand: its header does "
                        "not cover its lines");
    add_detail(diff, arena_printf(diff->arena, "As the files are now: %s.", finding.text));
    error_hint(diff->err, "See whether the migrations are as they should be, then run: dbmig hash");
    return false;
}

/* ---- putting it together ---- */

static void compare_names(Diff *diff)
{
    for (size_t i = 0; i < diff->folder->sum_count; i++)
        map_set(diff->by_name, diff->folder->sum[i].name, &diff->folder->sum[i]);
    for (size_t i = 0; i < diff->lines.count; i++) {
        SumLine *line = &diff->lines.items[i];

        if (line->name == NULL)
            continue;
        if (!map_has(diff->recorded, line->name))
            map_set(diff->recorded, line->name, line);
        if (!map_has(diff->by_name, line->name))
            VEC_PUSH(diff->arena, diff->removed, line->name);
    }
    for (size_t i = 0; i < diff->expected_lines.count; i++)
        if (!map_has(diff->recorded, diff->expected_lines.items[i].name))
            VEC_PUSH(diff->arena, diff->added, diff->expected_lines.items[i].name);
}

bool sumdiff_explain(Arena *arena, const MigrationFolder *folder, const char *path,
                     const Bytes *text, const Bytes *expected, Error *err)
{
    Diff diff = {.arena = arena, .folder = folder, .path = path, .expected = *expected, .err = err};
    bool told = false;

    diff.text = without_carriage_returns(arena, text);
    diff.crlf = diff.text.len != text->len;
    sumdiff_parse(arena, diff.text.data, diff.text.len, &diff.header, &diff.lines);
    sumdiff_parse(arena, expected->data, expected->len, &diff.expected_header,
                  &diff.expected_lines);
    diff.by_name = map_new(arena);
    diff.recorded = map_new(arena);
    compare_names(&diff);
    if (sumdiff_explain_text(&diff) || !explain_migrations_line_ends(&diff, &told) || told)
        return false;
    return explain_changes(&diff);
}
