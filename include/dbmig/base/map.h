/*
 * Hash map from string to pointer, in an arena. Keys are copied. Iteration is in insertion order, so
 * that output never depends on hashing.
 */
#ifndef DBMIG_BASE_MAP_H
#define DBMIG_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"

typedef struct Map Map;

typedef struct MapEntry {
    const char *key;
    void *value;
} MapEntry;

Map *map_new(Arena *arena);

/* Sets key to value, replacing an earlier value. A key keeps its first place in the order. */
void map_set(Map *map, const char *key, void *value);

/* The value, or NULL when the key is absent. */
void *map_get(const Map *map, const char *key);

bool map_has(const Map *map, const char *key);

size_t map_count(const Map *map);

/* The i-th entry in insertion order, i < map_count(). */
const MapEntry *map_at(const Map *map, size_t i);

#endif
