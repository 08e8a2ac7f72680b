/*
 * The names that expressions in atlas.hcl can use: var.x, local.x, data.TYPE.NAME,
 * docker.TYPE.NAME, atlas.env. Each is evaluated when it is first needed, and once.
 */
#include <stdlib.h>
#include <string.h>

#include "config_internal.h"
#include "dbmig/base/file.h"
#include "dbmig/base/process.h"
#include "dbmig/base/text.h"

/* Names that are defined by names …: each level may be as deep as an expression can be. */
#define MAX_CHAIN 40

typedef struct Lookup {
    Config *config;
    const char *const *path;
    size_t count;
    size_t used;
    HclValue *value;
    Error *err;
} Lookup;

/* Literals are shared with the tree: a value that comes from elsewhere is a copy. */
static HclValue *with_origin(Arena *arena, HclValue *value, Provenance origin)
{
    if (origin.kinds == 0 || value == NULL)
        return value;
    HclValue *copy = arena_alloc(arena, sizeof(*copy));
    *copy = *value;
    copy->origin = origin;
    return copy;
}

void config_note_origin(Config *config, unsigned kind, const char *what)
{
    provenance_add(&config->origin, (Provenance){kind, what});
}

bool config_evaluate(Config *config, const HclExpr *expr, HclValue **ret, Error *err)
{
    Provenance outer = config->origin;
    config->origin = (Provenance){0};
    bool done = hcl_evaluate(config->arena, expr, &config->scope, ret, err);
    if (done)
        *ret = with_origin(config->arena, *ret, config->origin);
    provenance_add(&outer, config->origin);
    config->origin = outer;
    return done;
}

static bool lack(Lookup *lookup, const char *expected)
{
    return error_set(lookup->err, EXIT_USAGE, "%s needs %s after it", lookup->path[0], expected);
}

/* "there is no variable "x" (did you mean "y"?)" */
static bool unknown(Lookup *lookup, const char *what, const char *name, const StringList *names)
{
    const char *nearest = text_nearest(name, names->items, names->count);
    if (nearest != NULL)
        return error_set(lookup->err, EXIT_USAGE, "there is no %s \"%s\" (did you mean \"%s\"?)",
                         what, name, nearest);
    return error_set(lookup->err, EXIT_USAGE, "there is no %s \"%s\"", what, name);
}

static void list_labels(const Config *config, const char *type, size_t label, StringList *ret)
{
    for (size_t i = 0; i < config->body.blocks.count; i++) {
        const HclBlock *block = config->body.blocks.items[i];
        if (strcmp(block->type, type) == 0 && block->labels.count > label)
            VEC_PUSH(config->arena, *ret, block->labels.items[label]);
    }
}

/* ---- input variables ---- */

/* The values of --var NAME=…, in order. */
static void given_values(const Config *config, const char *name, StringList *ret)
{
    const StringList *all = option_list(config->options, OPT_VAR);
    size_t len = strlen(name);
    for (size_t i = 0; i < all->count; i++) {
        if (strncmp(all->items[i], name, len) == 0 && all->items[i][len] == '=')
            VEC_PUSH(config->arena, *ret, all->items[i] + len + 1);
    }
}

typedef enum VarType { VAR_ANY, VAR_STRING, VAR_NUMBER, VAR_BOOL, VAR_LIST, VAR_OBJECT } VarType;

static VarType variable_type(const Config *config, const HclBlock *block)
{
    static const struct {
        const char *name;
        VarType type;
    } types[] = {{"string", VAR_STRING}, {"number", VAR_NUMBER}, {"int", VAR_NUMBER},
                 {"bool", VAR_BOOL},     {"list", VAR_LIST},     {"set", VAR_LIST},
                 {"tuple", VAR_LIST},    {"map", VAR_OBJECT},    {"object", VAR_OBJECT}};
    const HclAttribute *attribute = hcl_attribute(&block->body, "type");
    if (attribute == NULL)
        return VAR_ANY;
    const char *name = hcl_reference_text(config->arena, attribute->expr);
    for (size_t i = 0; name != NULL && i < ARRAY_LENGTH(types); i++) {
        if (strcmp(types[i].name, name) == 0)
            return types[i].type;
    }
    return VAR_ANY;
}

