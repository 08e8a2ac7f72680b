/* What a schema source is made of, as a digest: equal digests mean equal schemas. */
#include <stdlib.h>
#include <string.h>

#include "dbmig/base/text.h"
#include "dbmig/engine/diff.h"
#include "dbmig/text/sqlscan.h"

/* CREATE INDEX statements that stand together, and whose order means nothing: each says its name, and is not
   left out for that name. The server names the others by their order. */
typedef struct IndexRun {
    Arena *scratch;
    Sha256 *sha;
    StringList statements;
} IndexRun;

static void end_run(IndexRun *run)
{
    if (run->statements.count > 1)
        qsort(run->statements.items, run->statements.count, sizeof(char *), text_compare_pointers);
    for (size_t i = 0; i < run->statements.count; i++)
        sha256_add_field(run->sha, run->statements.items[i], strlen(run->statements.items[i]));
    run->statements.count = 0;
}

static bool creates_named_index(const SqlItem *item)
{
    SqlToken token = sqlscan_token(item->text, item->len, 0);
    if (item->verb != SQL_VERB_CREATE)
        return false;
    token = sqlscan_token(item->text, item->len, token.end);
    if (sqlscan_is_word(item->text, &token, "UNIQUE"))
        token = sqlscan_token(item->text, item->len, token.end);
    if (!sqlscan_is_word(item->text, &token, "INDEX"))
        return false;
    token = sqlscan_token(item->text, item->len, token.end);
    if (sqlscan_is_word(item->text, &token, "CONCURRENTLY"))
        token = sqlscan_token(item->text, item->len, token.end);
    return !sqlscan_is_word(item->text, &token, "ON") && !sqlscan_is_word(item->text, &token, "IF");
}

static void add_item(IndexRun *run, const SqlItem *item)
{
    if (item->kind == SQL_ITEM_STATEMENT && creates_named_index(item)) {
        VEC_PUSH(run->scratch, run->statements, arena_strndup(run->scratch, item->text, item->len));
        return;
    }
    end_run(run);
    if (item->kind != SQL_ITEM_END)
        sha256_add_field(run->sha, item->text, item->len);
}

/* What cannot be split is taken as it stands. */
static void add_printed(const Bytes *text, Sha256 *sha)
{
    IndexRun run = {.scratch = arena_new(), .sha = sha};
    Error failure = {0};
    SqlItem item = {0};
    bool done;
    SqlScanner *scanner = sqlscan_begin_text(run.scratch, "", text->data, text->len);
    do {
        done = sqlscan_next(scanner, &item, &failure);
        if (done)
            add_item(&run, &item);
    } while (done && item.kind != SQL_ITEM_END);
    sqlscan_end(scanner);
    if (!done)
        sha256_add_field(sha, text->data, text->len);
    error_clear(&failure);
    arena_free(run.scratch);
}

bool diff_source_digest(const DiffSource *source, Sha256 *sha)
{
    if (!source->was_read || source->kind == DIFF_URL || source->kind == DIFF_FOLDER)
        return false;
    for (size_t i = 0; i < source->texts.count; i++) {
        const Bytes *text = &source->texts.items[i];
        const char *name = source->kind == DIFF_SQL ? source->files.items[i] : source->shown;
        sha256_add_field(sha, name, strlen(name));
        if (source->kind == DIFF_PROGRAM)
            add_printed(text, sha);
        else
            sha256_add_field(sha, text->data, text->len);
    }
    return true;
}
