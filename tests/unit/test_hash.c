#include "unit.h"

#include "dbmig/base/hash.h"

static const char *sha256_of(const Sha256 *sha)
{
    uint8_t digest[SHA256_SIZE];
    char *hex = arena_alloc(arena, SHA256_HEX_SIZE);
    sha256_digest(sha, digest);
    hash_hex(digest, sizeof(digest), hex);
    return hex;
}

/* FIPS 180-4's examples. */
START_TEST(test_sha256)
{
    Sha256 sha;
    sha256_begin(&sha);
    ck_assert_str_eq(sha256_of(&sha),
                     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256_add(&sha, "ab", 2);
    Sha256 fork = sha;
    sha256_add(&sha, "c", 1);
    ck_assert_str_eq(sha256_of(&sha),
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_add(&fork, "c", 1);
    ck_assert_str_eq(sha256_of(&fork), sha256_of(&sha));
    sha256_begin(&sha);
    for (int i = 0; i < 1000; i++) {
        char block[1000];
        memset(block, 'a', sizeof(block));
        sha256_add(&sha, block, sizeof(block));
    }
    ck_assert_str_eq(sha256_of(&sha),
                     "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    sha256_add(&sha, NULL, 0);
}
END_TEST

START_TEST(test_fields_do_not_collide)
{
    Sha256 one;
    Sha256 two;
    Sha256 by_hand;
    sha256_begin(&one);
    sha256_begin(&two);
    sha256_begin(&by_hand);
    sha256_add_field(&one, "ab", 2);
    sha256_add_field(&one, "c", 1);
    sha256_add_field(&two, "a", 1);
    sha256_add_field(&two, "bc", 2);
    sha256_add(&by_hand, "\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\0\1c", 19);
    ck_assert_str_ne(sha256_of(&one), sha256_of(&two));
    ck_assert_str_eq(sha256_of(&one), sha256_of(&by_hand));
}
END_TEST

/* RFC 4648, section 10. */
START_TEST(test_base64)
{
    static const char *const expected[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                           "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t len = 0; len < ARRAY_LENGTH(expected); len++) {
        char text[16];
        hash_base64((const uint8_t *)"foobar", len, text);
        ck_assert_str_eq(text, expected[len]);
    }
    char text[8];
    hash_base64((const uint8_t *)"\xfb\xff\xfe", 3, text);
    ck_assert_str_eq(text, "+//+");
    uint8_t digest[SHA256_SIZE] = {0};
    char whole[SHA256_BASE64_SIZE];
    hash_base64(digest, sizeof(digest), whole);
    ck_assert_uint_eq(strlen(whole), SHA256_BASE64_SIZE - 1);
}
END_TEST

static uint32_t crc_by_bit(const unsigned char *bytes, size_t len)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
    }
    return ~crc;
}

START_TEST(test_crc32)
{
    ck_assert_uint_eq(crc32_add(0, "", 0), 0);
    ck_assert_uint_eq(crc32_add(0, "123456789", 9), 0xcbf43926u);
    unsigned char bytes[100];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)(i * 37 + 11);
    for (size_t start = 0; start < 9; start++) {
        for (size_t len = 0; start + len <= sizeof(bytes); len++) {
            uint32_t expected = crc_by_bit(bytes + start, len);
            ck_assert_uint_eq(crc32_add(0, bytes + start, len), expected);
            uint32_t first = crc32_add(0, bytes + start, len / 3);
            ck_assert_uint_eq(crc32_add(first, bytes + start + len / 3, len - len / 3), expected);
        }
    }
}
END_TEST

UNIT_SUITE("hash", test_sha256, test_fields_do_not_collide, test_base64, test_crc32)
UNIT_MAIN(suite)
