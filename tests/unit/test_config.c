/* atlas.hcl to options: env selection, variables, data sources, paths, warnings, errors. */
#include "unit.h"

#include "dbmig/base/fatal.h"
#include "dbmig/base/text.h"
#include "dbmig/project/config.h"

static const OptionId all_options[] = {
    OPT_DIR, OPT_DIR_FORMAT,       OPT_URL,          OPT_DEV_URL, OPT_INIT_SQL,       OPT_TX_MODE,
    OPT_EXEC_ORDER,  OPT_LOCK_TIMEOUT, OPT_RETRIES, OPT_HISTORY_SCHEMA, OPT_ROLE,
    OPT_PLACEHOLDER, OPT_PLACEHOLDERS, OPT_PROTECTED, OPTION_COUNT};

static OptionSet *set;
static Config *config;

/* Writes text as atlas.hcl into the test's folder and loads it with the flags. */
static bool load(const char *text, const char *flags)
{
    StringList argv = {0};
    StringList words = {0};
    bool dashes;
    const char *path = unit_path("atlas.hcl");
    error_clear(&err);
    ck_assert_ok(file_write_atomic(path, text, strlen(text), 0644, &err));
    VEC_PUSH(arena, argv, "dbmig");
    VEC_PUSH(arena, argv, "--config");
    VEC_PUSH(arena, argv, path);
    text_split(arena, flags, ' ', &argv);
    char **copy = arena_calloc(arena, argv.count + 1, sizeof(*copy));
    for (size_t i = 0; i < argv.count; i++)
        copy[i] = arena_strdup(arena, argv.items[i]);
    set = option_new(arena);
    ck_assert_ok(option_parse(set, (int)argv.count, copy, 0, all_options, false, &words, &dashes, &err));
    ck_assert_ok(option_from_environment(set, false, &err));
    config = NULL;
    return config_load(arena, set, &config, &err);
}

static const char *in_folder(const char *name)
{
    return unit_path(name);
}

START_TEST(test_atlas_example_is_read_as_it_stands)
{
    SchemaSource source;
    ck_assert_ok(load("data \"external_schema\" \"sqlalchemy\" {\n"
                      "  program = [\"python3\", \"scripts/load_models.py\"]\n"
                      "}\n"
                      "env \"project_config\" {\n"
                      "  src = data.external_schema.sqlalchemy.url\n"
                      "  dev = \"docker://postgres/15/dev?search_path=public\"\n"
                      "  migration { dir = \"file://src/db/migrations\" }\n"
                      "  format { migrate { diff = \"{{ sql . \\\"  \\\" }}\" } }\n"
                      "  diff { concurrent_index { add = true  drop = true } }\n"
                      "}\n"
                      "lint {\n"
                      "  naming { match = \"^[a-z_]+$\"  message = \"must be lowercase\"  error = "
                      "true }\n"
                      "  destructive { error = false }\n"
                      "}\n",
                      ""));
    ck_assert_uint_eq(config_warnings(config)->count, 0);
    ck_assert_str_eq(config_env_name(config), "project_config");
    ck_assert_str_eq(option_string(set, OPT_ENV), "project_config");
    ck_assert_str_eq(option_string(set, OPT_DEV_URL),
                     "docker://postgres/15/dev?search_path=public");
    ck_assert_str_eq(option_string(set, OPT_DIR),
                     arena_printf(arena, "file://%s", in_folder("src/db/migrations")));
    ck_assert_str_eq(option_source(set, OPT_DIR),
                     arena_printf(arena, "%s:7", in_folder("atlas.hcl")));
    ck_assert_ok(config_schema_source(config, &source, &err));
    ck_assert_int_eq(source.kind, SOURCE_PROGRAM);
    ck_assert_uint_eq(source.program.count, 2);
    ck_assert_str_eq(source.program.items[1], "scripts/load_models.py");
    ck_assert_str_eq(source.folder, folder);
    const HclBlock *naming = config_block(config, "lint.naming");
    HclValue *value;
    ck_assert_ptr_nonnull(naming);
    ck_assert_ok(config_value(config, naming, "match", &value, &err));
    ck_assert_str_eq(value->string, "^[a-z_]+$");
    ck_assert_ok(
        config_value(config, config_block(config, "diff.concurrent_index"), "drop", &value, &err));
    ck_assert(value->boolean);
    ck_assert_ptr_null(config_block(config, "dbmig"));
}
END_TEST

