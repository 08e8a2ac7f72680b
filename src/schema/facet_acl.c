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

void facet_acl_give_to(Arena *arena, AclList *list, const char *role)
{
    AclList all = *list;
    *list = (AclList){0};
    for (size_t i = 0; i < all.count; i++) {
        AclEntry entry = all.items[i];
        if (text_equal(entry.grantee, role))
            entry.grantee = facet_acl_owner;
        if (text_equal(entry.grantor, role))
            entry.grantor = facet_acl_owner;
        if (!find_entry(list, &entry))
            VEC_PUSH(arena, *list, entry);
    }
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
    bool standing;
} AclWriter;

static char *role_name(const AclWriter *writer, const char *role)
{
    if (!role)
        return arena_strdup(writer->ddl->arena, "PUBLIC");
    return ddl_identifier(writer->ddl->arena, role == facet_acl_owner ? writer->owner : role);
}

/* What is to be done about an entry. */
typedef enum AclAction { ACL_NOTHING, ACL_WHOLE, ACL_OPTION } AclAction;

typedef struct AclWords {
    const char *verb, *option_verb, *preposition, *option_suffix;
} AclWords;

static const AclWords revoking = {"REVOKE", "REVOKE GRANT OPTION FOR", "FROM", ""};
static const AclWords granting = {"GRANT", "GRANT", "TO", " WITH GRANT OPTION"};

static bool same_pair(const AclEntry *entry, const AclEntry *other)
{
    return text_equal(entry->grantee, other->grantee) && text_equal(entry->grantor, other->grantor);
}

/* The privileges of all entries that one statement covers with this one, beside it; they are done with it. */
static char *take_privileges(const AclWriter *writer, const AclList *list, AclAction *actions, size_t at)
{
    Buf out = {0};
    AclAction action = actions[at];
    size_t first = at;
    while (first > 0 && same_pair(&list->items[first - 1], &list->items[at]))
        first--;
    for (size_t i = first; i < list->count && same_pair(&list->items[i], &list->items[at]); i++) {
        if (actions[i] != action)
            continue;
        actions[i] = ACL_NOTHING;
        buf_printf(&out, "%s%s", out.len ? ", " : "", facet_privilege(list->items[i].privilege));
        if (writer->column)
            buf_printf(&out, "(%s)", writer->column);
    }
    return buf_steal(&out, writer->ddl->arena);
}

static void write_entry(const AclWriter *writer, const AclList *list, AclAction *actions, size_t at,
                        const AclWords *words)
{
    DdlWriter *ddl = writer->ddl;
    const AclEntry *entry = &list->items[at];
    bool option = actions[at] == ACL_OPTION;
    bool other = entry->grantor != facet_acl_owner && writer->prefix[0] == '\0';
    if (other)
        ddl_add(ddl, "SET SESSION AUTHORIZATION %s", role_name(writer, entry->grantor));
    const char *privileges = take_privileges(writer, list, actions, at);
    const char *role = role_name(writer, entry->grantee), *hazard = NULL;
    if (words == &revoking && writer->standing)
        hazard = arena_printf(ddl->arena, "%s %s on %s from %s",
                              option ? "takes the right to grant" : "revokes", privileges, writer->on, role);
    ddl_add_as(ddl, STATEMENT_ANYWHERE, hazard, "%s%s %s ON %s %s %s%s", writer->prefix,
               option ? words->option_verb : words->verb, privileges, writer->on, words->preposition, role,
               option ? words->option_suffix : "");
    if (other)
        ddl_add(ddl, "RESET SESSION AUTHORIZATION");
}

static void write_owners(const AclWriter *writer, const AclList *list, AclAction *actions,
                         const AclWords *words)
{
    for (AclAction action = ACL_WHOLE; action <= ACL_OPTION; action++) {
        for (size_t i = 0; i < list->count; i++) {
            if (actions[i] == action && list->items[i].grantor == facet_acl_owner)
                write_entry(writer, list, actions, i, words);
        }
    }
}

/* What others granted rests on the right that they were granted themselves: it goes before that, in the
   reverse order, … */
static void revoke(const AclWriter *writer, const AclList *list, AclAction *actions)
{
    for (size_t i = list->count; i-- > 0;) {
        if (actions[i] != ACL_NOTHING && list->items[i].grantor != facet_acl_owner)
            write_entry(writer, list, actions, i, &revoking);
    }
    write_owners(writer, list, actions, &revoking);
}

/* … and comes behind it. */
static void grant(const AclWriter *writer, const AclList *list, AclAction *actions)
{
    write_owners(writer, list, actions, &granting);
    for (size_t i = 0; i < list->count; i++) {
        if (actions[i] != ACL_NOTHING)
            write_entry(writer, list, actions, i, &granting);
    }
}

void facet_emit_acl(DdlWriter *ddl, const AclList *before, const AclList *after, const char *prefix,
                    const char *on, const char *column, const char *owner, bool standing)
{
    AclWriter writer = {ddl, prefix, on, column, owner, standing};
    AclAction *gone = arena_calloc(ddl->arena, before->count + 1, sizeof(*gone));
    AclAction *new = arena_calloc(ddl->arena, after->count + 1, sizeof(*new));
    for (size_t i = 0; i < before->count; i++) {
        const AclEntry *entry = &before->items[i], *kept = find_entry(after, entry);
        gone[i] = !kept ? ACL_WHOLE : entry->grantable && !kept->grantable ? ACL_OPTION : ACL_NOTHING;
    }
    for (size_t i = 0; i < after->count; i++) {
        const AclEntry *entry = &after->items[i], *had = find_entry(before, entry);
        bool option = entry->grantable && (!had || !had->grantable);
        new[i] = option ? ACL_OPTION : had ? ACL_NOTHING : ACL_WHOLE;
    }
    revoke(&writer, before, gone);
    grant(&writer, after, new);
}
