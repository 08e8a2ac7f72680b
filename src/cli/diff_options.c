/* From the option set to DiffOptions. */
#include "dbmig/cli/diff_options.h"

#include <string.h>

#include "dbmig/base/log.h"
#include "dbmig/base/text.h"
#include "dbmig/cli/ask.h"
#include "dbmig/cli/replay_options.h"
#include "dbmig/db/history.h"

/* Tables of migration tools are no part of a schema. */
static const StringList *excluded(const CommandContext *context)
{
    static const char *const always[] = {"*." HISTORY_FLYWAY_TABLE, "*." HISTORY_FLYWAY_TABLE "_*",
                                         "atlas_schema_revisions"};
    StringList *list = arena_alloc(context->arena, sizeof(*list));
    const StringList *given = option_list(context->options, OPT_EXCLUDE);
    for (size_t i = 0; i < ARRAY_LENGTH(always); i++)
        VEC_PUSH(context->arena, *list, always[i]);
    for (size_t i = 0; given && i < given->count; i++)
        VEC_PUSH(context->arena, *list, given->items[i]);
    return list;
}

/* The default is no: a rename that was none keeps rows that nobody wants. */
static bool ask_rename(void *context, const char *question)
{
    (void)context;
    return ask(question);
}

void diff_options_fill(const CommandContext *context, DiffOptions *ret)
{
    const OptionSet *options = context->options;
    *ret = (DiffOptions){
        .snapshot = {
            .schemas = option_list(options, OPT_SCHEMAS),
            .exclude = excluded(context),
            .history_table = option_string(options, OPT_HISTORY_TABLE),
            .lock_timeout_ms = option_number(options, OPT_DDL_LOCK_TIMEOUT),
        },
        .plan = {.strict_order = option_flag(options, OPT_STRICT_ORDER)},
        .verify = option_flag(options, OPT_VERIFY),
        .cross_version = option_flag(options, OPT_CROSS_VERSION),
        .source_timeout_ms = option_number(options, OPT_SOURCE_TIMEOUT),
    };
    if (option_allowed(options, OPT_RENAME) && ask_possible())
        ret->confirm_rename = ask_rename;
    replay_options_fill(context, &ret->replay);
}

/* ---- policy ---- */

/* A word of --skip: add_, drop_ or modify_ with a noun that is known. */
static bool is_skip_word(const char *word)
{
    static const char *const verbs[] = {"add_", "drop_", "modify_"};
    for (size_t v = 0; v < ARRAY_LENGTH(verbs); v++) {
        if (!text_starts(word, verbs[v]))
            continue;
        for (size_t i = 0; plan_skip_nouns[i]; i++) {
            if (strcmp(word + strlen(verbs[v]), plan_skip_nouns[i]) == 0)
                return true;
        }
    }
    return false;
}

static bool add_given(const CommandContext *context, StringList *ret, Error *err)
{
    const StringList *given = option_list(context->options, OPT_SKIP);
    for (size_t i = 0; given && i < given->count; i++) {
        if (!is_skip_word(given->items[i])) {
            error_set(err, EXIT_USAGE, "--skip knows no change \"%s\"", given->items[i]);
            return error_hint(err, "Say drop_table, drop_column, modify_index …; see dbmig help diff.");
        }
        VEC_PUSH(context->arena, *ret, given->items[i]);
    }
    return true;
}

static bool fail_at(const HclAttribute *attribute, Error *err)
{
    error_set(err, EXIT_USAGE, "\"%s\" takes true or false", attribute->name);
    return error_at(err, attribute->place.file, attribute->place.line, attribute->place.column);
}

static bool read_flag(const CommandContext *context, const HclBlock *block, const HclAttribute *attribute,
                      bool *ret, Error *err)
{
    HclValue *value;
    if (!config_value(context->config, block, attribute->name, &value, err))
        return false;
    if (value && value->type != HCL_NULL && !hcl_to_bool(value, ret))
        return fail_at(attribute, err);
    return true;
}

/* Names that are not known got their warning when the file was read. */
static bool add_configured(const CommandContext *context, StringList *ret, Error *err)
{
    const HclBlock *block = context->config ? config_block(context->config, "diff.skip") : NULL;
    for (size_t i = 0; block && i < block->body.attributes.count; i++) {
        const HclAttribute *attribute = &block->body.attributes.items[i];
        bool skip = false;
        if (!is_skip_word(attribute->name))
            continue;
        if (!read_flag(context, block, attribute, &skip, err))
            return false;
        if (skip)
            VEC_PUSH(context->arena, *ret, attribute->name);
    }
    return true;
}

static bool read_concurrent(const CommandContext *context, PlanOptions *ret, Error *err)
{
    const HclBlock *block =
        context->config ? config_block(context->config, "diff.concurrent_index") : NULL;
    for (size_t i = 0; block && i < block->body.attributes.count; i++) {
        const HclAttribute *attribute = &block->body.attributes.items[i];
        bool drop = strcmp(attribute->name, "drop") == 0;
        bool *flag = drop ? &ret->concurrent_drop : &ret->concurrent_create;
        bool known = drop || strcmp(attribute->name, "create") == 0 || strcmp(attribute->name, "add") == 0;
        if (known && !read_flag(context, block, attribute, flag, err))
            return false;
    }
    if (option_is_set(context->options, OPT_CONCURRENT_INDEX))
        ret->concurrent_create = ret->concurrent_drop =
            option_flag(context->options, OPT_CONCURRENT_INDEX);
    return true;
}

bool diff_policy_fill(const CommandContext *context, PlanOptions *ret, Error *err)
{
    StringList *skip = arena_alloc(context->arena, sizeof(*skip));
    *skip = (StringList){0};
    ret->strict_order = option_flag(context->options, OPT_STRICT_ORDER);
    ret->renames = option_list(context->options, OPT_RENAME);
    ret->online = option_flag(context->options, OPT_ONLINE);
    ret->skip = skip;
    return add_given(context, skip, err) && add_configured(context, skip, err) &&
           read_concurrent(context, ret, err);
}