/* The value in the variable's type, or NULL when it does not fit. */
static HclValue *as_type(Arena *arena, VarType type, HclValue *value)
{
    const char *text;
    bool boolean;
    double number;
    switch (type) {
    case VAR_STRING:
        return hcl_to_string(arena, value, &text) ? hcl_new_string(arena, text) : NULL;
    case VAR_NUMBER:
        return hcl_to_number(value, &number) ? hcl_new_number(arena, number) : NULL;
    case VAR_BOOL:
        return hcl_to_bool(value, &boolean) ? hcl_new_bool(arena, boolean) : NULL;
    case VAR_LIST:
        return value->type == HCL_LIST ? value : NULL;
    case VAR_OBJECT:
        return value->type == HCL_OBJECT ? value : NULL;
    case VAR_ANY:
        break;
    }
    return value;
}

/* Words of the command line: --var x=a --var x=b, or one that is JSON, for lists and objects. */
static HclValue *read_given(const Config *config, VarType type, const StringList *given)
{
    Arena *arena = config->arena;
    const char *last = given->items[given->count - 1];
    HclValue *value = NULL;
    if (type == VAR_OBJECT || (type == VAR_LIST && last[0] == '[')) {
        Error ignored = {0};
        bool ok = hcl_from_json(arena, last, &value, &ignored);
        error_clear(&ignored);
        return ok ? as_type(arena, type, value) : NULL;
    }
    if (type != VAR_LIST)
        return as_type(arena, type, hcl_new_string(arena, last));
    HclValue **items = arena_calloc(arena, given->count, sizeof(*items));
    for (size_t i = 0; i < given->count; i++)
        items[i] = hcl_new_string(arena, given->items[i]);
    return hcl_new_list(arena, items, given->count);
}

static const char *type_text(VarType type)
{
    static const char *const names[] = {
        [VAR_ANY] = "any value",      [VAR_STRING] = "a string", [VAR_NUMBER] = "a number",
        [VAR_BOOL] = "true or false", [VAR_LIST] = "a list",     [VAR_OBJECT] = "a JSON object"};
    return names[type];
}

static bool no_value(Lookup *lookup, const HclBlock *block, const char *name)
{
    error_set(lookup->err, EXIT_USAGE, "the variable \"%s\" has no value", name);
    error_at(lookup->err, block->place.file, block->place.line, block->place.column);
    return error_hint(lookup->err, "Pass it with --var %s=VALUE, or give the variable a default.",
                      name);
}

static bool look_up_variable(Lookup *lookup)
{
    Config *config = lookup->config;
    StringList given = {0};
    if (lookup->count < 2)
        return lack(lookup, "the name of a variable");
    const char *name = lookup->path[1];
    const HclBlock *block = config_find(config, "variable", name, NULL);
    if (block == NULL) {
        StringList names = {0};
        list_labels(config, "variable", 0, &names);
        return unknown(lookup, "variable", name, &names);
    }
    VarType type = variable_type(config, block);
    config_note_origin(config, FROM_VARIABLE, arena_printf(config->arena, "var.%s", name));
    given_values(config, name, &given);
    if (given.count > 0) {
        lookup->value = read_given(config, type, &given);
        return lookup->value != NULL ||
               error_set(lookup->err, EXIT_USAGE, "--var %s: expected %s", name, type_text(type));
    }
    const HclAttribute *fallback = hcl_attribute(&block->body, "default");
    if (fallback == NULL)
        return no_value(lookup, block, name);
    HclValue *value;
    if (!config_evaluate(config, fallback->expr, &value, lookup->err))
        return false;
    lookup->value = value->type == HCL_NULL ? value : as_type(config->arena, type, value);
    if (lookup->value != NULL)
        return true;
    error_set(lookup->err, EXIT_USAGE, "the default of variable \"%s\" must be %s", name,
              type_text(type));
    return error_at(lookup->err, fallback->place.file, fallback->place.line,
                    fallback->place.column);
}

/* ---- locals ---- */

