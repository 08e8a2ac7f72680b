#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "dbmig/base/fatal.h"
#include "dbmig/base/interrupt.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/process.h"

static ProcessResult result;

static ProcessSpec shell(const char *script)
{
    const char **argv = arena_calloc(arena, 4, sizeof(*argv));
    argv[0] = "sh";
    argv[1] = "-c";
    argv[2] = script;
    return (ProcessSpec){.argv = argv};
}

static int run_shell(const char *script)
{
    ProcessSpec spec = shell(script);
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    return result.exit_code;
}

static bool alive(pid_t pid)
{
    return kill(pid, 0) == 0;
}

/* Orphans are reaped by another process, at its own pace. */
static bool dies_soon(pid_t pid)
{
    for (int i = 0; i < 500 && alive(pid); i++) {
        char *stat_path = arena_printf(arena, "/proc/%ld/stat", (long)pid);
        Bytes stat_text;
        Error ignored = {0};
        if (file_read(arena, stat_path, &stat_text, &ignored) &&
            strstr(stat_text.data, ") Z ") != NULL)
            return true;
        error_clear(&ignored);
        poll(NULL, 0, 10);
    }
    return !alive(pid);
}

static pid_t pid_in(const char *name)
{
    Bytes text;
    for (int i = 0; i < 500; i++) {
        Error ignored = {0};
        bool there = file_read(arena, unit_path(name), &text, &ignored);
        error_clear(&ignored);
        if (there && text.len > 0 && text.data[text.len - 1] == '\n')
            return (pid_t)atol(text.data);
        poll(NULL, 0, 10);
    }
    ck_abort_msg("no pid in %s", name);
    return 0;
}

START_TEST(test_find)
{
    char *path;
    ck_assert(process_find(arena, "sh", &path));
    ck_assert_int_eq(path[0], '/');
    ck_assert(process_find(arena, "sh", NULL));
    ck_assert(process_find(arena, path, NULL));
    ck_assert(!process_find(arena, "no-such-program", &path));
    ck_assert(!process_find(arena, "", &path));
    ck_assert(!process_find(arena, "/etc", &path));
    ck_assert(!process_find(arena, "/etc/passwd", &path));
}
END_TEST

START_TEST(test_output_and_exit_code)
{
    ck_assert_int_eq(run_shell("echo out; echo err >&2; exit 7"), 7);
    ck_assert_str_eq(result.out.data, "out\n");
    ck_assert_uint_eq(result.out.len, 4);
    ck_assert_str_eq(result.errors.data, "err\n");
    ck_assert_int_eq(run_shell("kill -9 $$"), 128 + 9);
    ck_assert_str_eq(result.out.data, "");
    ck_assert_int_eq(run_shell("exec >&- 2>&-; sleep 0.05; exit 3"), 3);
}
END_TEST

START_TEST(test_arguments_pass_unchanged)
{
    const char *const argv[] = {"printf", "<%s>", "a b", "", "$x;*", NULL};
    ProcessSpec spec = {.argv = argv};
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_str_eq(result.out.data, "<a b><><$x;*>");
}
END_TEST

START_TEST(test_input)
{
    const char *const argv[] = {"cat", NULL};
    size_t len = 1000000;
    char *input = arena_alloc(arena, len);
    for (size_t i = 0; i < len; i++)
        input[i] = (char)(i * 17 + i / 256);
    ProcessSpec spec = {.argv = argv, .input = input, .input_len = len};
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_uint_eq(result.out.len, len);
    ck_assert_mem_eq(result.out.data, input, len);
    spec = (ProcessSpec){.argv = argv, .input = "", .input_len = 0};
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_uint_eq(result.out.len, 0);
    spec = (ProcessSpec){.argv = argv};
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_uint_eq(result.out.len, 0);
}
END_TEST

START_TEST(test_input_that_nobody_reads)
{
    size_t len = 1000000;
    signal(SIGPIPE, SIG_IGN);
    ProcessSpec spec = shell("exec <&-; sleep 0.05; exit 5");
    spec.input = arena_alloc(arena, len);
    spec.input_len = len;
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_int_eq(result.exit_code, 5);
}
END_TEST

