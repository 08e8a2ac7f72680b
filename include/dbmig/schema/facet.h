/*
 * What objects of most kinds have in common: owner, comment, grants, security labels. Written once for
 * all kinds. ACLs are compared as sets of (grantee, grantor, privilege, grant option) and written as
 * pg_dump's buildACLCommands (dumputils.c) does; the owner counts as a role of its own there, so that
 * an object may belong to different roles on the two sides.
 */
#ifndef DBMIG_SCHEMA_FACET_H
#define DBMIG_SCHEMA_FACET_H

#include <stdbool.h>

#include "dbmig/base/vec.h"
#include "dbmig/schema/object.h"
#include "dbmig/schema/snapshot.h"

/* Adds the names of the facets that differ ("owner", "comment", "acl", "labels") to ret. */
void facet_compare(Arena *arena, const Snapshot *from, const Object *before, const Snapshot *to,
                   const Object *after, StringList *ret);

/* Emits what gives a new object (before NULL), or one that was `before`, the facets of after. */
void facet_emit(DdlWriter *ddl, const Object *before, const Object *after);

/* The owner that matters: NULL when it is whoever ran the SQL (see SnapshotOptions.throwaway). */
const char *facet_owner(const Snapshot *snapshot, const Object *object);

/* One entry of an ACL. */
typedef struct AclEntry {
    const char *grantee; /* NULL: PUBLIC; facet_acl_owner: the object's owner */
    const char *grantor;
    char privilege;      /* as in aclitem: r, w, a, d, D, x, t, m, X, U, C, c, T, s, A */
    bool grantable;
} AclEntry;
typedef VEC(AclEntry) AclList;

extern const char facet_acl_owner[];

/* "SELECT" for 'r'. */
const char *facet_privilege(char privilege);

/* Takes an aclitem[] apart; NULL has no entries. Sorted, grants behind the right to make them. */
void facet_parse_acl(Arena *arena, const char *acl, const char *owner, AclList *ret);

/* The object's grants, the built-in ones where it has none of its own. Parts of a table have no owner of
   their own; the table's grants theirs. */
void facet_read_acl(Arena *arena, const Object *object, AclList *ret);

/* The aclitem[] without the items that `drops` says, by raw role names (grantee "": PUBLIC); the same pointer
   when it says none. */
typedef bool AclItemTest(const char *grantee, const char *grantor, const void *context);
const char *facet_acl_without(Arena *arena, const char *acl, AclItemTest *drops, const void *context);

/* Emits REVOKE and GRANT that turn one list into the other. prefix goes before each ("ALTER DEFAULT
   PRIVILEGES … " or ""), `on` is what stands after ON, column the name in parentheses or NULL.
   standing: what is revoked has been somebody's right, and goes with a mark. */
void facet_emit_acl(DdlWriter *ddl, const AclList *before, const AclList *after, const char *prefix,
                    const char *on, const char *column, const char *owner, bool standing);
/* What is left of the list when the object's owner is changed to that role: its own grants become
 * the owner's. */
void facet_acl_give_to(Arena *arena, AclList *list, const char *role);
bool facet_acl_equal(const AclList *before, const AclList *after);

#endif
