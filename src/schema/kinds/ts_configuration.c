/* Text search configurations and their mappings. */
#include <string.h>

#include "../kinds.h"

static const AttributeSpec attributes[] = {
    {"parser", ATTRIBUTE_REPLACE},
    {"mappings", ATTRIBUTE_ALTER},
};

static const DdlOption *find(const DdlOptionList *list, const char *token)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->items[i].name, token) == 0)
            return &list->items[i];
    }
    return NULL;
}

static void change(DdlWriter *ddl, const Object *object, const char *before, const char *after)
{
    DdlOptionList old = {0}, new = {0};
    ddl_options(ddl->arena, before, &old);
    ddl_options(ddl->arena, after, &new);
    for (size_t i = 0; i < old.count; i++) {
        if (!find(&new, old.items[i].name))
            ddl_add(ddl, "ALTER TEXT SEARCH CONFIGURATION %s DROP MAPPING FOR %s", object->key,
                    old.items[i].name);
    }
    for (size_t i = 0; i < new.count; i++) {
        const DdlOption *had = find(&old, new.items[i].name);
        if (!had || strcmp(had->value, new.items[i].value) != 0)
            ddl_add(ddl, "ALTER TEXT SEARCH CONFIGURATION %s %s MAPPING FOR %s WITH %s", object->key,
                    had ? "ALTER" : "ADD", new.items[i].name, new.items[i].value);
    }
}

static void create(DdlWriter *ddl, const Object *object)
{
    ddl_add(ddl, "CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %s)", object->key,
            object_get(object, "parser"));
    change(ddl, object, NULL, object_get(object, "mappings"));
}

static void alter(DdlWriter *ddl, const Object *before, const Object *after)
{
    change(ddl, after, object_get(before, "mappings"), object_get(after, "mappings"));
}

const KindSpec kind_ts_configuration = {
    .name = "text search configuration",
    .json = "text_search_configurations",
    .noun = "TEXT SEARCH CONFIGURATION",
    .sql = sql_kind_ts_configuration,
    KIND_ATTRIBUTES(attributes),
    .priority = PRIORITY_TEXT_SEARCH,
    .create = create,
    .alter = alter,
};
