/* From attributes of atlas.hcl to options: the table says which attribute each option has. */
#include <ctype.h>
#include <string.h>

#include "config_internal.h"
#include "dbmig/base/file.h"
#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "dbmig/project/format.h"

/* The attribute of that dotted name: the env's; in a block, else the top level's. */
static const HclAttribute *find_attribute(const Config *config, const char *path,
                                          const HclBlock **ret_block)
{
    const char *dot = strrchr(path, '.');
    *ret_block = config->env;
    if (dot == NULL)
        return config->env == NULL ? NULL : hcl_attribute(&config->env->body, path);
    const char *type = arena_strndup(config->arena, path, (size_t)(dot - path));
    const HclBody *const bodies[] = {config->env == NULL ? NULL : &config->env->body,
                                     &config->body};
    for (size_t b = 0; b < ARRAY_LENGTH(bodies); b++) {
        for (size_t i = 0; bodies[b] != NULL && i < bodies[b]->blocks.count; i++) {
            const HclBlock *block = bodies[b]->blocks.items[i];
            const HclAttribute *attribute = hcl_attribute(&block->body, dot + 1);
            *ret_block = block;
            if (strcmp(block->type, type) == 0 && attribute != NULL)
                return attribute;
        }
    }
    return NULL;
}

static const char *place_text(const Config *config, const HclAttribute *attribute)
{
    return arena_printf(config->arena, "%s:%zu", attribute->place.file, attribute->place.line);
}

static bool fail_at(const HclAttribute *attribute, Error *err, const char *expected)
{
    error_set(err, EXIT_USAGE, "\"%s\" %s", attribute->name, expected);
    return error_at(err, attribute->place.file, attribute->place.line, attribute->place.column);
}

/* NON_LINEAR and "non_linear" are non-linear. */
static const char *as_choice(Arena *arena, const char *text)
{
    char *choice = arena_strdup(arena, text);
    for (char *at = choice; *at != '\0'; at++)
        *at = *at == '_' ? '-' : (char)tolower((unsigned char)*at);
    return choice;
}

static bool check_path(const HclAttribute *attribute, const char *text, Error *err)
{
    const char *scheme = strstr(text, "://");
    if (scheme == NULL || text_starts(text, "file://"))
        return true;
    return fail_at(attribute, err, "must be a path or a file:// URL");
}

static bool set_scalar(Config *config, OptionId id, const HclAttribute *attribute,
                       const HclValue *value, Error *err)
{
    const char *text;
    if (!hcl_to_string(config->arena, value, &text))
        return fail_at(attribute, err, "takes a single value");
    if (option_spec(id)->type == OPTION_CHOICE)
        text = as_choice(config->arena, text);
    if (option_spec(id)->flags & OPTION_PATH) {
        if (!check_path(attribute, text, err))
            return false;
        text = config_path(config, text);
    }
    if (id == OPT_URL && *text == '\0')
        config->empty_url = place_text(config, attribute);
    return option_from_file(config->options, id, text, place_text(config, attribute), err) &&
           option_set_origin(config->options, id, place_text(config, attribute), value->origin);
}

/* A list; an object gives NAME=VALUE items. */
static bool set_list(Config *config, OptionId id, const HclAttribute *attribute,
                     const HclValue *value, Error *err)
{
    StringList items = {0};
    bool pairs = text_equal(option_spec(id)->metavar, "NAME=VALUE");
    bool path = (option_spec(id)->flags & OPTION_PATH) != 0;
    if (pairs != (value->type == HCL_OBJECT))
        return fail_at(attribute, err,
                       pairs ? "takes an object: { NAME = VALUE }" : "takes a list of strings");
    for (size_t i = 0; i < value->count; i++) {
        const char *text;
        if (!hcl_to_string(config->arena, value->items[i], &text))
            return fail_at(attribute, err, "takes strings");
        if (path && !check_path(attribute, text, err))
            return false;
        if (pairs)
            text = arena_printf(config->arena, "%s=%s", value->keys[i], text);
        else if (path)
            text = config_path(config, text);
        VEC_PUSH(config->arena, items, text);
    }
    return option_list_from_file(config->options, id, &items, place_text(config, attribute), err) &&
           option_set_origin(config->options, id, place_text(config, attribute), value->origin);
}

