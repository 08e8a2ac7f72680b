/*
 * Starting, watching and ending child processes. Relaying their input and output is
 * process_run.c's. A child reports a failed exec through a pipe that a successful one closes.
 */
#include "dbmig/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/fault.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "process_private.h"

extern char **environ;

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"
#define LONGEST_TICK_MS 20
#define CLEANUP_GRACE_MS 1000
#define KILL_WAIT_MS 10000

typedef enum Step { STEP_DESCRIPTORS, STEP_USER, STEP_FOLDER, STEP_CONFINE, STEP_EXEC } Step;

typedef struct StartFailure {
    Step step;
    int number; /* errno */
} StartFailure;

/* ---- Finding the program ---- */

/* 0, or the errno that says why it cannot be run. */
static int check_program(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return errno;
    if (!S_ISREG(info.st_mode))
        return EACCES;
    return access(path, X_OK) == 0 ? 0 : errno;
}

static int find_program(Arena *arena, const char *name, char **ret_path)
{
    if (name[0] == '\0')
        return ENOENT;
    if (strchr(name, '/') != NULL) {
        *ret_path = arena_strdup(arena, name);
        return check_program(name);
    }
    const char *folders = getenv("PATH");
    if (folders == NULL)
        folders = DEFAULT_PATH;
    int reason = ENOENT;
    for (;;) {
        size_t len = strcspn(folders, ":");
        char *folder = len == 0 ? arena_strdup(arena, ".") : arena_strndup(arena, folders, len);
        *ret_path = file_join(arena, folder, name);
        int number = check_program(*ret_path);
        if (number == 0)
            return 0;
        /* A folder of PATH that we may not enter says nothing about the program. */
        if (number == EACCES && file_kind(*ret_path) == FILE_REGULAR)
            reason = EACCES;
        if (folders[len] == '\0')
            return reason;
        folders += len + 1;
    }
}

bool process_find(Arena *arena, const char *name, char **ret_path)
{
    char *path;
    if (find_program(arena, name, &path) != 0)
        return false;
    if (ret_path != NULL)
        *ret_path = path;
    return true;
}

/* exec comes after the change of folder, so a relative path must be made to mean the same there. */
static bool resolve_program(Arena *arena, const ProcessSpec *spec, char **ret, Error *err)
{
    int number = find_program(arena, spec->argv[0], ret);
    if (number == ENOENT && strchr(spec->argv[0], '/') == NULL)
        return error_set(err, EXIT_USAGE, "could not run \"%s\": not found in PATH", spec->argv[0]);
    if (number != 0)
        return error_set_errno(err, EXIT_USAGE, number, "could not run \"%s\"", spec->argv[0]);
    char here[PATH_MAX];
    if (spec->folder != NULL && (*ret)[0] != '/') {
        if (getcwd(here, sizeof(here)) == NULL)
            return error_set_errno(err, EXIT_USAGE, errno, "could not run \"%s\"", spec->argv[0]);
        *ret = file_join(arena, here, *ret);
    }
    return true;
}

/* ---- Environment ---- */

static bool same_variable(const char *a, const char *b)
{
    size_t len = strcspn(a, "=");
    return strncmp(a, b, len) == 0 && b[len] == '=';
}

static bool is_set_in(const char *variable, const char *const *set_env)
{
    for (size_t i = 0; set_env != NULL && set_env[i] != NULL; i++) {
        if (same_variable(set_env[i], variable))
            return true;
    }
    return false;
}

static char *const *make_environment(Arena *arena, const char *const *set_env, bool only_set_env)
{
    VEC(char *) all = {0};
    for (size_t i = 0; !only_set_env && environ != NULL && environ[i] != NULL; i++) {
        if (!is_set_in(environ[i], set_env))
            VEC_PUSH(arena, all, environ[i]);
    }
    for (size_t i = 0; set_env != NULL && set_env[i] != NULL; i++)
        VEC_PUSH(arena, all, arena_strdup(arena, set_env[i]));
    VEC_PUSH(arena, all, NULL);
    return all.items;
}

static char *const *copy_arguments(Arena *arena, const char *const *argv)
{
    VEC(char *) all = {0};
    for (size_t i = 0; argv[i] != NULL; i++)
        VEC_PUSH(arena, all, arena_strdup(arena, argv[i]));
    VEC_PUSH(arena, all, NULL);
    return all.items;
}

/* ---- In the child: only what is safe between fork and exec ---- */

/* What was ignored when we were started stays so (nohup); SIGPIPE is ignored by us alone. */
static void restore_signals(void)
{
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) != 0)
            continue;
        if (action.sa_handler != SIG_IGN || number == SIGPIPE)
            signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool become_user(const ProcessSpec *spec)
{
    if (spec->run_as == 0 || spec->run_as == geteuid())
        return true;
    gid_t group = spec->run_as_group;
    return setgroups(1, &group) == 0 && setgid(group) == 0 && setuid(spec->run_as) == 0;
}

