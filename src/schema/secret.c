/* Secrets of objects that are made again: from the old one to the new within the server, in a setting of the
   transaction. See kinds.h. */
#include <string.h>

#include "kinds.h"

static char *setting_of(Arena *arena, const Object *object)
{
    const char *key = arena_printf(arena, "%s %s", kind_spec(object->kind)->name, object->key);
    return arena_printf(arena, "dbmig.secret_%s", ddl_short_hash(arena, key));
}

void ddl_add_block(DdlWriter *ddl, const char *body)
{
    if (strstr(body, "$dbmig$"))
        ddl_add(ddl, "DO %s", ddl_literal(ddl->arena, body));
    else
        ddl_add(ddl, "DO $dbmig$%s$dbmig$", body);
}

void ddl_add_guard(DdlWriter *ddl, const char *words, const char *select)
{
    const char *body = arena_printf(ddl->arena,
                                    "DECLARE found text := (SELECT %s); BEGIN IF found IS NOT NULL THEN "
                                    "RAISE EXCEPTION USING MESSAGE = %s || found; END IF; END",
                                    select, ddl_literal(ddl->arena, words));
    ddl_add_block(ddl, body);
}

const char *secret_hazard(Arena *arena, const Object *object)
{
    return arena_printf(
        arena, "gives %s %s a placeholder for what is secret: put the right value in its place",
        kind_spec(object->kind)->name, object->key);
}

void secret_keep(DdlWriter *ddl, const Object *object, const char *select)
{
    Arena *arena = ddl->arena;
    ddl_add_block(
        ddl, arena_printf(arena,
                          "BEGIN PERFORM pg_catalog.set_config('%s', kept, true) FROM (SELECT %s) "
                          "AS secret(kept); END",
                          setting_of(arena, object), select));
    ddl->out->items[ddl->out->count - 1].joined = true;
}

void secret_take(DdlWriter *ddl, const Object *object, const char *format)
{
    Arena *arena = ddl->arena;
    const char *words =
        arena_printf(arena, "what is secret of %s %s cannot be read by this role: it would be lost",
                     kind_spec(object->kind)->name, object->key);
    const char *body = arena_printf(
        arena,
        "DECLARE kept text := pg_catalog.current_setting('%s', true); "
        "BEGIN IF kept <> '' THEN EXECUTE pg_catalog.format(%s); ELSE RAISE EXCEPTION USING MESSAGE = %s, "
        "HINT = 'Run it as the owner of the object or as a superuser.'; END IF; END",
        setting_of(arena, object), format, ddl_literal(arena, words));
    ddl_add_block(ddl, body);
}
