/* Access control lists: reading aclitem[], comparing, GRANT and REVOKE. */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/schema/facet.h"

const char facet_acl_owner[] = "the owner";

/* ---- reading ---- */

/* One element of a text array, with the array's own quoting taken off. */
static const char *next_element(Arena *arena, const char *at, char **ret)
{
    Buf out = {0};
    bool quoted = *at == '"';
    if (quoted)
        at++;
    while (*at && (quoted ? *at != '"' : *at != ',' && *at != '}')) {
        if (*at == '\\' && at[1])
            at++;
        buf_add_char(&out, *at++);
    }
    if (quoted && *at)
        at++;
    *ret = buf_steal(&out, arena);
    return *at == ',' ? at + 1 : at;
}

/* A role name up to '=' or the end, with putid()'s quoting taken off. */
static const char *take_role(Arena *arena, const char *at, const char *owner, const char **ret)
{
    Buf out = {0};
    bool quoted = false;
    for (; *at && (quoted || *at != '='); at++) {
        if (*at != '"')
            buf_add_char(&out, *at);
        else if (quoted && at[1] == '"')
            buf_add_char(&out, *++at);
        else
            quoted = !quoted;
    }
    const char *name = buf_steal(&out, arena);
    *ret = text_equal(name, owner) ? facet_acl_owner : name;
    return at;
}

static void parse_item(Arena *arena, const char *item, const char *owner, AclList *ret)
{
    const char *grantee, *grantor;
    const char *privileges = take_role(arena, item, owner, &grantee);
    if (*privileges != '=')
        return;
    const char *slash = strchr(privileges, '/');
    if (!slash)
        return;
    take_role(arena, slash + 1, owner, &grantor);
    for (const char *c = privileges + 1; c < slash; c++) {
        if (*c == '*')
            continue;
        AclEntry entry = {
            .grantee = grantee[0] ? grantee : NULL,
            .grantor = grantor,
            .privilege = *c,
            .grantable = c[1] == '*',
        };
        VEC_PUSH(arena, *ret, entry);
    }
}

/* The owner first, then PUBLIC, then by name. */
static int compare_roles(const char *a, const char *b)
{
    int left = a == facet_acl_owner ? 0 : !a ? 1 : 2;
    int right = b == facet_acl_owner ? 0 : !b ? 1 : 2;
    return left != right ? left - right : left == 2 ? strcmp(a, b) : 0;
}

/* Whether the entry's grantor may grant, once the first count entries are there. */
static bool may_be_granted(const AclList *list, size_t count, const AclEntry *entry)
{
    bool may = entry->grantor == facet_acl_owner;
    for (size_t i = 0; i < count && !may; i++)
        may = list->items[i].grantable && list->items[i].privilege == entry->privilege &&
              text_equal(list->items[i].grantee, entry->grantor);
    return may;
}

/* One order, whatever order they were granted in, that keeps grants behind the right to make them. The
   privileges of one item stay in the server's order. */
static void sort_entries(AclList *list)
{
    for (size_t place = 0; place + 1 < list->count; place++) {
        size_t best = place;
        bool best_may = may_be_granted(list, place, &list->items[place]);
        for (size_t i = place + 1; i < list->count; i++) {
            const AclEntry *entry = &list->items[i], *other = &list->items[best];
            bool may = may_be_granted(list, place, entry);
            int order = compare_roles(entry->grantor, other->grantor);
            if (order == 0)
                order = compare_roles(entry->grantee, other->grantee);
            if (may != best_may ? may : order < 0) {
                best = i;
                best_may = may;
            }
        }
        AclEntry entry = list->items[best];
        memmove(&list->items[place + 1], &list->items[place], (best - place) * sizeof(entry));
        list->items[place] = entry;
    }
}

void facet_parse_acl(Arena *arena, const char *acl, const char *owner, AclList *ret)
{
    if (!acl || *acl != '{')
        return;
    for (const char *at = acl + 1; *at && *at != '}';) {
        char *item;
        at = next_element(arena, at, &item);
        parse_item(arena, item, owner, ret);
    }
    sort_entries(ret);
}

static bool item_is(Arena *arena, const char *item, AclItemTest *test, const void *context)
{
    const char *grantee, *grantor = "";
    const char *slash = strchr(take_role(arena, item, NULL, &grantee), '/');
    if (slash)
        take_role(arena, slash + 1, NULL, &grantor);
    return test(grantee, grantor, context);
}

const char *facet_acl_without(Arena *arena, const char *acl, AclItemTest *drops, const void *context)
{
    Buf kept = {0};
    bool any = false;
    for (const char *at = acl ? acl + 1 : "", *next; *at && *at != '}'; at = next) {
        char *item;
        next = next_element(arena, at, &item);
        if (item_is(arena, item, drops, context)) {
            any = true;
            continue;
        }
        buf_add_char(&kept, kept.len > 0 ? ',' : '{');
        buf_add(&kept, at, (size_t)(next - at) - (next[-1] == ','));
    }
    buf_add_str(&kept, kept.len > 0 ? "}" : "{}");
    const char *rest = any ? buf_text(&kept) : NULL;
    rest = rest ? arena_strdup(arena, rest) : acl;
    buf_free(&kept);
    return rest;
}

/* ---- comparing ---- */

