/*
 * Region allocator: a chain of blocks, the newest first, cut from front to back. Under
 * AddressSanitizer every allocation is a block of its exact size, so that a byte too far is seen.
 */
#include "dbmig/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/fatal.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_EXACT 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_EXACT 1
#endif
#endif
#ifndef ARENA_EXACT
#define ARENA_EXACT 0
#endif

/* The first block is small because each Error has an arena; later ones double up to the largest. */
#define BLOCK_SMALLEST ((size_t)1024)
#define BLOCK_LARGEST ((size_t)256 * 1024)
#define ALIGNMENT _Alignof(max_align_t)

typedef struct Block {
    struct Block *next;
    size_t used;
    size_t capacity;
    max_align_t data[];
} Block;

struct Arena {
    Block *blocks; /* the first one is cut from; the others are full or of one allocation */
    size_t size;
    size_t next_capacity;
};

Arena *arena_new(void)
{
    Arena *arena = calloc(1, sizeof(*arena));
    if (arena == NULL)
        fatal_out_of_memory();
    arena->size = sizeof(*arena);
    arena->next_capacity = BLOCK_SMALLEST;
    return arena;
}

static void free_blocks(Arena *arena)
{
    Block *block = arena->blocks;
    while (block != NULL) {
        Block *next = block->next;
        free(block);
        block = next;
    }
    arena->blocks = NULL;
    arena->size = sizeof(*arena);
}

void arena_free(Arena *arena)
{
    if (arena == NULL)
        return;
    free_blocks(arena);
    free(arena);
}

void arena_reset(Arena *arena)
{
    Block *kept = arena->blocks;
    /* Scratch arenas are reset in loops: the newest block is large enough for most rounds. */
    if (ARENA_EXACT || kept == NULL || kept->capacity > BLOCK_LARGEST) {
        free_blocks(arena);
        return;
    }
    arena->blocks = kept->next;
    free_blocks(arena);
    kept->next = NULL;
    kept->used = 0;
    arena->blocks = kept;
    arena->size += sizeof(*kept) + kept->capacity;
}

static Block *block_new(Arena *arena, size_t capacity)
{
    if (capacity > SIZE_MAX - sizeof(Block))
        fatal_out_of_memory();
    Block *block = malloc(sizeof(*block) + capacity);
    if (block == NULL)
        fatal_out_of_memory();
    block->next = NULL;
    block->used = 0;
    block->capacity = capacity;
    arena->size += sizeof(*block) + capacity;
    return block;
}

/* A block for this allocation alone goes behind the first, which may still have room. */
static void *alloc_alone(Arena *arena, size_t size)
{
    Block *block = block_new(arena, size);
    block->used = size;
    if (arena->blocks == NULL) {
        arena->blocks = block;
    } else {
        block->next = arena->blocks->next;
        arena->blocks->next = block;
    }
    return memset(block->data, 0, size);
}

static void *alloc_shared(Arena *arena, size_t size)
{
    Block *block = arena->blocks;
    if (block == NULL || block->capacity - block->used < size) {
        block = block_new(arena, arena->next_capacity);
        block->next = arena->blocks;
        arena->blocks = block;
        if (arena->next_capacity < BLOCK_LARGEST)
            arena->next_capacity *= 2;
    }
    void *result = (char *)block->data + block->used;
    block->used += size;
    return memset(result, 0, size);
}

void *arena_alloc(Arena *arena, size_t size)
{
    if (ARENA_EXACT)
        return alloc_alone(arena, size);
    if (size > SIZE_MAX - ALIGNMENT)
        fatal_out_of_memory();
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (rounded == 0)
        rounded = ALIGNMENT;
    if (rounded > arena->next_capacity / 4)
        return alloc_alone(arena, rounded);
    return alloc_shared(arena, rounded);
}

void *arena_calloc(Arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        fatal_out_of_memory();
    return arena_alloc(arena, count * size);
}

char *arena_strdup(Arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_memdup(arena, text, strlen(text) + 1);
}

char *arena_strndup(Arena *arena, const char *text, size_t len)
{
    if (text == NULL)
        return NULL;
    if (len == SIZE_MAX)
        fatal_out_of_memory();
    char *copy = arena_alloc(arena, len + 1);
    memcpy(copy, text, len);
    return copy;
}

void *arena_memdup(Arena *arena, const void *block, size_t size)
{
    if (block == NULL)
        return NULL;
    return memcpy(arena_alloc(arena, size), block, size);
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

char *arena_vprintf(Arena *arena, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    if (len < 0)
        BUG("cannot format \"%s\"", format);
    char *text = arena_alloc(arena, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text;
}

size_t arena_size(const Arena *arena)
{
    return arena->size;
}
