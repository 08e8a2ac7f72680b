#include "dbmig/db/lock.h"

#include "unit.h"

/* Computed with Java's String.hashCode(). */
START_TEST(key_is_flyways)
{
    ck_assert_int_eq(lock_flyway_key("public", "flyway_schema_history"), INT64_C(77433833903597));
}
END_TEST

static int64_t hash_of(const char *schema, const char *table)
{
    return lock_flyway_key(schema, table) - INT64_C(0x466C79776179);
}

/* "\"\".\"\"" and names outside ASCII, worked out by hand from the UTF-16 units. */
START_TEST(key_counts_utf16_units)
{
    int32_t expected = 0;
    static const uint16_t units[] = {'"', 0x00E9, '"', '.', '"', 0xD83D, 0xDE00, '"'};
    for (size_t i = 0; i < ARRAY_LENGTH(units); i++)
        expected = (int32_t)((uint32_t)expected * 31 + units[i]);
    ck_assert_int_eq(hash_of("\xC3\xA9", "\xF0\x9F\x98\x80"), expected);
}
END_TEST

/* The last character of one unit, and the first of two. */
START_TEST(key_at_the_edge_of_surrogates)
{
    static const uint16_t one[] = {'"', 0xFFFF, '"', '.', '"', '"'};
    static const uint16_t two[] = {'"', 0xD800, 0xDC00, '"', '.', '"', '"'};
    int32_t expected = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(one); i++)
        expected = (int32_t)((uint32_t)expected * 31 + one[i]);
    ck_assert_int_eq(hash_of("\xEF\xBF\xBF", ""), expected);
    expected = 0;
    for (size_t i = 0; i < ARRAY_LENGTH(two); i++)
        expected = (int32_t)((uint32_t)expected * 31 + two[i]);
    ck_assert_int_eq(hash_of("\xF0\x90\x80\x80", ""), expected);
}
END_TEST

UNIT_SUITE("lock", key_at_the_edge_of_surrogates, key_is_flyways, key_counts_utf16_units)
UNIT_MAIN(suite)
