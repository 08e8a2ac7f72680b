/*
 * Migration versions and file names: comparing, reading, and finding the next one. Pure: knows
 * nothing of folders.
 */
#include "dbmig/text/version.h"

#include <string.h>

#include "dbmig/base/text.h"

#define SEPARATORS "._"

typedef struct Part {
    const char *text; /* leading zeros skipped: "" is zero */
    size_t len;
} Part;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static Part next_part(const char **at)
{
    const char *start = *at;
    const char *end = start + strcspn(start, SEPARATORS);

    *at = *end == '\0' ? end : end + 1;
    while (start < end && *start == '0')
        start++;
    return (Part){start, (size_t)(end - start)};
}

int version_compare(const char *a, const char *b)
{
    while (*a != '\0' || *b != '\0') {
        Part left = next_part(&a), right = next_part(&b);
        int order;

        if (left.len != right.len)
            return left.len < right.len ? -1 : 1;
        order = memcmp(left.text, right.text, left.len);
        if (order != 0)
            return order < 0 ? -1 : 1;
    }
    return 0;
}

static bool valid_span(const char *text, size_t len)
{
    bool digit_before = false;

    for (size_t i = 0; i < len; i++) {
        bool digit = is_digit(text[i]);

        if (!digit && (!digit_before || (text[i] != '.' && text[i] != '_')))
            return false;
        digit_before = digit;
    }
    return digit_before;
}

bool version_valid(const char *text)
{
    return valid_span(text, strlen(text));
}

static char *replaced(Arena *arena, const char *text, size_t len, char from, char to)
{
    char *copy = arena_strndup(arena, text, len);

    for (char *c = copy; *c != '\0'; c++)
        if (*c == from)
            *c = to;
    return copy;
}

static void fill_version(Arena *arena, const char *version, size_t len, MigrationName *ret)
{
    ret->raw_version = arena_strndup(arena, version, len);
    ret->version = replaced(arena, version, len, '_', '.');
}

static void fill_description(Arena *arena, const char *text, size_t len, MigrationName *ret)
{
    ret->description = replaced(arena, text, len, '_', ' ');
}

static NameVerdict misnamed(const char **ret_reason, const char *reason)
{
    *ret_reason = reason;
    return NAME_MISNAMED;
}

/* V1_2_x.sql may be meant as 1.2 or as 1; it is read as 1, which must not go unsaid. */
static void doubt_version(Arena *arena, const MigrationName *name, const char *rest,
                          const char **ret_reason)
{
    if (is_digit(*rest))
        *ret_reason = arena_printf(arena,
                                   "it is read as version %s, description \"%s\"; write \"__\" "
                                   "after the version to say where it ends",
                                   name->version, name->description);
}

static NameVerdict parse_single(Arena *arena, const char *rest, size_t len, MigrationName *ret,
                                const char **ret_reason)
{
    const char *underscore = memchr(rest, '_', len);
    size_t version_len = underscore == NULL ? 0 : (size_t)(underscore - rest);

    if (version_len == 0 || !valid_span(rest, version_len))
        return misnamed(ret_reason, is_digit(*rest)
                                        ? "the version is not digits separated by '.' or '_'"
                                        : "no version stands after the prefix");
    fill_version(arena, rest, version_len, ret);
    fill_description(arena, underscore + 1, len - version_len - 1, ret);
    ret->single_underscore = true;
    doubt_version(arena, ret, underscore + 1, ret_reason);
    return NAME_MIGRATION;
}

/* rest is what follows V, U or B, without the suffix. */
static NameVerdict parse_versioned(Arena *arena, const char *rest, size_t len, MigrationName *ret,
                                   const char **ret_reason)
{
    const char *split = memmem(rest, len, "__", 2);
    size_t version_len = split == NULL ? len : (size_t)(split - rest);

    if (valid_span(rest, version_len)) {
        fill_version(arena, rest, version_len, ret);
        fill_description(arena, split == NULL ? "" : split + 2,
                         split == NULL ? 0 : len - version_len - 2, ret);
        return NAME_MIGRATION;
    }
    return parse_single(arena, rest, len, ret, ret_reason);
}

