/* What process.c and process_run.c share: a child before, while and after it runs. */
#ifndef DBMIG_BASE_PROCESS_PRIVATE_H
#define DBMIG_BASE_PROCESS_PRIVATE_H

#include "dbmig/base/process.h"

struct Process {
    pid_t pid;
    bool own_group; /* it leads a group of its own */
    bool end_group; /* what it leaves running in its group ends with it */
    bool ended;     /* and reaped: pid means nothing any more */
    int exit_code;
    unsigned cleanup;
};

/* All that the child needs, made before the fork. */
typedef struct Launch {
    const ProcessSpec *spec;
    char *path;
    char *const *argv;
    char *const *environment;
    bool own_group;
    int stdio[3]; /* the child's ends, or -1 to inherit */
} Launch;

/* Finds the program and copies arguments and environment; opens nothing. */
bool process_prepare(Arena *arena, const ProcessSpec *spec, Launch *ret, Error *err);

/* Forks and execs; true when the program runs. The caller closes launch->stdio. */
bool process_spawn(const Launch *launch, Process *process, Error *err);

/* A pipe, and a file, with descriptors above 2 that are closed on exec. */
bool process_pipe(int fds[2], Error *err);
bool process_open(const char *path, int flags, int *ret_fd, Error *err);

/* Closes *fd unless it is -1, and sets it to -1. */
void process_close(int *fd);

/* True when the child has ended; reaps it. */
bool process_poll(Process *process);

/* Waits for the end; false after timeout_ms. */
bool process_wait(Process *process, long timeout_ms);

/* The next, longer pause between two looks at a child. */
int process_next_tick(int tick);

/* Sends signal to the group (or the child without one), and SIGKILL after timeout_ms. */
void process_kill(Process *process, int signal, long timeout_ms);

#endif
