/*
 * All digests of a migration in one pass over its content, in pieces: SHA-256, CRC-32 of the raw
 * bytes, Flyway's checksum, and whether it is UTF-8. Flyway's checksum is the CRC-32 over the lines
 * without their ends (\r\n, \r or \n) and without a byte order mark at the start, as int32. As
 * nothing is put between lines, that is the CRC over all bytes but \r and \n.
 */
#ifndef DBMIG_PROJECT_DIGEST_H
#define DBMIG_PROJECT_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dbmig/base/hash.h"

typedef struct Digest {
    Sha256 sha;
    uint64_t size;
    uint32_t crc_raw;
    uint32_t crc_lines;
    bool carriage_returns;
    bool bad; /* not UTF-8; bad_line and bad_column (1-based, characters) say where */
    size_t bad_line;
    size_t bad_column;
    size_t line; /* where the next piece starts */
    size_t column;
    char carry[4]; /* a character that the last piece cut in two */
    size_t carry_len;
} Digest;

void digest_begin(Digest *digest);

/* The first piece must hold at least 3 bytes, or the whole content. */
void digest_add(Digest *digest, const char *bytes, size_t len);

/* The content is complete: a character still cut in two is bad. */
void digest_end(Digest *digest);

#endif
