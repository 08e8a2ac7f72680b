/* Finds and reads atlas.hcl, selects the env, and answers questions about it. */
#include "dbmig/project/config.h"

#include <string.h>

#include "config_internal.h"
#include "dbmig/base/file.h"
#include "dbmig/base/text.h"

#define DEFAULT_FILE "atlas.hcl"

void config_warn(Config *config, HclPlace place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    ConfigWarning warning = {place, arena_vprintf(config->arena, format, args)};
    va_end(args);
    VEC_PUSH(config->arena, config->warnings, warning);
}

/* *ret is NULL when there is no file and none is asked for. */
static bool find_file(OptionSet *options, const char **ret, Error *err)
{
    const char *given = option_string(options, OPT_CONFIG);
    *ret = NULL;
    if (given != NULL) {
        *ret = text_starts(given, "file://") ? given + strlen("file://") : given;
        return true;
    }
    if (file_kind(DEFAULT_FILE) != FILE_MISSING) {
        *ret = DEFAULT_FILE;
        return true;
    }
    bool env = text_equal(option_source(options, OPT_ENV), "--env");
    if (!env && !option_is_set(options, OPT_VAR))
        return true;
    error_set(err, EXIT_USAGE, "%s needs a configuration, and there is no %s here",
              env ? "--env" : "--var", DEFAULT_FILE);
    return error_hint(err, "Name the file with --config, or let 'dbmig init' write one.");
}

static bool read_file(Config *config, Error *err)
{
    Bytes content;
    if (!file_read(config->arena, config->file, &content, err))
        return error_prefix(err, "configuration");
    return hcl_parse(config->arena, config->file, content.data, content.len, &config->body, err);
}

static bool same_label(const HclBlock *block, size_t i, const char *label)
{
    if (label == NULL)
        return true;
    return i < block->labels.count && strcmp(block->labels.items[i], label) == 0;
}

const HclBlock *config_find(const Config *config, const char *type, const char *first,
                            const char *second)
{
    for (size_t i = 0; i < config->body.blocks.count; i++) {
        const HclBlock *block = config->body.blocks.items[i];
        if (strcmp(block->type, type) == 0 && same_label(block, 0, first) &&
            same_label(block, 1, second))
            return block;
    }
    return NULL;
}

static void list_envs(Config *config)
{
    for (size_t i = 0; i < config->body.blocks.count; i++) {
        const HclBlock *block = config->body.blocks.items[i];
        if (strcmp(block->type, "env") == 0 && block->labels.count > 0)
            VEC_PUSH(config->arena, config->env_names, block->labels.items[0]);
    }
}

static bool no_such_env(const Config *config, Error *err)
{
    const char *name = config->env_name;
    Buf names = {0};
    const char *nearest = text_nearest(name, config->env_names.items, config->env_names.count);
    for (size_t i = 0; i < config->env_names.count; i++)
        buf_printf(&names, "%s\"%s\"", i == 0 ? "" : ", ", config->env_names.items[i]);
    if (nearest != NULL)
        error_set(err, EXIT_USAGE, "there is no env \"%s\" (did you mean \"%s\"?)", name, nearest);
    else
        error_set(err, EXIT_USAGE, "there is no env \"%s\"", name);
    error_at(err, config->file, 0, 0);
    if (names.len > 0)
        error_detail(err, "The file has %s.", buf_text(&names));
    else
        error_detail(err, "The file has no env blocks.");
    buf_free(&names);
    return false;
}

static bool defined_twice(const HclBlock *first, const HclBlock *second, Error *err)
{
    error_set(err, EXIT_USAGE, "env \"%s\" is defined twice, first on line %zu",
              second->labels.items[0], first->place.line);
    return error_at(err, second->place.file, second->place.line, second->place.column);
}

/* env { name = atlas.env … }, without a label, stands for any name that it gives itself. */
static bool find_unlabelled(Config *config, Error *err)
{
    for (size_t i = 0; i < config->body.blocks.count; i++) {
        const HclBlock *block = config->body.blocks.items[i];
        HclValue *name;
        if (strcmp(block->type, "env") != 0 || block->labels.count > 0)
            continue;
        const HclAttribute *attribute = hcl_attribute(&block->body, "name");
        if (attribute == NULL)
            continue;
        if (!config_evaluate(config, attribute->expr, &name, err))
            return false;
        if (name->type == HCL_STRING && strcmp(name->string, config->env_name) == 0) {
            config->env = block;
            return true;
        }
    }
    return no_such_env(config, err);
}

