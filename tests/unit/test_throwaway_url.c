#include "unit.h"

#include "../../src/db/throwaway/throwaway_provider.h"

typedef struct Case {
    const char *text, *image, *bin_folder, *database;
    int major;
} Case;

static const Case good[] = {
    {"docker://postgres/16/dev", "postgres:16", NULL, "dev", 0},
    {"docker://postgres/16.4-alpine", "postgres:16.4-alpine", NULL, "dev", 0},
    {"docker://postgres", "postgres:latest", NULL, "dev", 0},
    {"docker://postgis/16-3.4/geo", "postgis/postgis:16-3.4", NULL, "geo", 0},
    {"docker://pgvector/pg16/v", "pgvector/pgvector:pg16", NULL, "v", 0},
    {"docker://postgres/16/dev?sslmode=disable", "postgres:16", NULL, "dev", 0},
    {"docker+postgres://registry.example/team/image:tag/db", "registry.example/team/image:tag",
     NULL, "db", 0},
    {"docker+postgres://registry.example:5000/image:tag/db", "registry.example:5000/image:tag",
     NULL, "db", 0},
    {"docker+postgres://mirror:5000/team/image/db", "mirror:5000/team/image", NULL, "db", 0},
    {"docker+postgres://mirror:5000/team/image", "mirror:5000/team/image", NULL, "dev", 0},
    {"docker+postgres://localhost:80/image", "localhost:80/image", NULL, "dev", 0},
    {"docker+postgres://_/image:tag/db", "image:tag", NULL, "db", 0},
    {"docker+postgres://_/image:tag", "image:tag", NULL, "dev", 0},
    {"docker+postgres://postgres:16/db", "postgres:16", NULL, "db", 0},
    {"docker+postgres://postgres:16", "postgres:16", NULL, "dev", 0},
    {"docker+postgres://org/image/db", "org/image", NULL, "db", 0},
    {"docker+postgres://org/image", "org/image", NULL, "dev", 0},
    {"docker+postgres://r.example/i@sha256:00ff/db", "r.example/i@sha256:00ff", NULL, "db", 0},
    {"docker+postgresql://_/image:tag/db", "image:tag", NULL, "db", 0},
    {"embedded://", NULL, NULL, "dev", 0},
    {"embedded:///", NULL, NULL, "dev", 0},
    {"embedded:///opt/pg%2016/bin", NULL, "/opt/pg 16/bin", "dev", 0},
    {"embedded:///opt/pg/bin/?database=x", NULL, "/opt/pg/bin", "x", 0},
    {"embedded://16", NULL, NULL, "dev", 16},
    {"embedded://16/x", NULL, NULL, "x", 16},
    {"embedded://16/100%25", NULL, NULL, "100%", 16},
};

static const char *const bad[] = {
    "docker://",
    "docker:///postgres",
    "docker://mysql/8/dev",
    "docker://postgres/16/dev/x",
    "docker+mysql://_/image:tag",
    "docker+postgres://",
    "docker+postgres://_",
    "docker+postgres://_/image:tag/db/x",
    "docker+postgres://_/-privileged:tag/db",
    "docker:postgres",
    "embedded",
    "embedded:/bin",
    "embedded://sixteen",
    "embedded://0",
    "embedded://16/dev/x",
    "embedded://?serch_path=x",
    "embedded://?database=template1",
    "embedded://?database=a%0Ab",
    "embedded://?database=a%22b",
    "docker://postgres/16/dev?folder=/tmp",
    "mysql://host/db",
};

START_TEST(test_good)
{
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
        ThrowawayUrl url;
        ck_assert_msg(throwaway_url_parse(arena, good[i].text, &url, &err), "%s: %s", good[i].text,
                      unit_error());
        ck_assert_pstr_eq(url.image, good[i].image);
        ck_assert_pstr_eq(url.bin_folder, good[i].bin_folder);
        ck_assert_pstr_eq(url.database, good[i].database);
        ck_assert_int_eq(url.major, good[i].major);
        ck_assert_ptr_eq(url.provider,
                         good[i].image == NULL ? &throwaway_embedded : &throwaway_docker);
    }
}
END_TEST

