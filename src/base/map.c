/*
 * String map: uthash finds the entries, a vector keeps their order. uthash's own tables come from
 * the arena as well, so that a map needs no end of its own.
 */
#include "dbmig/base/map.h"

#include <string.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/vec.h"

/* The default one falls through in a switch; FNV's low bits tell little of names that end in numbers. */
#define HASH_FUNCTION HASH_OAT

/* uthash's macros are expanded only where a variable `map` is in scope. */
#define uthash_malloc(size) arena_alloc(map->arena, (size))
#define uthash_free(block, size) ((void)(block), (void)(size))
#define uthash_fatal(message) BUG("uthash: %s", (message))
#include <uthash.h>

typedef struct Node {
    MapEntry entry;
    UT_hash_handle hh;
} Node;

struct Map {
    Arena *arena;
    Node *table;
    VEC(Node *) order;
};

Map *map_new(Arena *arena)
{
    Map *map = arena_alloc(arena, sizeof(*map));
    map->arena = arena;
    return map;
}

static Node *find(const Map *map, const char *key)
{
    Node *node = NULL;
    HASH_FIND_STR(map->table, key, node);
    return node;
}

void map_set(Map *map, const char *key, void *value)
{
    Node *node = find(map, key);
    if (node == NULL) {
        node = arena_alloc(map->arena, sizeof(*node));
        node->entry.key = arena_strdup(map->arena, key);
        HASH_ADD_KEYPTR(hh, map->table, node->entry.key, strlen(node->entry.key), node);
        VEC_PUSH(map->arena, map->order, node);
    }
    node->entry.value = value;
}

void *map_get(const Map *map, const char *key)
{
    Node *node = find(map, key);
    return node == NULL ? NULL : node->entry.value;
}

bool map_has(const Map *map, const char *key)
{
    return find(map, key) != NULL;
}

size_t map_count(const Map *map)
{
    return map->order.count;
}

const MapEntry *map_at(const Map *map, size_t i)
{
    if (i >= map->order.count)
        BUG("map_at: %zu of %zu", i, map->order.count);
    return &map->order.items[i]->entry;
}
