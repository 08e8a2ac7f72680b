#include "unit.h"

#include <sys/stat.h>
#include <utime.h>

#include "../../src/db/throwaway/throwaway_provider.h"

/* A cache folder of the test's own, and a data folder with something in it. */
static char *make_data(void)
{
    char *data = unit_path("data");
    setenv("XDG_CACHE_HOME", unit_path("cache"), 1);
    ck_assert_ok(file_make_folder(file_join(arena, data, "base"), 0700, &err));
    ck_assert_ok(file_create_new(file_join(arena, data, "base/1"), "content", 7, 0600, &err));
    ck_assert_ok(file_create_new(file_join(arena, data, "PG_VERSION"), "15\n", 3, 0600, &err));
    return data;
}

static void keep(const char *key, const char *data)
{
    CacheMeta meta = {.provider = "embedded", .key = key, .shown = "shown", .text = "share=/x\n"};
    ck_assert_ok(cache_store(arena, &meta, data, false, &err));
}

static char *in_entry(const char *key, const char *name)
{
    return arena_printf(arena, "%s/cache/dbmig/embedded/%s/%s", folder, key, name);
}

START_TEST(test_round_trip)
{
    CacheMeta meta;
    Bytes content;
    char *data = make_data();
    ck_assert(!cache_find(arena, "embedded", "k", &meta));
    keep("k", data);
    keep("k", data);
    ck_assert(cache_find(arena, "embedded", "k", &meta));
    ck_assert_str_eq(meta.shown, "shown");
    ck_assert_uint_eq(meta.bytes, 10);
    ck_assert_str_eq(cache_value(arena, &meta, "share"), "/x");
    ck_assert_ptr_null(cache_value(arena, &meta, "shar"));
    ck_assert_ok(cache_restore(arena, &meta, unit_path("copy"), &err));
    ck_assert_ok(file_read(arena, unit_path("copy/base/1"), &content, &err));
    ck_assert_str_eq(content.data, "content");
    ck_assert(!cache_find(arena, "docker", "k", &meta));
}
END_TEST

START_TEST(test_moved)
{
    CacheMeta meta = {.provider = "embedded", .key = "k", .shown = "s", .text = ""};
    char *data = make_data();
    ck_assert_ok(cache_store(arena, &meta, data, true, &err));
    ck_assert_int_eq((int)file_kind(data), FILE_MISSING);
    ck_assert(cache_find(arena, "embedded", "k", &meta));
}
END_TEST

static void damage_size(void)
{
    ck_assert_int_eq(truncate(in_entry("k", "data/base/1"), 3), 0);
}

static void damage_missing(void)
{
    ck_assert_ok(file_remove(in_entry("k", "data/base/1"), &err));
}

static void damage_extra(void)
{
    ck_assert_ok(file_create_new(in_entry("k", "data/base/2"), "", 0, 0600, &err));
}

static void damage_marker(void)
{
    ck_assert_int_eq(truncate(in_entry("k", "entry"), 40), 0);
}

static void damage_no_marker(void)
{
    ck_assert_ok(file_remove(in_entry("k", "entry"), &err));
}

static void damage_no_data(void)
{
    ck_assert_ok(file_remove_tree(in_entry("k", "data"), &err));
}

static void damage_foreign(void)
{
    ck_assert_int_eq(rename(in_entry("k", ""), in_entry("other", "")), 0);
    ck_assert_int_eq(rename(in_entry("other", ""), in_entry("k", "")), 0);
    ck_assert_ok(file_remove(in_entry("k", "entry"), &err));
    ck_assert_ok(file_create_new(in_entry("k", "entry"), "dbmig cache 9\nend=1\n", 20, 0600, &err));
}

static void (*const damages[])(void) = {damage_size,   damage_missing,   damage_extra,
                                        damage_marker, damage_no_marker, damage_no_data,
                                        damage_foreign};

/* Whatever is wrong with an entry: it is not used, it is removed, and the place for the copy is
 * free. */
