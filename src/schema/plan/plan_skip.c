/*
 * diff { skip {} }: changes that are wanted nowhere. What is not to be dropped stays as it was, with its
 * parts and what it needs; what is not to be added takes along what needs it; what is not to be
 * modified is taken for equal. Parts come and go with what they are parts of. A table with a part or a
 * partition that stays as it was is not made anew.
 */
#include <string.h>

#include "dbmig/base/text.h"
#include "plan_internal.h"

const char *const plan_skip_nouns[] = {
#define NOUN(word) #word,
#include "dbmig/project/diff_changes.def"
#undef NOUN
    NULL,
};

static const char *constraint_noun(const Object *object)
{
    switch (object_get(object, "type")[0]) {
    case 'f':
        return "foreign_key";
    case 'p':
        return "primary_key";
    case 'c':
        return "check";
    default: /* UNIQUE and EXCLUDE are indexes to Atlas */
        return "index";
    }
}

static const char *noun_of(const Object *object)
{
    switch (object->kind) {
    case KIND_SCHEMA:
        return "schema";
    case KIND_TABLE:
    case KIND_FOREIGN_TABLE:
        return "table";
    case KIND_COLUMN:
    case KIND_DEFAULT:
        return "column";
    case KIND_INDEX:
        return "index";
    case KIND_CONSTRAINT:
        return constraint_noun(object);
    case KIND_VIEW:
        return "view";
    case KIND_MATVIEW:
        return "materialized";
    case KIND_FUNCTION:
        return text_equal(kind_noun(object), "PROCEDURE") ? "proc" : "func";
    case KIND_AGGREGATE:
        return "func";
    case KIND_TRIGGER:
        return "trigger";
    case KIND_ENUM:
        return "enum";
    case KIND_DOMAIN:
    case KIND_DOMAIN_CONSTRAINT:
        return "domain";
    case KIND_COMPOSITE:
    case KIND_ATTRIBUTE:
        return "composite";
    case KIND_SEQUENCE:
        return "sequence";
    case KIND_EXTENSION:
        return "extension";
    case KIND_POLICY:
        return "policy";
    default:
        return NULL;
    }
}

/* These are told apart from what they are parts of only by being there or not: a default that comes or
   goes modifies its column. */
static bool is_detail(const Object *object)
{
    return object->kind == KIND_DEFAULT || object->kind == KIND_ATTRIBUTE ||
           object->kind == KIND_DOMAIN_CONSTRAINT;
}

typedef struct Left {
    Entry *entry;
    bool replacement; /* what was not done is making it anew */
} Left;

typedef struct Skipper {
    Planner *planner;
    VEC(Left) work; /* whose neighbours are still to be looked at */
} Skipper;

static bool listed(const Skipper *skipper, const char *verb, const char *noun)
{
    const StringList *skip = skipper->planner->options->skip;
    size_t len = strlen(verb);
    for (size_t i = 0; noun && i < skip->count; i++) {
        const char *word = skip->items[i];
        if (strncmp(word, verb, len) == 0 && word[len] == '_' && strcmp(word + len + 1, noun) == 0)
            return true;
    }
    return false;
}

/* The word that forbids the change, or NULL. */
static const char *forbidden(const Skipper *skipper, const Entry *entry)
{
    const Object *object = plan_object(entry);
    const char *verb = entry->change == CHANGE_CREATE ? "add"
                       : entry->change == CHANGE_DROP ? "drop"
                                                      : "modify";
    if (is_detail(object))
        verb = "modify";
    const char *noun = noun_of(object);
    bool comes_or_goes = entry->change == CHANGE_CREATE || entry->change == CHANGE_DROP;
    if (comes_or_goes && object->parent && plan_entry(object->parent)->change == entry->change)
        return NULL;
    if (listed(skipper, verb, noun))
        return arena_printf(skipper->planner->arena, "%s_%s", verb, noun);
    /* What happens to the parts of a table that stays modifies that table. */
    for (const Object *whole = object->parent; whole; whole = whole->parent) {
        const Entry *owner = plan_entry(whole);
        if (owner->before && owner->after && listed(skipper, "modify", noun_of(whole)))
            return arena_printf(skipper->planner->arena, "modify_%s", noun_of(whole));
    }
    return NULL;
}

static void tell(Skipper *skipper, const Entry *entry, ChangeKind change, const char *why)
{
    static const char *const verbs[] = {"", "create", "drop", "alter", "replace"};
    const Object *object = plan_object(entry);
    const char *line = arena_printf(skipper->planner->arena, "%s %s %s (%s)", verbs[change],
                                    kind_spec(object->kind)->name, object->key, why);
    VEC_PUSH(skipper->planner->arena, skipper->planner->skipped, line);
}

/* The object stays as it was; one that is new does not come. */
static void leave(Skipper *skipper, Entry *entry)
{
    Left left = {entry, entry->change == CHANGE_REPLACE};
    entry->change = CHANGE_NONE;
    entry->left = true;
    VEC_PUSH(skipper->planner->arena, skipper->work, left);
}

static void leave_as_well(Skipper *skipper, Entry *entry, ChangeKind change, const Object *because)
{
    if (entry->change != change || change == CHANGE_NONE)
        return;
    const Object *object = plan_object(entry);
    if (object->parent != because)
        tell(skipper, entry, change,
             arena_printf(skipper->planner->arena, "with %s %s", kind_spec(because->kind)->name,
                          because->key));
    leave(skipper, entry);
}