START_TEST(test_environment)
{
    setenv("UNIT_KEPT", "kept", 1);
    setenv("UNIT_CHANGED", "old", 1);
    setenv("UNIT_CHANGED_TOO", "too", 1);
    static const char *const set_env[] = {"UNIT_CHANGED=new", "UNIT_ADDED=a=b", NULL};
    ProcessSpec spec = shell("echo $UNIT_KEPT $UNIT_CHANGED $UNIT_CHANGED_TOO $UNIT_ADDED;"
                             "env | grep -c ^UNIT_CHANGED=");
    spec.set_env = set_env;
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_str_eq(result.out.data, "kept new too a=b\n1\n");
    spec.only_set_env = true;
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_str_eq(result.out.data, "new a=b\n1\n");
}
END_TEST

START_TEST(test_folder)
{
    char *expected;
    ck_assert_ok(file_absolute(arena, folder, &expected, &err));
    ProcessSpec spec = shell("pwd -P");
    spec.folder = folder;
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_str_eq(result.out.data, arena_printf(arena, "%s\n", expected));
    spec.folder = "/no/such";
    ck_assert_fails(process_run(arena, &spec, &result, &err), EXIT_USAGE,
                    "could not run \"sh\" in the folder \"/no/such\": No such file");
}
END_TEST

/* argv[0] is looked up where we are, not where the child goes. */
START_TEST(test_relative_program_with_a_folder)
{
    static const char *const argv[] = {"./script", NULL};
    char here[4096];
    ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
    ck_assert_ok(file_write_atomic(unit_path("script"), "#!/bin/sh\npwd\n", 14, 0755, &err));
    ck_assert_int_eq(chdir(folder), 0);
    ProcessSpec spec = {.argv = argv, .folder = "/"};
    bool ok = process_run(arena, &spec, &result, &err);
    ck_assert_int_eq(chdir(here), 0);
    ck_assert_ok(ok);
    ck_assert_str_eq(result.out.data, "/\n");
}
END_TEST

static void fails_to_start(const char *program, const char *text)
{
    const char *const argv[] = {program, NULL};
    ProcessSpec spec = {.argv = argv};
    ck_assert_fails(process_run(arena, &spec, &result, &err), EXIT_USAGE, text);
}

START_TEST(test_what_cannot_be_started)
{
    fails_to_start("no-such-program", "could not run \"no-such-program\": not found in PATH");
    fails_to_start("/no/such", "could not run \"/no/such\": No such file");
    fails_to_start("/etc", "could not run \"/etc\": Permission denied");
    ck_assert_ok(file_write_atomic(unit_path("bad"), "#!/no/such/shell\n", 17, 0755, &err));
    fails_to_start(unit_path("bad"), "No such file");
    ck_assert_ok(file_write_atomic(unit_path("garbage"), "\1\2\3", 3, 0755, &err));
    fails_to_start(unit_path("garbage"), "Exec format error");
}
END_TEST

START_TEST(test_timeout_ends_the_group)
{
    ProcessSpec spec = shell("sleep 1000 & echo $! >pid; wait");
    spec.folder = folder;
    spec.timeout_ms = 300;
    int64_t start = platform_monotonic_ms();
    ck_assert_fails(process_run(arena, &spec, &result, &err), EXIT_USAGE,
                    "could not run \"sh\" to its end within 300ms");
    ck_assert_int_ge(platform_monotonic_ms() - start, 300);
    ck_assert_int_lt(platform_monotonic_ms() - start, 4000);
    ck_assert(dies_soon(pid_in("pid")));
}
END_TEST

START_TEST(test_timeout_of_an_endless_writer)
{
    const char *const argv[] = {"yes", NULL};
    ProcessSpec spec = {.argv = argv, .timeout_ms = 50};
    ck_assert_fails(process_run(arena, &spec, &result, &err), EXIT_USAGE, "within 50ms");
}
END_TEST

START_TEST(test_pipes_held_by_a_grandchild_do_not_block)
{
    ProcessSpec spec = shell("echo before; sleep 1000 & echo $! >pid; echo after");
    spec.folder = folder;
    int64_t start = platform_monotonic_ms();
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    ck_assert_int_lt(platform_monotonic_ms() - start, 10000);
    ck_assert_str_eq(result.out.data, "before\nafter\n");
    pid_t pid = pid_in("pid");
    ck_assert(alive(pid)); /* a server that a command started is not ours to end */
    kill(pid, SIGKILL);
}
END_TEST

