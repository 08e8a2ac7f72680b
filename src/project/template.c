/* From template blocks to files. Where in a file the value stands is text/yamlpatch.h's. */
#include "dbmig/project/template.h"

#include <string.h>

#include "config/config_internal.h"
#include "dbmig/base/text.h"
#include "dbmig/project/git.h"
#include "dbmig/text/yamlpatch.h"
#include "template_conflict.h"

/* ---- the blocks ---- */

static bool read_string(Arena *arena, Config *config, const HclBlock *block, const char *name,
                        bool required, const char **ret, Error *err)
{
    HclValue *value;
    *ret = NULL;
    if (!config_value(config, block, name, &value, err))
        return false;
    if (value == NULL && !required)
        return true;
    if (value != NULL && hcl_to_string(arena, value, ret) && (*ret)[0] != '\0')
        return true;
    error_set(err, EXIT_USAGE,
              value == NULL ? "the template block has no \"%s\""
                            : "\"%s\" of the template block must be a text",
              name);
    error_hint(err, "Write: template { file = \"FILE\"  property = \"NAME\" }, a line each.");
    return error_at(err, block->place.file, block->place.line, block->place.column);
}

static bool read_block(Arena *arena, Config *config, const HclBlock *block, Template *ret,
                       Error *err)
{
    const char *file;
    if (!read_string(arena, config, block, "file", true, &file, err) ||
        !read_string(arena, config, block, "property", true, &ret->property, err) ||
        !read_string(arena, config, block, "resource", false, &ret->resource, err))
        return false;
    file = config_path(config, file);
    ret->file = text_starts(file, "file://") ? file + strlen("file://") : file;
    return true;
}

bool template_read(Arena *arena, Config *config, TemplateList *ret, Error *err)
{
    ConfigBlocks blocks;
    *ret = (TemplateList){0};
    config_blocks(config, "template", &blocks);
    for (size_t i = 0; i < blocks.count; i++) {
        Template item;
        if (!read_block(arena, config, blocks.items[i], &item, err))
            return false;
        VEC_PUSH(arena, *ret, item);
    }
    return true;
}

/* ---- writing ---- */

static bool patch(Arena *arena, const Template *item, Bytes *content, const char *header,
                  Error *err)
{
    YamlPlace place;
    return yamlpatch_find(arena, item->file, content->data, content->len, item->property,
                          item->resource, &place, err) &&
           yamlpatch_replace(arena, item->file, content->data, content->len, &place, header,
                             content, err);
}

/* All blocks of that file. */
static bool patch_all(Arena *arena, const TemplateList *templates, const char *file, Bytes *content,
                      const char *header, Error *err)
{
    for (size_t i = 0; i < templates->count; i++)
        if (strcmp(templates->items[i].file, file) == 0 &&
            !patch(arena, &templates->items[i], content, header, err))
            return false;
    return true;
}

