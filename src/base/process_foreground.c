/*
 * A program that runs in our place. While it does, signals are its business: ours is to pass on
 * those that only we got, to wait for its end, and to clean up after it.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process_private.h"

static const int passed[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

static volatile sig_atomic_t target; /* a process, or minus a group */

/* The kernel sends what a terminal causes to the whole group, the program included. */
static void pass_on(int number, siginfo_t *info, void *context)
{
    int saved_errno = errno;
    (void)context;
    bool from_terminal = info != NULL && info->si_code > 0;
    if (target != 0 && (!from_terminal || target < 0))
        kill((pid_t)target, number);
    errno = saved_errno;
}

static void take_signals(struct sigaction *before)
{
    struct sigaction action = {0};
    action.sa_sigaction = pass_on;
    action.sa_flags = SA_RESTART | SA_SIGINFO;
    for (size_t i = 0; i < ARRAY_LENGTH(passed); i++) {
        sigaction(passed[i], NULL, &before[i]);
        /* What is ignored (nohup) stays ignored, here and in the program. */
        if (before[i].sa_handler != SIG_IGN)
            sigaction(passed[i], &action, NULL);
    }
}

static void give_back_signals(const struct sigaction *before)
{
    for (size_t i = 0; i < ARRAY_LENGTH(passed); i++)
        sigaction(passed[i], &before[i], NULL);
}

/* The program may be suspended and go on; only its end counts. It stays a zombie until process_poll()
   has seen it, so that the signal of the last moment cannot hit a stranger. */
static void await_end(const Process *process)
{
    siginfo_t info;
    while (waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR)
        continue;
}

bool process_run_foreground(Arena *arena, const ProcessSpec *spec, int *ret_exit_code, Error *err)
{
    ProcessSpec own = *spec;
    Launch launch;
    Process *process = arena_alloc(arena, sizeof(*process));
    struct sigaction before[ARRAY_LENGTH(passed)];
    bool on_terminal = tcgetpgrp(STDIN_FILENO) == getpgrp() || tcgetpgrp(STDERR_FILENO) == getpgrp();
    own.inherit_stdio = true;
    target = 0;
    if (!process_prepare(arena, &own, &launch, err))
        return false;
    launch.own_group = !on_terminal;
    sigset_t all;
    sigset_t mask;
    sigfillset(&all);
    /* A signal that comes before there is a program to pass it to waits. */
    sigprocmask(SIG_SETMASK, &all, &mask);
    bool ok = process_spawn(&launch, process, err);
    if (ok) {
        target = on_terminal ? process->pid : -process->pid;
        take_signals(before);
    }
    sigprocmask(SIG_SETMASK, &mask, NULL);
    if (!ok)
        return false;
    await_end(process);
    target = 0;
    process_poll(process);
    give_back_signals(before);
    *ret_exit_code = process->exit_code;
    return true;
}
