/* Masking of passwords in texts. */
#include "unit.h"

#include "dbmig/text/secret.h"

static const struct {
    const char *text, *masked;
} cases[] = {
    {"", ""},
    {"no secret at all: a@b", "no secret at all: a@b"},
    {"postgres://u:pw@h:5432/d", "postgres://u:***@h:5432/d"},
    {"postgres://u@h/d", "postgres://u@h/d"},
    {"postgres://u:@h/d", "postgres://u:@h/d"},
    {"postgres://h:5432/d", "postgres://h:5432/d"},
    {"postgres://u:p@ss@h/d", "postgres://u:***@h/d"},
    {"postgres://u:p/ss@h/d", "postgres://u:***@h/d"},
    {"postgres://u:p?s#s@h/d", "postgres://u:***@h/d"},
    {"postgres://u:12/34@h/d", "postgres://u:***@h/d"},
    {"postgres://[::1]:5432/d", "postgres://[::1]:5432/d"},
    {"postgres://h/d?password=a&b=c", "postgres://h/d?password=***&b=c"},
    {"postgres://h/d?sslpassword=a", "postgres://h/d?sslpassword=***"},
    {"password=a b=c", "password=*** b=c"},
    {"PassWord = 'a\\' b' c", "PassWord = '***' c"},
    {"passwords=a", "passwords=a"},
    {"password='open", "password='***"},
    {"password=", "password="},
    {"two: postgres://u:a@h/ and postgres://u:b@h/",
     "two: postgres://u:***@h/ and postgres://u:***@h/"},
    {"'postgres://u:a@h/' is x@y", "'postgres://u:***@h/' is x@y"},
    {"postgres://u:a@h/\" \"postgres://u:b@h/", "postgres://u:***@h/\" \"postgres://u:***@h/"},
    {"postgres://u@h/d password=a", "postgres://u@h/d password=***"},
    {"unexpected argument \"app:PW@h/db\"", "unexpected argument \"app:***@h/db\""},
    {"postgres:/app:PW@h/db", "postgres:***@h/db"},
    {"postgre://app:PW@h/db", "postgre://app:***@h/db"},
    {"app:PW@h:5432/db", "app:***@h:5432/db"},
    {"user@host:5432/db", "user@host:5432/db"},
    {"x::jsonb@>'{}'", "x::jsonb@>'{}'"},
    {"postgres:16@sha256:abc", "postgres:16@sha256:abc"},
    {"a.sql:12:3: x@y", "a.sql:12:3: x@y"},
    {"can't say PASSWORD 'PW' here", "can't say PASSWORD '***' here"},
    {"EXECUTE 'ALTER ROLE r PASSWORD ''PW'''", "EXECUTE 'ALTER ROLE r PASSWORD ''***'''"},
    {"password E'PW'", "password E'***'"},
};

START_TEST(test_masks)
{
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        ck_assert_str_eq(secret_mask(arena, cases[i].text), cases[i].masked);
}
END_TEST

UNIT_SUITE("secret", test_masks)
UNIT_MAIN(suite)