static bool find_env(Config *config, Error *err)
{
    for (size_t i = 0; i < config->body.blocks.count; i++) {
        const HclBlock *block = config->body.blocks.items[i];
        if (strcmp(block->type, "env") != 0 || block->labels.count == 0 ||
            strcmp(block->labels.items[0], config->env_name) != 0)
            continue;
        if (config->env != NULL)
            return defined_twice(config->env, block, err);
        config->env = block;
    }
    return config->env != NULL || find_unlabelled(config, err);
}

/* The env asked for, or the only one there is. */
static bool select_env(Config *config, Error *err)
{
    list_envs(config);
    config->env_name = option_string(config->options, OPT_ENV);
    if (config->env_name == NULL && config->env_names.count == 1)
        config->env_name = config->env_names.items[0];
    if (config->env_name == NULL)
        return true;
    if (!find_env(config, err))
        return false;
    const HclPlace *place = &config->env->place;
    const char *source = arena_printf(config->arena, "%s:%zu", place->file, place->line);
    return option_from_file(config->options, OPT_ENV, config->env_name, source, err);
}

/* A misspelt --var must not leave the variable at its default. */
static bool check_given_variables(const Config *config, Error *err)
{
    const StringList *given = option_list(config->options, OPT_VAR);
    for (size_t i = 0; i < given->count; i++) {
        const char *equals = strchr(given->items[i], '=');
        if (equals == NULL)
            return error_set(err, EXIT_USAGE, "--var needs NAME=VALUE");
        size_t len = (size_t)(equals - given->items[i]);
        const char *name = arena_strndup(config->arena, given->items[i], len);
        if (config_find(config, "variable", name, NULL) == NULL) {
            error_set(err, EXIT_USAGE, "there is no variable \"%s\" for --var", name);
            return error_at(err, config->file, 0, 0);
        }
    }
    return true;
}

static bool load(Arena *arena, OptionSet *set, Config **ret, Error *err)
{
    Config *config = arena_alloc(arena, sizeof(*config));
    *config = (Config){.arena = arena, .options = set, .folder = ".", .values = map_new(arena)};
    *ret = config;
    config_begin_scope(config);
    if (!find_file(set, &config->file, err))
        return false;
    if (config->file == NULL)
        return true;
    config->folder = file_folder_of(arena, config->file);
    if (!read_file(config, err))
        return false;
    config_check_names(config);
    return check_given_variables(config, err) && select_env(config, err) &&
           config_set_options(config, err);
}

bool config_load(Arena *arena, OptionSet *set, Config **ret, Error *err)
{
    return load(arena, set, ret, err) && config_join_format(arena, set, err);
}

const char *config_file(const Config *config)
{
    return config->file;
}

const char *config_folder(const Config *config)
{
    return config->folder;
}

const char *config_env_name(const Config *config)
{
    return config->env == NULL ? NULL : config->env_name;
}

const StringList *config_env_names(const Config *config)
{
    return &config->env_names;
}

const char *config_empty_url(const Config *config)
{
    return config->empty_url;
}

const ConfigWarnings *config_warnings(const Config *config)
{
    return &config->warnings;
}

static void collect(Arena *arena, const HclBody *body, const char *type, ConfigBlocks *ret)
{
    const char *dot = strchr(type, '.');
    size_t len = dot == NULL ? strlen(type) : (size_t)(dot - type);
    for (size_t i = 0; i < body->blocks.count; i++) {
        const HclBlock *block = body->blocks.items[i];
        if (strlen(block->type) != len || memcmp(block->type, type, len) != 0)
            continue;
        if (dot == NULL)
            VEC_PUSH(arena, *ret, block);
        else
            collect(arena, &block->body, dot + 1, ret);
    }
}

void config_blocks(const Config *config, const char *type, ConfigBlocks *ret)
{
    *ret = (ConfigBlocks){0};
    if (config->env != NULL)
        collect(config->arena, &config->env->body, type, ret);
    if (ret->count == 0)
        collect(config->arena, &config->body, type, ret);
}

const HclBlock *config_block(const Config *config, const char *type)
{
    ConfigBlocks blocks;
    config_blocks(config, type, &blocks);
    return blocks.count == 0 ? NULL : blocks.items[0];
}

const HclBlock *config_env_block(const Config *config, const char *type)
{
    for (size_t i = 0; config->env != NULL && i < config->env->body.blocks.count; i++) {
        const HclBlock *block = config->env->body.blocks.items[i];
        if (strcmp(block->type, type) == 0)
            return block;
    }
    return NULL;
}

