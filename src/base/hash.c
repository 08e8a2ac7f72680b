/*
 * Digests. SHA-256 is libcrypto's, through the old interface: its state is a plain struct, which
 * can be copied to fork a digest without an allocation.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "dbmig/base/hash.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <string.h>

#include "dbmig/base/fatal.h"

_Static_assert(sizeof(SHA256_CTX) <= sizeof(((Sha256 *)NULL)->state), "Sha256 is too small");

static SHA256_CTX *context_of(Sha256 *sha)
{
    return (void *)sha->state;
}

const char *hash_library_version(void)
{
    return OpenSSL_version(OPENSSL_VERSION_STRING);
}

void sha256_begin(Sha256 *sha)
{
    *sha = (Sha256){0};
    if (SHA256_Init(context_of(sha)) != 1)
        BUG("SHA256_Init failed");
}

void sha256_add(Sha256 *sha, const void *bytes, size_t len)
{
    if (len > 0 && SHA256_Update(context_of(sha), bytes, len) != 1)
        BUG("SHA256_Update failed");
}

void sha256_digest(const Sha256 *sha, uint8_t ret[SHA256_SIZE])
{
    Sha256 copy = *sha;
    if (SHA256_Final(ret, context_of(&copy)) != 1)
        BUG("SHA256_Final failed");
}

void sha256_add_field(Sha256 *sha, const void *bytes, size_t len)
{
    uint8_t prefix[8];
    for (int i = 0; i < 8; i++)
        prefix[i] = (uint8_t)((uint64_t)len >> (56 - 8 * i));
    sha256_add(sha, prefix, sizeof(prefix));
    sha256_add(sha, bytes, len);
}

void hash_hex(const uint8_t *bytes, size_t len, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        ret[2 * i] = digits[bytes[i] >> 4];
        ret[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret[2 * len] = '\0';
}

void hash_base64(const uint8_t *bytes, size_t len, char *ret)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t group = (uint32_t)bytes[i] << 16;
        if (left > 1)
            group |= (uint32_t)bytes[i + 1] << 8;
        if (left > 2)
            group |= bytes[i + 2];
        *ret++ = digits[group >> 18];
        *ret++ = digits[group >> 12 & 63];
        *ret++ = left > 1 ? digits[group >> 6 & 63] : '=';
        *ret++ = left > 2 ? digits[group & 63] : '=';
    }
    *ret = '\0';
}

/* Kounavis and Berry's slicing-by-8: table k advances a byte that stands k bytes before the end. */
static uint32_t crc_table[8][256];
static pthread_once_t crc_once = PTHREAD_ONCE_INIT;

static void crc_fill_table(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
        crc_table[0][byte] = crc;
    }
    for (uint32_t byte = 0; byte < 256; byte++) {
        for (int k = 1; k < 8; k++) {
            uint32_t before = crc_table[k - 1][byte];
            crc_table[k][byte] = (before >> 8) ^ crc_table[0][before & 255];
        }
    }
}

static uint32_t little_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

uint32_t crc32_add(uint32_t crc, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    pthread_once(&crc_once, crc_fill_table);
    crc = ~crc;
    for (; len >= 8; len -= 8, at += 8) {
        uint32_t low = little_endian(at) ^ crc;
        uint32_t high = little_endian(at + 4);
        crc = crc_table[7][low & 255] ^ crc_table[6][low >> 8 & 255] ^
              crc_table[5][low >> 16 & 255] ^ crc_table[4][low >> 24] ^ crc_table[3][high & 255] ^
              crc_table[2][high >> 8 & 255] ^ crc_table[1][high >> 16 & 255] ^
              crc_table[0][high >> 24];
    }
    for (; len > 0; len--, at++)
        crc = (crc >> 8) ^ crc_table[0][(crc ^ *at) & 255];
    return ~crc;
}