/* Returns only when a step fails. */
static Step start_program(const Launch *launch, pid_t parent)
{
    const ProcessSpec *spec = launch->spec;
    if (spec->outlives ? setsid() < 0 : launch->own_group && setpgid(0, 0) != 0)
        return STEP_DESCRIPTORS;
    if (spec->inherited > 0 && fcntl(spec->inherited, F_SETFD, 0) != 0)
        return STEP_DESCRIPTORS;
    for (int i = 0; i < 3; i++) {
        if (launch->stdio[i] >= 0 && dup2(launch->stdio[i], i) < 0)
            return STEP_DESCRIPTORS;
    }
    if (!become_user(spec))
        return STEP_USER;
    if (spec->folder != NULL && chdir(spec->folder) != 0)
        return STEP_FOLDER;
    if (!spec->outlives)
        platform_die_with_parent(parent); /* after the change of user, which takes it back */
    restore_signals();
    if (spec->confine != NULL && !platform_confine(spec->confine, launch->path))
        return STEP_CONFINE;
    execve(launch->path, launch->argv, launch->environment);
    return STEP_EXEC;
}

DBMIG_NORETURN static void run_child(const Launch *launch, int report_fd, pid_t parent)
{
    StartFailure failure = {0};
    failure.step = start_program(launch, parent);
    failure.number = errno;
    ssize_t ignored = write(report_fd, &failure, sizeof(failure));
    (void)ignored;
    _exit(127);
}

/* ---- In the parent ---- */

/* A program started with a closed stdin gets descriptors below 3, which dup2 would run over. */
static bool move_above_stdio(int *fd)
{
    if (*fd > STDERR_FILENO)
        return true;
    int moved = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (moved < 0)
        return false;
    close(*fd);
    *fd = moved;
    return true;
}

bool process_pipe(int fds[2], Error *err)
{
    fds[0] = fds[1] = -1;
    if (!fault_hit("pipe") && platform_pipe(fds)) {
        if (move_above_stdio(&fds[0]) && move_above_stdio(&fds[1]))
            return true;
    }
    int saved_errno = errno;
    process_close(&fds[0]);
    process_close(&fds[1]);
    return error_set_errno(err, EXIT_USAGE, saved_errno, "could not make a pipe");
}

bool process_open(const char *path, int flags, int *ret_fd, Error *err)
{
    int fd = fault_hit("open") ? -1 : open(path, flags | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0 || !move_above_stdio(&fd)) {
        error_set_errno(err, EXIT_USAGE, errno, "could not open \"%s\"", path);
        process_close(&fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}

void process_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

bool process_prepare(Arena *arena, const ProcessSpec *spec, Launch *ret, Error *err)
{
    *ret = (Launch){.spec = spec, .own_group = !spec->inherit_stdio, .stdio = {-1, -1, -1}};
    if (!resolve_program(arena, spec, &ret->path, err))
        return false;
    ret->argv = copy_arguments(arena, spec->argv);
    ret->environment = make_environment(arena, spec->set_env, spec->only_set_env);
    return true;
}

/* The last resort, when nobody called process_stop(). */
static void end_process(void *context)
{
    process_stop(context, SIGTERM, CLEANUP_GRACE_MS);
}

/* With all signals blocked, so that no child is ever without its clean-up or with our handlers. */
static pid_t fork_child(const Launch *launch, Process *process, int report_fd)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t pid = fault_hit("fork") ? -1 : fork();
    if (pid == 0)
        run_child(launch, report_fd, parent);
    int saved_errno = errno;
    if (pid > 0) {
        *process = (Process){.pid = pid, .own_group = launch->own_group};
        process->cleanup = cleanup_register(end_process, process);
        /* The child does the same; who comes second finds it done or fails harmlessly. */
        if (launch->own_group && !launch->spec->outlives)
            setpgid(pid, pid);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = saved_errno;
    return pid;
}

static bool tell_failure(const ProcessSpec *spec, const StartFailure *failure, Error *err)
{
    const char *name = spec->argv[0];
    if (failure->step == STEP_FOLDER)
        return error_set_errno(err, EXIT_USAGE, failure->number,
                               "could not run \"%s\" in the folder \"%s\"", name, spec->folder);
    if (failure->step == STEP_USER)
        return error_set_errno(err, EXIT_USAGE, failure->number, "could not run \"%s\" as user %lu",
                               name, (unsigned long)spec->run_as);
    if (failure->step == STEP_CONFINE)
        return error_set_errno(err, EXIT_USAGE, failure->number, "could not confine \"%s\"", name);
    return error_set_errno(err, EXIT_USAGE, failure->number, "could not run \"%s\"", name);
}

/* Reads what the child reports; nothing (the pipe is closed by exec) means that it runs. */
static bool started(const ProcessSpec *spec, Process *process, int report_fd, Error *err)
{
    StartFailure failure;
    ssize_t n;
    do
        n = read(report_fd, &failure, sizeof(failure));
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof(failure))
        return true;
    process_wait(process, KILL_WAIT_MS);
    return tell_failure(spec, &failure, err);
}

bool process_spawn(const Launch *launch, Process *process, Error *err)
{
    int report[2];
    if (!process_pipe(report, err))
        return false;
    pid_t pid = fork_child(launch, process, report[1]);
    bool ok = pid > 0;
    if (!ok)
        error_set_errno(err, EXIT_USAGE, errno, "could not run \"%s\"", launch->spec->argv[0]);
    process_close(&report[1]);
    ok = ok && started(launch->spec, process, report[0], err);
    process_close(&report[0]);
    return ok;
}

/* ---- Watching and ending ---- */

static void note_end(Process *process, int exit_code)
{
    process->ended = true;
    process->exit_code = exit_code;
    cleanup_forget(process->cleanup);
    process->cleanup = 0;
}

bool process_poll(Process *process)
{
    if (process->ended)
        return true;
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0) {
        /* ECHILD: someone else took the status. */
        if (errno != EINTR)
            note_end(process, 255);
        return process->ended;
    }
    if (info.si_pid == 0)
        return false;
    /* While the dead leader is not reaped, the number of its group cannot be another's. */
    if (process->end_group)
        kill(-process->pid, SIGKILL);
    note_end(process, info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status);
    while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    return true;
}

