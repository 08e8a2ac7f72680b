/*
 * The names that atlas.hcl may have. Others are most likely misspelt, or belong to a newer Atlas:
 * they get a warning, never silence.
 */
#include <string.h>

#include "config_internal.h"
#include "dbmig/base/text.h"

/*
 * Words separated by blanks. Blocks that are not listed here by their path are not looked into:
 * their parts of the program know what belongs there.
 */
#define NOUN(word) "add_" #word " drop_" #word " modify_" #word " "
static const char skip_names[] =
#include "dbmig/project/diff_changes.def"
    "";
#undef NOUN

static const struct {
    const char *path;
    const char *attributes;
    const char *blocks;
} known[] = {
    {"", "", "variable locals data env lint diff docker atlas test format dbmig template"},
    {"variable", "type default description sensitive", "validation"},
    {"env", "name url dev src schemas exclude for_each log",
     "migration lint diff format schema dbmig template test"},
    {"env.migration",
     "dir format baseline exec_order lock_timeout lock_name revisions_schema tx_mode exclude",
     "repo"},
    {"env.schema", "src", "repo mode migrate"},
    {"diff", "", "skip concurrent_index"},
    {"diff.skip", skip_names, ""},
    {"diff.concurrent_index", "create add drop", ""},
    {"docker", "image schema baseline", "build"},
    {"template", "file property resource", ""},
    {"env.template", "file property resource", ""},
};

static void split_words(Arena *arena, const char *words, StringList *ret)
{
    text_split(arena, words, ' ', ret);
}

/* dbmig { … }: its attributes are the options that have a name there. */
static void list_settings(Arena *arena, StringList *ret)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const char *name = option_spec(id)->hcl;
        if (name != NULL && text_starts(name, "dbmig."))
            VEC_PUSH(arena, *ret, name + strlen("dbmig."));
    }
}

static void warn_unknown(Config *config, HclPlace place, const char *what, const char *name,
                         const char *inside, const StringList *names)
{
    const char *nearest = text_nearest(name, names->items, names->count);
    const char *in = inside[0] == '\0' ? "" : arena_printf(config->arena, " in %s", inside);
    if (nearest != NULL)
        config_warn(config, place, "unknown %s \"%s\"%s is ignored (did you mean \"%s\"?)", what,
                    name, in, nearest);
    else
        config_warn(config, place, "unknown %s \"%s\"%s is ignored", what, name, in);
}

static void check_attributes(Config *config, const HclBody *body, const char *path,
                             const StringList *names)
{
    for (size_t i = 0; i < body->attributes.count; i++) {
        const HclAttribute *attribute = &body->attributes.items[i];
        if (!text_list_has(names, attribute->name))
            warn_unknown(config, attribute->place, "attribute", attribute->name, path, names);
    }
}

static void check_body(Config *config, const HclBody *body, const char *path);

static void check_blocks(Config *config, const HclBody *body, const char *path,
                         const StringList *names)
{
    for (size_t i = 0; i < body->blocks.count; i++) {
        const HclBlock *block = body->blocks.items[i];
        if (!text_list_has(names, block->type)) {
            warn_unknown(config, block->place, "block", block->type, path, names);
            continue;
        }
        bool same_anywhere = strcmp(block->type, "dbmig") == 0 || strcmp(block->type, "diff") == 0;
        const char *inner = path[0] == '\0' || same_anywhere
                                ? block->type
                                : arena_printf(config->arena, "%s.%s", path, block->type);
        check_body(config, &block->body, inner);
    }
}

static void check_body(Config *config, const HclBody *body, const char *path)
{
    StringList attributes = {0};
    StringList blocks = {0};
    if (strcmp(path, "dbmig") == 0) {
        list_settings(config->arena, &attributes);
        check_attributes(config, body, path, &attributes);
        return;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        if (strcmp(known[i].path, path) != 0)
            continue;
        split_words(config->arena, known[i].attributes, &attributes);
        split_words(config->arena, known[i].blocks, &blocks);
        check_attributes(config, body, path, &attributes);
        check_blocks(config, body, path, &blocks);
    }
}

void config_check_names(Config *config)
{
    check_body(config, &config->body, "");
}
