/* The option table: argv, environment, files, precedence, messages, and hiding of passwords. */
#include "unit.h"

#include "dbmig/base/text.h"
#include "dbmig/project/option.h"
#include "dbmig/report/report.h"

static const OptionId apply_options[] = {
    OPT_DIR,          OPT_URL,      OPT_DRY_RUN,      OPT_TX_MODE,     OPT_OUT_OF_ORDER,
    OPT_LOCK_TIMEOUT, OPT_RETRIES,  OPT_PLACEHOLDERS, OPT_PLACEHOLDER, OPT_CACHE,
    OPT_CACHE_SIZE,   OPT_INIT_SQL, OPT_EXIT_CODE,    OPT_TO_VERSION,  OPTION_COUNT};
static const OptionId create_options[] = {OPT_DIR, OPT_NEW_VERSION, OPT_EDIT, OPTION_COUNT};

static OptionSet *set;
static StringList words;
static bool dashes;

/* Parses "dbmig" and the words of the line, which blanks separate; the command is at index. */
static bool parse_for(const OptionId *allowed, int command, const char *line)
{
    StringList argv = {0};
    set = option_new(arena);
    words = (StringList){0};
    VEC_PUSH(arena, argv, "dbmig");
    text_split(arena, line, ' ', &argv);
    char **copy = arena_calloc(arena, argv.count + 1, sizeof(*copy));
    for (size_t i = 0; i < argv.count; i++)
        copy[i] = arena_strdup(arena, argv.items[i]);
    error_clear(&err);
    return option_parse(set, (int)argv.count, copy, command, allowed, false, &words, &dashes, &err);
}

static bool parse(const char *line)
{
    return parse_for(apply_options, 0, line);
}

START_TEST(test_defaults_apply)
{
    ck_assert_ok(parse(""));
    ck_assert_str_eq(option_string(set, OPT_DIR), "migrations");
    ck_assert_str_eq(option_source(set, OPT_DIR), "default");
    ck_assert(!option_is_set(set, OPT_DIR));
    ck_assert_ptr_null(option_string(set, OPT_URL));
    ck_assert_str_eq(option_source(set, OPT_URL), "unset");
    ck_assert_int_eq(option_number(set, OPT_LOCK_TIMEOUT), 10000);
    ck_assert_int_eq(option_number(set, OPT_CACHE_SIZE), (int64_t)2 << 30);
    ck_assert(option_flag(set, OPT_CACHE));
    ck_assert_ptr_null(option_string(set, OPT_OUT_OF_ORDER));
    ck_assert_uint_eq(option_list(set, OPT_VAR)->count, 0);
}
END_TEST

START_TEST(test_forms_of_values)
{
    ck_assert_ok(parse("-upostgres://h/d --dir=a -qv file --dry-run other --lock-timeout 1m30s"));
    ck_assert_str_eq(option_string(set, OPT_URL), "postgres://h/d");
    ck_assert_str_eq(option_string(set, OPT_DIR), "a");
    ck_assert_str_eq(option_source(set, OPT_DIR), "--dir");
    ck_assert(option_flag(set, OPT_QUIET) && option_flag(set, OPT_VERBOSE));
    ck_assert(option_flag(set, OPT_DRY_RUN));
    ck_assert_int_eq(option_number(set, OPT_LOCK_TIMEOUT), 90000);
    ck_assert_uint_eq(words.count, 2);
    ck_assert_str_eq(words.items[1], "other");
    ck_assert_ok(parse("-u=x -u y"));
    ck_assert_str_eq(option_string(set, OPT_URL), "y");
    ck_assert_ok(parse("--to 5"));
    ck_assert_str_eq(option_string(set, OPT_TO_VERSION), "5");
    ck_assert_ok(parse("--dry-run=false -"));
    ck_assert(!option_flag(set, OPT_DRY_RUN));
    ck_assert_str_eq(words.items[0], "-");
}
END_TEST

START_TEST(test_optional_values)
{
    ck_assert_ok(parse("--out-of-order 5"));
    ck_assert_str_eq(option_string(set, OPT_OUT_OF_ORDER), "");
    ck_assert_str_eq(words.items[0], "5");
    ck_assert_str_eq(option_show(arena, set, OPT_OUT_OF_ORDER), "all");
    ck_assert_ok(parse("--out-of-order=5"));
    ck_assert_str_eq(option_string(set, OPT_OUT_OF_ORDER), "5");
}
END_TEST

