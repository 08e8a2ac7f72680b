/*
 * Region allocator. One arena lives as long as a command; loops that run many times use a scratch
 * arena of their own and reset it. Nothing is freed singly. Memory is never NULL: running out of it
 * ends the program through fatal_out_of_memory(), which runs the registered clean-ups.
 */
#ifndef DBMIG_BASE_ARENA_H
#define DBMIG_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#if defined(__GNUC__)
#define DBMIG_PRINTF(format_index, first_arg) \
    __attribute__((format(printf, format_index, first_arg)))
#define DBMIG_NORETURN __attribute__((noreturn))
#else
#define DBMIG_PRINTF(format_index, first_arg)
#define DBMIG_NORETURN
#endif

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

typedef struct Arena Arena;

/* Makes an empty arena. The caller owns it and ends it with arena_free(). */
Arena *arena_new(void);

/* Frees the arena and everything allocated from it. NULL is allowed. */
void arena_free(Arena *arena);

/* Frees everything allocated from the arena, and keeps the arena for further use. */
void arena_reset(Arena *arena);

/* Returns size bytes, zeroed and aligned for any type. Under AddressSanitizer each is a malloc. */
void *arena_alloc(Arena *arena, size_t size);

/* Like arena_alloc(count * size), and dies when the product overflows. */
void *arena_calloc(Arena *arena, size_t count, size_t size);

/* Copies a string, len bytes of one (NUL is appended), or a block. NULL copies to NULL. */
char *arena_strdup(Arena *arena, const char *text);
char *arena_strndup(Arena *arena, const char *text, size_t len);
void *arena_memdup(Arena *arena, const void *block, size_t size);

/* sprintf into the arena. */
char *arena_printf(Arena *arena, const char *format, ...) DBMIG_PRINTF(2, 3);
char *arena_vprintf(Arena *arena, const char *format, va_list args) DBMIG_PRINTF(2, 0);

/* Bytes held by the arena, its own book-keeping included. */
size_t arena_size(const Arena *arena);

#endif
