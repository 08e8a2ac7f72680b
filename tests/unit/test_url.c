#include "dbmig/db/url.h"

#include "unit.h"

static DatabaseUrl url;

static const char *conninfo_of(const char *text)
{
    ck_assert_ok(url_parse(arena, text, &url, &err));
    return url.conninfo;
}

static void fails(const char *text, const char *primary, const char *hint)
{
    ck_assert_fails(url_parse(arena, text, &url, &err), EXIT_USAGE, primary);
    if (hint != NULL)
        ck_assert_ptr_nonnull(strstr(err.hint, hint));
    /* No error shows a part of a password; all of these have "s3cr" in theirs. */
    ck_assert_ptr_null(strstr(err.primary, "s3cr"));
    error_clear(&err);
}

START_TEST(plain_forms_pass)
{
    static const char *const same[] = {
        "postgres://",
        "postgresql:///db",
        "postgres://app:p%40ss%2Fw@db.example:5433/shop",
        "postgres://app@[::1]:5432/shop",
        "postgres://h1:5432,h2:5433/db?target_session_attrs=read-write",
        "postgres://%2Fvar%2Frun%2Fpostgresql/db",
        "postgres://u:p#w@h/db",
        "postgresql://h/db?sslmode=disable&connect_timeout=3",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(same); i++) {
        ck_assert_str_eq(conninfo_of(same[i]), same[i]);
        ck_assert_int_eq(url.warnings.count, 0);
    }
    ck_assert_str_eq(conninfo_of(""), "");
    ck_assert_str_eq(conninfo_of("  \n"), "");
}
END_TEST

START_TEST(schemes_of_other_tools)
{
    static const char *const foreign[] = {
        "postgresql+psycopg2://u:p@h/d",
        "postgresql+asyncpg://u:p@h/d",
        "postgresql+psycopg://u:p@h/d",
        "pgx5://u:p@h/d",
        "postgis://u:p@h/d",
        "POSTGRESQL://u:p@h/d",
        "jdbc:postgresql://u:p@h/d",
        "  'pgsql://u:p@h/d'\n",
    };
    for (size_t i = 0; i < ARRAY_LENGTH(foreign); i++)
        ck_assert_str_eq(conninfo_of(foreign[i]), "postgresql://u:p@h/d");
    ck_assert_str_eq(conninfo_of("postgres+asyncpg://h/d"), "postgresql://h/d");
}
END_TEST

START_TEST(jdbc)
{
    conninfo_of("jdbc:postgresql://h:5433/shop?user=app&password=p%26w&currentSchema=a,b&ssl=true"
                "&ApplicationName=x&prepareThreshold=0&targetServerType=primary");
    ck_assert_str_eq(url.conninfo,
                     "postgresql://h:5433/shop?user=app&password=p%26w&sslmode=require"
                     "&application_name=x&target_session_attrs=read-write");
    ck_assert_str_eq(url.shown, "postgresql://h:5433/shop?user=app&sslmode=require"
                                "&application_name=x&target_session_attrs=read-write");
    ck_assert_str_eq(url.search_path, "a,b");
    ck_assert_int_eq(url.warnings.count, 0);
    ck_assert_str_eq(conninfo_of("jdbc:postgresql:shop"), "postgresql://localhost/shop");
    ck_assert_str_eq(conninfo_of("jdbc:postgresql:///shop"), "postgresql://localhost/shop");
}
END_TEST

START_TEST(prisma_and_atlas)
{
    conninfo_of("postgres://u@h/d?schema=public&connection_limit=5&pgbouncer=true&sslmode=disable"
                "&sslaccept=accept_invalid_certs&pool_timeout=1");
    ck_assert_str_eq(url.search_path, "public");
    ck_assert(url.pooled);
    ck_assert_str_eq(url.conninfo, "postgres://u@h/d?sslmode=disable");
    ck_assert_int_eq(url.warnings.count, 0);
    conninfo_of("postgres://u@h?schema=My%20Schema");
    ck_assert_str_eq(url.search_path, "\"My Schema\"");
    ck_assert_str_eq(url.conninfo, "postgres://u@h");
    conninfo_of("postgres://u@h/d?search_path=a%2C%22B%22&sslmode=no-verify");
    ck_assert_str_eq(url.search_path, "a,\"B\"");
    ck_assert_str_eq(url.conninfo, "postgres://u@h/d?sslmode=require");
    ck_assert_str_eq(conninfo_of("postgres://u@h?sslmode=disable"),
                     "postgres://u@h/?sslmode=disable");
}
END_TEST