START_TEST(test_envs_are_selected)
{
    const char *two =
        "env \"a\" { url = \"postgres://a/\" }\nenv \"b\" { url = \"postgres://b/\" }";
    ck_assert_ok(load(two, ""));
    ck_assert_ptr_null(config_env_name(config));
    ck_assert_ptr_null(option_string(set, OPT_URL));
    ck_assert_uint_eq(config_env_names(config)->count, 2);
    ck_assert_ok(load(two, "--env b"));
    ck_assert_str_eq(option_string(set, OPT_URL), "postgres://b/");
    ck_assert_fails(load(two, "--env c"), EXIT_USAGE, "there is no env \"c\"");
    ck_assert_str_eq(err.detail, "The file has \"a\", \"b\".");
    ck_assert_fails(load("", "--env c"), EXIT_USAGE, "there is no env \"c\"");
    ck_assert_fails(load("env \"a\" {}\nenv \"a\" {}", "--env a"), EXIT_USAGE,
                    "env \"a\" is defined twice, first on line 1");
    ck_assert_ok(load("env { name = atlas.env\n url = \"postgres://${atlas.env}/\" }", "--env x"));
    ck_assert_str_eq(option_string(set, OPT_URL), "postgres://x/");
    ck_assert_uint_eq(option_origin(set, OPT_URL).kinds, FROM_VARIABLE);
}
END_TEST

/* The url of the only env is made by the expression, beside these blocks. */
static Provenance url_made_of(const char *expression)
{
    static const char text[] = "variable \"v\" { default = \"postgres://v/\" }\n"
                       "locals { a = getenv(\"TEST_ADDRESS\")\n b = local.a\n c = \"postgres://c/\" }\n"
                       "data \"external\" \"d\" { program = [\"printf\", \"postgres://d/\"] }\n"
                       "env \"x\" { url = %s }";
    ck_assert_ok(load(arena_printf(arena, text, expression), ""));
    return option_origin(set, OPT_URL);
}

START_TEST(test_values_know_what_they_are_made_of)
{
    static const struct {
        const char *expression;
        unsigned kinds;
        const char *what;
    } rows[] = {
        {"\"postgres://h/\"", 0, NULL},
        {"local.c", 0, NULL},
        {"format(\"%s?sslmode=disable\", local.c)", 0, NULL},
        {"getenv(\"TEST_ADDRESS\")", FROM_ENVIRONMENT, "$TEST_ADDRESS"},
        {"local.b", FROM_ENVIRONMENT, "$TEST_ADDRESS"},
        {"true ? local.c : local.b", 0, NULL},
        {"local.b == \"\" ? \"\" : local.c", FROM_ENVIRONMENT, "$TEST_ADDRESS"},
        {"\"${local.b}\"", FROM_ENVIRONMENT, "$TEST_ADDRESS"},
        {"join(\"\", [for x in [local.b] : x])", FROM_ENVIRONMENT, "$TEST_ADDRESS"},
        {"{a = local.c, b = local.b}.a", FROM_ENVIRONMENT, "$TEST_ADDRESS"},
        {"try(file(\"none\"), local.c)", FROM_FILE, NULL},
        {"var.v", FROM_VARIABLE, "var.v"},
        {"data.external.d", FROM_PROGRAM, "the program of data.external.d"},
        {"urlsetpath(var.v, local.b)", FROM_VARIABLE | FROM_ENVIRONMENT, "var.v"},
        {"\"postgres://${atlas.env}/\"", 0, NULL}, /* the label says it */
    };
    setenv("TEST_ADDRESS", "postgres://h/", 1);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        Provenance origin = url_made_of(rows[i].expression);
        ck_assert_msg(origin.kinds == rows[i].kinds, "%s: %u", rows[i].expression, origin.kinds);
        if (rows[i].what != NULL)
            ck_assert_str_eq(origin.what, rows[i].what);
    }
    unsetenv("TEST_ADDRESS");
    ck_assert_ok(load("env \"x\" { url = \"postgres://h/\" }", "--url postgres://i/"));
    ck_assert_uint_eq(option_origin(set, OPT_URL).kinds, FROM_FLAG);
    ck_assert_str_eq(option_origin(set, OPT_URL).what, "--url");
}
END_TEST