START_TEST(test_negation_lists_and_implications)
{
    ck_assert_ok(parse("--no-cache --var a=1 --var=b=2"));
    ck_assert(!option_flag(set, OPT_CACHE));
    ck_assert_uint_eq(option_list(set, OPT_VAR)->count, 2);
    ck_assert_str_eq(option_list(set, OPT_VAR)->items[1], "b=2");
    ck_assert_ok(parse("--placeholder a=b,c"));
    ck_assert(option_flag(set, OPT_PLACEHOLDERS));
    ck_assert_uint_eq(option_list(set, OPT_PLACEHOLDER)->count, 1);
    ck_assert_ok(parse("--placeholder a=b --no-placeholders"));
    ck_assert(!option_flag(set, OPT_PLACEHOLDERS));
    ck_assert_ok(parse("--json"));
    ck_assert_str_eq(option_string(set, OPT_FORMAT), "json");
    ck_assert_ok(parse("--json --format sarif"));
    ck_assert_str_eq(option_string(set, OPT_FORMAT), "sarif");
}
END_TEST

START_TEST(test_double_dash_ends_options)
{
    ck_assert_ok(parse("a -- --dir -x -- b"));
    ck_assert(dashes);
    ck_assert_uint_eq(words.count, 5);
    ck_assert_str_eq(words.items[1], "--dir");
    ck_assert_str_eq(words.items[3], "--");
}
END_TEST

START_TEST(test_own_options_go_before_globals)
{
    ck_assert_ok(parse_for(create_options, 1, "create --version 5 name"));
    ck_assert_str_eq(option_string(set, OPT_NEW_VERSION), "5");
    ck_assert(!option_flag(set, OPT_VERSION));
    ck_assert_ok(parse_for(create_options, 1, "create -V"));
    ck_assert(option_flag(set, OPT_VERSION));
    ck_assert_ok(parse_for(create_options, 2, "--version create"));
    ck_assert(option_flag(set, OPT_VERSION));
    ck_assert_fails(parse_for(create_options, 1, "create --version"), EXIT_USAGE,
                    "option --version needs a value: --version VERSION");
}
END_TEST

START_TEST(test_help_ends_the_parse)
{
    ck_assert_ok(parse("--dry-run --help --nonsense"));
    ck_assert(option_flag(set, OPT_HELP) && option_flag(set, OPT_DRY_RUN));
    ck_assert_fails(parse("--nonsense --help"), EXIT_USAGE, "unknown option --nonsense");
}
END_TEST

static const struct {
    const char *line, *message;
} wrong[] = {
    {"--dirr x", "unknown option --dirr (did you mean --dir?)"},
    {"--dry", "unknown option --dry"},
    {"--zzzzzzzz", "unknown option --zzzzzzzz"},
    {"-x", "unknown option -x"},
    {"-q\xc3\xa4", "unknown option -\xc3\xa4"},
    {"--git-base HEAD", "unknown option --git-base"},
    {"--dir", "option --dir needs a value: --dir DIR"},
    {"--dir --dry-run", "option --dir needs a value"},
    {"-u", "option --url needs a value: --url URL"},
    {"--tx-mode", "option --tx-mode needs a value: --tx-mode file|all|none"},
    {"--tx-mode files", "invalid value \"files\" for --tx-mode: it must be file, all or none (did "
                        "you mean \"file\"?)"},
    {"--tx-mode file|all", "invalid value \"file|all\" for --tx-mode"},
    {"--no-cache=1", "option --no-cache takes no value"},
    {"--no-dry-run", "unknown option --no-dry-run"},
    {"--dry-run=maybe", "invalid value \"maybe\" for --dry-run: it must be true or false"},
    {"--retries -1", "invalid value \"-1\" for --retries: it must be a whole number, 0 or more"},
    {"--retries 99999999999999999999", "invalid value"},
    {"--lock-timeout 3", "a time needs its unit, as in 500ms, 3s or 1m30s"},
    {"--lock-timeout 3x", "it must be a time such as 500ms"},
    {"--cache-size 1XB", "it must be a size such as 64MB or 2GB"},
    {"--dir=", "invalid value \"\" for --dir: it must not be empty"},
    {"--url=", "invalid value for --url: it must not be empty"},
};

START_TEST(test_wrong_lines)
{
    ck_assert_msg(!parse(wrong[_i].line), "%s", wrong[_i].line);
    ck_assert_int_eq(err.code, EXIT_USAGE);
    ck_assert_msg(strstr(err.primary, wrong[_i].message) != NULL, "%s: %s", wrong[_i].line,
                  err.primary);
    ck_assert_ptr_null(strchr(err.primary, '\n'));
}
END_TEST

static int command_index(const char *line)
{
    StringList argv = {0};
    int index;
    VEC_PUSH(arena, argv, "dbmig");
    text_split(arena, line, ' ', &argv);
    char **copy = arena_calloc(arena, argv.count + 1, sizeof(*copy));
    for (size_t i = 0; i < argv.count; i++)
        copy[i] = arena_strdup(arena, argv.items[i]);
    return option_find_command((int)argv.count, copy, &index, &err) ? index : -1;
}

