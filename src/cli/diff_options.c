/* From the option set to DiffOptions. */
#include "dbmig/cli/diff_options.h"

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

void diff_options_fill(const CommandContext *context, DiffOptions *ret)
{
    const OptionSet *options = context->options;
    *ret = (DiffOptions){
        .snapshot = {
            .schemas = option_list(options, OPT_SCHEMAS),
            .exclude = excluded(context),
            .history_table = option_string(options, OPT_HISTORY_TABLE),
        },
        .plan = {.strict_order = option_flag(options, OPT_STRICT_ORDER)},
        .verify = option_flag(options, OPT_VERIFY),
        .cross_version = option_flag(options, OPT_CROSS_VERSION),
    };
    replay_options_fill(context, &ret->replay);
}