START_TEST(unknown_parameters_are_left_out_and_told)
{
    conninfo_of("postgres://u@h/d?nonsense=s3cret&sslmode=disable&x-migrations-table=t");
    ck_assert_str_eq(url.conninfo, "postgres://u@h/d?sslmode=disable");
    ck_assert_int_eq(url.warnings.count, 1);
    ck_assert_ptr_nonnull(strstr(url.warnings.items[0], "\"nonsense\""));
    ck_assert_ptr_null(strstr(url.warnings.items[0], "s3cret"));
}
END_TEST

START_TEST(misspelt_parameters_are_named)
{
    /* These would connect in clear. */
    fails("postgres://u@h/d?sslmodee=require", "unknown parameter \"sslmodee\"", NULL);
    fails("host=h sslmod=require", "did you mean \"sslmode\"", NULL);
    /* These would lead to another server. */
    fails("hots=h dbname=d", "unknown parameter \"hots\" (did you mean \"host\"?)", NULL);
    fails("host=h dbnam=d", "(did you mean \"dbname\"?)", NULL);
    fails("rl=jdbc:postgresql://h/d", "names no host, database, user or service", "postgres://");
}
END_TEST

START_TEST(conninfo_strings)
{
    ck_assert_str_eq(conninfo_of("host=h port=5433 user=u password='it\\'s s3cret' dbname = d"),
                     "host='h' port='5433' user='u' password='it\\'s s3cret' dbname='d'");
    ck_assert_str_eq(url.shown, "host='h' port='5433' user='u' dbname='d'");
    ck_assert_str_eq(conninfo_of("host=h schema=x nonsense=1"), "host='h'");
    ck_assert_str_eq(url.search_path, "x");
    ck_assert_int_eq(url.warnings.count, 1);
    ck_assert_str_eq(conninfo_of("host=/run/pg user=''"), "host='/run/pg' user=''");
    ck_assert_str_eq(conninfo_of("password=a://b host=h"), "password='a://b' host='h'");
    fails("host=h password='s3cret", "a quote is not closed", NULL);
    fails("host=h s3cr", "\"=\" is missing after", NULL);
}
END_TEST

START_TEST(passwords_that_are_not_encoded)
{
    fails("postgres://u:s3cr@t@h/d", "more than one \"@\"", "%40");
    fails("postgres://u:s3cr/t@h/d", "a \"/\" stands before the \"@\"", "%2F");
    fails("postgres://u:s3cr%t@h/d", "\"%\" in user or password", "%25");
    fails("postgres://u:s3cr%", "\"%\" in the host", "%25");
    fails("postgres://h:s3cr/d", "port is not a number", NULL);
    fails("postgres://u:p@h%zz/d", "\"%\" in the host", NULL);
    fails("postgres://u:p@h/d%", "\"%\" in the database name", NULL);
    fails("postgres://u:p@h/d?sslmode=%4", "parameter \"sslmode\"", "%25");
    fails("postgres://u@[::1/d", "\"]\" is missing", NULL);
    fails("postgres://u@[::1]x/d", "expected after the host", NULL);
}
END_TEST

START_TEST(what_is_no_address)
{
    fails("mysql://u:s3cret@h/d", "mysql:// is not the address of a PostgreSQL database", NULL);
    fails("docker://postgres/16/dev", "docker:// is a throwaway server", "--dev-url");
    fails("docker+postgres://x/y:1/dev", "is a throwaway server", "--dev-url");
    fails("shop", "\"shop\" is not a database address", "postgres://");
    fails("Host=h;Username=u;Password=s3cret;Database=d", ".NET", "postgres://");
}
END_TEST