START_TEST(test_the_command_is_found)
{
    ck_assert_int_eq(command_index("apply x"), 1);
    ck_assert_int_eq(command_index("--env dev -c f apply"), 5);
    ck_assert_int_eq(command_index("--env=dev -qcf --out-of-order --dry-run apply"), 5);
    ck_assert_int_eq(command_index("--version apply"), 2);
    ck_assert_int_eq(command_index("--version"), 0);
    ck_assert_int_eq(command_index("-- apply"), 0);
    ck_assert_int_eq(command_index("--env"), 0);
    ck_assert_int_eq(command_index("--nonsense apply"), -1);
    ck_assert_int_eq(err.code, EXIT_USAGE);
}
END_TEST

static void clear_environment(void)
{
    unsetenv("DATABASE_URL");
    for (int id = 0; id < OPTION_COUNT; id++) {
        if (option_spec(id)->env != NULL)
            unsetenv(option_spec(id)->env);
    }
}

START_TEST(test_environment)
{
    clear_environment();
    setenv("DBMIG_DIR", "from-env", 1);
    setenv("DBMIG_TX_MODE", "all", 1);
    setenv("DBMIG_RETRIES", "", 1);
    setenv("DBMIG_INIT_SQL", "a.sql, b.sql", 1);
    setenv("DBMIG_OUT_OF_ORDER", "true", 1);
    setenv("DBMIG_GIT_BASE", "main", 1);
    setenv("DATABASE_URL", "postgres://u:p@h/d", 1);
    ck_assert_ok(parse("--dir flag"));
    ck_assert_ok(option_from_environment(set, false, &err));
    ck_assert_str_eq(option_string(set, OPT_DIR), "flag");
    ck_assert_str_eq(option_string(set, OPT_TX_MODE), "all");
    ck_assert_str_eq(option_source(set, OPT_TX_MODE), "$DBMIG_TX_MODE");
    ck_assert_int_eq(option_number(set, OPT_RETRIES), 10);
    ck_assert_uint_eq(option_list(set, OPT_INIT_SQL)->count, 2);
    ck_assert_str_eq(option_list(set, OPT_INIT_SQL)->items[1], "b.sql");
    ck_assert_str_eq(option_string(set, OPT_OUT_OF_ORDER), "");
    ck_assert_ptr_null(option_string(set, OPT_GIT_BASE)); /* not this command's */
    ck_assert_ptr_null(option_string(set, OPT_URL));
    ck_assert_ok(option_from_environment(set, true, &err));
    ck_assert_str_eq(option_string(set, OPT_URL), "postgres://u:p@h/d");
    ck_assert_str_eq(option_source(set, OPT_URL), "$DATABASE_URL");
    ck_assert_str_eq(option_show(arena, set, OPT_URL), "postgres://u:***@h/d");
    setenv("DBMIG_URL", "postgres://other/d", 1);
    ck_assert_ok(parse(""));
    ck_assert_ok(option_from_environment(set, true, &err));
    ck_assert_str_eq(option_source(set, OPT_URL), "$DBMIG_URL");
    setenv("DBMIG_OUT_OF_ORDER", "no", 1);
    ck_assert_ok(parse(""));
    ck_assert_ok(option_from_environment(set, true, &err));
    ck_assert_ptr_null(option_string(set, OPT_OUT_OF_ORDER));
    setenv("DBMIG_LOCK_TIMEOUT", "soon", 1);
    ck_assert_fails(option_from_environment(set, true, &err), EXIT_USAGE,
                    "invalid value \"soon\" for the environment variable DBMIG_LOCK_TIMEOUT");
}
END_TEST

START_TEST(test_files_come_last)
{
    const char *items[] = {"x.sql", "y.sql"};
    const StringList list = {(const char **)items, 2, 2};
    clear_environment();
    setenv("DBMIG_TX_MODE", "all", 1);
    ck_assert_ok(parse("--dir flag"));
    ck_assert_ok(option_from_environment(set, false, &err));
    ck_assert_ok(option_from_file(set, OPT_DIR, "file", "atlas.hcl:1", &err));
    ck_assert_ok(option_from_file(set, OPT_TX_MODE, "none", "atlas.hcl:2", &err));
    ck_assert_ok(option_from_file(set, OPT_LOCK_TIMEOUT, "1s", "atlas.hcl:3", &err));
    ck_assert_ok(option_from_file(set, OPT_URL, "", "atlas.hcl:4", &err));
    ck_assert_ok(option_list_from_file(set, OPT_INIT_SQL, &list, "atlas.hcl:5", &err));
    ck_assert_str_eq(option_string(set, OPT_DIR), "flag");
    ck_assert_str_eq(option_string(set, OPT_TX_MODE), "all");
    ck_assert_int_eq(option_number(set, OPT_LOCK_TIMEOUT), 1000);
    ck_assert_str_eq(option_source(set, OPT_LOCK_TIMEOUT), "atlas.hcl:3");
    ck_assert(!option_is_set(set, OPT_URL));
    ck_assert_str_eq(option_show(arena, set, OPT_INIT_SQL), "x.sql,y.sql");
    ck_assert_fails(option_from_file(set, OPT_RETRIES, "x", "conf/atlas.hcl:7", &err), EXIT_USAGE,
                    "invalid value \"x\" for dbmig.retries");
    ck_assert_str_eq(err.file, "conf/atlas.hcl");
    ck_assert_uint_eq(err.line, 7);
}
END_TEST

