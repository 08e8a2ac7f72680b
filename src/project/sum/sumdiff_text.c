/*
 * Reads sum files, and tells damage to the sum file itself: conflict markers, truncation, CRLF,
 * lines and headers edited by hand, another folder's sum file.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "sumdiff_internal.h"

#define PREFIX "h1:"
#define BASE64_LENGTH (SHA256_BASE64_SIZE - 1)

static bool is_base64(const char *text, size_t len)
{
    if (len != BASE64_LENGTH || text[len - 1] != '=')
        return false;
    for (size_t i = 0; i < len - 1; i++) {
        char c = text[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        if (!letter && c != '+' && c != '/')
            return false;
    }
    return true;
}

static SumLine parse_line(Arena *arena, const char *line, size_t len)
{
    size_t tail = strlen(" " PREFIX) + BASE64_LENGTH;
    const char *hash = len > tail ? line + len - BASE64_LENGTH : NULL;

    if (hash == NULL || memcmp(line + len - tail, " " PREFIX, strlen(" " PREFIX)) != 0 ||
        !is_base64(hash, BASE64_LENGTH) || memchr(line, '\0', len) != NULL)
        return (SumLine){0};
    return (SumLine){arena_strndup(arena, line, len - tail),
                     arena_strndup(arena, hash, BASE64_LENGTH)};
}

static const char *parse_header(Arena *arena, const char *line, size_t len)
{
    size_t prefix = strlen(PREFIX);

    if (len != prefix + BASE64_LENGTH || memcmp(line, PREFIX, prefix) != 0 ||
        !is_base64(line + prefix, BASE64_LENGTH))
        return NULL;
    return arena_strndup(arena, line + prefix, BASE64_LENGTH);
}

void sumdiff_parse(Arena *arena, const char *text, size_t len, const char **ret_header,
                   SumLines *ret)
{
    const char *end = text + len;
    bool first = true;

    *ret_header = NULL;
    while (text < end) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        size_t line_len = (size_t)((feed == NULL ? end : feed) - text);

        if (first)
            *ret_header = parse_header(arena, text, line_len);
        else
            VEC_PUSH(arena, *ret, parse_line(arena, text, line_len));
        first = false;
        text += line_len + 1;
    }
}

static bool same_bytes(const Bytes *a, const Bytes *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

void sumdiff_header_of(const SumLines *lines, char ret[SHA256_BASE64_SIZE])
{
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];

    sha256_begin(&sha);
    for (size_t i = 0; i < lines->count; i++) {
        sha256_add(&sha, lines->items[i].name, strlen(lines->items[i].name));
        sha256_add(&sha, lines->items[i].hash, strlen(lines->items[i].hash));
    }
    sha256_digest(&sha, digest);
    hash_base64(digest, SHA256_SIZE, ret);
}

/* ---- telling ---- */

bool sumdiff_fail_at(Diff *diff, size_t line, const char *what)
{
    error_set(diff->err, EXIT_INTEGRITY, "%s", what);
    return error_at(diff->err, diff->path, line, 0);
}

const char *sumdiff_restore_hint(const Diff *diff)
{
    return arena_printf(diff->arena,
                        "Restore it (git checkout -- %s), or, when the migrations are "
                        "as they should be, run: dbmig hash",
                        text_shell_word(diff->arena, diff->path));
}

static bool explain_empty(Diff *diff)
{
    if (diff->text.len > 0)
        return false;
    sumdiff_fail_at(diff, 0, "the sum file is empty");
    error_hint(diff->err, "%s", sumdiff_restore_hint(diff));
    return true;
}

/* The 1-based number the first line that starts with a conflict marker, or 0. */
static size_t find_marker(const Bytes *text)
{
    static const char *const markers[] = {"<<<<<<<", "|||||||", "=======", ">>>>>>>"};
    const char *at = text->data, *end = text->data + text->len;

    for (size_t line = 1; at < end; line++) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));

        for (size_t i = 0; i < ARRAY_LENGTH(markers); i++)
            if ((size_t)(end - at) >= 7 && memcmp(at, markers[i], 7) == 0)
                return line;
        if (feed == NULL)
            break;
        at = feed + 1;
    }
    return 0;
}

static bool explain_conflict(Diff *diff)
{
    size_t line = find_marker(&diff->text);

    if (line == 0)
        return false;
    sumdiff_fail_at(diff, line, "the sum file has a merge conflict in it");
    error_detail(diff->err, "Two branches added migrations. Both may be kept: one runs after the "
                            "other.");
    error_hint(diff->err,
               "Keep the files of both sides and run: dbmig rebase. It gives this branch's "
               "new versions where they need them, and writes the sum file (without git: "
               "rename by hand, then dbmig hash).");
    return true;
}

static bool explain_carriage_returns(Diff *diff)
{
    if (!diff->crlf || !same_bytes(&diff->text, &diff->expected))
        return false;
    sumdiff_fail_at(diff, 1, "the sum file has CRLF line ends");
    error_detail(diff->err, "Nothing else is wrong with it. Git was likely told to change line "
                            "ends (core.autocrlf).");
    error_hint(diff->err, "Put \"atlas.sum text eol=lf\" and \"*.sql text eol=lf\" into "
                          ".gitattributes, then run: dbmig hash");
    return true;
}

static size_t count_lines(const Bytes *text, size_t len)
{
    size_t lines = 1;

    for (size_t i = 0; i < len; i++)
        if (text->data[i] == '\n')
            lines++;
    return lines;
}

