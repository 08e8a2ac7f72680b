#include "unit.h"

#include "dbmig/project/digest.h"

static Digest digest_of(const char *bytes, size_t len, size_t first, size_t piece)
{
    Digest digest;
    digest_begin(&digest);
    for (size_t at = 0; at < len;) {
        size_t size = at == 0 ? first : piece;
        size = size < len - at ? size : len - at;
        digest_add(&digest, bytes + at, size);
        at += size;
    }
    digest_end(&digest);
    return digest;
}

static int32_t checksum_of(const char *text)
{
    Digest digest = digest_of(text, strlen(text), 3, 1);
    return (int32_t)digest.crc_lines;
}

/* What Flyway computes for these. */
START_TEST(test_flyway_checksums)
{
    ck_assert_int_eq(checksum_of(""), 0);
    ck_assert_int_eq(checksum_of("\xef\xbb\xbf"
                                 "CREATE TABLE t (\r\n  id int\r\n);\r\n"),
                     -40986071);
    ck_assert_int_eq(checksum_of("abc\ndef efg\nxyz"), 989464445);
    ck_assert_int_eq(checksum_of("abc\r\ndef efg\rxyz\n"), 989464445);
    ck_assert_int_eq(checksum_of("alter table location_history add column valid_until timestamp "
                                 "with time zone;"),
                     -1039259818);
}
END_TEST

START_TEST(test_pieces_do_not_matter)
{
    static const char text[] =
        "\xef\xbb\xbf-- \xc3\xbc \xe2\x82\xac \xf0\x9f\x90\x98\r\nline\rx\n\n"
        "\xf0\x9f\x90\x98";
    Digest whole = digest_of(text, sizeof(text) - 1, sizeof(text), 1);
    ck_assert(!whole.bad);
    ck_assert_uint_eq(whole.size, sizeof(text) - 1);
    for (size_t first = 3; first < sizeof(text); first++)
        for (size_t piece = 1; piece < 6; piece++) {
            Digest other = digest_of(text, sizeof(text) - 1, first, piece);
            uint8_t a[SHA256_SIZE], b[SHA256_SIZE];
            sha256_digest(&whole.sha, a);
            sha256_digest(&other.sha, b);
            ck_assert_mem_eq(a, b, SHA256_SIZE);
            ck_assert_uint_eq(other.crc_lines, whole.crc_lines);
            ck_assert_uint_eq(other.crc_raw, whole.crc_raw);
            ck_assert(!other.bad);
            ck_assert_uint_eq(other.line, whole.line);
            ck_assert_uint_eq(other.column, whole.column);
        }
}
END_TEST

START_TEST(test_bad_utf8_has_a_place)
{
    static const struct {
        const char *text;
        size_t line, column;
    } cases[] = {
        {"\xff", 1, 1},
        {"ab\n\xc3\xbcx\xff", 2, 3},
        {"ab\n\xe2\x82", 2, 1},
        {"ab\n\xe2\x82\n", 2, 1},
        {"\xef\xbb\xbf\xc0\x80", 1, 1},
        {"abc\xed\xa0\x80", 1, 4},
        {"abcd\n\n  \xf5\x80\x80\x80", 3, 3},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        for (size_t piece = 1; piece < 6; piece++) {
            Digest digest = digest_of(cases[i].text, strlen(cases[i].text), 3, piece);
            ck_assert(digest.bad);
            ck_assert_uint_eq(digest.bad_line, cases[i].line);
            ck_assert_uint_eq(digest.bad_column, cases[i].column);
        }
}
END_TEST

UNIT_SUITE("digest", test_flyway_checksums, test_pieces_do_not_matter, test_bad_utf8_has_a_place)
UNIT_MAIN(suite)
