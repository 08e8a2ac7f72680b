/* Growth of the arrays that VEC() declares. */
#include "dbmig/base/vec.h"

#include <stdint.h>
#include <string.h>

#include "dbmig/base/fatal.h"

#define SMALLEST ((size_t)8)

void *vec_grow(Arena *arena, const void *items, size_t item_size, size_t count, size_t *capacity)
{
    if (*capacity > SIZE_MAX / 2)
        fatal_out_of_memory();
    size_t grown = *capacity < SMALLEST ? SMALLEST : *capacity * 2;
    void *copy = arena_calloc(arena, grown, item_size);
    if (count > 0)
        memcpy(copy, items, count * item_size);
    *capacity = grown;
    return copy;
}
