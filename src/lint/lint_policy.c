/* Which rules count, and how much: defaults, lint {} of atlas.hcl, --rule. */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/lint/lint.h"

#define SMALL_TABLE_ROWS 10000

void lint_policy_default(LintPolicy *policy)
{
    *policy = (LintPolicy){.small_table_rows = SMALL_TABLE_ROWS};
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        policy->severity[id] = lint_rule(id)->severity;
}

static bool severity_find(const char *word, Severity *ret)
{
    static const char *const words[] = {"off", "info", "warning", "error"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (text_equal_nocase(word, words[i])) {
            *ret = (Severity)i;
            return true;
        }
    }
    return false;
}

/* set_not_null and set-not-null are one name. */
static LintRuleId find_rule(const char *word)
{
    char name[64];
    size_t len = strlen(word);
    if (len >= sizeof(name))
        return LINT_RULE_COUNT;
    for (size_t i = 0; i <= len; i++)
        name[i] = word[i] == '_' ? '-' : word[i];
    LintRuleId id = lint_rule_find(name);
    return id == LINT_RULE_COUNT ? lint_rule_find(word) : id;
}

static const char *nearest_rule(const char *word)
{
    const char *names[LINT_RULE_COUNT];
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        names[id] = lint_rule(id)->name;
    return text_nearest(word, names, LINT_RULE_COUNT);
}

static bool fail_unknown(const char *word, Error *err)
{
    const char *nearest = nearest_rule(word);
    error_set(err, EXIT_USAGE, "no lint rule is called \"%s\"", word);
    if (nearest != NULL)
        return error_hint(err, "Did you mean \"%s\"? `dbmig lint --explain all` lists them.", nearest);
    return error_hint(err, "`dbmig lint --explain all` lists them.");
}

static void set_many(LintPolicy *policy, const char *group, Severity severity)
{
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++) {
        bool meant = text_equal(group, "opt-in") ? lint_rule(id)->severity == SEVERITY_OFF
                                                 : text_equal(lint_rule(id)->group, group);
        if (meant)
            policy->severity[id] = severity;
        if (text_equal(group, "opt-in"))
            policy->strict[id] = true;
    }
}

static bool is_group(const char *word)
{
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        if (word[0] != '\0' && text_equal(lint_rule(id)->group, word))
            return true;
    return text_equal(word, "opt-in");
}

/* A word like require-timeout-settings stands for several rules: all that answer to it. */
static bool set_named(LintPolicy *policy, const char *word, Severity severity, Error *err)
{
    LintRuleId first = find_rule(word);
    if (first == LINT_RULE_COUNT)
        return fail_unknown(word, err);
    policy->severity[first] = severity;
    policy->strict[first] |= severity != SEVERITY_OFF;
    for (LintRuleId id = first + 1; id < LINT_RULE_COUNT; id++)
        if (lint_rule_answers_to(id, word))
            policy->severity[id] = severity;
    return true;
}

bool lint_policy_set(LintPolicy *policy, const char *text, Error *err)
{
    const char *equals = strchr(text, '=');
    Severity severity;
    if (equals == NULL)
        return error_set(err, EXIT_USAGE, "a rule is set as RULE=SEVERITY, not \"%s\"", text);
    if (!severity_find(equals + 1, &severity))
        return error_set(err, EXIT_USAGE, "\"%s\" is no severity: off, info, warning or error",
                         equals + 1);
    Arena *scratch = arena_new();
    char *word = arena_strndup(scratch, text, (size_t)(equals - text));
    bool done = true;
    if (is_group(word))
        set_many(policy, word, severity);
    else
        done = set_named(policy, word, severity, err);
    arena_free(scratch);
    return done;
}

/* ---- lint {} ---- */

/* whatever: also of what is off or information. */
static void set_error(Severity *severity, bool error, bool whatever)
{
    if (error && (*severity >= SEVERITY_WARNING || whatever))
        *severity = SEVERITY_ERROR;
    else if (!error && *severity == SEVERITY_ERROR)
        *severity = SEVERITY_WARNING;
}

/* error = true makes errors of the group's warnings, error = false warnings of its errors. */
static void set_group_error(LintPolicy *policy, const char *group, bool error)
{
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++) {
        if (text_equal(lint_rule(id)->group, group))
            set_error(&policy->severity[id], error, text_equal(group, "naming"));
    }
}

static bool fail_at(HclPlace place, Error *err)
{
    return error_at(err, place.file, place.line, place.column);
}