START_TEST(test_bad)
{
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        ThrowawayUrl url;
        ck_assert_msg(!throwaway_url_parse(arena, bad[i], &url, &err), "%s", bad[i]);
        ck_assert_int_eq((int)err.code, EXIT_USAGE);
        ck_assert_ptr_nonnull(err.hint);
        error_clear(&err);
    }
}
END_TEST

START_TEST(test_parameters)
{
    ThrowawayUrl url;
    const char *text = "embedded://16/a?search_path=one%2Ctwo&locale=C.UTF-8&folder=/var/x&&";
    ck_assert_ok(throwaway_url_parse(arena, text, &url, &err));
    ck_assert_str_eq(url.search_path, "one,two");
    ck_assert_str_eq(url.locale, "C.UTF-8");
    ck_assert_str_eq(url.folder, "/var/x");
    ck_assert_ok(throwaway_url_parse(arena, "docker://postgres/16?search_path=", &url, &err));
    ck_assert_ptr_null(url.search_path);
    ck_assert(!throwaway_url_parse(arena, "embedded://?serch_path=x", &url, &err));
    ck_assert_str_eq(err.hint, "Did you mean \"search_path\"?");
}
END_TEST

START_TEST(test_existing)
{
    ThrowawayUrl url;
    ck_assert_ok(throwaway_url_parse(arena, "postgres://u@h/db?search_path=s", &url, &err));
    ck_assert_ptr_eq(url.provider, &throwaway_existing);
    ck_assert_str_eq(url.search_path, "s");
    ck_assert_ok(throwaway_url_parse(arena, "host=h dbname=d", &url, &err));
    ck_assert_ptr_eq(url.provider, &throwaway_existing);
}
END_TEST

START_TEST(test_no_password_in_errors)
{
    ThrowawayUrl url;
    ck_assert(!throwaway_url_parse(arena, "docker://user:secret@postgres/16/x/y", &url, &err));
    ck_assert_ptr_null(strstr(err.primary, "secret"));
}
END_TEST

START_TEST(test_percent)
{
    ck_assert_str_eq(throwaway_percent_encode(arena, "a b/ä\""), "a%20b/%C3%A4%22");
    char text[] = "a%20b%2Fc%zz%4";
    ck_assert_str_eq(throwaway_percent_decode(text), "a b/c%zz%4");
    char nul[] = "a%00b";
    ck_assert_str_eq(throwaway_percent_decode(nul), "a%00b");
}
END_TEST

static void print_mark(void *context)
{
    (void)context;
    Arena *own = arena_new();
    fputs(throwaway_owner(own), stderr);
    arena_free(own);
}

START_TEST(test_owner)
{
    char *own = throwaway_owner(arena);
    char *dead;
    ck_assert_int_eq(throwaway_owner_state(own), OWNER_ALIVE);
    unit_child(print_mark, NULL, &dead);
    ck_assert_int_eq(throwaway_owner_state(dead), OWNER_DEAD);
    ck_assert_int_lt(throwaway_owner_age(dead), 60);
    dead[0] = dead[0] == 'a' ? 'b' : 'a'; /* another machine */
    ck_assert_int_eq(throwaway_owner_state(dead), OWNER_UNKNOWN);
    ck_assert_int_eq(throwaway_owner_state(""), OWNER_UNKNOWN);
    ck_assert_int_eq(throwaway_owner_state("a.1.2.3"), OWNER_UNKNOWN);
    ck_assert_int_eq(throwaway_owner_age("a.1.2.3"), 0);
}
END_TEST

UNIT_SUITE("throwaway_url", test_good, test_bad, test_parameters, test_existing,
           test_no_password_in_errors, test_percent, test_owner)
UNIT_MAIN(suite)