static void interrupted_run(void *context)
{
    Error error = {0};
    interrupt_install();
    bool ignore = *(bool *)context;
    ProcessSpec spec =
        shell(ignore ? "kill -INT $PPID; sleep 0.2; echo done" : "kill -INT $PPID; sleep 1000");
    spec.ignore_interrupt = ignore;
    bool ok = process_run(arena, &spec, &result, &error);
    fprintf(stderr, "%d %s", (int)error.code, ok ? result.out.data : error.primary);
    error_clear(&error);
}

START_TEST(test_interruption)
{
    char *text;
    bool ignore = false;
    int64_t start = platform_monotonic_ms();
    ck_assert_int_eq(unit_child(interrupted_run, &ignore, &text), 0);
    ck_assert_str_eq(text, "130 interrupted by SIGINT");
    ck_assert_int_lt(platform_monotonic_ms() - start, 4000);
    ignore = true;
    ck_assert_int_eq(unit_child(interrupted_run, &ignore, &text), 0);
    ck_assert_str_eq(text, "0 done\n");
}
END_TEST

static void print_inherited(void *context)
{
    (void)context;
    Error error = {0};
    int kept = 0; /* what make and the like left open for everyone */
    for (int fd = 0; fd < 256; fd++)
        kept += fcntl(fd, F_GETFD) == 0;
    interrupt_install();
    sigset_t set;
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, NULL);
    ProcessSpec spec = shell("grep -E '^Sig(Blk|Ign)' /proc/self/status | cut -f 2;"
                             "ls -l /proc/self/fd | grep -c -- '->'");
    char blocked[17] = "";
    char ignored[17] = "";
    int open_fds = 0;
    if (!process_run(arena, &spec, &result, &error) ||
        sscanf(result.out.data, "%16s %16s %d", blocked, ignored, &open_fds) != 3)
        fprintf(stderr, "%s", result.out.data);
    bool pipe_ignored = (strtoull(ignored, NULL, 16) >> (SIGPIPE - 1) & 1) != 0;
    fprintf(stderr, "%llu %d %d", strtoull(blocked, NULL, 16), pipe_ignored, open_fds - kept);
    error_clear(&error);
}

/* The one descriptor more is that of ls for the folder. */
START_TEST(test_child_starts_clean)
{
    char *text;
    if (file_kind("/proc/self/status") != FILE_REGULAR)
        return;
    int leak = open("/dev/null", O_RDONLY | O_CLOEXEC);
    unit_child(print_inherited, NULL, &text);
    ck_assert_str_eq(text, "0 0 1");
    close(leak);
}
END_TEST

START_TEST(test_own_group)
{
    ck_assert_int_eq(run_shell("test $(ps -o pgid= -p $$) = $$"), 0);
}
END_TEST

static void run_inherited(void *context)
{
    Error error = {0};
    ProcessSpec spec = shell("echo to-stderr >&2; test $(ps -o pgid= -p $$) != $$ || exit 1;"
                             "read line; test \"$line\" = typed");
    spec.inherit_stdio = true;
    int fds[2];
    if (pipe(fds) != 0 || write(fds[1], "typed\n", 6) != 6)
        _exit(98);
    dup2(fds[0], STDIN_FILENO);
    if (!process_run(arena, &spec, &result, &error))
        fprintf(stderr, "%s", error.primary);
    (void)context;
    _exit(result.exit_code);
}

START_TEST(test_inherited_stdio)
{
    char *text;
    ck_assert_int_eq(unit_child(run_inherited, NULL, &text), 0);
    ck_assert_str_eq(text, "to-stderr\n");
}
END_TEST

static void press_interrupt_when_ready(int keyboard)
{
    if (unit_fork() != 0)
        return;
    pid_in("ready");
    if (write(keyboard, "\003", 1) != 1)
        _exit(1);
    poll(NULL, 0, 60000); /* the terminal lives until the test ends it */
    _exit(0);
}

static void run_at_terminal(void *context)
{
    (void)context;
    Error error = {0};
    int keyboard = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(keyboard);
    unlockpt(keyboard);
    setsid();
    int terminal = open(ptsname(keyboard), O_RDWR);
    dup2(terminal, STDIN_FILENO);
    interrupt_install();
    press_interrupt_when_ready(keyboard);
    ProcessSpec spec = shell("trap 'echo caught >&2; exit 6' INT; echo 1 >ready;"
                             "while :; do sleep 0.02; done");
    spec.folder = folder;
    spec.inherit_stdio = true;
    if (!process_run(arena, &spec, &result, &error))
        fprintf(stderr, "%s", error.primary);
    fprintf(stderr, "%d %d", result.exit_code, interrupt_signal());
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM); /* ends the one at the keyboard */
    _exit(0);
}

