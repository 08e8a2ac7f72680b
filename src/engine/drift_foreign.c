/* What is in a live database and not of the project: hosting providers' own, other tools' tables. */
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/db/history.h"
#include "dbmig/engine/drift.h"
#include "dbmig/schema/facet.h"

static bool is_listed(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; name && i < count; i++) {
        if (strcmp(list[i], name) == 0)
            return true;
    }
    return false;
}
#define LISTED(list, name) is_listed((list), ARRAY_LENGTH(list), (name))

/* Schemas that Supabase, RDS and Aurora, Cloud SQL, Azure, Neon and Heroku make, and their tools. */
static bool is_foreign_schema(const char *name)
{
    static const char *const schemas[] = {
        "auth", "storage", "realtime", "_realtime", "_analytics", "vault", "graphql", "graphql_public",
        "extensions", "pgbouncer", "pgsodium", "pgsodium_masks", "supabase_functions",
        "supabase_migrations", "net", "cron", "pgmq", "rds_tools", "aws_commons", "aws_s3", "aws_lambda",
        "apg_plan_mgmt", "google_vacuum_mgmt", "google_ml", "azure", "neon", "neon_auth", "_heroku",
        "heroku_ext", "atlas_schema_revisions",
    };
    return LISTED(schemas, name);
}

static bool is_foreign_role(const char *name)
{
    static const char *const roles[] = {
        "supabase_admin", "supabase_auth_admin", "supabase_storage_admin", "supabase_realtime_admin",
        "supabase_functions_admin", "supabase_replication_admin", "supabase_read_only_user", "pgbouncer",
        "pgsodium_keymaker", "dashboard_user", "rdsadmin", "rdsrepladmin", "cloudsqladmin",
        "cloudsqlagent", "cloudsqlimportexport", "cloudsqlreplica", "alloydbadmin", "alloydbagent",
        "azuresu", "azure_superuser", "cloud_admin",
    };
    return LISTED(roles, name);
}

/* Roles that providers have for their users' sessions, and grant all sorts of things to. */
static bool is_provided_role(const char *name)
{
    static const char *const roles[] = {
        "anon", "authenticated", "service_role", "authenticator", "supabase_etl_admin",
        "supabase_privileged_role", "pgsodium_keyholder", "pgsodium_keyiduser", "rds_superuser",
        "rds_replication", "rds_iam", "rds_password", "rds_ad", "rds_reserved", "cloudsqlsuperuser",
        "cloudsqliamuser", "cloudsqliamserviceaccount", "cloudsqliamgroup", "cloudsqlinactiveuser",
        "alloydbsuperuser", "alloydbiamuser", "alloydbobservability", "azure_pg_admin", "azuread_user",
        "neon_superuser", "neon_service",
    };
    return LISTED(roles, name) || is_foreign_role(name);
}

static bool is_foreign_extension(const char *name)
{
    static const char *const extensions[] = {
        "pg_stat_statements", "pgaudit", "aiven_extras", "azure", "pgaadauth", "google_vacuum_mgmt",
        "google_columnar_engine", "google_db_advisor", "google_ml_integration", "rdsutils", "neon",
        "neon_utils", "pg_graphql", "pgsodium", "supabase_vault",
    };
    return LISTED(extensions, name);
}

static const char *const tool_tables[] = {
    "flyway_schema_history", "schema_history", "schema_version", "schema_migrations",
    "atlas_schema_revisions", "goose_db_version", "_sqlx_migrations", "__diesel_schema_migrations",
    "databasechangelog", "databasechangeloglock", "pgmigrations", "_prisma_migrations",
    "refinery_schema_history", "alembic_version", "django_migrations", "knex_migrations",
    "knex_migrations_lock", "sequelizemeta", "SequelizeMeta", "ar_internal_metadata",
};

/* The table, or what belongs to it by name: its sequence, and the side tables of our own history. */
static bool is_tool_table(const Object *object)
{
    if (object->kind != KIND_TABLE && object->kind != KIND_SEQUENCE)
        return false;
    for (size_t i = 0; i < ARRAY_LENGTH(tool_tables); i++) {
        size_t len = strlen(tool_tables[i]);
        if (strncmp(object->name, tool_tables[i], len) == 0 &&
            (object->name[len] == '\0' || (object->name[len] == '_' && object->kind == KIND_SEQUENCE)))
            return true;
    }
    return history_owns_table(HISTORY_FLYWAY_TABLE, object->name) ||
           history_owns_table("schema_history", object->name);
}