/* The text ends inside what it should be. Not when only files were added: then the header differs.
 */
static bool explain_truncated(Diff *diff)
{
    bool starts = diff->text.len < diff->expected.len &&
                  memcmp(diff->text.data, diff->expected.data, diff->text.len) == 0;
    size_t line = count_lines(&diff->text, diff->text.len);

    if (!starts)
        return false;
    if (diff->text.len + 1 == diff->expected.len)
        sumdiff_fail_at(diff, line, "the sum file's last line has no line end");
    else if (diff->text.data[diff->text.len - 1] != '\n')
        sumdiff_fail_at(diff, line, "the sum file is cut off inside this line");
    else if (line == 2)
        sumdiff_fail_at(diff, line, "the sum file is cut off after its header");
    else
        sumdiff_fail_at(
            diff, line,
            arena_printf(diff->arena, "the sum file is cut off: %zu of its %zu lines are there",
                         line - 1, count_lines(&diff->expected, diff->expected.len) - 1));
    error_detail(diff->err, "What is there fits the migrations, which are unchanged.");
    error_hint(diff->err, "Run: dbmig hash");
    return true;
}

static bool explain_header_form(Diff *diff)
{
    if (diff->header != NULL)
        return false;
    if (diff->text.len >= 3 && memcmp(diff->text.data, "\xef\xbb\xbf", 3) == 0)
        sumdiff_fail_at(diff, 1, "the sum file starts with a byte order mark");
    else
        sumdiff_fail_at(diff, 1, "the sum file does not start with a header (h1:…)");
    error_hint(diff->err, "%s", sumdiff_restore_hint(diff));
    return true;
}

static bool explain_line_form(Diff *diff)
{
    bool ends = diff->text.data[diff->text.len - 1] == '\n';

    for (size_t i = 0; i < diff->lines.count; i++) {
        if (diff->lines.items[i].name != NULL)
            continue;
        sumdiff_fail_at(diff, i + 2,
                        !ends && i + 1 == diff->lines.count
                            ? "the sum file is cut off inside this line"
                            : "this line of the sum file is not \"<file> h1:<hash>\"");
        error_hint(diff->err, "%s", sumdiff_restore_hint(diff));
        return true;
    }
    return false;
}

static bool explain_repeated(Diff *diff)
{
    for (size_t i = 0; i < diff->lines.count; i++) {
        const SumLine *first = map_get(diff->recorded, diff->lines.items[i].name);
        size_t line;

        if (first == &diff->lines.items[i])
            continue;
        line = (size_t)(first - diff->lines.items) + 2;
        sumdiff_fail_at(diff, i + 2,
                        arena_printf(diff->arena,
                                     "the sum file names %s a second time, after "
                                     "line %zu",
                                     first->name, line));
        error_detail(diff->err, "A merge that keeps the lines of both sides does that.");
        error_hint(diff->err, "Run: dbmig hash");
        return true;
    }
    return false;
}

size_t sumdiff_first_difference(const Diff *diff)
{
    size_t i = 0;

    while (i < diff->lines.count && i < diff->expected_lines.count &&
           strcmp(diff->lines.items[i].name, diff->expected_lines.items[i].name) == 0 &&
           strcmp(diff->lines.items[i].hash, diff->expected_lines.items[i].hash) == 0)
        i++;
    return i;
}

static bool all_lines_fit(const Diff *diff)
{
    return diff->lines.count == diff->expected_lines.count &&
           sumdiff_first_difference(diff) == diff->lines.count;
}

static bool explain_header(Diff *diff)
{
    if (!all_lines_fit(diff))
        return false;
    sumdiff_fail_at(diff, 1, "the sum file's header is wrong, though every line below it is right");
    error_detail(diff->err, "The migrations are unchanged; the sum file was edited or merged.");
    error_hint(diff->err, "Run: dbmig hash");
    return true;
}

/* The header is as expected: so are the migrations. */
static bool explain_edited_line(Diff *diff)
{
    size_t line = sumdiff_first_difference(diff);

    if (strcmp(diff->header, diff->expected_header) != 0)
        return false;
    sumdiff_fail_at(diff, line + 2, "this line of the sum file was edited");
    error_detail(diff->err, "The header still fits the migrations, which are unchanged.");
    error_hint(diff->err, "Run: dbmig hash");
    return true;
}

static bool explain_other_folder(Diff *diff)
{
    if (diff->lines.count == 0 || diff->expected_lines.count == 0 ||
        diff->removed.count < diff->lines.count)
        return false;
    sumdiff_fail_at(diff, 2,
                    arena_printf(diff->arena,
                                 "the sum file belongs to another folder: none of its "
                                 "%zu files is here",
                                 diff->lines.count));
    error_hint(diff->err, "%s", sumdiff_restore_hint(diff));
    return true;
}

bool sumdiff_explain_text(Diff *diff)
{
    /* In this order: each may rely on what those before it found to be in order. */
    static bool (*const explanations[])(Diff *) = {
        explain_empty,       explain_conflict,     explain_carriage_returns, explain_truncated,
        explain_header_form, explain_line_form,    explain_repeated,         explain_header,
        explain_edited_line, explain_other_folder,
    };

    for (size_t i = 0; i < ARRAY_LENGTH(explanations); i++)
        if (explanations[i](diff))
            return true;
    return false;
}