static NameVerdict parse_repeatable(Arena *arena, const char *rest, size_t len, MigrationName *ret,
                                    const char **ret_reason)
{
    if (len < 2 || memcmp(rest, "__", 2) != 0)
        return misnamed(ret_reason, len > 0 && is_digit(*rest)
                                        ? "a repeatable migration has no version"
                                        : "R must be followed by two underscores");
    if (len == 2)
        return misnamed(ret_reason, "a repeatable migration needs a description: it has no other "
                                    "name in the history");
    fill_description(arena, rest + 2, len - 2, ret);
    return NAME_MIGRATION;
}

static NameVerdict parse_plain(Arena *arena, const char *stem, size_t len, MigrationName *ret,
                               const char **ret_reason)
{
    const char *underscore = memchr(stem, '_', len);
    size_t version_len = underscore == NULL ? len : (size_t)(underscore - stem);

    ret->kind = MIGRATION_PLAIN;
    if (!valid_span(stem, version_len))
        return misnamed(ret_reason, is_digit(*stem) ? "the version is not digits separated by '.'"
                                                    : "its name does not start with a version");
    fill_version(arena, stem, version_len, ret);
    fill_description(arena, underscore == NULL ? "" : underscore + 1,
                     underscore == NULL ? 0 : len - version_len - 1, ret);
    ret->single_underscore = true;
    return NAME_MIGRATION;
}

static bool is_callback(const char *stem, size_t len)
{
    static const char *const events[] = {
        "beforeMigrate",
        "beforeEachMigrate",
        "beforeEachMigrateStatement",
        "beforeRepeatables",
        "afterMigrate",
        "afterMigrateApplied",
        "afterMigrateError",
        "afterEachMigrate",
        "afterEachMigrateError",
        "afterEachMigrateStatement",
        "afterEachMigrateStatementError",
        "afterVersioned",
        "beforeClean",
        "afterClean",
        "afterCleanError",
        "beforeInfo",
        "afterInfo",
        "afterInfoError",
        "beforeValidate",
        "afterValidate",
        "afterValidateError",
        "beforeBaseline",
        "afterBaseline",
        "afterBaselineError",
        "beforeRepair",
        "afterRepair",
        "afterRepairError",
        "beforeUndo",
        "afterUndo",
        "afterUndoError",
        "beforeEachUndo",
        "afterEachUndo",
        "afterEachUndoError",
        "beforeConnect",
        "createSchema",
    };
    const char *split = memmem(stem, len, "__", 2);
    size_t event_len = split == NULL ? len : (size_t)(split - stem);

    for (size_t i = 0; i < ARRAY_LENGTH(events); i++)
        if (strlen(events[i]) == event_len && memcmp(events[i], stem, event_len) == 0)
            return true;
    return false;
}

static NameVerdict parse_prefixed(Arena *arena, const char *stem, size_t len, MigrationName *ret,
                                  const char **ret_reason)
{
    switch (stem[0]) {
    case 'V':
        ret->kind = MIGRATION_VERSIONED;
        return parse_versioned(arena, stem + 1, len - 1, ret, ret_reason);
    case 'U':
        ret->kind = MIGRATION_UNDO;
        return parse_versioned(arena, stem + 1, len - 1, ret, ret_reason);
    case 'B':
        ret->kind = MIGRATION_BASELINE;
        return parse_versioned(arena, stem + 1, len - 1, ret, ret_reason);
    case 'R':
        ret->kind = MIGRATION_REPEATABLE;
        return parse_repeatable(arena, stem + 1, len - 1, ret, ret_reason);
    case 'v':
    case 'u':
    case 'b':
    case 'r':
        return misnamed(ret_reason, "the prefix must be an upper-case V, R, U or B");
    default:
        return misnamed(ret_reason, "its name does not start with V, R, U or B");
    }
}