/* ---- grants ---- */

/* True for what a provider granted and the migrations grant nobody of that name. */
static bool is_provided_grant(const char *grantee, const char *grantor, const void *context)
{
    const AclList *ours = context;
    for (size_t i = 0; i < ours->count; i++) {
        if (text_equal(ours->items[i].grantee, grantee))
            return false;
    }
    return is_provided_role(grantee) || is_foreign_role(grantor);
}

static const char *own_grants(Arena *arena, const char *theirs, const char *ours)
{
    AclList list = {0};
    facet_parse_acl(arena, ours, NULL, &list);
    return facet_acl_without(arena, theirs, is_provided_grant, &list);
}

/* Default privileges have a word for the role that they belong to. */
static bool is_to_others(const char *grantee, const char *grantor, const void *context)
{
    (void)grantor;
    (void)context;
    return grantee[0] != '\0' && !text_equal(grantee, facet_acl_owner);
}

/* NULL when a provider's grants were all that it had. */
static const char *own_default_grants(Arena *arena, const Object *object, const Object *ours)
{
    const char *privileges = object_get(object, "privileges");
    const char *own = own_grants(arena, privileges, ours ? object_get(ours, "privileges") : NULL);
    bool to_none = facet_acl_without(arena, own, is_to_others, NULL) == own;
    return own != privileges && !ours && to_none ? NULL : own;
}

static void take_own_grants(Arena *arena, Snapshot *live, const Snapshot *migrated)
{
    for (size_t i = 0; i < live->objects.count; i++) {
        Object *object = live->objects.items[i];
        const Object *ours = snapshot_find(migrated, object->kind, object->key);
        if (object->kind == KIND_DEFAULT_ACL)
            object_set(object, "privileges", own_default_grants(arena, object, ours));
        else
            object->acl = own_grants(arena, object->acl, ours ? ours->acl : NULL);
    }
}

/* ---- objects ---- */

static bool is_providers(const Object *object, const void *context)
{
    const Snapshot *migrated = context;
    const char *schema = object->kind == KIND_SCHEMA ? object->name : object->schema;
    if (snapshot_find(migrated, object->kind, object->key))
        return false;
    if (is_foreign_schema(schema) && !snapshot_find(migrated, KIND_SCHEMA, schema))
        return true;
    if (is_foreign_role(object->owner) && !(object->kind == KIND_SCHEMA && text_equal(schema, "public")))
        return true;
    if (object->kind == KIND_EXTENSION)
        return is_foreign_extension(object->name);
    if (object->kind == KIND_PUBLICATION)
        return text_starts(object->name, "supabase_realtime");
    if (object->kind == KIND_DEFAULT_ACL)
        return is_foreign_role(object_get(object, "role")) || !object_get(object, "privileges");
    return false;
}

static bool is_foreign(const Object *object, const void *context)
{
    const Snapshot *migrated = context;
    return is_providers(object, context) ||
           (is_tool_table(object) && !snapshot_find(migrated, object->kind, object->key));
}

/* Its owner is another one with each provider, and servers upgraded from 14 kept its grants. */
static void take_public_as_it_is(Arena *arena, Snapshot *live, const Snapshot *migrated)
{
    Snapshot empty;
    snapshot_empty(arena, migrated, &empty);
    const Object *plain = snapshot_find(&empty, KIND_SCHEMA, "public");
    const Object *ours = snapshot_find(migrated, KIND_SCHEMA, "public");
    Object *theirs = snapshot_find(live, KIND_SCHEMA, "public");
    if (!ours || !theirs || !text_equal(ours->owner, plain->owner) || !text_equal(ours->acl, plain->acl))
        return;
    theirs->owner = ours->owner;
    theirs->acl = ours->acl;
    theirs->acl_default = ours->acl_default;
    if (text_equal(ours->comment, plain->comment))
        theirs->comment = ours->comment;
}

void drift_forget_foreign(Arena *arena, Snapshot *live, const Snapshot *migrated)
{
    take_own_grants(arena, live, migrated);
    snapshot_forget(arena, live, is_foreign, migrated);
    take_public_as_it_is(arena, live, migrated);
}

void drift_forget_providers(Arena *arena, Snapshot *live)
{
    Snapshot empty;
    snapshot_empty(arena, live, &empty);
    snapshot_forget(arena, live, is_providers, &empty);
}