bool process_wait(Process *process, long timeout_ms)
{
    int64_t end = platform_monotonic_ms() + timeout_ms;
    for (int tick = 1; !process_poll(process); tick = process_next_tick(tick)) {
        if (platform_monotonic_ms() >= end)
            return false;
        poll(NULL, 0, tick);
    }
    return true;
}

int process_next_tick(int tick)
{
    return tick * 2 < LONGEST_TICK_MS ? tick * 2 : LONGEST_TICK_MS;
}

void process_kill(Process *process, int signal, long timeout_ms)
{
    if (process_poll(process))
        return;
    process->end_group = process->own_group;
    pid_t target = process->own_group ? -process->pid : process->pid;
    kill(target, signal);
    if (process_wait(process, timeout_ms))
        return;
    kill(target, SIGKILL);
    /* One that hangs in the kernel even then is left to it: our clean-up can do no more. */
    if (!process_wait(process, KILL_WAIT_MS))
        note_end(process, 128 + SIGKILL);
}

/* What a server or a log file gets: /dev/null unless told otherwise. */
static bool open_start_stdio(const ProcessSpec *spec, Launch *launch, Error *err)
{
    if (spec->inherit_stdio)
        return true;
    const char *out = spec->stdout_path != NULL ? spec->stdout_path : "/dev/null";
    if (!process_open(out, O_WRONLY | O_CREAT | O_APPEND, &launch->stdio[1], err))
        return false;
    launch->stdio[2] = launch->stdio[1];
    if (spec->input == NULL)
        return process_open("/dev/null", O_RDONLY, &launch->stdio[0], err);
    int fds[2];
    if (!process_pipe(fds, err))
        return false;
    launch->stdio[0] = fds[0];
    /* Nobody feeds a started child later: its input must fit into the pipe. */
    fcntl(fds[1], F_SETFL, O_NONBLOCK);
    ssize_t n = spec->input_len == 0 ? 0 : write(fds[1], spec->input, spec->input_len);
    process_close(&fds[1]);
    if (n != (ssize_t)spec->input_len)
        BUG("process_start: %zu bytes of input", spec->input_len);
    return true;
}

bool process_start(Arena *arena, const ProcessSpec *spec, Process **ret, Error *err)
{
    Launch launch;
    Process *process = arena_alloc(arena, sizeof(*process));
    bool ok = process_prepare(arena, spec, &launch, err) && open_start_stdio(spec, &launch, err) &&
              process_spawn(&launch, process, err);
    process_close(&launch.stdio[0]);
    process_close(&launch.stdio[1]);
    if (!ok)
        return false;
    process->end_group = process->own_group;
    *ret = process;
    return true;
}

pid_t process_pid(const Process *process)
{
    return process->pid;
}

bool process_ended(Process *process, int *ret_exit_code)
{
    if (!process_poll(process))
        return false;
    *ret_exit_code = process->exit_code;
    return true;
}

void process_signal(Process *process, int signal)
{
    if (!process_poll(process))
        kill(process->pid, signal);
}

void process_release(Process *process)
{
    cleanup_forget(process->cleanup);
    process->cleanup = 0;
}

void process_stop(Process *process, int signal, long timeout_ms)
{
    process_signal(process, signal);
    if (!process_wait(process, timeout_ms))
        process_kill(process, SIGKILL, 0);
}