static bool look_up_local(Lookup *lookup)
{
    Config *config = lookup->config;
    StringList names = {0};
    if (lookup->count < 2)
        return lack(lookup, "the name of a local value");
    for (size_t i = 0; i < config->body.blocks.count; i++) {
        const HclBlock *block = config->body.blocks.items[i];
        if (strcmp(block->type, "locals") != 0)
            continue;
        const HclAttribute *attribute = hcl_attribute(&block->body, lookup->path[1]);
        if (attribute != NULL)
            return config_evaluate(config, attribute->expr, &lookup->value, lookup->err);
        for (size_t k = 0; k < block->body.attributes.count; k++)
            VEC_PUSH(config->arena, names, block->body.attributes.items[k].name);
    }
    return unknown(lookup, "local value", lookup->path[1], &names);
}

/* ---- data sources ---- */

bool config_program(Config *config, const HclBlock *block, StringList *ret_argv,
                    const char **ret_folder, Error *err)
{
    HclValue *folder;
    const HclAttribute *program = hcl_attribute(&block->body, "program");
    if (option_flag(config->options, OPT_NO_PROGRAMS)) {
        error_set(err, EXIT_USAGE,
                  "the configuration names a program to run, and --no-programs forbids that");
        return error_at(err, block->place.file, block->place.line, block->place.column);
    }
    if (program == NULL) {
        error_set(err, EXIT_USAGE, "the data source has no program");
        return error_at(err, block->place.file, block->place.line, block->place.column);
    }
    if (!config_strings(config, program, ret_argv, err) ||
        !config_value(config, block, "working_dir", &folder, err))
        return false;
    if (ret_argv->count == 0) {
        error_set(err, EXIT_USAGE, "the program is an empty list");
        return error_at(err, program->place.file, program->place.line, program->place.column);
    }
    *ret_folder = config->folder;
    if (folder != NULL && folder->type == HCL_STRING)
        *ret_folder = config_path(config, folder->string);
    /* A program with a path is looked for where it will run; one without, in PATH. */
    const char *name = ret_argv->items[0];
    if (strchr(name, '/') != NULL && strcmp(*ret_folder, ".") != 0)
        ret_argv->items[0] = file_join(config->arena, *ret_folder, name);
    return true;
}

static bool program_failed(Lookup *lookup, const HclBlock *block, const ProcessResult *result)
{
    error_set(lookup->err, EXIT_USAGE, "the program of data.external.%s failed with exit code %d",
              lookup->path[2], result->exit_code);
    error_at(lookup->err, block->place.file, block->place.line, block->place.column);
    if (result->errors.len > 0)
        error_detail(lookup->err, "%.2000s", result->errors.data);
    return false;
}

/* What the program prints, without the line break at its end. */
static bool run_external(Lookup *lookup, const HclBlock *block)
{
    Arena *arena = lookup->config->arena;
    StringList argv = {0};
    const char *folder;
    ProcessResult result;
    if (!config_program(lookup->config, block, &argv, &folder, lookup->err))
        return false;
    VEC_PUSH(arena, argv, NULL);
    ProcessSpec spec = {.argv = argv.items, .folder = folder};
    if (!process_run(arena, &spec, &result, lookup->err))
        return false;
    if (result.exit_code != 0)
        return program_failed(lookup, block, &result);
    size_t len = strlen(result.out.data);
    while (len > 0 && (result.out.data[len - 1] == '\n' || result.out.data[len - 1] == '\r'))
        len--;
    lookup->value = hcl_new_string(arena, arena_strndup(arena, result.out.data, len));
    return true;
}

static HclValue *object_with_url(Arena *arena, const char *url)
{
    const char **keys = arena_calloc(arena, 1, sizeof(*keys));
    HclValue **items = arena_calloc(arena, 1, sizeof(*items));
    keys[0] = "url";
    items[0] = hcl_new_string(arena, url);
    return hcl_new_object(arena, keys, items, 1);
}