static const AclEntry *find_entry(const AclList *list, const AclEntry *wanted)
{
    for (size_t i = 0; i < list->count; i++) {
        const AclEntry *entry = &list->items[i];
        if (entry->privilege == wanted->privilege && text_equal(entry->grantee, wanted->grantee) &&
            text_equal(entry->grantor, wanted->grantor))
            return entry;
    }
    return NULL;
}

static bool contains(const AclList *list, const AclList *part)
{
    for (size_t i = 0; i < part->count; i++) {
        const AclEntry *found = find_entry(list, &part->items[i]);
        if (!found || found->grantable != part->items[i].grantable)
            return false;
    }
    return true;
}

bool facet_acl_equal(const AclList *before, const AclList *after)
{
    return contains(before, after) && contains(after, before);
}

/* ---- writing ---- */

const char *facet_privilege(char privilege)
{
    static const struct {
        char letter;
        const char *name;
    } names[] = {
        {'r', "SELECT"},  {'a', "INSERT"},     {'w', "UPDATE"},  {'d', "DELETE"}, {'D', "TRUNCATE"},
        {'x', "REFERENCES"}, {'t', "TRIGGER"}, {'X', "EXECUTE"}, {'U', "USAGE"},  {'C', "CREATE"},
        {'c', "CONNECT"}, {'T', "TEMPORARY"},  {'s', "SET"},     {'A', "ALTER SYSTEM"},
        {'m', "MAINTAIN"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (names[i].letter == privilege)
            return names[i].name;
    }
    return "ALL";
}

typedef struct AclWriter {
    DdlWriter *ddl;
    const char *prefix, *on, *column, *owner;
} AclWriter;

static char *role_name(const AclWriter *writer, const char *role)
{
    if (!role)
        return arena_strdup(writer->ddl->arena, "PUBLIC");
    return ddl_identifier(writer->ddl->arena, role == facet_acl_owner ? writer->owner : role);
}

/* The privileges of entries that share grantee and grantor with the first, and are marked. */
static char *privilege_list(const AclWriter *writer, const AclList *list, const bool *marked,
                            size_t first)
{
    Buf out = {0};
    for (size_t i = first; i < list->count; i++) {
        if (!marked[i] || !text_equal(list->items[i].grantee, list->items[first].grantee) ||
            !text_equal(list->items[i].grantor, list->items[first].grantor))
            continue;
        if (out.len > 0)
            buf_add_str(&out, ", ");
        buf_add_str(&out, facet_privilege(list->items[i].privilege));
        if (writer->column)
            buf_printf(&out, "(%s)", writer->column);
    }
    return buf_steal(&out, writer->ddl->arena);
}

/* True when an earlier entry opened the statement that this one is part of. */
static bool told_before(const AclList *list, const bool *marked, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        if (marked[i] && text_equal(list->items[i].grantee, list->items[at].grantee) &&
            text_equal(list->items[i].grantor, list->items[at].grantor))
            return true;
    }
    return false;
}

/* format has the privileges and the grantee. */
static void write_marked(const AclWriter *writer, const AclList *list, const bool *marked,
                         const char *verb, const char *preposition, const char *suffix)
{
    DdlWriter *ddl = writer->ddl;
    for (size_t i = 0; i < list->count; i++) {
        if (!marked[i] || told_before(list, marked, i))
            continue;
        const AclEntry *entry = &list->items[i];
        bool other = entry->grantor != facet_acl_owner && writer->prefix[0] == '\0';
        if (other)
            ddl_add(ddl, "SET SESSION AUTHORIZATION %s", role_name(writer, entry->grantor));
        ddl_add(ddl, "%s%s %s ON %s %s %s%s", writer->prefix, verb,
                privilege_list(writer, list, marked, i), writer->on, preposition,
                role_name(writer, entry->grantee), suffix);
        if (other)
            ddl_add(ddl, "RESET SESSION AUTHORIZATION");
    }
}

typedef bool (*MarkTest)(const AclEntry *entry, const AclEntry *other);

static bool is_gone(const AclEntry *entry, const AclEntry *other)
{
    (void)entry;
    return other == NULL;
}

static bool lost_option(const AclEntry *entry, const AclEntry *other)
{
    return other && entry->grantable && !other->grantable;
}

static bool is_new(const AclEntry *entry, const AclEntry *other)
{
    return !entry->grantable && other == NULL;
}

static bool gained_option(const AclEntry *entry, const AclEntry *other)
{
    return entry->grantable && (!other || !other->grantable);
}

static bool *mark(Arena *arena, const AclList *list, const AclList *others, MarkTest test)
{
    bool *marked = arena_calloc(arena, list->count + 1, sizeof(bool));
    for (size_t i = 0; i < list->count; i++)
        marked[i] = test(&list->items[i], find_entry(others, &list->items[i]));
    return marked;
}

void facet_emit_acl(DdlWriter *ddl, const AclList *before, const AclList *after, const char *prefix,
                    const char *on, const char *column, const char *owner)
{
    AclWriter writer = {ddl, prefix, on, column, owner};
    Arena *arena = ddl->arena;
    write_marked(&writer, before, mark(arena, before, after, is_gone), "REVOKE", "FROM", "");
    write_marked(&writer, before, mark(arena, before, after, lost_option),
                 "REVOKE GRANT OPTION FOR", "FROM", "");
    write_marked(&writer, after, mark(arena, after, before, is_new), "GRANT", "TO", "");
    write_marked(&writer, after, mark(arena, after, before, gained_option), "GRANT", "TO",
                 " WITH GRANT OPTION");
}