START_TEST(test_no_program_of_the_configuration_runs)
{
    static const char program[] = "data \"external\" \"d\" { program = [\"printf\", \"postgres://d/\"] }\n"
                                  "data \"external_schema\" \"s\" { program = [\"printf\", \"x\"] }\n";
    SchemaSource source;
    ck_assert_fails(load(arena_printf(arena, "%senv \"x\" { url = data.external.d }", program),
                         "--no-programs"),
                    EXIT_USAGE,
                    "the configuration names a program to run, and --no-programs forbids that");
    ck_assert_ok(load(arena_printf(arena, "%senv \"x\" { src = data.external_schema.s.url }", program),
                      "--no-programs"));
    ck_assert_fails(config_schema_source(config, &source, &err), EXIT_USAGE,
                    "the configuration names a program to run, and --no-programs forbids that");
    ck_assert(!load("env \"x\" { dev = \"embedded:///repo/evil\" }", "--no-programs"));
    ck_assert_ptr_nonnull(strstr(err.primary, "names a folder of programs, and --no-programs forbids that"));
    ck_assert_ok(load("env \"x\" { dev = \"embedded:///repo/evil\" }",
                      "--no-programs --dev-url embedded:///mine"));
    ck_assert_ok(load("env \"x\" { dev = \"embedded://\" }", "--no-programs"));
}
END_TEST

START_TEST(test_protection_stays)
{
    const char *protected = "env \"x\" { dbmig { protected = true } }";
    ck_assert_ok(load(protected, ""));
    ck_assert(option_flag(set, OPT_PROTECTED));
    setenv("DBMIG_PROTECTED", "false", 1);
    ck_assert_ok(load(protected, ""));
    ck_assert(option_flag(set, OPT_PROTECTED));
    setenv("DBMIG_PROTECTED", "true", 1);
    ck_assert_ok(load("env \"x\" { dbmig { protected = false } }", ""));
    ck_assert(option_flag(set, OPT_PROTECTED));
    unsetenv("DBMIG_PROTECTED");
}
END_TEST

START_TEST(test_variables)
{
    const char *text = "variable \"user\" { type = string }\n"
                       "variable \"port\" { type = number\n default = 5432 }\n"
                       "variable \"hosts\" { type = list(string)\n default = [\"x\"] }\n"
                       "env \"a\" { url = \"postgres://${var.user}@h:${var.port}/\"\n"
                       "  dbmig { init_sql = var.hosts } }";
    ck_assert_ok(load(text, "--var user=u"));
    ck_assert_str_eq(option_string(set, OPT_URL), "postgres://u@h:5432/");
    ck_assert_ok(load(text, "--var user=u --var user=v --var port=1"));
    ck_assert_str_eq(option_string(set, OPT_URL), "postgres://v@h:1/");
    ck_assert_ok(load(text, "--var user=u --var hosts=p --var hosts=q"));
    ck_assert_uint_eq(option_list(set, OPT_INIT_SQL)->count, 2);
    ck_assert_ok(load(text, "--var user=u --var hosts=[\"p\",\"q\",\"r\"]"));
    ck_assert_uint_eq(option_list(set, OPT_INIT_SQL)->count, 3);
    ck_assert_fails(load(text, ""), EXIT_USAGE, "the variable \"user\" has no value");
    ck_assert_str_eq(err.hint, "Pass it with --var user=VALUE, or give the variable a default.");
    ck_assert_fails(load(text, "--var user=u --var port=x"), EXIT_USAGE,
                    "--var port: expected a number");
    ck_assert_fails(load("env \"a\" { url = var.usr }\nvariable \"user\" {}", ""), EXIT_USAGE,
                    "there is no variable \"usr\" (did you mean \"user\"?)");
    ck_assert_uint_eq(err.line, 1);
    ck_assert_uint_eq(err.column, 17);
    ck_assert_fails(load(text, "--var usr=1"), EXIT_USAGE, "there is no variable \"usr\"");
    ck_assert_fails(load(text, "--var user"), EXIT_USAGE, "--var needs NAME=VALUE");
}
END_TEST