static bool unsupported_data(Lookup *lookup, const HclBlock *block)
{
    const char *type = lookup->path[1];
    bool sql = strcmp(type, "sql") == 0;
    error_set(lookup->err, EXIT_USAGE, "dbmig has no data source \"%s\"", type);
    error_at(lookup->err, block->place.file, block->place.line, block->place.column);
    return error_hint(lookup->err, "%s",
                      sql ? "A program can ask the database: data \"external\"."
                          : "A program can give the value: data \"external\" or "
                            "\"external_schema\".");
}

static bool look_up_data(Lookup *lookup)
{
    Arena *arena = lookup->config->arena;
    if (lookup->count < 3)
        return lack(lookup, "the type and the name of a data source");
    const char *type = lookup->path[1];
    const char *name = lookup->path[2];
    const HclBlock *block = config_find(lookup->config, "data", type, name);
    if (block == NULL) {
        StringList names = {0};
        list_labels(lookup->config, "data", 1, &names);
        return unknown(lookup, arena_printf(arena, "data \"%s\"", type), name, &names);
    }
    config_note_origin(lookup->config, FROM_PROGRAM,
                       arena_printf(arena, "the program of data.%s.%s", type, name));
    if (strcmp(type, "external") == 0)
        return run_external(lookup, block);
    if (strcmp(type, "external_schema") != 0)
        return unsupported_data(lookup, block);
    lookup->value = object_with_url(arena, arena_printf(arena, PROGRAM_SCHEME "%s", name));
    return true;
}

/* ---- docker blocks ---- */

static bool string_of(Lookup *lookup, const HclBlock *block, const char *name, const char **ret)
{
    HclValue *value;
    *ret = NULL;
    if (!config_value(lookup->config, block, name, &value, lookup->err))
        return false;
    if (value == NULL || value->type == HCL_NULL ||
        hcl_to_string(lookup->config->arena, value, ret))
        return true;
    error_set(lookup->err, EXIT_USAGE, "\"%s\" must be a string", name);
    return error_at(lookup->err, block->place.file, block->place.line, block->place.column);
}

/* The official image has a short form; any other is named whole. */
static char *docker_url(Arena *arena, const char *image, const char *schema)
{
    const char *tag = text_starts(image, "postgres:") ? strchr(image, ':') + 1 : NULL;
    char *url = tag != NULL && strchr(tag, '@') == NULL
                    ? arena_printf(arena, "docker://postgres/%s/dev", tag)
                    : arena_printf(arena, "docker+postgres://%s%s/dev",
                                   strchr(image, '/') == NULL ? "_/" : "", image);
    return schema == NULL ? url : arena_printf(arena, "%s?search_path=%s", url, schema);
}

static bool look_up_docker(Lookup *lookup)
{
    Config *config = lookup->config;
    const char *image;
    const char *schema;
    const char *baseline;
    if (lookup->count < 3)
        return lack(lookup, "the type and the name of a docker block");
    const HclBlock *block = config_find(config, "docker", lookup->path[1], lookup->path[2]);
    if (block == NULL) {
        StringList names = {0};
        list_labels(config, "docker", 1, &names);
        return unknown(lookup, "docker block", lookup->path[2], &names);
    }
    if (!string_of(lookup, block, "image", &image) ||
        !string_of(lookup, block, "schema", &schema) ||
        !string_of(lookup, block, "baseline", &baseline))
        return false;
    if (image == NULL || strcmp(lookup->path[1], "postgres") != 0) {
        error_set(lookup->err, EXIT_USAGE,
                  image == NULL ? "the docker block has no image"
                                : "dbmig knows docker \"postgres\" alone");
        return error_at(lookup->err, block->place.file, block->place.line, block->place.column);
    }
    for (size_t i = 0; i < block->body.blocks.count; i++) {
        if (strcmp(block->body.blocks.items[i]->type, "build") == 0)
            config_warn(config, block->body.blocks.items[i]->place,
                        "dbmig does not build images: \"%s\" must be there", image);
    }
    if (baseline != NULL)
        VEC_PUSH(config->arena, config->baseline_sql, baseline);
    lookup->value = object_with_url(config->arena, docker_url(config->arena, image, schema));
    return true;
}

/* ---- the rest ---- */

