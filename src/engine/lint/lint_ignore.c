/*
 * Comments that silence rules: `-- dbmig:nolint CODE… reason`, `-- atlas:nolint …`,
 * `-- squawk-ignore rule, …`, `-- squawk-ignore-file`. One before a statement is about that
 * statement; one at the head of the file, with an empty line behind it, about the whole file. Those
 * that silence nothing are noted.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "lint_private.h"

static const struct {
    const char *word;
    bool whole_file;
} prefixes[] = {
    {"dbmig:nolint", false}, {"atlas:nolint", false}, {"squawk-ignore-file", true},
    {"squawk-ignore", false}, {"eugene: ignore", false},
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Byte behind the prefix of a comment text that starts with one; 0 when none does. */
static size_t prefix_length(const char *text, size_t len, bool *ret_file)
{
    for (size_t i = 0; i < ARRAY_LENGTH(prefixes); i++) {
        size_t size = strlen(prefixes[i].word);
        if (len < size || strncasecmp(text, prefixes[i].word, size) != 0 ||
            (len > size && !is_blank(text[size]) && text[size] != ':' && text[size] != ','))
            continue;
        *ret_file = prefixes[i].whole_file;
        return size;
    }
    return 0;
}

static bool is_known(const char *word)
{
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        if (lint_rule_answers_to(id, word))
            return true;
    return false;
}

/* The leading words that name rules; what follows is the reason. */
static const char *rule_words(LintRun *run, const char *text, size_t len, bool *ret_unknown)
{
    StringList words = {0};
    char *copy = arena_strndup(run->arena, text, len);
    for (char *c = copy; *c != '\0'; c++)
        if (*c == ',' || *c == ':' || *c == '\t' || *c == '\r')
            *c = ' ';
    text_split(run->arena, copy, ' ', &words);
    char *known = arena_alloc(run->arena, len + 2);
    size_t count = 0;
    for (; count < words.count && is_known(words.items[count]); count++) {
        if (count > 0)
            known[strlen(known)] = ' ';
        memcpy(known + strlen(known), words.items[count], strlen(words.items[count]));
    }
    *ret_unknown = count == 0 && words.count > 0;
    return known;
}

static void add_ignore(LintRun *run, const char *text, size_t len, size_t line, bool at_head)
{
    bool whole_file, unknown;
    size_t size = prefix_length(text, len, &whole_file);
    if (size == 0)
        return;
    LintFile *file = &run->file;
    const char *words = rule_words(run, text + size, len - size, &unknown);
    LintIgnore ignore = {
        .file = file->migration->path,
        .line = line,
        .words = words,
        .whole_file = whole_file || at_head,
        .statement = file->statements + 1,
    };
    if (unknown) {
        /* A lone word that looks like a rule is a misspelling, not a reason for silence. */
        lint_note(run, "%s:%zu: no rule is called so: %s", ignore.file, line,
                  lint_short(run->arena, text + size, len - size, 60));
        return;
    }
    VEC_PUSH(run->arena, file->ignores, ignore);
}

/* True when an empty line follows before the lead ends. */
static bool empty_line_follows(const char *text, size_t len, size_t at)
{
    while (at < len && text[at] != '\n')
        at++;
    while (at < len) {
        size_t from = ++at;
        while (at < len && is_blank(text[at]))
            at++;
        if (at < len && text[at] == '\n')
            return true;
        if (at >= len)
            return false;
        while (at < len && text[at] != '\n')
            at++;
        if (from == at)
            return true;
    }
    return false;
}

static size_t count_lines(const char *text, size_t len)
{
    size_t lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    return lines;
}

/* Goes through the -- comments of a text that begins on that line. */
static void read_comments(LintRun *run, const char *text, size_t len, size_t line, bool lead)
{
    bool first = run->file.statements == 0;
    for (size_t at = 0; at < len; at++) {
        line += text[at] == '\n';
        if (at + 1 >= len || text[at] != '-' || text[at + 1] != '-')
            continue;
        size_t from = at + 2;
        while (from < len && (is_blank(text[from]) || text[from] == '-'))
            from++;
        size_t to = from;
        for (; to < len && text[to] != '\n';)
            to++;
        add_ignore(run, text + from, to > from ? to - from : 0, line,
                   lead && first && empty_line_follows(text, len, at));
        at = to - 1;
        if (to < from)
            at = from - 1;
    }
}

void lint_ignore_read(LintRun *run, const SqlItem *item)
{
    size_t lines = count_lines(item->lead, item->lead_len);
    if (item->lead_len > 0)
        read_comments(run, item->lead, item->lead_len,
                      item->line > lines ? item->line - lines : 1, true);
    /* Only comments that name a linter can be meant, so strings that hold "--" do no harm. */
    if (memmem(item->text, item->len, "nolint", 6) != NULL ||
        memmem(item->text, item->len, "squawk-ignore", 13) != NULL)
        read_comments(run, item->text, item->len, item->line, false);
}

static bool names_rule(const char *words, LintRuleId rule)
{
    char word[128];
    if (words[0] == '\0')
        return true;
    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        if (len < sizeof(word)) {
            memcpy(word, words, len);
            word[len] = '\0';
            if (lint_rule_answers_to(rule, word))
                return true;
        }
        words += len + (words[len] == ' ');
    }
    return false;
}

bool lint_ignored(LintRun *run, LintRuleId rule, size_t statement)
{
    bool ignored = false;
    for (size_t i = 0; i < run->file.ignores.count; i++) {
        LintIgnore *ignore = &run->file.ignores.items[i];
        if ((ignore->whole_file || ignore->statement == statement) &&
            names_rule(ignore->words, rule))
            ignored = ignore->used = true;
    }
    return ignored;
}

void lint_ignore_end(LintRun *run)
{
    for (size_t i = 0; i < run->file.ignores.count; i++) {
        const LintIgnore *ignore = &run->file.ignores.items[i];
        if (!ignore->used)
            lint_note(run, "%s:%zu: unused ignore%s%s: nothing to silence %s", ignore->file,
                      ignore->line, ignore->words[0] == '\0' ? "" : " of ", ignore->words,
                      ignore->whole_file ? "in the file" : "in the statement");
    }
}
