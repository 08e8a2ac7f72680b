/* The digests of a migration, taken in one pass. Reads no files. */
#include "dbmig/project/digest.h"

#include <string.h>

#include "dbmig/base/text.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

void digest_begin(Digest *digest)
{
    memset(digest, 0, sizeof(*digest));
    sha256_begin(&digest->sha);
    digest->line = 1;
    digest->column = 1;
}

static uint32_t crc_without_returns(uint32_t crc, const char *bytes, const char *end)
{
    while (bytes < end) {
        const char *stop = memchr(bytes, '\r', (size_t)(end - bytes));

        if (stop == NULL)
            stop = end;
        crc = crc32_add(crc, bytes, (size_t)(stop - bytes));
        bytes = stop + 1;
    }
    return crc;
}

/* Adds the lines of one piece to the checksum, and finds its last line feed for the place. */
static const char *add_lines(Digest *digest, const char *bytes, const char *end)
{
    const char *last = NULL;

    while (bytes < end) {
        const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
        const char *line_end = stop == NULL ? end : stop;

        if (digest->carriage_returns)
            digest->crc_lines = crc_without_returns(digest->crc_lines, bytes, line_end);
        else
            digest->crc_lines = crc32_add(digest->crc_lines, bytes, (size_t)(line_end - bytes));
        if (stop == NULL)
            break;
        last = stop;
        digest->line++;
        bytes = stop + 1;
    }
    return last;
}

static void set_bad(Digest *digest, const char *bytes, size_t at)
{
    const char *start = bytes;

    digest->bad = true;
    digest->bad_line = digest->line;
    digest->bad_column = digest->column;
    for (const char *c; (c = memchr(start, '\n', (size_t)(bytes + at - start))) != NULL;) {
        digest->bad_line++;
        digest->bad_column = 1;
        start = c + 1;
    }
    digest->bad_column += text_utf8_length(start, (size_t)(bytes + at - start));
}

static size_t char_size(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/* The bytes at the end that begin a character without completing it. */
static size_t cut_off(const char *bytes, size_t len)
{
    for (size_t back = 1; back <= 3 && back <= len; back++) {
        unsigned char c = (unsigned char)bytes[len - back];

        if (c >= 0xc0)
            return char_size(c) > back ? back : 0;
        if (c < 0x80)
            return 0;
    }
    return 0;
}

/* Completes the character carried over from the last piece. Returns the bytes it took. */
static size_t finish_carry(Digest *digest, const char *bytes, size_t len)
{
    size_t taken = 0;
    size_t size = char_size((unsigned char)digest->carry[0]);

    while (digest->carry_len < size && taken < len)
        digest->carry[digest->carry_len++] = bytes[taken++];
    if (digest->carry_len < size)
        return taken;
    if (text_utf8_bad(digest->carry, size) != size)
        set_bad(digest, digest->carry, 0);
    digest->carry_len = 0;
    digest->column++;
    return taken;
}

static void check_utf8(Digest *digest, const char *bytes, size_t len)
{
    size_t whole = len - cut_off(bytes, len);
    size_t at = text_utf8_bad(bytes, whole);

    if (at != whole) {
        set_bad(digest, bytes, at);
        return;
    }
    digest->carry_len = len - whole;
    memcpy(digest->carry, bytes + whole, digest->carry_len);
}

static void move_column(Digest *digest, const char *last_feed, const char *bytes, const char *end)
{
    if (last_feed != NULL) {
        digest->column = 1;
        bytes = last_feed + 1;
    }
    digest->column += text_utf8_length(bytes, (size_t)(end - bytes) - digest->carry_len);
}

void digest_add(Digest *digest, const char *bytes, size_t len)
{
    const char *end = bytes + len;
    const char *last_feed;
    bool first = digest->size == 0;

    sha256_add(&digest->sha, bytes, len);
    digest->crc_raw = crc32_add(digest->crc_raw, bytes, len);
    digest->size += len;
    if (memchr(bytes, '\r', len) != NULL)
        digest->carriage_returns = true;
    if (first && len >= 3 && memcmp(bytes, BYTE_ORDER_MARK, 3) == 0)
        bytes += 3;
    if (digest->carry_len > 0) {
        size_t taken = finish_carry(digest, bytes, len);

        digest->crc_lines = crc32_add(digest->crc_lines, bytes, taken);
        bytes += taken;
        if (digest->carry_len > 0)
            return;
    }
    if (!digest->bad)
        check_utf8(digest, bytes, (size_t)(end - bytes));
    last_feed = add_lines(digest, bytes, end);
    if (!digest->bad)
        move_column(digest, last_feed, bytes, end);
}

void digest_end(Digest *digest)
{
    if (digest->carry_len > 0)
        set_bad(digest, digest->carry, 0);
}
