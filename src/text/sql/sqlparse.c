/*
 * PostgreSQL's parser behind sqlparse.h. What could nest too deep for the caller's stack is parsed
 * on a stack made for it, and a tree that really is too deep to be walked is refused.
 */
#include "dbmig/text/sqlparse.h"

#include <pg_query.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "dbmig/text/sqlparse_tree.h"
#include "sqlparse_depth.h"
#include "sqllex.h"

enum {
    SHALLOW = 400,          /* levels of SQL that any thread's stack can take */
    DEEPEST_TRIED = 100000, /* levels that we make a stack for; packing them takes seconds */
    BYTES_PER_LEVEL = 4096, /* up to 2000 were measured, for NOT NOT NOT … */
};

struct SqlTree {
    const PgQuery__ParseResult *result;
};

typedef struct Job {
    Arena *arena;
    const char *text; /* NUL-terminated */
    size_t len;
    SqlParseFailure *failure;
    bool deep; /* it runs on a stack of its own */
    bool ok;
    PgQuery__ParseResult *result; /* of parse() */
    SqlSpan *spans;               /* of split() */
    size_t span_count;
} Job;

/* pg_query_exit() must not be called in a thread that never parsed, and no thread may parse after
 * it. */
static _Thread_local enum { NEVER_PARSED, PARSED, SHUT_DOWN } this_thread;

int sqlparse_grammar_version(void)
{
    return atoi(PG_MAJORVERSION);
}

const char *sqlparse_library_version(void)
{
    return PG_VERSION;
}

const char *sqlparse_protobuf_version(void)
{
    return protobuf_c_version();
}

static bool fail(Job *job, const char *message, size_t offset)
{
    *job->failure = (SqlParseFailure){arena_strdup(job->arena, message), offset, true};
    return false;
}

/* cursorpos counts characters from 1. */
static bool fail_as(Job *job, const PgQueryError *error)
{
    size_t at = 0;
    for (int characters = error->cursorpos - 1; characters > 0 && at < job->len; characters--) {
        at++;
        while (at < job->len && ((unsigned char)job->text[at] & 0xc0) == 0x80)
            at++;
    }
    const char *message = error->message ? error->message : "syntax error";
    fail(job, message, at);
    job->failure->refused = strstr(message, "stack depth") != NULL || strstr(message, "memory") != NULL;
    return false;
}

static void *allocate(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void leave_to_arena(void *arena, void *pointer)
{
    (void)arena;
    (void)pointer;
}

static bool too_deep(const ProtobufCMessage *message, size_t left);

static bool field_too_deep(const void *member, const ProtobufCFieldDescriptor *field, size_t count,
                           size_t left)
{
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        const ProtobufCMessage *child = *(ProtobufCMessage *const *)member;
        return child && too_deep(child, left);
    }
    ProtobufCMessage *const *children = *(ProtobufCMessage *const *const *)member;
    for (size_t i = 0; i < count; i++) {
        if (too_deep(children[i], left))
            return true;
    }
    return false;
}

static bool too_deep(const ProtobufCMessage *message, size_t left)
{
    const char *base = (const char *)message;
    const ProtobufCMessageDescriptor *type = message->descriptor;
    for (unsigned i = 0; i < type->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &type->fields[i];
        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        size_t count = 0;
        if (field->label == PROTOBUF_C_LABEL_REPEATED)
            memcpy(&count, base + field->quantifier_offset, sizeof(count));
        if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
            uint32_t which;
            memcpy(&which, base + field->quantifier_offset, sizeof(which));
            if (which != field->id)
                continue;
        }
        if (left == 0 || field_too_deep(base + field->offset, field, count, left - 1))
            return true;
    }
    return false;
}