/* A flag makes the value of the file unneeded, and what is not needed is not evaluated. */
START_TEST(test_evaluation_is_lazy)
{
    const char *text = "data \"external\" \"x\" { program = [\"/nonexistent/program\"] }\n"
                       "env \"a\" { url = data.external.x }";
    ck_assert_ok(load(text, "--url postgres://h/"));
    ck_assert_fails(load(text, ""), EXIT_USAGE, "/nonexistent/program");
}
END_TEST

START_TEST(test_external_programs)
{
    ck_assert_ok(load("data \"external\" \"x\" {\n  program = [\"sh\", \"-c\", \"echo "
                      "'{\\\"u\\\": \\\"postgres://h/\\\"}'; echo x >>runs\"]\n"
                      "  working_dir = \".\"\n}\n"
                      "locals { d = jsondecode(data.external.x) }\n"
                      "env \"a\" { url = local.d.u\n dev = local.d.u\n"
                      "  dbmig { role = data.external.x } }",
                      ""));
    Bytes runs;
    ck_assert_str_eq(option_string(set, OPT_URL), "postgres://h/");
    ck_assert_ok(file_read(arena, in_folder("runs"), &runs, &err));
    ck_assert_uint_eq(runs.len, 2); /* one run for all uses */
    ck_assert_fails(load("data \"external\" \"x\" { program = [\"sh\", \"-c\", \"echo no >&2; exit "
                         "3\"] }\nenv \"a\" { url = data.external.x }",
                         ""),
                    EXIT_USAGE, "the program of data.external.x failed with exit code 3");
    ck_assert_str_eq(err.detail, "no\n");
}
END_TEST

START_TEST(test_locals_and_circles)
{
    ck_assert_ok(load("locals { a = \"x\"\n b = \"${local.a}y\" }\nlocals { c = local.b }\n"
                      "env \"e\" { dbmig { role = local.c } }",
                      ""));
    ck_assert_str_eq(option_string(set, OPT_ROLE), "xy");
    ck_assert_fails(load("locals { a = local.b\n b = local.a }\nenv \"e\" { url = local.a }", ""),
                    EXIT_USAGE, "local.a is defined by itself");
    ck_assert_str_eq(err.detail, "local.a, which needs local.b, which needs local.a.");
    ck_assert_fails(load("locals { a = 1 }\nenv \"e\" { url = local.aa }", ""), EXIT_USAGE,
                    "there is no local value \"aa\" (did you mean \"a\"?)");
    Buf chain = {0};
    buf_add_str(&chain, "locals {\n a0 = 1\n");
    for (int i = 1; i < 100; i++)
        buf_printf(&chain, " a%d = local.a%d\n", i, i - 1);
    buf_add_str(&chain, "}\nenv \"e\" { url = local.a99 }");
    ck_assert_fails(load(chain.data, ""), EXIT_USAGE, "defined by each other");
    buf_free(&chain);
}
END_TEST

