/*
 * Finds one value in a YAML or JSON text and replaces it, byte for byte the rest as it was:
 * comments, tags, anchors, quoting, line ends. libyaml says where the value is; nothing is ever
 * emitted again. Pure: bytes in, bytes out.
 */
#ifndef DBMIG_TEXT_YAMLPATCH_H
#define DBMIG_TEXT_YAMLPATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/file.h"

typedef enum YamlStyle {
    YAML_STYLE_NONE, /* `key:` with nothing behind it */
    YAML_STYLE_PLAIN,
    YAML_STYLE_SINGLE,
    YAML_STYLE_DOUBLE,
    YAML_STYLE_BLOCK, /* literal or folded */
} YamlStyle;

/* A scalar value in a text. */
typedef struct YamlPlace {
    size_t start, end; /* bytes, quotes included, tag and anchor not; equal for YAML_STYLE_NONE */
    size_t line, column;
    YamlStyle style;
    const char *path;  /* "Resources.Migration.Properties.MigrationHash" */
    const char *value; /* what a YAML reader sees */
    size_t event;      /* its number among libyaml's events */
} YamlPlace;

/*
 * Finds the property: a key, or the end of a path of keys joined by dots (a list's items are 0, 1,
 * …; a path that is complete goes before the end of another one). resource, when not NULL, is a key
 * that must stand above it. Every document of a stream is looked at.
 *
 * EXIT_USAGE, with file and place: text that is not UTF-8 or not YAML, no such property, more than
 * one, one that is no single value, is an alias or carries a tag of its own (!Ref, !Sub): such a
 * value comes from elsewhere, and writing over it would cut that off.
 */
bool yamlpatch_find(Arena *arena, const char *file, const char *text, size_t len,
                    const char *property, const char *resource, YamlPlace *ret, Error *err);

/*
 * The text with that value replaced, in the style that it has: on its line alone, but for a block
 * scalar that cannot say the value exactly (it ends in a line break, or has several lines), which
 * becomes a quoted one. value is printable ASCII without quotes and backslashes. The result has
 * been read again: it differs from the text in that value only, or this fails (EXIT_USAGE).
 */
bool yamlpatch_replace(Arena *arena, const char *file, const char *text, size_t len,
                       const YamlPlace *place, const char *value, Bytes *ret, Error *err);

/* The version of libyaml that is used. */
const char *yamlpatch_library_version(void);

#endif
