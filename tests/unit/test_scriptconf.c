#include "unit.h"

#include "dbmig/project/scriptconf.h"

static bool parse(const char *text, ScriptConf *ret)
{
    return scriptconf_parse(arena, "V1__x.sql.conf", text, strlen(text), ret, &err);
}

START_TEST(test_reads_settings)
{
    ScriptConf conf;
    ck_assert_ok(parse("", &conf));
    ck_assert_int_eq(conf.execute_in_transaction, SCRIPT_UNSET);
    ck_assert_ok(parse("\xef\xbb\xbf# comment\n! too\r\n\n  executeInTransaction = FALSE \r\n"
                       "encoding=UTF-8\nplaceholderReplacement=true\nshouldExecute=true",
                       &conf));
    ck_assert_int_eq(conf.execute_in_transaction, SCRIPT_FALSE);
    ck_assert_int_eq(conf.placeholder_replacement, SCRIPT_TRUE);
}
END_TEST

START_TEST(test_errors_name_the_line)
{
    static const struct {
        const char *text;
        const char *primary;
        size_t line;
    } cases[] = {
        {"executeInTransaction=no", "must be true or false", 1},
        {"\n\nexecuteintransaction=true", "unknown script configuration", 3},
        {"#\nencoding=ISO-8859-1", "ISO-8859-1", 2},
        {"shouldExecute=${x}", "shouldExecute", 1},
        {"whatever", "key=value", 1},
        {"=", "unknown script configuration", 1},
    };
    ScriptConf conf;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        ck_assert_fails(parse(cases[i].text, &conf), EXIT_USAGE, cases[i].primary);
        ck_assert_str_eq(err.file, "V1__x.sql.conf");
        ck_assert_uint_eq(err.line, cases[i].line);
    }
}
END_TEST

UNIT_SUITE("scriptconf", test_reads_settings, test_errors_name_the_line)
UNIT_MAIN(suite)