/* The keys of a terminal are for the child that uses it. */
START_TEST(test_interrupt_key_at_a_terminal)
{
    char *text;
    ck_assert_int_eq(unit_child(run_at_terminal, NULL, &text), 0);
    ck_assert_str_eq(text, "caught\n6 0");
}
END_TEST

/* With descriptors 0 to 2 closed, pipes get these numbers. */
static void run_without_stdio(void *context)
{
    (void)context;
    Error error = {0};
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
    close(0);
    close(1);
    close(2);
    ProcessSpec spec = shell("cat; echo err >&2");
    spec.input = "in";
    spec.input_len = 2;
    bool ok = process_run(arena, &spec, &result, &error);
    dup2(saved, STDERR_FILENO);
    fprintf(stderr, "%d %s %s", ok, result.out.data, result.errors.data);
    error_clear(&error);
}

START_TEST(test_closed_stdio)
{
    char *text;
    ck_assert_int_eq(unit_child(run_without_stdio, NULL, &text), 0);
    ck_assert_str_eq(text, "1 in err\n");
}
END_TEST

START_TEST(test_run_as)
{
    ProcessSpec spec = shell("id -u; id -g; id -G");
    spec.run_as = 12345;
    spec.run_as_group = 54321;
    if (geteuid() == 0) {
        ck_assert_ok(process_run(arena, &spec, &result, &err));
        ck_assert_str_eq(result.out.data, "12345\n54321\n54321\n");
    } else {
        ck_assert_fails(process_run(arena, &spec, &result, &err), EXIT_USAGE, "as user 12345");
    }
}
END_TEST

START_TEST(test_start_and_stop)
{
    Process *process;
    int exit_code = -1;
    ProcessSpec spec = shell("trap 'echo stopped; exit 3' TERM; echo $$ >pid; echo started;"
                             "echo err >&2; while :; do sleep 0.02; done");
    spec.folder = folder;
    spec.stdout_path = unit_path("log");
    ck_assert_ok(process_start(arena, &spec, &process, &err));
    ck_assert_int_eq(pid_in("pid"), process_pid(process));
    ck_assert(!process_ended(process, &exit_code));
    poll(NULL, 0, 50);
    process_stop(process, SIGTERM, 5000);
    process_stop(process, SIGTERM, 5000);
    process_signal(process, SIGKILL);
    ck_assert(process_ended(process, &exit_code));
    ck_assert_int_eq(exit_code, 3);
    Bytes log;
    ck_assert_ok(file_read(arena, unit_path("log"), &log, &err));
    ck_assert_str_eq(log.data, "started\nerr\nstopped\n");
}
END_TEST

START_TEST(test_stop_of_one_who_will_not)
{
    Process *process;
    int exit_code;
    ProcessSpec spec = shell("trap '' TERM; sleep 1000 & echo $! >pid; wait; wait");
    spec.folder = folder;
    ck_assert_ok(process_start(arena, &spec, &process, &err));
    pid_t grandchild = pid_in("pid");
    process_stop(process, SIGTERM, 50);
    ck_assert(process_ended(process, &exit_code));
    ck_assert_int_eq(exit_code, 128 + SIGKILL);
    ck_assert(dies_soon(grandchild));
}
END_TEST

START_TEST(test_the_group_of_a_started_process_ends_with_it)
{
    Process *process;
    int exit_code;
    ProcessSpec spec = shell("sleep 1000 & echo $! >pid; exit 4");
    spec.folder = folder;
    ck_assert_ok(process_start(arena, &spec, &process, &err));
    pid_t grandchild = pid_in("pid");
    while (!process_ended(process, &exit_code))
        poll(NULL, 0, 5);
    ck_assert_int_eq(exit_code, 4);
    ck_assert(dies_soon(grandchild));
}
END_TEST