START_TEST(test_types_of_settings)
{
    ck_assert_ok(load("env \"e\" {\n"
                      "  migration { exec_order = NON_LINEAR\n tx_mode = \"ALL\"\n"
                      "    lock_timeout = \"2s\"\n revisions_schema = null }\n"
                      "  dbmig { retries = 3\n init_sql = [\"a.sql\", \"/b.sql\"]\n"
                      "    placeholders = { a = \"b\", n = 1 } }\n}\n"
                      "dbmig { role = \"top\"\n retries = 9 }",
                      ""));
    ck_assert_str_eq(option_string(set, OPT_EXEC_ORDER), "non-linear");
    ck_assert_str_eq(option_string(set, OPT_TX_MODE), "all");
    ck_assert_int_eq(option_number(set, OPT_LOCK_TIMEOUT), 2000);
    ck_assert_int_eq(option_number(set, OPT_RETRIES), 3);
    ck_assert_str_eq(option_string(set, OPT_ROLE), "top");
    ck_assert(!option_is_set(set, OPT_HISTORY_SCHEMA));
    ck_assert_str_eq(option_list(set, OPT_INIT_SQL)->items[0], in_folder("a.sql"));
    ck_assert_str_eq(option_list(set, OPT_INIT_SQL)->items[1], "/b.sql");
    ck_assert_str_eq(option_list(set, OPT_PLACEHOLDER)->items[1], "n=1");
    ck_assert(option_flag(set, OPT_PLACEHOLDERS));
}
END_TEST

static const struct {
    const char *text, *message;
    size_t line;
} wrong[] = {
    {"env \"e\" { url = [\"a\"] }", "\"url\" takes a single value", 1},
    {"env \"e\" {\n dbmig { placeholders = [\"a\"] } }", "\"placeholders\" takes an object", 2},
    {"env \"e\" {\n dbmig { init_sql = { a = 1 } } }", "\"init_sql\" takes a list of strings", 2},
    {"env \"e\" {\n dbmig { retries = \"x\" } }", "invalid value \"x\" for dbmig.retries", 2},
    {"env \"e\" {\n migration { exec_order = \"up\" } }",
     "invalid value \"up\" for migration.exec_order: it must be linear, linear-skip or non-linear",
     2},
    {"env \"e\" {\n migration { dir = \"atlas://app\" } }", "must be a path or a file:// URL", 2},
    {"env \"e\" {\n migration { format = ruby } }", "of the format \"ruby\" cannot be read", 2},
    {"env \"e\" {\n url = nothing.x }", "unknown name \"nothing\"", 2},
    {"env \"e\" {\n url = getenv() }", "getenv() has 0 arguments", 2},
    {"env \"e\" {\n url = file(\"none\") }", "none", 2},
    {"env \"e\" {\n url = each.value\n for_each = [\"a\"] }", "\"each\" has a value only in", 2},
    {"data \"sql\" \"x\" {}\nenv \"e\" { url = data.sql.x.value }",
     "dbmig has no data source \"sql\"", 1},
    {"env \"e\" { url = data.sql.x.value }", "there is no data \"sql\" \"x\"", 1},
    {"env \"e\" { url = data.sql }", "data needs the type and the name", 1},
    {"env \"e\" { url = atlas.cli }", "dbmig knows atlas.env alone", 1},
    {"docker \"mysql\" \"d\" { image = \"mysql:8\" }\nenv \"e\" { dev = docker.mysql.d.url }",
     "dbmig knows docker \"postgres\" alone", 1},
    {"docker \"postgres\" \"d\" {}\nenv \"e\" { dev = docker.postgres.d.url }",
     "the docker block has no image", 1},
};

START_TEST(test_wrong_files)
{
    ck_assert_msg(!load(wrong[_i].text, ""), "%s", wrong[_i].text);
    ck_assert_msg(strstr(err.primary, wrong[_i].message) != NULL, "%s: %s", wrong[_i].text,
                  err.primary);
    ck_assert_int_eq(err.code, EXIT_USAGE);
    ck_assert_msg(err.line == wrong[_i].line, "%s: line %zu", wrong[_i].text, err.line);
    ck_assert_str_eq(err.file, in_folder("atlas.hcl"));
}
END_TEST

