/*
 * Growing array in an arena, for any element type:
 *
 *     VEC(const char *) names = {0};
 *     VEC_PUSH(arena, names, "x");
 *     for (size_t i = 0; i < names.count; i++) use(names.items[i]);
 *
 * Pointers to elements move when the array grows.
 */
#ifndef DBMIG_BASE_VEC_H
#define DBMIG_BASE_VEC_H

#include <stddef.h>

#include "dbmig/base/arena.h"

#define VEC(type)        \
    struct {             \
        type *items;     \
        size_t count;    \
        size_t capacity; \
    }

#define VEC_PUSH(arena, vec, ...)                                                       \
    do {                                                                                \
        if ((vec).count == (vec).capacity)                                              \
            (vec).items = vec_grow((arena), (vec).items, sizeof(*(vec).items),          \
                                   (vec).count, &(vec).capacity);                       \
        (vec).items[(vec).count++] = __VA_ARGS__;                                       \
    } while (0)

/* Returns a copy of items with at least double the room; updates *capacity. Used by VEC_PUSH. */
void *vec_grow(Arena *arena, const void *items, size_t item_size, size_t count, size_t *capacity);

/* A list of strings, the one vector type that crosses module borders everywhere. */
typedef VEC(const char *) StringList;

#endif