static bool wrong_value(const HclAttribute *attribute, const char *wanted, Error *err)
{
    error_set(err, EXIT_USAGE, "%s must be %s", attribute->name, wanted);
    return fail_at(attribute->place, err);
}

typedef struct Loader {
    Arena *arena;
    Config *config;
    LintPolicy *policy;
    LintRuleId rule; /* of the block; LINT_RULE_COUNT: a group */
    const char *group;
} Loader;

/* What is not understood is said, with the nearest name, and left out. */
static void warn(Loader *loader, HclPlace place, const char *what, const char *name, const char *inside,
                 const char *const *names, size_t count)
{
    const char *nearest = text_nearest(name, names, count);
    const char *text = arena_printf(loader->arena, "%s:%zu:%zu: unknown %s \"%s\" in %s is ignored%s%s%s",
                                    place.file, place.line, place.column, what, name, inside,
                                    nearest == NULL ? "" : " (did you mean \"",
                                    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?)");
    VEC_PUSH(loader->arena, loader->policy->warnings, text);
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static void check_attribute(Loader *loader, const HclAttribute *attribute, const char *block)
{
    static const char *const names[] = {"error", "severity", "strict", "match", "message"};
    size_t count = text_equal(block, "naming") ? 5 : 3;
    if (!is_one_of(attribute->name, names, count))
        warn(loader, attribute->place, "attribute", attribute->name,
             arena_printf(loader->arena, "lint.%s", block), names, count);
}

static void warn_block(Loader *loader, const HclBlock *block, const char *word)
{
    StringList names = {0};
    VEC_PUSH(loader->arena, names, "naming");
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++) {
        char *name = arena_strdup(loader->arena, lint_rule(id)->name);
        for (char *c = name; *c != '\0'; c++)
            if (*c == '-')
                *c = '_';
        VEC_PUSH(loader->arena, names, name);
        VEC_PUSH(loader->arena, names, lint_rule(id)->code);
        if (lint_rule(id)->group[0] != '\0')
            VEC_PUSH(loader->arena, names, lint_rule(id)->group);
    }
    warn(loader, block->place, "block", word, "lint", names.items, names.count);
}

static bool load_severity(const Loader *loader, const HclAttribute *attribute, const HclValue *value,
                          Error *err)
{
    Severity severity;
    if (value->type != HCL_STRING || !severity_find(value->string, &severity))
        return wrong_value(attribute, "\"off\", \"info\", \"warning\" or \"error\"", err);
    if (loader->rule != LINT_RULE_COUNT)
        loader->policy->severity[loader->rule] = severity;
    else
        set_many(loader->policy, loader->group, severity);
    return true;
}

/* As in Atlas: error = true makes it one, false takes it down to a warning. */
static bool load_error(const Loader *loader, bool truth)
{
    if (loader->group != NULL)
        set_group_error(loader->policy, loader->group, truth);
    else
        set_error(&loader->policy->severity[loader->rule], truth, true);
    return true;
}

static bool load_strict(const Loader *loader, const HclAttribute *attribute, bool truth, Error *err)
{
    if (loader->rule == LINT_RULE_COUNT || !lint_rule_is(loader->rule, LINT_TRAIT_STRICT)) {
        error_set(err, EXIT_USAGE, "strict does nothing here: only the rules with an opt-in part have it");
        error_hint(err, "`dbmig lint --explain RULE` tells which part that is.");
        return fail_at(attribute->place, err);
    }
    loader->policy->strict[loader->rule] = truth;
    return true;
}

static bool load_attribute(const Loader *loader, const HclBlock *block,
                           const HclAttribute *attribute, Error *err)
{
    HclValue *value = NULL;
    bool truth;
    if (!config_value(loader->config, block, attribute->name, &value, err))
        return false;
    if (value == NULL || value->type == HCL_NULL)
        return true;
    if (text_equal(attribute->name, "severity"))
        return load_severity(loader, attribute, value, err);
    if (text_equal(attribute->name, "match") || text_equal(attribute->name, "message")) {
        if (value->type != HCL_STRING)
            return wrong_value(attribute, "a string", err);
        if (text_equal(attribute->name, "match"))
            loader->policy->naming_match = value->string;
        else
            loader->policy->naming_message = value->string;
        return true;
    }
    if (!text_equal(attribute->name, "error") && !text_equal(attribute->name, "strict"))
        return true; /* a warning was given */
    if (!hcl_to_bool(value, &truth))
        return wrong_value(attribute, "true or false", err);
    return text_equal(attribute->name, "strict") ? load_strict(loader, attribute, truth, err)
                                                 : load_error(loader, truth);
}

