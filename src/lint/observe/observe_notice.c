/* Reads the server's notices: its own words on scans and rewrites (DEBUG1), our event triggers' (INFO). */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/text/hcl.h"
#include "observe.h"

/* The text between the n-th pair of double quotes; NULL when there is none. */
static const char *quoted(Arena *arena, const char *text, int n)
{
    for (;; n--) {
        const char *open = strchr(text, '"');
        const char *close = open == NULL ? NULL : strchr(open + 1, '"');
        if (close == NULL)
            return NULL;
        if (n == 0)
            return arena_strndup(arena, open + 1, (size_t)(close - open - 1));
        text = close + 1;
    }
}

static const char *item_text(const HclValue *list, size_t n)
{
    return n < list->count && list->items[n]->type == HCL_STRING ? list->items[n]->string : "";
}

static void add_command(Observation *observation, const HclValue *one)
{
    LintCommand command = {item_text(one, 0), item_text(one, 1), item_text(one, 2)};
    VEC_PUSH(observation->run->arena, observation->evidence.commands, command);
}

static void add_drop(Observation *observation, const HclValue *one)
{
    LintDropped dropped = {item_text(one, 0), item_text(one, 1),
                           strcmp(item_text(one, 2), "true") == 0,
                           strcmp(item_text(one, 3), "true") == 0};
    VEC_PUSH(observation->run->arena, observation->evidence.dropped, dropped);
}

/* ["rewrite", oid, reason, level], ["commands", [[tag, type, identity], …], level],
   ["drops", [[type, …], …], level]; level is what client_min_messages was there. */
static void read_trigger(Observation *observation, const char *text)
{
    HclValue *list = NULL;
    Error ignored = {0};
    if (!hcl_from_json(observation->run->arena, text, &list, &ignored) || list->type != HCL_LIST) {
        error_clear(&ignored);
        return;
    }
    const char *kind = item_text(list, 0);
    const char *level = list->count > 0 ? item_text(list, list->count - 1) : "";
    observation->evidence.deaf |= !text_starts(level, "debug");
    if (strcmp(kind, "rewrite") == 0) {
        LintRewrite rewrite = {item_text(list, 1), atoi(item_text(list, 2))};
        VEC_PUSH(observation->run->arena, observation->evidence.rewrites, rewrite);
        return;
    }
    const HclValue *all = list->count > 1 && list->items[1]->type == HCL_LIST ? list->items[1] : NULL;
    for (size_t i = 0; all != NULL && i < all->count; i++)
        (strcmp(kind, "drops") == 0 ? add_drop : add_command)(observation, all->items[i]);
}

static void push(Arena *arena, StringList *list, const char *text)
{
    if (text != NULL)
        VEC_PUSH(arena, *list, text);
}

void lint_notice(void *context, const SessionNotice *notice)
{
    Observation *observation = context;
    const ReplayOptions *options = &observation->run->options->replay;
    Evidence *evidence = &observation->evidence;
    Arena *arena = observation->run->arena;
    const char *text = notice->message;
    bool ours = text_starts(text, "dbmig-lint[");
    if (!ours && !text_starts(notice->severity, "DEBUG")) {
        evidence->absent |= observation->watching && strstr(text, " does not exist, skipping") != NULL;
        if (options->on_notice != NULL && !observation->trying)
            options->on_notice(options->context, notice);
        return;
    }
    if (!observation->watching)
        return;
    if (ours) {
        read_trigger(observation, text + strlen("dbmig-lint"));
    } else if (text_starts(text, "rewriting table \"")) {
        push(arena, &evidence->rewritten, quoted(arena, text, 0));
    } else if (text_starts(text, "verifying table \"")) {
        push(arena, &evidence->verified, quoted(arena, text, 0));
    } else if (text_starts(text, "validating foreign key constraint \"")) {
        push(arena, &evidence->validated, quoted(arena, text, 0));
    } else if (text_starts(text, "existing constraints on column \"")) {
        push(arena, &evidence->proven, quoted(arena, text, 0));
    } else if (text_starts(text, "building index \"")) {
        push(arena, &evidence->built, quoted(arena, text, 0));
        push(arena, &evidence->built_on, quoted(arena, text, 1));
    }
}
