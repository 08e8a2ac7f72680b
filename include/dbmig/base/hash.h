/* Digests: SHA-256 (libcrypto), CRC-32 (IEEE 802.3, as in zlib and java.util.zip), base64, hex. */
#ifndef DBMIG_BASE_HASH_H
#define DBMIG_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/arena.h"

#define SHA256_SIZE 32
#define SHA256_HEX_SIZE 65   /* with NUL */
#define SHA256_BASE64_SIZE 45 /* with padding and NUL */

typedef struct Sha256 {
    uint64_t state[16]; /* room for libcrypto's SHA256_CTX; copy the struct to fork the digest */
} Sha256;

void sha256_begin(Sha256 *sha);
void sha256_add(Sha256 *sha, const void *bytes, size_t len);
/* Writes the digest of what was added so far; sha itself can go on. */
void sha256_digest(const Sha256 *sha, uint8_t ret[SHA256_SIZE]);

/* Adds the length as 8 bytes big-endian and then the bytes: no two field lists collide. */
void sha256_add_field(Sha256 *sha, const void *bytes, size_t len);

void hash_hex(const uint8_t *bytes, size_t len, char *ret); /* 2 * len + 1 bytes */
void hash_base64(const uint8_t *bytes, size_t len, char *ret); /* 4 * ceil(len / 3) + 1 bytes */

/* The version of libcrypto that is used, "3.0.15". */
const char *hash_library_version(void);

/* Goes on from crc (0 at first) over the bytes. */
uint32_t crc32_add(uint32_t crc, const void *bytes, size_t len);

#endif