NameVerdict version_parse_name(Arena *arena, const char *name, bool plain, MigrationName *ret,
                               const char **ret_reason)
{
    size_t len = strlen(name);

    *ret = (MigrationName){0};
    *ret_reason = NULL;
    if (len < 4 || !text_equal_nocase(name + len - 4, ".sql"))
        return NAME_OTHER;
    len -= 4;
    if (len == 0)
        return misnamed(ret_reason, "it has no name before the suffix");
    if (is_callback(name, len))
        return NAME_CALLBACK;
    if (plain)
        return parse_plain(arena, name, len, ret, ret_reason);
    return parse_prefixed(arena, name, len, ret, ret_reason);
}

static size_t stem_length(const char *name)
{
    size_t len = strlen(name);

    return len >= 4 && text_equal_nocase(name + len - 4, ".sql") ? len - 4 : len;
}

/* A word may begin with v: only a letter before a digit or a separator is meant as the prefix. */
static bool looks_prefixed(const char *stem, size_t len)
{
    if (len < 2 || strchr("VvRrUuBb", stem[0]) == NULL)
        return false;
    return is_digit(stem[1]) || strchr("_-. ", stem[1]) != NULL;
}

/* The version that the first characters of text could be meant as; *ret_rest is what follows. */
static Part guess_version(const char *text, const char *end, const char **ret_rest)
{
    Part version = {text, 0};

    while (text < end && strchr("0123456789._", *text) != NULL)
        text++;
    version.len = (size_t)(text - version.text);
    while (version.len > 0 && !is_digit(version.text[version.len - 1]))
        version.len--;
    while (version.len > 0 && !is_digit(*version.text)) {
        version.text++;
        version.len--;
    }
    while (text < end && strchr("-._ ", *text) != NULL)
        text++;
    *ret_rest = text;
    return valid_span(version.text, version.len) ? version : (Part){"<version>", 9};
}

char *version_suggest_name(Arena *arena, const char *name)
{
    const char *end = name + stem_length(name);
    bool prefixed = looks_prefixed(name, (size_t)(end - name));
    char prefix = prefixed ? (char)(*name & ~0x20) : 'V';
    const char *rest;
    Part version = guess_version(name + prefixed, end, &rest);
    const char *description = rest == end ? "<description>" : rest;
    int description_len = rest == end ? 13 : (int)(end - rest);

    if (prefix == 'R')
        return arena_printf(arena, "R__%.*s.sql", description_len, description);
    return arena_printf(arena, "%c%.*s__%.*s.sql", prefix, (int)version.len, version.text,
                        description_len, description);
}

/* ---- the next version ---- */

static size_t count_parts(const char *version)
{
    size_t parts = 1;

    for (; *version != '\0'; version++)
        if (*version == '.' || *version == '_')
            parts++;
    return parts;
}

static int two_digits(const char *text)
{
    return (text[0] - '0') * 10 + (text[1] - '0');
}

/* digits: 8, 12 or 14 of them. */
static bool plausible_time(const char *digits, size_t count)
{
    int century = two_digits(digits), month = two_digits(digits + 4), day = two_digits(digits + 6);

    if (century < 19 || century > 21 || month < 1 || month > 12 || day < 1 || day > 31)
        return false;
    if (count >= 12 && (two_digits(digits + 8) > 23 || two_digits(digits + 10) > 59))
        return false;
    return count < 14 || two_digits(digits + 12) <= 60;
}

/* True when version, its separators aside, is a point in time that starts with a whole year. */
static bool is_timestamp(const char *version)
{
    char digits[15];
    size_t count = 0;

    for (const char *c = version; *c != '\0'; c++) {
        if (!is_digit(*c))
            continue;
        if (count == sizeof(digits) - 1)
            return false;
        digits[count++] = *c;
    }
    if (strcspn(version, SEPARATORS) < 4)
        return false;
    return (count == 8 || count == 12 || count == 14) && plausible_time(digits, count);
}

/* now written over the digits of version, separators kept. */
static char *now_like(Arena *arena, const char *version, const char *now)
{
    char *next = arena_strdup(arena, version);

    for (char *c = next; *c != '\0' && *now != '\0'; c++)
        if (is_digit(*c))
            *c = *now++;
    return next;
}