static bool same_bytes(const Bytes *a, const Bytes *b)
{
    return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Each side with the new value: equal when nothing else is in conflict. */
static bool settle(Arena *arena, const TemplateList *templates, const char *file, Bytes *ours,
                   Bytes *theirs, const char *header, Error *err)
{
    Error trouble = {0};
    bool settled = patch_all(arena, templates, file, ours, header, &trouble) &&
                   patch_all(arena, templates, file, theirs, header, &trouble) &&
                   same_bytes(ours, theirs);
    if (settled)
        return true;
    error_set(err, EXIT_USAGE, "%s has merge conflicts beyond its hash", file);
    if (error_is_set(&trouble))
        error_detail(err, "One side: %s", trouble.primary);
    error_clear(&trouble);
    error_hint(err, "Resolve the others and run the command again; it fills in the hash.");
    return error_at(err, file, 0, 0);
}

static bool plan_file(Arena *arena, const TemplateList *templates, const char *file,
                      const char *header, TemplateEdit *ret, Error *err)
{
    Bytes before, theirs;
    if (!file_read(arena, file, &before, err))
        return error_prefix(err, "template");
    *ret = (TemplateEdit){.file = file, .content = before};
    bool ok = template_split_conflict(arena, &before, &ret->content, &theirs)
                  ? settle(arena, templates, file, &ret->content, &theirs, header, err)
                  : patch_all(arena, templates, file, &ret->content, header, err);
    ret->changed = ok && !same_bytes(&before, &ret->content);
    return ok;
}

static bool is_planned(const TemplateEdits *edits, const char *file)
{
    for (size_t i = 0; i < edits->count; i++)
        if (strcmp(edits->items[i].file, file) == 0)
            return true;
    return false;
}

bool template_plan(Arena *arena, const TemplateList *templates, const char *header,
                   TemplateEdits *ret, Error *err)
{
    *ret = (TemplateEdits){0};
    for (size_t i = 0; i < templates->count; i++) {
        TemplateEdit edit;
        if (is_planned(ret, templates->items[i].file))
            continue;
        if (!plan_file(arena, templates, templates->items[i].file, header, &edit, err))
            return false;
        VEC_PUSH(arena, *ret, edit);
    }
    return true;
}

bool template_write(const TemplateEdits *edits, Error *err)
{
    for (size_t i = 0; i < edits->count; i++) {
        const TemplateEdit *edit = &edits->items[i];
        if (edit->changed &&
            !file_write_atomic(edit->file, edit->content.data, edit->content.len, 0644, err))
            return error_prefix(err, "template");
    }
    return true;
}

bool template_update(Arena *arena, const TemplateList *templates, const char *header,
                     StringList *ret_changed, Error *err)
{
    TemplateEdits edits;
    if (!template_plan(arena, templates, header, &edits, err) || !template_write(&edits, err))
        return false;
    for (size_t i = 0; ret_changed != NULL && i < edits.count; i++)
        if (edits.items[i].changed)
            VEC_PUSH(arena, *ret_changed, edits.items[i].file);
    return true;
}

/* ---- verifying ---- */

/* What git's index has of the file; the disk's where git does not know it. */
static bool read_staged(Arena *arena, const char *file, Bytes *ret, Error *err)
{
    bool found;
    if (!git_read_staged(arena, file, ret, &found, err))
        return false;
    return found || file_read(arena, file, ret, err);
}

static bool verify(Arena *arena, const Template *item, const Bytes *content, const char *header,
                   Error *err)
{
    YamlPlace place;
    Bytes ours, theirs;
    if (template_split_conflict(arena, content, &ours, &theirs)) {
        error_set(err, EXIT_INTEGRITY, "%s has conflict markers of a merge", item->file);
        error_hint(err, "Run: dbmig rebase (or dbmig hash). It resolves those about the hash.");
        return error_at(err, item->file, 0, 0);
    }
    if (!yamlpatch_find(arena, item->file, content->data, content->len, item->property,
                        item->resource, &place, err))
        return false;
    if (strcmp(place.value, header) == 0)
        return true;
    error_set(err, EXIT_INTEGRITY, "%s is not the sum file's hash", place.path);
    error_detail(err, "It is \"%s\", the migrations' is \"%s\".",
                 text_printable(arena, place.value), header);
    error_hint(err, "Run: dbmig hash. It writes the hash into the template.");
    return error_at(err, item->file, place.line, place.column);
}

bool template_verify(Arena *arena, const TemplateList *templates, const char *header, bool staged,
                     Error *err)
{
    for (size_t i = 0; i < templates->count; i++) {
        const Template *item = &templates->items[i];
        Bytes content;
        if (!(staged ? read_staged(arena, item->file, &content, err)
                     : file_read(arena, item->file, &content, err)))
            return error_prefix(err, "template");
        if (!verify(arena, item, &content, header, err))
            return false;
    }
    return true;
}