START_TEST(test_start_with_input)
{
    Process *process;
    int exit_code;
    ProcessSpec spec = shell("read line; test \"$line\" = secret");
    spec.input = "secret\n";
    spec.input_len = 7;
    ck_assert_ok(process_start(arena, &spec, &process, &err));
    while (!process_ended(process, &exit_code))
        poll(NULL, 0, 5);
    ck_assert_int_eq(exit_code, 0);
    spec.folder = "/no/such";
    ck_assert_fails(process_start(arena, &spec, &process, &err), EXIT_USAGE, "/no/such");
}
END_TEST

START_TEST(test_clean_up_ends_a_running_child)
{
    Process *process;
    int exit_code;
    ProcessSpec spec = shell("sleep 1000");
    ck_assert_ok(process_start(arena, &spec, &process, &err));
    cleanup_run_all();
    ck_assert(process_ended(process, &exit_code));
    ck_assert_int_eq(exit_code, 128 + SIGTERM);
}
END_TEST

static void start_and_be_killed(void *context)
{
    (void)context;
    Process *process;
    Error error = {0};
    ProcessSpec spec = shell("echo $$ >pid; exec sleep 1000");
    spec.folder = folder;
    if (process_start(arena, &spec, &process, &error))
        pid_in("pid");
    kill(getpid(), SIGKILL);
}

START_TEST(test_a_child_dies_with_us)
{
#ifdef __linux__
    ck_assert_int_eq(unit_child(start_and_be_killed, NULL, NULL), 128 + SIGKILL);
    ck_assert(dies_soon(pid_in("pid")));
#endif
}
END_TEST

/* What the shell does by itself: an exit code of 0 means that it could. */
static bool confined_can(const char *script)
{
    const char *const readable[] = {"/usr",       "/lib", "/lib64", "/bin", "/etc", "/nix/store",
                                    unit_path("readable"), NULL};
    const char *const writable[] = {unit_path("own"), NULL};
    Confinement confinement = {.readable = readable, .writable = writable};
    ProcessSpec spec = shell(script);
    spec.folder = folder;
    spec.confine = &confinement;
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    return result.exit_code == 0;
}

START_TEST(test_a_confined_child)
{
    unsigned confines = platform_confines();
    bool files = (confines & CONFINES_FILES) != 0;
    bool calls = (confines & CONFINES_CALLS) != 0;
    static const char *const folders[] = {"readable", "own", "other"};
    for (size_t i = 0; i < ARRAY_LENGTH(folders); i++) {
        ck_assert_int_eq(mkdir(unit_path(folders[i]), 0755), 0);
        char *path = unit_path(arena_printf(arena, "%s/there", folders[i]));
        ck_assert_ok(file_write_atomic(path, "a\n", 2, 0644, &err));
    }
    ck_assert(confined_can("read x <readable/there && [ $x = a ]"));
    ck_assert(confined_can("read x <own/there && echo b >own/there && echo c >own/new"));
    ck_assert(confined_can("echo x >/dev/null"));
    ck_assert(confined_can("read x <other/there") != files);
    ck_assert(confined_can("echo b >readable/there") != files);
    ck_assert(confined_can("echo b >other/there") != files);
    ck_assert(confined_can("echo b >other/new") != files);
    ck_assert(confined_can("/bin/true") != calls);
    ck_assert(confined_can("exec /bin/true") != calls);
    /* The one who confines is not. */
    ck_assert_int_eq(run_shell("exec /bin/true"), 0);
#ifdef __linux__
    if (confines != CONFINES_ALL)
        fprintf(stderr, "# this system confines %u of %u only\n", confines, (unsigned)CONFINES_ALL);
#else
    ck_assert_uint_eq(confines, 0);
#endif
}
END_TEST

UNIT_SUITE("process", test_find, test_output_and_exit_code, test_arguments_pass_unchanged,
           test_input, test_input_that_nobody_reads, test_environment, test_folder,
           test_relative_program_with_a_folder, test_what_cannot_be_started,
           test_timeout_ends_the_group, test_timeout_of_an_endless_writer,
           test_pipes_held_by_a_grandchild_do_not_block, test_interruption, test_child_starts_clean,
           test_own_group, test_inherited_stdio, test_interrupt_key_at_a_terminal,
           test_closed_stdio, test_run_as, test_start_and_stop, test_stop_of_one_who_will_not,
           test_the_group_of_a_started_process_ends_with_it, test_start_with_input,
           test_clean_up_ends_a_running_child, test_a_child_dies_with_us,
           test_a_confined_child)
UNIT_MAIN(suite)
