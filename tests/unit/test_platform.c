#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "dbmig/base/platform.h"

START_TEST(test_clocks_go_forward)
{
    int64_t ms = platform_monotonic_ms();
    int64_t us = platform_monotonic_us();
    ck_assert_int_ge(us / 1000, ms);
    poll(NULL, 0, 5);
    ck_assert_int_ge(platform_monotonic_us(), us + 4000);
}
END_TEST

START_TEST(test_random)
{
    unsigned char one[1000] = {0};
    unsigned char two[1000] = {0};
    platform_random(one, sizeof(one));
    platform_random(two, sizeof(two));
    ck_assert_mem_ne(one, two, sizeof(one));
    ck_assert_mem_ne(one + 984, two + 984, 16);
    platform_random(one, 0);
}
END_TEST

static void clone_file(size_t len, uint64_t told_size)
{
    char *content = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++)
        content[i] = (char)(i * 31 + i / 256);
    char *src_path = unit_path("src");
    char *dst_path = unit_path("dst");
    ck_assert_ok(file_write_atomic(src_path, content, len, 0600, &err));
    ck_assert_ok(file_remove(dst_path, &err));
    int src = open(src_path, O_RDONLY);
    int dst = open(dst_path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    ck_assert(platform_clone_file(src, dst, told_size));
    close(src);
    close(dst);
    Bytes copy;
    ck_assert_ok(file_read(arena, dst_path, &copy, &err));
    ck_assert_uint_eq(copy.len, len);
    ck_assert_mem_eq(copy.data, content, len + 1);
}

START_TEST(test_clone_file)
{
    clone_file(0, 0);
    clone_file(1000003, 1000003);
    clone_file(300000, 1000); /* it grew since its size was asked */
    clone_file(1000, 300000); /* it shrank */
}
END_TEST

START_TEST(test_clone_file_tells_errors)
{
    int full = open("/dev/full", O_WRONLY);
    ck_assert_ok(file_write_atomic(unit_path("src"), "text", 4, 0600, &err));
    int src = open(unit_path("src"), O_RDONLY);
    ck_assert(!platform_clone_file(src, -1, 4));
    ck_assert_int_eq(errno, EBADF);
    lseek(src, 0, SEEK_SET);
    if (full >= 0) {
        ck_assert(!platform_clone_file(src, full, 4));
        ck_assert_int_eq(errno, ENOSPC);
    }
    close(src);
    close(full);
}
END_TEST

START_TEST(test_process_start)
{
    uint64_t start = platform_process_start(getpid());
    ck_assert_uint_ne(start, 0);
    ck_assert_uint_eq(platform_process_start(getpid()), start);
    ck_assert_uint_eq(platform_process_start(-5), 0);
}
END_TEST

START_TEST(test_memory_folder)
{
    const char *path = platform_memory_folder();
    if (path != NULL)
        ck_assert_int_eq((int)file_kind(path), FILE_FOLDER);
}
END_TEST

START_TEST(test_pipe_is_closed_on_exec)
{
    int fds[2];
    ck_assert(platform_pipe(fds));
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(fcntl(fds[i], F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
        close(fds[i]);
    }
}
END_TEST

/* A child whose parent is killed must go too: the pipe ends when both are gone. */
DBMIG_NORETURN static void be_parent(const int *pipe_fds)
{
    close(pipe_fds[0]);
    pid_t parent = getpid();
    if (fork() == 0) {
        platform_die_with_parent(parent);
        ssize_t n = write(pipe_fds[1], "x", 1);
        poll(NULL, 0, n == 1 ? 60000 : 0);
        _exit(0);
    }
    poll(NULL, 0, 60000);
    _exit(0);
}

START_TEST(test_die_with_parent)
{
#ifdef __linux__
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    pid_t pid = unit_fork();
    if (pid == 0)
        be_parent(fds);
    close(fds[1]);
    char c;
    ck_assert_int_eq(read(fds[0], &c, 1), 1);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    struct pollfd wait = {.fd = fds[0], .events = POLLIN};
    ck_assert_int_eq(poll(&wait, 1, 30000), 1);
    ck_assert_int_eq(read(fds[0], &c, 1), 0);
    close(fds[0]);
#endif
}
END_TEST

static void without_parent(void *context)
{
    (void)context;
    platform_die_with_parent(getppid() + 1);
}

START_TEST(test_dead_parent_is_noticed)
{
    ck_assert_int_eq(unit_child(without_parent, NULL, NULL), 128 + SIGTERM);
}
END_TEST

START_TEST(test_zombie_is_told)
{
#ifdef __linux__
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    siginfo_t info;
    ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    ck_assert(platform_process_is_zombie(pid));
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    ck_assert(!platform_process_is_zombie(pid));
    ck_assert(!platform_process_is_zombie(getpid()));
#endif
}
END_TEST

UNIT_SUITE("platform", test_zombie_is_told, test_clocks_go_forward, test_random, test_clone_file,
           test_clone_file_tells_errors, test_process_start, test_memory_folder,
           test_pipe_is_closed_on_exec, test_die_with_parent, test_dead_parent_is_noticed)
UNIT_MAIN(suite)