static void *parse(void *context)
{
    Job *job = context;
    ProtobufCAllocator allocator = {allocate, leave_to_arena, job->arena};
    PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(job->text);
    if (parsed.error) {
        fail_as(job, parsed.error);
    } else {
        job->result = pg_query__parse_result__unpack(&allocator, parsed.parse_tree.len,
                                                     (const uint8_t *)parsed.parse_tree.data);
        job->ok = job->result != NULL;
        if (!job->ok)
            fail(job, "cannot read the parse tree", 0);
        else if (job->deep && too_deep(&job->result->base, SQLPARSE_DEEPEST))
            job->ok = fail(job, "nests too deep to be looked into", 0);
    }
    pg_query_free_protobuf_parse_result(parsed);
    return NULL;
}

/* The statement without the blanks and comments around it. */
static SqlSpan trim(const char *text, size_t start, size_t len)
{
    Lexer lexer = sqllex_over(text, start + len, start, false);
    LexToken token = sqllex_next(&lexer);
    SqlSpan span = {token.start, 0};
    while (token.kind != LEX_END && token.kind != LEX_UNCLOSED) {
        span.len = token.end - span.start;
        token = sqllex_next(&lexer);
    }
    return span;
}

static void *split(void *context)
{
    Job *job = context;
    PgQuerySplitResult result = pg_query_split_with_parser(job->text);
    if (result.error) {
        fail_as(job, result.error);
    } else {
        job->ok = true;
        job->span_count = (size_t)result.n_stmts;
        job->spans = arena_calloc(job->arena, job->span_count, sizeof(*job->spans));
        for (size_t i = 0; i < job->span_count; i++) {
            size_t start = (size_t)result.stmts[i]->stmt_location;
            size_t len = (size_t)result.stmts[i]->stmt_len;
            job->spans[i] = trim(job->text, start, len > 0 ? len : job->len - start);
        }
    }
    pg_query_free_split_result(result);
    return NULL;
}

static bool run_on_own_stack(Job *job, void *(*work)(void *), size_t levels)
{
    pthread_attr_t attributes;
    pthread_t thread;
    job->deep = true;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (levels + SHALLOW) * BYTES_PER_LEVEL);
    int failed = pthread_create(&thread, &attributes, work, job);
    pthread_attr_destroy(&attributes);
    if (failed)
        return fail(job, "nests too deep for the memory there is", 0);
    pthread_join(thread, NULL);
    return job->ok;
}

static bool run(Job *job, const char *text, size_t len, void *(*work)(void *))
{
    if (memchr(text, '\0', len))
        return fail(job, "NUL byte in the text", strlen(text));
    job->text = arena_strndup(job->arena, text, len);
    job->len = len;
    size_t levels = len > SHALLOW ? sqlparse_depth_bound(text, len) : len;
    if (levels > DEEPEST_TRIED)
        return fail(job, "nests too deep to be parsed", 0);
    if (levels > SHALLOW || this_thread == SHUT_DOWN)
        return run_on_own_stack(job, work, levels);
    this_thread = PARSED;
    work(job);
    return job->ok;
}

SqlTree *sqlparse_parse(Arena *arena, const char *text, size_t len, SqlParseFailure *failure)
{
    Job job = {.arena = arena, .failure = failure};
    if (!run(&job, text, len, parse))
        return NULL;
    SqlTree *tree = arena_alloc(arena, sizeof(*tree));
    tree->result = job.result;
    return tree;
}

const PgQuery__ParseResult *sqlparse_tree(const SqlTree *tree)
{
    return tree->result;
}

void sqlparse_free(SqlTree *tree)
{
    if (tree)
        tree->result = NULL;
}

long sqlparse_split(Arena *arena, const char *text, size_t len, SqlSpan **ret,
                    SqlParseFailure *failure)
{
    Job job = {.arena = arena, .failure = failure};
    if (!run(&job, text, len, split))
        return -1;
    *ret = job.spans;
    return (long)job.span_count;
}

void sqlparse_shutdown(void)
{
    if (this_thread == PARSED) {
        pg_query_exit();
        this_thread = SHUT_DOWN;
    }
}