START_TEST(test_damaged)
{
    char *data = make_data();
    for (size_t i = 0; i < ARRAY_LENGTH(damages); i++) {
        CacheMeta meta;
        keep("k", data);
        damages[i]();
        bool used = cache_find(arena, "embedded", "k", &meta) &&
                    cache_restore(arena, &meta, unit_path("copy"), &err);
        ck_assert_msg(!used, "damage %zu", i);
        ck_assert_int_eq((int)file_kind(unit_path("copy")), FILE_MISSING);
        ck_assert_msg(file_kind(in_entry("k", "")) == FILE_MISSING, "damage %zu", i);
        error_clear(&err);
    }
}
END_TEST

/* A full disk at the place of the copy is not the entry's fault. */
START_TEST(test_good_entry_stays)
{
    CacheMeta meta;
    keep("k", make_data());
    ck_assert(cache_find(arena, "embedded", "k", &meta));
    ck_assert(!cache_restore(arena, &meta, unit_path("no/such/folder"), &err));
    ck_assert(cache_find(arena, "embedded", "k", &meta));
}
END_TEST

static void age(const char *key, long seconds)
{
    struct utimbuf times = {seconds, seconds};
    ck_assert_int_eq(utime(in_entry(key, "entry"), &times), 0);
}

START_TEST(test_prune)
{
    CacheList list;
    CacheMeta meta;
    size_t removed;
    char *data = make_data();
    keep("a", data);
    keep("b", data);
    keep("c", data);
    age("a", 3000);
    age("b", 1000);
    age("c", 2000);
    ck_assert(cache_find(arena, "embedded", "b", &meta));
    cache_touch(&meta);
    ck_assert_ok(cache_list(arena, &list, &err));
    ck_assert_uint_eq(list.count, 3);
    ck_assert_str_eq(list.items[0].key, "c");
    cache_trim(0);
    ck_assert(cache_find(arena, "embedded", "c", &meta));
    cache_trim(25);
    ck_assert(!cache_find(arena, "embedded", "c", &meta));
    ck_assert(cache_find(arena, "embedded", "a", &meta));
    ck_assert_ok(cache_prune(0, &removed, &err));
    ck_assert_uint_eq(removed, 2);
    ck_assert_ok(cache_list(arena, &list, &err));
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

/* What a killed run left half done is removed; what a living one is at is not. */
START_TEST(test_sweep)
{
    CacheList list;
    char *mark = throwaway_owner(arena);
    char *other = arena_strdup(arena, mark);
    char *pid = strchr(other, '.');
    keep("k", make_data());
    char *live = in_entry(arena_printf(arena, ".new-%s-dbmig_1", mark), "");
    char *dead = in_entry(
        arena_printf(arena, ".new-%.*s.1.1.%ld-dbmig_1", (int)(pid - other), other, 1000000000L),
        "");
    ck_assert_ok(file_make_folder(live, 0700, &err));
    ck_assert_ok(file_make_folder(dead, 0700, &err));
    ck_assert_ok(cache_list(arena, &list, &err));
    ck_assert_uint_eq(list.count, 1);
    ck_assert_int_eq((int)file_kind(live), FILE_FOLDER);
    ck_assert_int_eq((int)file_kind(dead), FILE_MISSING);
}
END_TEST

START_TEST(test_no_folder)
{
    CacheMeta meta = {.provider = "embedded", .key = "k", .shown = "s", .text = ""};
    ck_assert_ok(file_create_new(unit_path("file"), "", 0, 0600, &err));
    setenv("XDG_CACHE_HOME", unit_path("file/below"), 1);
    ck_assert(!cache_find(arena, "embedded", "k", &meta));
    ck_assert_int_eq(cache_lock(arena, "lock"), -1);
    ck_assert(!cache_store(arena, &meta, NULL, false, &err));
}
END_TEST

UNIT_SUITE("cache", test_round_trip, test_moved, test_damaged, test_good_entry_stays, test_prune,
           test_sweep, test_no_folder)
UNIT_MAIN(suite)
