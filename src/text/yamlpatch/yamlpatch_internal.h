/* libyaml on a text in memory, as the yamlpatch*.c files use it. */
#ifndef DBMIG_TEXT_YAMLPATCH_INTERNAL_H
#define DBMIG_TEXT_YAMLPATCH_INTERNAL_H

#include <yaml.h>

#include "dbmig/text/yamlpatch.h"

typedef struct YamlText {
    const char *file;
    const char *bytes; /* as given */
    size_t len;
    size_t bom;       /* length of the byte order mark, which libyaml does not get to see */
    const char *read; /* what libyaml reads: of the same shape as the bytes behind the mark */
} YamlText;

/* Fails (EXIT_USAGE) when the bytes are not UTF-8. */
bool yamlpatch_text(Arena *arena, const char *file, const char *bytes, size_t len, YamlText *ret,
                    Error *err);

void yamlpatch_begin(const YamlText *text, yaml_parser_t *ret);

/* Sets err to what the parser complains about. Returns false. */
bool yamlpatch_fail(const YamlText *text, const yaml_parser_t *parser, Error *err);

/* libyaml's marks count characters: the byte of one. */
size_t yamlpatch_byte(const YamlText *text, size_t characters);

#endif