START_TEST(test_unknown_names_are_warnings)
{
    ck_assert_ok(load("envs \"x\" {}\nenv \"e\" {\n  urll = 1\n  migration { folder = 1 }\n"
                      "  dbmig { lokc = 1 }\n}\nlocals { anything = 1 }\nlint { anything {} }",
                      ""));
    const ConfigWarnings *warnings = config_warnings(config);
    ck_assert_uint_eq(warnings->count, 4);
    ck_assert_str_eq(warnings->items[0].text,
                     "unknown block \"envs\" is ignored (did you mean \"env\"?)");
    ck_assert_str_eq(warnings->items[1].text,
                     "unknown attribute \"urll\" in env is ignored (did you mean \"url\"?)");
    ck_assert_uint_eq(warnings->items[1].place.line, 3);
    ck_assert_str_eq(warnings->items[2].text,
                     "unknown attribute \"folder\" in env.migration is ignored");
    ck_assert_str_eq(warnings->items[3].text,
                     "unknown attribute \"lokc\" in dbmig is ignored (did you mean \"lock\"?)");
}
END_TEST

START_TEST(test_folder_format_goes_with_the_address)
{
    const char *text = "env \"e\" { migration {\n dir = \"m\"\n format = atlas } }";
    ck_assert_ok(load(text, ""));
    ck_assert_str_eq(option_string(set, OPT_DIR),
                     arena_printf(arena, "file://%s?format=atlas", in_folder("m")));
    ck_assert_ok(load(text, "--dir x"));
    ck_assert_str_eq(option_string(set, OPT_DIR), "x");
    ck_assert_ok(load("env \"e\" { migration { format = \"flyway\" } }", ""));
    ck_assert_str_eq(option_string(set, OPT_DIR), "file://migrations?format=flyway");
}
END_TEST

START_TEST(test_docker_blocks)
{
    Bytes sql;
    ck_assert_ok(
        load("docker \"postgres\" \"d\" {\n image = \"postgres:15\"\n schema = \"app\"\n"
             " baseline = <<-SQL\n  CREATE ROLE x;\n SQL\n}\n"
             "env \"e\" {\n dev = docker.postgres.d.url\n dbmig { init_sql = \"a.sql\" }\n}",
             ""));
    const StringList *init = option_list(set, OPT_INIT_SQL);
    ck_assert_str_eq(option_string(set, OPT_DEV_URL), "docker://postgres/15/dev?search_path=app");
    ck_assert_uint_eq(init->count, 2);
    ck_assert_ok(file_read(arena, init->items[1], &sql, &err));
    ck_assert_str_eq(sql.data, "CREATE ROLE x;\n");
    ck_assert_ok(load("docker \"postgres\" \"d\" { image = \"ghcr.io/a/pg:1\"\n build {} }\n"
                      "env \"e\" { dev = docker.postgres.d.url }",
                      ""));
    ck_assert_str_eq(option_string(set, OPT_DEV_URL), "docker+postgres://ghcr.io/a/pg:1/dev");
    ck_assert_uint_eq(config_warnings(config)->count, 1);
    cleanup_run_all(); /* the file of the SQL text goes */
}
END_TEST

