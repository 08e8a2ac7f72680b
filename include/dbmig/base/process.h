/*
 * Child processes, never through a shell. Each child runs in its own process group, and is told by
 * the kernel to die with us where the platform can do that; a running child has a clean-up that
 * ends its group.
 */
#ifndef DBMIG_BASE_PROCESS_H
#define DBMIG_BASE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "dbmig/base/arena.h"
#include "dbmig/base/error.h"
#include "dbmig/base/file.h"
#include "dbmig/base/platform.h"

typedef struct ProcessSpec {
    const char *const *argv;    /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *set_env; /* NULL or "NAME=value" strings, NULL-terminated, added */
    bool only_set_env;          /* the child has no other variables than those */
    const char *folder;         /* NULL or the working folder */
    const char *input;          /* NULL or what its stdin gets; else stdin is /dev/null */
    size_t input_len;
    long timeout_ms;            /* 0: none */
    uid_t run_as;               /* 0: as we are; else setgroups+setgid+setuid to this user */
    gid_t run_as_group;
    bool inherit_stdio;         /* stdin, stdout and stderr are ours (editors, user commands) */
    const char *stdout_path;    /* NULL or a file that gets stdout and stderr (process_start) */
    const Confinement *confine; /* NULL or what it may do, where the platform can hold it to that */
    bool outlives;              /* it goes on when we end: a session of its own, see process_release() */
    int inherited;              /* with outlives: a descriptor that stays open in it, or 0 */
    bool ignore_interrupt;      /* for clean-ups: run on after a signal has come (process_run) */
} ProcessSpec;

typedef struct ProcessResult {
    int exit_code; /* 0–255; 128+n when killed by signal n */
    Bytes out;     /* captured stdout */
    Bytes errors;  /* captured stderr */
} ProcessResult;

/* True when argv[0] can be found and executed. *ret_path may be NULL. */
bool process_find(Arena *arena, const char *name, char **ret_path);

/*
 * Runs to the end. False only when the program could not be started (EXIT_USAGE, "could not run"),
 * on time-out or interruption; a failing program is true with its exit code.
 */
bool process_run(Arena *arena, const ProcessSpec *spec, ProcessResult *ret, Error *err);

/*
 * Runs the user's own program in our place: it has our stdin, stdout and stderr, and gets the
 * signals that we get, which do not end us meanwhile. Those of a terminal reach it from there, as it
 * then stays in our process group; else it has a group of its own, and all of that group gets them.
 * False only when it could not be started.
 */
bool process_run_foreground(Arena *arena, const ProcessSpec *spec, int *ret_exit_code, Error *err);

/*
 * Starts without waiting. The Process is in the arena, which must outlive it. stdout and stderr go to
 * stdout_path (appended) or /dev/null; input must fit into a pipe (4096 bytes always do).
 */
typedef struct Process Process;
bool process_start(Arena *arena, const ProcessSpec *spec, Process **ret, Error *err);
pid_t process_pid(const Process *process);
/* True when it has ended; *ret_exit_code as in ProcessResult. */
bool process_ended(Process *process, int *ret_exit_code);
/* Sends a signal to the child alone. */
void process_signal(Process *process, int signal);
/* Nothing of ours ends it from now on. Of one that outlives us. */
void process_release(Process *process);
/* Waits up to timeout_ms for the end, then kills the group. Safe twice. */
void process_stop(Process *process, int signal, long timeout_ms);

#endif