/* A primary key that stays needs its columns NOT NULL. */
static void keep_not_null(Skipper *skipper, const Object *kept, Entry *need)
{
    if (kept->kind == KIND_CONSTRAINT && object_get(kept, "type")[0] == 'p' && need->after &&
        need->before->kind == KIND_COLUMN && !object_true(need->after, "not_null"))
        leave_as_well(skipper, need, CHANGE_ALTER, kept);
}

/* What is made anew, or goes, has no place for what is kept. */
static void keep_whole(Skipper *skipper, const Object *kept, Entry *whole)
{
    leave_as_well(skipper, whole, CHANGE_DROP, kept);
    leave_as_well(skipper, whole, CHANGE_REPLACE, kept);
}

/* What a kept object is a part of, is made of and needs stays too. */
static void keep_around(Skipper *skipper, const Object *kept)
{
    if (kept->parent)
        keep_whole(skipper, kept, plan_entry(kept->parent));
    for (size_t i = 0; kept->kind == KIND_ATTACHMENT && i < kept->needs.count; i++)
        keep_whole(skipper, kept, plan_entry(kept->needs.items[i]));
    for (size_t i = 0; i < kept->children.count; i++)
        leave_as_well(skipper, plan_entry(kept->children.items[i]), CHANGE_DROP, kept);
    for (size_t i = 0; i < kept->needs.count; i++) {
        Entry *need = plan_entry(kept->needs.items[i]);
        leave_as_well(skipper, need, CHANGE_DROP, kept);
        keep_not_null(skipper, kept, need);
    }
}

/* What the object's user gets new cannot come either. */
static void omit_user(Skipper *skipper, Entry *user, const Object *omitted)
{
    if (user->change == CHANGE_ALTER || user->change == CHANGE_REPLACE)
        leave_as_well(skipper, user, user->change, omitted);
    else
        leave_as_well(skipper, user, CHANGE_CREATE, omitted);
}

/* What is a part of an object that does not come, or needs it, cannot come either. */
static void omit_around(Skipper *skipper, const Object *omitted)
{
    for (size_t i = 0; i < omitted->children.count; i++)
        leave_as_well(skipper, plan_entry(omitted->children.items[i]), CHANGE_CREATE, omitted);
    for (size_t i = 0; i < omitted->needed_by.count; i++)
        omit_user(skipper, plan_entry(omitted->needed_by.items[i]), omitted);
}

/* ---- enum values that do not come ---- */

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (c & 0x80) != 0;
}

/* 'sad' of the literal stands in the text: as it is, or within an array or a row. */
static bool mentions(const char *text, const char *literal)
{
    size_t len = strlen(literal) - 2;
    for (const char *at = text; (at = memmem(at, strlen(at), literal + 1, len)); at++) {
        if ((at == text || !is_word_byte(at[-1])) && !is_word_byte(at[len]))
            return true;
    }
    return false;
}

static bool uses_value(const Object *user, const char *type, const char *literal)
{
    const KindSpec *spec = kind_spec(user->kind);
    for (size_t i = 0; i < spec->attribute_count; i++) {
        const char *text = user->attributes[i];
        if (text && strstr(text, type) && mentions(text, literal))
            return true;
    }
    return false;
}

/* What uses a value that the enum does not get cannot come. */
static void omit_users_of_values(Skipper *skipper, const Entry *type)
{
    StringList had = {0}, values = {0};
    ddl_lines(skipper->planner->arena, object_get(type->before, "values"), &had);
    ddl_lines(skipper->planner->arena, object_get(type->after, "values"), &values);
    for (size_t i = 0; i < values.count; i++) {
        if (text_list_has(&had, values.items[i]))
            continue;
        for (size_t n = 0; n < type->after->needed_by.count; n++) {
            const Object *user = type->after->needed_by.items[n];
            if (uses_value(user, type->after->key, values.items[i]))
                omit_user(skipper, plan_entry(user), type->after);
        }
    }
}

/* Parts and partitions are of the old table or of the new one: none changes without it. */
static void leave_parts(Skipper *skipper, const Object *side, const Object *because)
{
    for (size_t i = 0; i < side->children.count; i++) {
        Entry *part = plan_entry(side->children.items[i]);
        leave_as_well(skipper, part, part->change, because);
    }
    for (size_t i = 0; i < side->needed_by.count; i++) {
        Entry *link = plan_entry(side->needed_by.items[i]);
        if (kind_spec(plan_object(link)->kind)->flags & KIND_LINK)
            leave_as_well(skipper, link, link->change, because);
    }
}

static void spread(Skipper *skipper)
{
    while (skipper->work.count > 0) {
        Left left = skipper->work.items[--skipper->work.count];
        const Entry *entry = left.entry;
        if (left.replacement && entry->before->kind == KIND_TABLE) {
            leave_parts(skipper, entry->before, entry->before);
            leave_parts(skipper, entry->after, entry->before);
        }
        if (entry->before)
            keep_around(skipper, entry->before);
        else
            omit_around(skipper, entry->after);
        if (entry->before && entry->after && entry->after->kind == KIND_ENUM)
            omit_users_of_values(skipper, entry);
    }
}

void plan_skip(Planner *planner)
{
    Skipper skipper = {.planner = planner};
    if (!planner->options->skip || planner->options->skip->count == 0)
        return;
    for (size_t i = 0; i < planner->entries.count; i++) {
        Entry *entry = planner->entries.items[i];
        const char *word = entry->change == CHANGE_NONE ? NULL : forbidden(&skipper, entry);
        if (!word)
            continue;
        tell(&skipper, entry, entry->change, word);
        leave(&skipper, entry);
        spread(&skipper);
    }
    if (planner->skipped.count > 0)
        plan_skip_target(planner);
}
