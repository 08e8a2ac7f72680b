/*
 * Composite types that are swapped while columns hold values of them. These go through text, which tells
 * fields by their place alone: so the new type has the fields that stay where the old one had them,
 * what is dropped leaves the old one first, and what is added comes once all values have moved.
 */
#include "plan_internal.h"

bool plan_moves_alone(const Object *attribute)
{
    const Entry *entry = plan_entry(attribute);
    return attribute->kind == KIND_ATTRIBUTE && plan_entry(attribute->parent)->swap &&
           (!entry->before || !entry->after);
}

/* The fields that stay in their old order, then the others. */
void plan_keep_fields_in_place(Planner *planner, const Entry *type)
{
    ObjectList *fields = &type->after->children, ordered = {0};
    for (size_t i = 0; i < type->before->children.count; i++) {
        Object *field = plan_entry(type->before->children.items[i])->after;
        if (field && field->parent == type->after)
            VEC_PUSH(planner->arena, ordered, field);
    }
    for (size_t i = 0; i < fields->count; i++) {
        if (!plan_entry(fields->items[i])->before)
            VEC_PUSH(planner->arena, ordered, fields->items[i]);
    }
    *fields = ordered;
}

/* What moves values of the type, by itself or within another one, comes first. */
static void tie_movers(Planner *planner, const Object *type, Node *added)
{
    for (size_t i = 0; i < type->needed_by.count; i++) {
        const Object *user = type->needed_by.items[i];
        const Entry *entry = plan_entry(user);
        const Object *whole = user->kind == KIND_ATTRIBUTE ? user->parent : user;
        bool swapped = (kind_spec(whole->kind)->flags & KIND_SWAPPED) && plan_entry(whole)->swap;
        if (user->kind == KIND_COLUMN) {
            plan_tie(planner, entry->alter, added);
            plan_tie(planner, plan_entry(user->parent)->fill, added);
        } else if (swapped && whole != type) {
            tie_movers(planner, whole, added);
        }
    }
}

/* What may say all fields of the type. */
static bool says_fields(const Entry *user)
{
    ObjectKind kind = user->after->kind;
    return kind == KIND_VIEW || kind == KIND_MATVIEW || kind == KIND_TYPED ||
           (kind == KIND_DEFAULT && user->create && !user->create->into);
}

void plan_tie_field(Planner *planner, const Entry *field)
{
    if (!field->create || field->before || !plan_moves_alone(field->after))
        return;
    const Object *type = field->after->parent;
    tie_movers(planner, plan_entry(type)->before, field->create);
    for (size_t i = 0; i < type->needed_by.count; i++) {
        const Entry *user = plan_entry(type->needed_by.items[i]);
        if (says_fields(user))
            plan_tie(planner, field->create, user->create);
    }
}
