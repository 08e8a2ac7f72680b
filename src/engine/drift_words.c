/* What differs of an object, in words that need no knowledge of the catalogs: see drift_words.h. */
#include "drift_words.h"

#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/facet.h"

#define LONGEST_VALUE 80 /* bytes; longer ones are looked up in the SQL */

/* ---- grants ---- */

static bool same_role(const AclEntry *one, const AclEntry *other)
{
    return text_equal(one->grantee, other->grantee);
}

static bool has(const AclList *list, const AclEntry *wanted)
{
    for (size_t i = 0; i < list->count; i++) {
        const AclEntry *entry = &list->items[i];
        if (entry->privilege == wanted->privilege && same_role(entry, wanted) &&
            entry->grantable == wanted->grantable)
            return true;
    }
    return false;
}

static const char *role_of(const AclEntry *entry)
{
    return entry->grantee ? entry->grantee : "PUBLIC";
}

/* "SELECT, INSERT": what the entry's role has in list and not in other; NULL when this role was
 * told before. */
static const char *privileges_of(Arena *arena, const AclList *list, size_t at, const AclList *other)
{
    Buf out = {0};
    for (size_t i = 0; i < list->count; i++) {
        const AclEntry *entry = &list->items[i];
        if (!same_role(entry, &list->items[at]) || has(other, entry))
            continue;
        if (i < at && out.len == 0)
            return NULL;
        buf_printf(&out, "%s%s%s", out.len ? ", " : "", facet_privilege(entry->privilege),
                   entry->grantable ? " with the right to grant it" : "");
    }
    return out.len > 0 ? buf_steal(&out, arena) : NULL;
}

static void add_grants(Arena *arena, Buf *out, const AclList *list, const AclList *other, const char *format)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *privileges = privileges_of(arena, list, i, other);
        if (!privileges)
            continue;
        buf_add_str(out, out->len ? "; " : "");
        for (const char *c = format; *c; c++) {
            if (*c == '#')
                buf_add_str(out, privileges);
            else if (*c == '@')
                buf_add_str(out, role_of(&list->items[i]));
            else
                buf_add_char(out, *c);
        }
    }
}

static const char *describe_grants(Arena *arena, const Object *migrated, const Object *other)
{
    AclList ours = {0}, theirs = {0};
    Buf out = {0};
    facet_read_acl(arena, migrated, &ours);
    facet_read_acl(arena, other, &theirs);
    add_grants(arena, &out, &theirs, &ours, "# is granted to @, the migrations do not grant it");
    add_grants(arena, &out, &ours, &theirs, "# is not granted to @, the migrations grant it");
    /* The same rights, granted by others. */
    return out.len > 0 ? buf_steal(&out, arena) : "rights are granted by another role than in the migrations";
}

/* ---- letters of the catalogs ---- */

typedef struct Word {
    const char *attribute, *value;
    const char *here;  /* what the other has */
    const char *there; /* what the migrations say */
} Word;

static const Word words[] = {
    {"not_null", "t", "is NOT NULL", "NOT NULL"},
    {"not_null", "f", "allows NULL", "that it allows NULL"},
    {"row_security", "t", "row security is on", "on"},
    {"row_security", "f", "row security is off", "off"},
    {"force_row_security", "t", "row security holds for the owner", "that it does"},
    {"force_row_security", "f", "row security does not hold for the owner", "that it does not"},
    {"persistence", "p", "is logged", "logged"},
    {"persistence", "u", "is unlogged", "unlogged"},
    {"enabled", "O", "is enabled", "enabled"},
    {"enabled", "D", "is disabled", "disabled"},
    {"enabled", "R", "fires on a replica only", "that it fires on a replica only"},
    {"enabled", "A", "fires always", "that it fires always"},
    {"replica_identity", "d", "replica identity is the primary key", "the primary key"},
    {"replica_identity", "n", "replica identity is nothing", "nothing"},
    {"replica_identity", "f", "replica identity is the whole row", "the whole row"},
    {"replica_identity", "i", "replica identity is an index", "an index"},
    {"validated", "t", "is validated", "that it is validated"},
    {"validated", "f", "is not validated", "that it is not validated"},
    {"permissive", "t", "is permissive", "permissive"},
    {"permissive", "f", "is restrictive", "restrictive"},
    {"type", "p", "is a primary key", "a primary key"},
    {"type", "u", "is a unique constraint", "a unique constraint"},
    {"type", "f", "is a foreign key", "a foreign key"},
    {"type", "c", "is a check", "a check"},
    {"type", "x", "is an exclusion constraint", "an exclusion constraint"},
};

static const Word *word_of(const char *attribute, const char *value)
{
    for (size_t i = 0; value && i < ARRAY_LENGTH(words); i++) {
        if (strcmp(words[i].attribute, attribute) == 0 && strcmp(words[i].value, value) == 0)
            return &words[i];
    }
    return NULL;
}

/* ---- values ---- */

static const char *value_of(const Object *object, const char *attribute)
{
    const KindSpec *spec = kind_spec(object->kind);
    for (size_t i = 0; i < spec->attribute_count; i++) {
        if (strcmp(spec->attributes[i].name, attribute) == 0)
            return object->attributes[i];
    }
    if (strcmp(attribute, "owner") == 0)
        return object->owner;
    return strcmp(attribute, "comment") == 0 ? object->comment : object->labels;
}

static bool is_short(const char *value)
{
    return !value || (strlen(value) <= LONGEST_VALUE && !strchr(value, '\n'));
}

static const char *shown(const char *value)
{
    if (!value)
        return "none";
    return value[0] == '\0'          ? "empty"
           : strcmp(value, "t") == 0 ? "yes"
           : strcmp(value, "f") == 0 ? "no"
                                     : value;
}

/* "identity_options" as people write it. */
static const char *name_of(Arena *arena, const char *attribute)
{
    char *name = arena_strdup(arena, attribute);
    for (char *c = name; *c; c++)
        *c = *c == '_' ? ' ' : *c;
    return name;
}

const char *drift_describe(Arena *arena, const Object *migrated, const Object *other, const char *attribute)
{
    if (strcmp(attribute, "acl") == 0)
        return describe_grants(arena, migrated, other);
    const char *theirs = value_of(other, attribute), *ours = value_of(migrated, attribute);
    const Word *here = word_of(attribute, theirs), *there = word_of(attribute, ours);
    if (here && there)
        return arena_printf(arena, "%s, the migrations say %s", here->here, there->there);
    const char *name = name_of(arena, attribute);
    if (!is_short(theirs) || !is_short(ours) || text_equal(theirs, ours))
        return arena_printf(arena, "another %s", name);
    return arena_printf(arena, "%s is %s, the migrations say %s", name, shown(theirs), shown(ours));
}
