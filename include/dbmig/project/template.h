/*
 * The deployment templates (CloudFormation, SAM, any YAML or JSON file) that carry the sum file's
 * header, so that a changed migration is a changed resource:
 *
 *     template {
 *       file     = "cloud-formation.yaml"
 *       property = "MigrationHash"
 *       resource = "Migration"    # only where several have the property
 *     }
 */
#ifndef DBMIG_PROJECT_TEMPLATE_H
#define DBMIG_PROJECT_TEMPLATE_H

#include <stdbool.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/file.h"
#include "dbmig/base/vec.h"
#include "dbmig/project/config.h"

typedef struct Template {
    const char *file;     /* seen from the working folder */
    const char *property; /* see yamlpatch_find() */
    const char *resource; /* NULL or a key above it */
} Template;

typedef VEC(Template) TemplateList;

/* The template blocks of the configuration: the env's, or the top level's when the env has none.
   EXIT_USAGE, placed, for one that lacks its file or property. */
bool template_read(Arena *arena, Config *config, TemplateList *ret, Error *err);

/* What is to become of one file. */
typedef struct TemplateEdit {
    const char *file;
    Bytes content;
    bool changed;
} TemplateEdit;

typedef VEC(TemplateEdit) TemplateEdits;

/*
 * Reads the templates and computes them with the header (as sumfile_header() gives it), one edit a
 * file; writes nothing. Conflict markers that a merge left are resolved when the two sides differ
 * in these properties alone. Errors: as yamlpatch_find(), conflicts about anything else, files that
 * cannot be read.
 */
bool template_plan(Arena *arena, const TemplateList *templates, const char *header,
                   TemplateEdits *ret, Error *err);

/* Writes those that changed, each atomically. */
bool template_write(const TemplateEdits *edits, Error *err);

/* template_plan() and template_write(); adds the files that changed to ret_changed (may be NULL).
 */
bool template_update(Arena *arena, const TemplateList *templates, const char *header,
                     StringList *ret_changed, Error *err);

/*
 * EXIT_INTEGRITY, placed, when a template has another value than the header. staged: the templates
 * are those in git's index, where they are under git at all.
 */
bool template_verify(Arena *arena, const TemplateList *templates, const char *header, bool staged,
                     Error *err);

#endif