/* Adds one to the digits that end version; the padding stays. */
static char *incremented(Arena *arena, const char *version, size_t len)
{
    char *next = arena_strndup(arena, version, len);
    size_t i = len;

    while (i > 0 && next[i - 1] == '9') {
        next[i - 1] = '0';
        i--;
    }
    if (i > 0 && is_digit(next[i - 1])) {
        next[i - 1]++;
        return next;
    }
    return arena_printf(arena, "%.*s1%s", (int)i, next, next + i);
}

/* 20240131.2: a day and a counter. NULL when version is not of that form. */
static char *next_of_day(Arena *arena, const char *version, const char *now)
{
    size_t day_len = strcspn(version, SEPARATORS);
    size_t counter_width;

    if (day_len != 8 || count_parts(version) != 2 || !plausible_time(version, 8) || strlen(now) < 8)
        return NULL;
    if (memcmp(version, now, 8) >= 0)
        return incremented(arena, version, strlen(version));
    counter_width = strlen(version + 9);
    return arena_printf(arena, "%.8s%c%0*d", now, version[8], (int)counter_width, 1);
}

/* The number of parts that most versions have; a tie goes to the newest's own number. */
static size_t usual_parts(const char *const *versions, size_t count, const char *newest)
{
    size_t tally[8] = {0};
    size_t best = count_parts(newest);

    if (best >= ARRAY_LENGTH(tally))
        return best;
    for (size_t i = 0; i < count; i++) {
        size_t parts = count_parts(versions[i]);

        if (parts < ARRAY_LENGTH(tally))
            tally[parts]++;
    }
    for (size_t parts = 1; parts < ARRAY_LENGTH(tally); parts++)
        if (tally[parts] > tally[best])
            best = parts;
    return best;
}

static size_t length_of_parts(const char *version, size_t parts)
{
    const char *at = version;

    for (;;) {
        at += strcspn(at, SEPARATORS);
        if (*at == '\0' || --parts == 0)
            return (size_t)(at - version);
        at++;
    }
}

char *version_next(Arena *arena, const char *const *raw_versions, size_t count, const char *now)
{
    const char *newest = NULL;
    char *next;

    for (size_t i = 0; i < count; i++)
        if (newest == NULL || version_compare(raw_versions[i], newest) > 0)
            newest = raw_versions[i];
    if (newest == NULL)
        return arena_strdup(arena, "1");
    if (is_timestamp(newest)) {
        next = now_like(arena, newest, now);
        return version_compare(next, newest) > 0 ? next
                                                 : incremented(arena, newest, strlen(newest));
    }
    next = next_of_day(arena, newest, now);
    if (next != NULL)
        return next;
    return incremented(arena, newest,
                       length_of_parts(newest, usual_parts(raw_versions, count, newest)));
}

/* ---- descriptions ---- */

static const char *slug_fault(const char *text, size_t len)
{
    if (len == 0)
        return "it is empty";
    if (len > 200)
        return "it is longer than 200 bytes";
    if (text_utf8_bad(text, len) != len)
        return "it is not valid UTF-8";
    if (text[0] == '.' || text[0] == '_')
        return "it starts with a dot or an underscore";
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return "it contains a control character";
        if (strchr("/\\:*?\"<>|", text[i]) != NULL)
            return "it contains a character that not every file system takes: / \\ : * ? \" < > |";
    }
    return NULL;
}

bool version_slug(Arena *arena, const char *description, char **ret, Error *err)
{
    size_t len;
    const char *fault;
    char *slug;

    description += strspn(description, " \t");
    len = strlen(description);
    while (len > 0 && (description[len - 1] == ' ' || description[len - 1] == '\t'))
        len--;
    if (len > 4 && memcmp(description + len - 4, ".sql", 4) == 0)
        len -= 4;
    slug = arena_strndup(arena, description, len);
    for (char *c = slug; *c != '\0'; c++)
        if (*c == ' ' || *c == '\t')
            *c = '_';
    fault = slug_fault(slug, len);
    if (fault != NULL) {
        error_set(err, EXIT_USAGE, "cannot make a file name of the description \"%s\": %s",
                  text_printable(arena, description), fault);
        return error_hint(err, "Describe the change in a few words, for example: add email to "
                               "users");
    }
    *ret = slug;
    return true;
}
