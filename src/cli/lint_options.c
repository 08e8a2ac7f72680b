/* From the option set and lint {} to LintOptions. */
#include "dbmig/cli/lint_options.h"

#include <inttypes.h>

#include "dbmig/base/buf.h"
#include "dbmig/base/log.h"
#include "dbmig/cli/replay_options.h"

bool lint_options_fill(const CommandContext *context, LintOptions *ret, Error *err)
{
    LintPolicy *policy = arena_alloc(context->arena, sizeof(*policy));
    const OptionSet *set = context->options;
    lint_policy_default(policy);
    *ret = (LintOptions){
        .policy = policy,
        .lock_timeout_ms = option_number(set, OPT_DDL_LOCK_TIMEOUT),
        .statement_timeout_ms = option_number(set, OPT_STATEMENT_TIMEOUT),
    };
    replay_options_fill(context, &ret->replay);
    if (!lint_policy_load(context->arena, context->config, policy, err))
        return false;
    for (size_t i = 0; i < policy->warnings.count; i++)
        log_warning("%s", policy->warnings.items[i]);
    const StringList *rules =
        option_allowed(set, OPT_RULE) ? option_list(set, OPT_RULE) : NULL;
    for (size_t i = 0; rules != NULL && i < rules->count; i++)
        if (!lint_policy_set(policy, rules->items[i], err))
            return false;
    return true;
}

char *lint_options_text(Arena *arena, const LintOptions *options)
{
    const LintPolicy *policy = options->policy;
    Buf out = {0};
    buf_add_str(&out, "lint ");
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++)
        buf_printf(&out, "%d%s", (int)policy->severity[id], policy->strict[id] ? "+" : "");
    buf_printf(&out, " %" PRId64 " %" PRId64 " %s", options->lock_timeout_ms,
               options->statement_timeout_ms,
               policy->naming_match == NULL ? "" : policy->naming_match);
    buf_printf(&out, " %s %s", policy->timezone == NULL ? "" : policy->timezone,
               policy->baseline == NULL ? "" : policy->baseline);
    return buf_steal(&out, arena);
}
