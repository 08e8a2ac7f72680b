/* Transactions: what must not be in one, and the file's own BEGIN and COMMIT. */
#include <string.h>

#include "dbmig/base/text.h"
#include "../rules.h"

void lint_rules_transaction(const LintStatement *s)
{
    bool refused = s->evidence != NULL && s->evidence->failed &&
                   strcmp(s->evidence->sqlstate, "25001") == 0;
    if (s->inner || (!refused && (!s->file->in_own_transaction ||
                                  !s->item->inside_transaction_forbidden ||
                                  s->item->forbidden_below != 0)))
        return;
    Finding *finding = lint_add(s, LINT_CONCURRENTLY_IN_TRANSACTION, 0,
                                "%s cannot run inside a transaction",
                                fileplan_label(s->run->arena, s->item));
    lint_fixf(s, finding, "Put it into a file of its own, without BEGIN and COMMIT; first line: -- "
                          "dbmig:txmode none.");
    if (refused)
        lint_provef(s, finding, "%s", s->evidence->failure);
}

static void leave_transaction(LintRun *run, LintFile *file)
{
    file->not_valid.count = 0;
    file->exclusive = NULL;
    file->exclusive_tables = map_new(run->arena);
    file->exclusive_renamed = 0;
    file->exclusive_statements = 0;
}

/* Of files whose plan was refused: follows BEGIN, COMMIT and ROLLBACK, as psql would run them. */
void lint_control_follow(LintRun *run, const SqlItem *item)
{
    LintFile *file = &run->file;
    if (file->planned || item->kind != SQL_ITEM_STATEMENT)
        return;
    if (item->verb == SQL_VERB_BEGIN) {
        leave_transaction(run, file);
        file->transactional = file->in_own_transaction = true;
    } else if (item->verb == SQL_VERB_COMMIT || item->verb == SQL_VERB_ROLLBACK) {
        leave_transaction(run, file);
        file->transactional = file->in_own_transaction = false;
    }
}
