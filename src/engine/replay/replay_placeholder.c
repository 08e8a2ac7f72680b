/* The built-in placeholders of a replay. */
#include <time.h>
#include <unistd.h>

#include "replay_private.h"

void replay_builtin_placeholders(Placeholders *placeholders)
{
    char folder[4096], now[32];
    time_t seconds = time(NULL);
    struct tm parts;
    if (getcwd(folder, sizeof(folder)) != NULL)
        placeholders_set_builtin(placeholders, "workingDirectory", folder);
    if (localtime_r(&seconds, &parts) != NULL &&
        strftime(now, sizeof(now), "%Y-%m-%d %H:%M:%S", &parts) > 0)
        placeholders_set_builtin(placeholders, "timestamp", now);
}

bool replay_make_placeholders(ReplayState *state, Error *err)
{
    Session *session = state->replay->session;
    Rows *rows;
    if (!state->options.placeholders)
        return true;
    if (!placeholders_new(state->arena, state->options.placeholder_values, &state->placeholders,
                          err) ||
        !session_query(session, state->arena, "SELECT pg_catalog.current_schema()", 0, NULL, &rows,
                       err))
        return false;
    replay_builtin_placeholders(state->placeholders);
    placeholders_set_builtin(state->placeholders, "defaultSchema", rows_text(rows, 0, 0));
    placeholders_set_builtin(state->placeholders, "user", session_user(session));
    placeholders_set_builtin(state->placeholders, "database", session_database(session));
    rows_free(rows);
    return true;
}