/* Analyzers of Atlas that have no counterpart here, and its other blocks. */
static bool is_theirs(const char *word)
{
    static const char *const names[] = {"git", "review", "nestedtx", "statement", "ownership", "check",
                                        "rollback"};
    return is_one_of(word, names, ARRAY_LENGTH(names));
}

/* Known, and not what dbmig does: silence would look like consent. */
static void warn_theirs(Loader *loader, HclPlace place, const char *word)
{
    const char *text = arena_printf(loader->arena, "%s:%zu:%zu: lint.%s does nothing in dbmig", place.file,
                                    place.line, place.column, word);
    VEC_PUSH(loader->arena, loader->policy->warnings, text);
}

static bool load_block(Loader *loader, const HclBlock *block, Error *err)
{
    const char *word = block->type;
    if (text_equal(word, "rule") && block->labels.count > 0)
        word = block->labels.items[0];
    loader->rule = LINT_RULE_COUNT;
    loader->group = NULL;
    if (is_group(word)) {
        loader->group = word;
        /* A naming block is what switches the naming rule on. */
        if (text_equal(word, "naming") && loader->policy->severity[LINT_NAMING] == SEVERITY_OFF)
            loader->policy->severity[LINT_NAMING] = SEVERITY_WARNING;
    } else if ((loader->rule = find_rule(word)) == LINT_RULE_COUNT) {
        if (is_theirs(word))
            warn_theirs(loader, block->place, word);
        else
            warn_block(loader, block, word);
        return true;
    }
    for (size_t i = 0; i < block->body.attributes.count; i++) {
        check_attribute(loader, &block->body.attributes.items[i], word);
        if (!load_attribute(loader, block, &block->body.attributes.items[i], err))
            return false;
    }
    for (size_t i = 0; i < block->body.blocks.count; i++)
        warn(loader, block->body.blocks.items[i]->place, "block", block->body.blocks.items[i]->type,
             arena_printf(loader->arena, "lint.%s", word), NULL, 0);
    return true;
}

/* The attributes of lint {} itself. */
static bool load_setting(const Loader *loader, const HclAttribute *attribute, const HclValue *value,
                         Error *err)
{
    LintPolicy *policy = loader->policy;
    bool required;
    double rows;
    if (value == NULL || value->type == HCL_NULL)
        return true;
    if (text_equal(attribute->name, "small_table")) {
        if (!hcl_to_number(value, &rows) || rows < 0)
            return wrong_value(attribute, "a number of rows", err);
        policy->small_table_rows = (int64_t)rows;
        return true;
    }
    if (text_equal(attribute->name, "require_reason")) {
        if (!hcl_to_bool(value, &required))
            return wrong_value(attribute, "true or false", err);
        policy->severity[LINT_IGNORE_WITHOUT_REASON] = required ? SEVERITY_ERROR : SEVERITY_OFF;
        return true;
    }
    if (value->type != HCL_STRING || value->string[0] == '\0')
        return wrong_value(attribute,
                           text_equal(attribute->name, "timezone")
                               ? "the name of a time zone, such as \"UTC\""
                               : "the newest version whose findings are known, such as \"120\"",
                           err);
    if (text_equal(attribute->name, "timezone"))
        policy->timezone = value->string;
    else
        policy->baseline = value->string;
    return true;
}

bool lint_policy_load(Arena *arena, Config *config, LintPolicy *policy, Error *err)
{
    static const char *const theirs[] = {"format", "log", "latest", "review"};
    static const char *const names[] = {"small_table", "timezone", "require_reason", "baseline"};
    const HclBlock *block = config == NULL ? NULL : config_block(config, "lint");
    Loader loader = {.arena = arena, .config = config, .policy = policy};
    HclValue *value = NULL;
    if (block == NULL)
        return true;
    for (size_t i = 0; i < block->body.attributes.count; i++) {
        const HclAttribute *attribute = &block->body.attributes.items[i];
        if (is_one_of(attribute->name, theirs, ARRAY_LENGTH(theirs)))
            warn_theirs(&loader, attribute->place, attribute->name);
        else if (!is_one_of(attribute->name, names, ARRAY_LENGTH(names)))
            warn(&loader, attribute->place, "attribute", attribute->name, "lint", names,
                 ARRAY_LENGTH(names));
        else if (!config_value(config, block, attribute->name, &value, err) ||
                 !load_setting(&loader, attribute, value, err))
            return false;
    }
    for (size_t i = 0; i < block->body.blocks.count; i++)
        if (!load_block(&loader, block->body.blocks.items[i], err))
            return false;
    return true;
}
