/* What inspect_*.c share. */
#ifndef DBMIG_SCHEMA_INSPECT_INTERNAL_H
#define DBMIG_SCHEMA_INSPECT_INTERNAL_H

#include "dbmig/base/json.h"
#include "dbmig/schema/er.h"
#include "dbmig/schema/inspect.h"

/* Adds the text with &, <, >, " and ' escaped, as text of XML and HTML and as value of an attribute. XML has
   no control characters, escaped or not, and only whole characters: the ones become blanks, but for line
   ends and tabs with `lines`, the others U+FFFD. */
void inspect_escape(Buf *out, const char *text, bool lines);

/* Adds the attributes of the object as members, in forms that programs can use: true and false,
   numbers, words for the catalogs' letters, lists and objects for lists of lines. */
void inspect_json_attributes(Arena *arena, JsonWriter *json, const Object *object);

/* "it's" of 'it''s' or E'it\'s' as the server prints literals; other text as it is. */
char *inspect_unquote(Arena *arena, const char *literal);

/* The statements of a plan by the object that they are about. */
typedef struct InspectSql InspectSql;
InspectSql *inspect_sql_read(Arena *arena, const Snapshot *snapshot, Error *err); /* NULL: failed */
/* NULL when it has none of its own: its parent's statement covers it. */
const StringList *inspect_sql_of(const InspectSql *sql, const Object *object);

/* Where each table of the model stands, in pixels; referenced tables to the left. In the arena. */
typedef struct ErBox {
    int x, y, width, height;
} ErBox;
typedef struct ErLayout {
    ErBox *boxes; /* one a table */
    int width, height;
} ErLayout;
enum { ER_ROW = 18, ER_HEAD = 24, ER_CHAR = 7, ER_MARKS = 62 }; /* heights; widths of a character, of marks */
void er_layout(Arena *arena, const ErModel *model, ErLayout *ret);

/* An inline SVG with CSS classes; table n links to #<ids[n]>. */
void er_svg(Arena *arena, const ErModel *model, const char *const *ids, Buf *out);

#endif