static bool look_up_atlas(Lookup *lookup)
{
    Arena *arena = lookup->config->arena;
    if (lookup->count < 2 || strcmp(lookup->path[1], "env") != 0)
        return error_set(lookup->err, EXIT_USAGE, "dbmig knows atlas.env alone");
    /* An env without a label takes any name; one with a label says its name itself. */
    const HclBlock *env = lookup->config->env;
    if (env == NULL || env->labels.count == 0)
        config_note_origin(lookup->config, FROM_VARIABLE, "atlas.env");
    lookup->value = lookup->config->env_name == NULL
                        ? arena_alloc(arena, sizeof(HclValue))
                        : hcl_new_string(arena, lookup->config->env_name);
    return true;
}

static bool look_up_each(Lookup *lookup)
{
    error_set(lookup->err, EXIT_USAGE,
              "\"each\" has a value only in a run over all that for_each names");
    return error_hint(lookup->err, "Give the one database to work on with --url.");
}

/* What to call, how many names of the path it is, and whether the value may be kept. */
static const struct {
    const char *root;
    size_t used;
    bool (*function)(Lookup *lookup);
} roots[] = {
    {"var", 2, look_up_variable},  {"local", 2, look_up_local}, {"data", 3, look_up_data},
    {"docker", 3, look_up_docker}, {"atlas", 2, look_up_atlas}, {"each", 1, look_up_each},
};

static char *joined(Arena *arena, const char *const *path, size_t count)
{
    Buf out = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&out, "%s%s", i == 0 ? "" : ".", path[i]);
    return buf_steal(&out, arena);
}

/* A name that is being evaluated already is defined by itself. */
static bool enter(Config *config, const char *name, Error *err)
{
    size_t first = 0;
    while (first < config->in_work.count && strcmp(config->in_work.items[first], name) != 0)
        first++;
    if (first < config->in_work.count) {
        Buf circle = {0};
        for (size_t i = first; i < config->in_work.count; i++)
            buf_printf(&circle, "%s, which needs ", config->in_work.items[i]);
        error_set(err, EXIT_USAGE, "%s is defined by itself", name);
        error_detail(err, "%s%s.", buf_text(&circle), name);
        buf_free(&circle);
        return false;
    }
    if (config->in_work.count >= MAX_CHAIN)
        return error_set(err, EXIT_USAGE, "more than %d names are defined by each other",
                         MAX_CHAIN);
    VEC_PUSH(config->arena, config->in_work, name);
    return true;
}

/* Evaluates what no expression needed so far, and keeps it with its origin. */
static bool first_value(Config *config, Lookup *lookup, bool (*function)(Lookup *lookup),
                        const char *name, HclValue **ret)
{
    Provenance outer = config->origin;
    config->origin = (Provenance){0};
    bool ok = function(lookup);
    config->in_work.count--;
    *ret = with_origin(config->arena, lookup->value, config->origin);
    config->origin = outer;
    if (ok)
        map_set(config->values, name, *ret);
    return ok;
}

static bool look_up(HclScope *scope, Arena *arena, const char *const *path, size_t count,
                    size_t *ret_used, HclValue **ret, Error *err)
{
    Config *config = scope->context;
    size_t root = 0;
    while (root < ARRAY_LENGTH(roots) && strcmp(roots[root].root, path[0]) != 0)
        root++;
    if (root == ARRAY_LENGTH(roots)) {
        error_set(err, EXIT_USAGE, "unknown name \"%s\"", path[0]);
        return error_hint(err, "A string needs quotes: \"%s\".", path[0]);
    }
    *ret_used = roots[root].used < count ? roots[root].used : count;
    char *name = joined(arena, path, *ret_used);
    *ret = map_get(config->values, name);
    if (*ret == NULL && (!enter(config, name, err) ||
                         !first_value(config, &(Lookup){config, path, count, *ret_used, NULL, err},
                                      roots[root].function, name, ret)))
        return false;
    provenance_add(&config->origin, (*ret)->origin);
    return true;
}

void config_begin_scope(Config *config)
{
    config->scope = (HclScope){.lookup = look_up, .call = config_call, .context = config};
}