START_TEST(shown_has_no_password)
{
    conninfo_of("postgres://u:s3cret@h/d?password=s3cret&sslpassword=s3cret&sslmode=require");
    ck_assert_str_eq(url.shown, "postgres://u@h/d?sslmode=require");
    conninfo_of("user=u password=s3cret sslpassword=s3cret host=h");
    ck_assert_str_eq(url.shown, "user='u' host='h'");
}
END_TEST

START_TEST(masking)
{
    ck_assert_str_eq(url_mask(arena, "at postgres://u:s3cret@h/d, said x"),
                     "at postgres://u:***@h/d, said x");
    ck_assert_str_eq(url_mask(arena, "host=h password='a b' x"), "host=h password='***' x");
    ck_assert_str_eq(url_mask(arena, "jdbc:postgresql://h/d?user=u&password=x&ssl=true"),
                     "jdbc:postgresql://h/d?user=u&password=***&ssl=true");
}
END_TEST

START_TEST(another_database)
{
    ck_assert_str_eq(
        url_with_database(arena, "postgres://u:p%40@h:1/d?sslmode=disable", "a b", &err),
        "postgres://u:p%40@h:1/a%20b?sslmode=disable");
    ck_assert_str_eq(url_with_database(arena, "postgres://h?dbname=x", "y", &err),
                     "postgres://h/y");
    ck_assert_str_eq(url_with_database(arena, "host=h dbname=x", "it's", &err),
                     "host='h' dbname='it\\'s'");
    ck_assert_str_eq(url_with_database(arena, "", "y", &err), "dbname='y'");
    ck_assert_str_eq(url_with_database(arena, "postgres://h/d?schema=s&pgbouncer=1", "y", &err),
                     "postgres://h/y?search_path=s&pgbouncer=true");
    ck_assert_ptr_null(url_with_database(arena, "nonsense", "y", &err));
}
END_TEST

START_TEST(what_is_left_to_the_environment)
{
    static const struct {
        const char *variable, *address, *wanted;
    } rows[] = {
        {"PGHOST", "postgres:///d", "$PGHOST"},
        {"PGHOST", "", "$PGHOST"},
        {"PGHOST", "dbname=d", "$PGHOST"},
        {"PGHOST", "postgres://h/d", NULL},
        {"PGHOST", "postgres:///d?host=/tmp", NULL},
        {"PGHOST", "hostaddr=127.0.0.1 dbname=d", NULL},
        {"PGHOSTADDR", "postgres://h/d", "$PGHOSTADDR"},
        {"PGHOSTADDR", "host=h hostaddr=127.0.0.1", NULL},
        {"PGPORT", "postgres://h/d", "$PGPORT"},
        {"PGPORT", "postgres://[::1]/d", "$PGPORT"},
        {"PGPORT", "postgres://[::1]:5432/d", NULL},
        {"PGPORT", "postgres://h:5432/d", NULL},
        {"PGDATABASE", "postgres://h", "$PGDATABASE"},
        {"PGDATABASE", "postgres://h/d", NULL},
        {"PGUSER", "postgres://h", "$PGUSER"},
        {"PGUSER", "postgres://u@h", NULL},
        {"PGUSER", "postgres://h/d", NULL},
        {"PGSERVICE", "postgres://h/d", "$PGSERVICE"},
        {"PGAPPNAME", "service=s", "a service"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        setenv(rows[i].variable, "x", 1);
        const char *found = url_from_outside(arena, rows[i].address);
        unsetenv(rows[i].variable);
        if (rows[i].wanted == NULL)
            ck_assert_msg(found == NULL, "%s with %s", rows[i].address, rows[i].variable);
        else
            ck_assert_pstr_eq(found, rows[i].wanted);
        ck_assert(i == 18 || url_from_outside(arena, rows[i].address) == NULL);
    }
}
END_TEST

UNIT_SUITE("url", plain_forms_pass, schemes_of_other_tools, jdbc, prisma_and_atlas,
           unknown_parameters_are_left_out_and_told, misspelt_parameters_are_named,
           conninfo_strings, passwords_that_are_not_encoded, what_is_no_address,
           shown_has_no_password, masking, another_database,
           what_is_left_to_the_environment)
UNIT_MAIN(suite)