bool config_value(Config *config, const HclBlock *block, const char *name, HclValue **ret,
                  Error *err)
{
    *ret = NULL;
    if (block == NULL)
        block = config->env;
    const HclAttribute *attribute = block == NULL ? NULL : hcl_attribute(&block->body, name);
    if (attribute == NULL)
        return true;
    /* exec_order = LINEAR: Atlas writes its enumerations so. */
    if (hcl_is_word(attribute->expr)) {
        *ret = hcl_new_string(config->arena, hcl_reference_text(config->arena, attribute->expr));
        return true;
    }
    return config_evaluate(config, attribute->expr, ret, err);
}

const char *config_path(const Config *config, const char *path)
{
    bool url = text_starts(path, "file://");
    const char *plain = url ? path + strlen("file://") : path;
    if (strcmp(config->folder, ".") == 0 || plain[0] == '/' || strstr(plain, "://") != NULL)
        return path;
    const char *joined = file_join(config->arena, config->folder, plain);
    return url ? arena_printf(config->arena, "file://%s", joined) : joined;
}

static bool not_strings(const HclAttribute *attribute, Error *err)
{
    error_set(err, EXIT_USAGE, "\"%s\" must be a string or a list of strings", attribute->name);
    return error_at(err, attribute->place.file, attribute->place.line, attribute->place.column);
}

bool config_strings(Config *config, const HclAttribute *attribute, StringList *ret, Error *err)
{
    HclValue *value;
    const char *text;
    if (!config_evaluate(config, attribute->expr, &value, err))
        return false;
    if (value->type != HCL_LIST) {
        if (!hcl_to_string(config->arena, value, &text))
            return not_strings(attribute, err);
        VEC_PUSH(config->arena, *ret, text);
        return true;
    }
    for (size_t i = 0; i < value->count; i++) {
        if (!hcl_to_string(config->arena, value->items[i], &text))
            return not_strings(attribute, err);
        VEC_PUSH(config->arena, *ret, text);
    }
    return true;
}

/* `src` of the env, or of its schema block. */
static const HclAttribute *find_source(const Config *config)
{
    if (config->env == NULL)
        return NULL;
    const HclAttribute *attribute = hcl_attribute(&config->env->body, "src");
    for (size_t i = 0; attribute == NULL && i < config->env->body.blocks.count; i++) {
        const HclBlock *block = config->env->body.blocks.items[i];
        if (strcmp(block->type, "schema") == 0)
            attribute = hcl_attribute(&block->body, "src");
    }
    return attribute;
}

static bool bad_source(const HclAttribute *attribute, const char *text, Error *err)
{
    error_set(err, EXIT_USAGE, "dbmig cannot read a schema from \"%s\"", text);
    error_at(err, attribute->place.file, attribute->place.line, attribute->place.column);
    return error_hint(err, "src can be SQL files or folders (file://…, or a list of them), a "
                           "database URL, or data.external_schema.NAME.url.");
}

static bool is_database(const char *text)
{
    return text_starts(text, "postgres://") || text_starts(text, "postgresql://");
}

static bool one_source(Config *config, const HclAttribute *attribute, const char *text,
                       SchemaSource *ret, Error *err)
{
    if (text_starts(text, PROGRAM_SCHEME)) {
        const char *name = text + strlen(PROGRAM_SCHEME);
        const HclBlock *block = config_find(config, "data", "external_schema", name);
        if (block == NULL)
            return bad_source(attribute, text, err);
        ret->kind = SOURCE_PROGRAM;
        return config_program(config, block, &ret->program, &ret->folder, err);
    }
    if (is_database(text)) {
        ret->kind = SOURCE_URL;
        ret->url = text;
        return true;
    }
    const char *path = config_path(config, text);
    if (text_starts(path, "file://"))
        path += strlen("file://");
    if (strstr(path, "://") != NULL || path[0] == '\0')
        return bad_source(attribute, text, err);
    size_t len = strcspn(path, "?");
    ret->kind = SOURCE_PATHS;
    const char *plain = arena_strndup(config->arena, path, len);
    VEC_PUSH(config->arena, ret->paths, plain);
    return true;
}

bool config_schema_source(Config *config, SchemaSource *ret, Error *err)
{
    StringList texts = {0};
    *ret = (SchemaSource){.kind = SOURCE_NONE};
    const HclAttribute *attribute = find_source(config);
    if (attribute == NULL)
        return true;
    if (!config_strings(config, attribute, &texts, err))
        return false;
    ret->place =
        arena_printf(config->arena, "%s:%zu", attribute->place.file, attribute->place.line);
    for (size_t i = 0; i < texts.count; i++) {
        if (!one_source(config, attribute, texts.items[i], ret, err))
            return false;
        if (texts.count > 1 && ret->kind != SOURCE_PATHS)
            return bad_source(attribute, texts.items[i], err);
    }
    return true;
}