static bool set_option(Config *config, OptionId id, Error *err)
{
    const HclBlock *block;
    HclValue *value;
    const HclAttribute *attribute = find_attribute(config, option_spec(id)->hcl, &block);
    if (attribute == NULL)
        return true;
    if (!config_value(config, block, attribute->name, &value, err))
        return false;
    if (value->type == HCL_NULL)
        return true;
    if (value->type == HCL_LIST || value->type == HCL_OBJECT)
        return option_spec(id)->type == OPTION_LIST
                   ? set_list(config, id, attribute, value, err)
                   : fail_at(attribute, err, "takes a single value");
    return set_scalar(config, id, attribute, value, err);
}

/* A format that cannot be read is an error where it stands. */
static bool check_format(Config *config, Error *err)
{
    const HclBlock *block;
    const HclAttribute *attribute = find_attribute(config, "migration.format", &block);
    const char *source = option_source(config->options, OPT_DIR_FORMAT);
    FolderFormat format;
    if (attribute == NULL || !option_is_set(config->options, OPT_DIR_FORMAT) || source[0] == '-' ||
        source[0] == '$')
        return true;
    return format_find(as_choice(config->arena, option_string(config->options, OPT_DIR_FORMAT)),
                       &format, err) ||
           error_at(err, attribute->place.file, attribute->place.line, attribute->place.column);
}

static void remove_file(void *path)
{
    Error ignored = {0};
    file_remove_tree(path, &ignored);
    error_clear(&ignored);
}

/* The baseline of a docker block is SQL text, and init-sql takes files: a file that goes with us.
 */
static bool add_baselines(Config *config, Error *err)
{
    char *folder;
    if (config->baseline_sql.count == 0 || !option_allowed(config->options, OPT_INIT_SQL))
        return true;
    if (!file_make_private_folder(config->arena, NULL, "dbmig-baseline-", &folder, err))
        return false;
    cleanup_register(remove_file, folder);
    for (size_t i = 0; i < config->baseline_sql.count; i++) {
        const char *sql = config->baseline_sql.items[i];
        const char *name = arena_printf(config->arena, "baseline-%zu.sql", i + 1);
        const char *path = file_join(config->arena, folder, name);
        if (!file_create_new(path, sql, strlen(sql), 0600, err))
            return false;
        option_list_add(config->options, OPT_INIT_SQL, path, config->file);
    }
    return true;
}

/* A folder of server programs that the file names, not a flag or the environment. */
static bool check_programs(const Config *config, Error *err)
{
    const char *dev = option_string(config->options, OPT_DEV_URL);
    const char *source = option_source(config->options, OPT_DEV_URL);
    if (!option_flag(config->options, OPT_NO_PROGRAMS) || dev == NULL || !text_starts(dev, "embedded:///") ||
        text_starts(source, "-") || text_starts(source, "$"))
        return true;
    error_set(err, EXIT_USAGE,
              "`dev` (%s) names a folder of programs, and --no-programs forbids that", source);
    return error_hint(err, "embedded:// without a folder takes the machine's own server; --dev-url "
                           "goes before `dev`.");
}

bool config_set_options(Config *config, Error *err)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (option_spec(id)->hcl == NULL || !option_allowed(config->options, id) ||
            (option_is_set(config->options, id) && (option_spec(id)->flags & OPTION_STICKY) == 0))
            continue;
        if (!set_option(config, id, err))
            return false;
    }
    return check_programs(config, err) && check_format(config, err) && add_baselines(config, err);
}