START_TEST(test_functions_on_files_and_urls)
{
    setenv("CONFIG_TEST", "v", 1);
    ck_assert_ok(file_make_folder(in_folder("s/t"), 0755, &err));
    ck_assert_ok(file_create_new(in_folder("s/b.sql"), "B", 1, 0644, &err));
    ck_assert_ok(file_create_new(in_folder("s/a.sql"), "A", 1, 0644, &err));
    ck_assert_ok(file_create_new(in_folder("s/t/c.sql"), "C", 1, 0644, &err));
    ck_assert_ok(file_create_new(in_folder("s/x.txt"), "X", 1, 0644, &err));
    ck_assert_ok(
        load("env \"e\" {\n"
             "  dbmig { role = \"${getenv(\"CONFIG_TEST\")}${file(\"s/a.sql\")}${getenv("
             "\"CONFIG_NONE\")}\"\n"
             "    init_sql = concat(fileset(\"s/*.sql\"), glob(\"s/**/*.sql\"), "
             "fileset(\"s\", \"t/?.sql\")) }\n"
             "  url = urlqueryset(urlsetpath(\"postgres://h/a?x=1&y=2#f\", \"b\"), \"x\", \"a "
             "b\")\n}",
             ""));
    const StringList *files = option_list(set, OPT_INIT_SQL);
    ck_assert_str_eq(option_string(set, OPT_ROLE), "vA");
    ck_assert_str_eq(option_string(set, OPT_URL), "postgres://h/b?y=2&x=a%20b");
    ck_assert_uint_eq(files->count, 6);
    ck_assert_str_eq(files->items[0], in_folder("s/a.sql"));
    ck_assert_str_eq(files->items[2], in_folder("s/a.sql"));
    ck_assert_str_eq(files->items[4], in_folder("s/t/c.sql"));
    ck_assert_str_eq(files->items[5], in_folder("t/c.sql"));
}
END_TEST

START_TEST(test_schema_sources)
{
    SchemaSource source;
    ck_assert_ok(load("env \"e\" { src = \"file://schema.sql\" }", ""));
    ck_assert_ok(config_schema_source(config, &source, &err));
    ck_assert_int_eq(source.kind, SOURCE_PATHS);
    ck_assert_str_eq(source.paths.items[0], in_folder("schema.sql"));
    ck_assert_str_eq(source.place, arena_printf(arena, "%s:1", in_folder("atlas.hcl")));
    ck_assert_ok(load("env \"e\" { schema { src = [\"file:///a.sql\", \"b\"] } }", ""));
    ck_assert_ok(config_schema_source(config, &source, &err));
    ck_assert_str_eq(source.paths.items[0], "/a.sql");
    ck_assert_str_eq(source.paths.items[1], in_folder("b"));
    ck_assert_ok(load("env \"e\" { src = \"postgres://h/d\" }", ""));
    ck_assert_ok(config_schema_source(config, &source, &err));
    ck_assert_int_eq(source.kind, SOURCE_URL);
    ck_assert_ok(load("env \"e\" {}", ""));
    ck_assert_ok(config_schema_source(config, &source, &err));
    ck_assert_int_eq(source.kind, SOURCE_NONE);
    ck_assert_ok(load("env \"e\" { src = \"ent://schema\" }", ""));
    ck_assert_fails(config_schema_source(config, &source, &err), EXIT_USAGE,
                    "dbmig cannot read a schema from \"ent://schema\"");
    ck_assert_ok(load("env \"e\" { src = [\"a.sql\", \"postgres://h/d\"] }", ""));
    ck_assert_fails(config_schema_source(config, &source, &err), EXIT_USAGE, "cannot read");
}
END_TEST

static Suite *suite(void)
{
    const TTest *const tests[] = {test_atlas_example_is_read_as_it_stands,
                                  test_envs_are_selected,
                                  test_values_know_what_they_are_made_of,
                                  test_no_program_of_the_configuration_runs,
                                  test_protection_stays,
                                  test_variables,
                                  test_evaluation_is_lazy,
                                  test_external_programs,
                                  test_locals_and_circles,
                                  test_types_of_settings,
                                  test_unknown_names_are_warnings,
                                  test_folder_format_goes_with_the_address,
                                  test_docker_blocks,
                                  test_functions_on_files_and_urls,
                                  test_schema_sources};
    Suite *all = unit_suite("config", tests, ARRAY_LENGTH(tests));
    TCase *files = tcase_create("wrong files");
    tcase_add_checked_fixture(files, unit_set_up, unit_tear_down);
    tcase_add_loop_test(files, test_wrong_files, 0, (int)ARRAY_LENGTH(wrong));
    suite_add_tcase(all, files);
    return all;
}

UNIT_MAIN(suite)