START_TEST(test_secrets_are_masked)
{
    ck_assert_ok(parse("--var token=s3cret -u postgres://u:s3cret@h/d?password=s3cret"));
    ck_assert_str_eq(option_show(arena, set, OPT_VAR), "token=***");
    ck_assert_str_eq(option_show(arena, set, OPT_URL), "postgres://u:***@h/d?password=***");
}
END_TEST

START_TEST(test_argv_is_overwritten)
{
    static const struct {
        const char *word, *after;
    } cases[] = {
        {"-upostgres://u:pw@h/d", "-upostgres://u:**@h/d"},
        {"--url=postgres://u:p/w@h:5/d", "--url=postgres://u:***@h:5/d"},
        {"postgres://u:p@w@h/d", "postgres://u:***@h/d"},
        {"postgres://h:5432/d", "postgres://h:5432/d"},
        {"postgres://h/d?user=u&password=pw&x=y", "postgres://h/d?user=u&password=**&x=y"},
        {"host=h password=pw user=u", "host=h password=** user=u"},
        {"password = 'p w\\'x' user=u", "password = '******' user=u"},
        {"--var=a=b", "--var=a=*"},
        {"--var", "--var"},
        {"name=value", "name=*****"},
        {"--password", "--password"},
    };
    char *argv[ARRAY_LENGTH(cases) + 1];
    argv[0] = arena_strdup(arena, "postgres://u:pw@h/d");
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        argv[i + 1] = arena_strdup(arena, cases[i].word);
    option_hide_secrets((int)ARRAY_LENGTH(argv), argv);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        ck_assert_str_eq(argv[i + 1], cases[i].after);
}
END_TEST

START_TEST(test_the_table_is_sound)
{
    for (int id = 0; id < OPTION_COUNT; id++) {
        const OptionSpec *spec = option_spec(id);
        ck_assert_msg(spec->summary[0] != '\0', "--%s has no summary", spec->name);
        ck_assert_msg(spec->text != NULL, "--%s has no text", spec->name);
        ck_assert_msg((spec->type == OPTION_FLAG) == (spec->metavar == NULL), "--%s", spec->name);
        ck_assert_msg((spec->type == OPTION_CHOICE) == (spec->choices != NULL), "--%s", spec->name);
        ck_assert_msg(!(spec->flags & OPTION_NEGATABLE) || spec->type == OPTION_FLAG, "--%s",
                      spec->name);
        for (int other = 0; other < id; other++) {
            const OptionSpec *twin = option_spec(other);
            ck_assert_msg(spec->env == NULL || !text_equal(spec->env, twin->env), "%s", spec->env);
            ck_assert_msg(spec->hcl == NULL || !text_equal(spec->hcl, twin->hcl), "%s", spec->hcl);
        }
    }
    ck_assert_str_eq(option_spec(OPT_FORMAT)->choices, report_formats());
}
END_TEST

static Suite *suite(void)
{
    const TTest *const tests[] = {test_defaults_apply,
                                  test_forms_of_values,
                                  test_optional_values,
                                  test_negation_lists_and_implications,
                                  test_double_dash_ends_options,
                                  test_own_options_go_before_globals,
                                  test_help_ends_the_parse,
                                  test_the_command_is_found,
                                  test_environment,
                                  test_files_come_last,
                                  test_secrets_are_masked,
                                  test_argv_is_overwritten,
                                  test_the_table_is_sound};
    Suite *all = unit_suite("option", tests, ARRAY_LENGTH(tests));
    TCase *lines = tcase_create("wrong lines");
    tcase_add_checked_fixture(lines, unit_set_up, unit_tear_down);
    tcase_add_loop_test(lines, test_wrong_lines, 0, (int)ARRAY_LENGTH(wrong));
    suite_add_tcase(all, lines);
    return all;
}

UNIT_MAIN(suite)
