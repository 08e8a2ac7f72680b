#include "unit.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "dbmig/base/platform.h"
#include "dbmig/base/process.h"

static void write_file(const char *name, const char *content)
{
    ck_assert_ok(file_write_atomic(unit_path(name), content, strlen(content), 0644, &err));
}

static const char *read_file(const char *name)
{
    Bytes content;
    ck_assert_ok(file_read(arena, unit_path(name), &content, &err));
    ck_assert_uint_eq(strlen(content.data), content.len);
    return content.data;
}

static mode_t mode_of(const char *name)
{
    struct stat info;
    ck_assert_int_eq(lstat(unit_path(name), &info), 0);
    return info.st_mode & 07777;
}

static size_t entries(void)
{
    StringList names;
    ck_assert_ok(file_list(arena, folder, &names, &err));
    return names.count;
}

START_TEST(test_kind)
{
    write_file("f", "x");
    ck_assert_int_eq(symlink("f", unit_path("link")), 0);
    ck_assert_int_eq(symlink("nowhere", unit_path("dangling")), 0);
    ck_assert_int_eq(mkfifo(unit_path("fifo"), 0600), 0);
    ck_assert_int_eq((int)file_kind(unit_path("f")), FILE_REGULAR);
    ck_assert_int_eq((int)file_kind(unit_path("link")), FILE_REGULAR);
    ck_assert_int_eq((int)file_kind(unit_path("dangling")), FILE_MISSING);
    ck_assert_int_eq((int)file_kind(unit_path("no")), FILE_MISSING);
    ck_assert_int_eq((int)file_kind(unit_path("fifo")), FILE_OTHER);
    ck_assert_int_eq((int)file_kind(folder), FILE_FOLDER);
}
END_TEST

START_TEST(test_read)
{
    Bytes content;
    write_file("empty", "");
    ck_assert_str_eq(read_file("empty"), "");
    char *big = arena_alloc(arena, 300001);
    memset(big, 'x', 300000);
    write_file("big", big);
    ck_assert_str_eq(read_file("big"), big);
    ck_assert_ok(file_write_atomic(unit_path("nul"), "a\0b", 3, 0644, &err));
    ck_assert_ok(file_read(arena, unit_path("nul"), &content, &err));
    ck_assert_uint_eq(content.len, 3);
    ck_assert_mem_eq(content.data, "a\0b", 4);
}
END_TEST

START_TEST(test_read_of_a_file_without_a_size)
{
    Bytes content;
    if (file_kind("/proc/self/status") == FILE_REGULAR) {
        ck_assert_ok(file_read(arena, "/proc/self/status", &content, &err));
        ck_assert_uint_gt(content.len, 100);
        ck_assert_int_eq(content.data[content.len], '\0');
    }
}
END_TEST

START_TEST(test_what_cannot_be_read)
{
    Bytes content;
    ck_assert_fails(file_read(arena, "/no/such", &content, &err), EXIT_USAGE,
                    "could not open \"/no/such\": No such file");
    ck_assert_fails(file_read(arena, folder, &content, &err), EXIT_USAGE, "it is a folder");
    ck_assert_int_eq(mkfifo(unit_path("fifo"), 0600), 0);
    ck_assert_fails(file_read(arena, unit_path("fifo"), &content, &err), EXIT_USAGE,
                    "it is not a regular file");
}
END_TEST

START_TEST(test_reader)
{
    FileReader *reader;
    char piece[4];
    size_t len;
    write_file("f", "abcdef");
    ck_assert_ok(file_open_read(arena, unit_path("f"), &reader, &err));
    ck_assert_uint_eq(file_size(reader), 6);
    for (int round = 0; round < 2; round++) {
        ck_assert_ok(file_read_some(reader, piece, 4, &len, &err));
        ck_assert_uint_eq(len, 4);
        ck_assert_mem_eq(piece, "abcd", 4);
        ck_assert_ok(file_read_some(reader, piece, 4, &len, &err));
        ck_assert_uint_eq(len, 2);
        ck_assert_ok(file_read_some(reader, piece, 4, &len, &err));
        ck_assert_uint_eq(len, 0);
        ck_assert_ok(file_rewind(reader, &err));
    }
    file_close(reader);
    file_close(reader);
    file_close(NULL);
    ck_assert_fails(file_read_some(reader, piece, 4, &len, &err), EXIT_USAGE, "could not read");
    ck_assert_fails(file_rewind(reader, &err), EXIT_USAGE, "could not read");
}
END_TEST

START_TEST(test_write_atomic_modes)
{
    mode_t old = umask(022);
    write_file("f", "one");
    ck_assert_uint_eq(mode_of("f"), 0644);
    ck_assert_int_eq(chmod(unit_path("f"), 0750), 0);
    write_file("f", "two");
    ck_assert_str_eq(read_file("f"), "two");
    ck_assert_uint_eq(mode_of("f"), 0750);
    ck_assert_uint_eq(entries(), 1);
    if (geteuid() == 0) {
        struct stat info;
        ck_assert_int_eq(chown(unit_path("f"), 12345, 54321), 0);
        write_file("f", "three");
        ck_assert_int_eq(stat(unit_path("f"), &info), 0);
        ck_assert_uint_eq(info.st_uid, 12345);
        ck_assert_uint_eq(info.st_gid, 54321);
    }
    umask(old);
}
END_TEST

START_TEST(test_write_atomic_follows_links)
{
    ck_assert_ok(file_make_folder(unit_path("a/b"), 0700, &err));
    ck_assert_int_eq(symlink("a/link", unit_path("link")), 0);
    ck_assert_int_eq(symlink("b/target", unit_path("a/link")), 0);
    write_file("link", "created");
    ck_assert_str_eq(read_file("a/b/target"), "created");
    write_file("link", "replaced");
    ck_assert_str_eq(read_file("a/b/target"), "replaced");
    ck_assert_int_eq(symlink("loop", unit_path("loop")), 0);
    ck_assert_fails(file_write_atomic(unit_path("loop"), "x", 1, 0600, &err), EXIT_USAGE,
                    "could not write");
}
END_TEST

START_TEST(test_write_atomic_refuses)
{
    ck_assert_fails(file_write_atomic(folder, "x", 1, 0600, &err), EXIT_USAGE,
                    "it is not a regular file");
    ck_assert_fails(file_write_atomic(unit_path("no/f"), "x", 1, 0600, &err), EXIT_USAGE,
                    "No such file");
    write_file("f", "x");
    ck_assert_fails(file_write_atomic(unit_path("f/g"), "x", 1, 0600, &err), EXIT_USAGE,
                    "Not a directory");
}
END_TEST

static void write_too_much(void *context)
{
    struct rlimit limit = {.rlim_cur = 1000, .rlim_max = 1000};
    Error error = {0};
    char content[5000] = {0};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    bool ok = file_write_atomic(context, content, sizeof(content), 0600, &error);
    fprintf(stderr, "%s", ok ? "ok" : error.primary);
    error_clear(&error);
}

/* A file size limit stands in for a full disk: both fail in the middle of the content. */
START_TEST(test_no_room_leaves_the_old_content)
{
    char *text;
    write_file("f", "old");
    unit_child(write_too_much, unit_path("f"), &text);
    ck_assert_ptr_nonnull(strstr(text, "could not write"));
    ck_assert_ptr_nonnull(strstr(text, "File too large"));
    ck_assert_str_eq(read_file("f"), "old");
    ck_assert_uint_eq(entries(), 1);
}
END_TEST

START_TEST(test_create_new)
{
    char *path = unit_path("f");
    ck_assert_ok(file_create_new(path, "one", 3, 0600, &err));
    ck_assert_str_eq(read_file("f"), "one");
    ck_assert_uint_eq(mode_of("f"), 0600);
    ck_assert_fails(file_create_new(path, "two", 3, 0600, &err), EXIT_USAGE, "File exists");
    ck_assert_str_eq(read_file("f"), "one");
}
END_TEST

START_TEST(test_remove)
{
    write_file("f", "x");
    ck_assert_ok(file_remove(unit_path("f"), &err));
    ck_assert_ok(file_remove(unit_path("f"), &err));
    ck_assert_fails(file_remove(folder, &err), EXIT_USAGE, "could not remove");
}
END_TEST

START_TEST(test_make_folder)
{
    ck_assert_ok(file_make_folder(unit_path("a//b/c/"), 0700, &err));
    ck_assert_int_eq((int)file_kind(unit_path("a/b/c")), FILE_FOLDER);
    ck_assert_uint_eq(mode_of("a/b"), 0700);
    ck_assert_ok(file_make_folder(unit_path("a/b/c"), 0700, &err));
    ck_assert_ok(file_make_folder("/", 0700, &err));
    write_file("f", "x");
    ck_assert_fails(file_make_folder(unit_path("f"), 0700, &err), EXIT_USAGE, "File exists");
    ck_assert_fails(file_make_folder(unit_path("f/g"), 0700, &err), EXIT_USAGE, "File exists");
}
END_TEST

START_TEST(test_private_folder)
{
    char *one;
    char *two;
    ck_assert_ok(file_make_private_folder(arena, folder, "p-", &one, &err));
    ck_assert_ok(file_make_private_folder(arena, folder, "p-", &two, &err));
    ck_assert_str_ne(one, two);
    ck_assert_uint_eq(mode_of(file_name_of(one)), 0700);
    ck_assert_int_eq(strncmp(file_name_of(one), "p-", 2), 0);
    ck_assert_fails(file_make_private_folder(arena, "/no/such", "p-", &one, &err), EXIT_USAGE,
                    "/no/such");
    char *before = getenv("TMPDIR") == NULL ? NULL : arena_strdup(arena, getenv("TMPDIR"));
    setenv("TMPDIR", folder, 1);
    ck_assert_ok(file_make_private_folder(arena, NULL, "t-", &one, &err));
    ck_assert_str_eq(file_folder_of(arena, one), folder);
    if (before == NULL)
        unsetenv("TMPDIR");
    else
        setenv("TMPDIR", before, 1);
}
END_TEST

START_TEST(test_list_is_sorted)
{
    StringList names;
    write_file("b", "");
    write_file("a", "");
    write_file("B", "");
    write_file(".hidden", "");
    ck_assert_ok(file_list(arena, folder, &names, &err));
    ck_assert_uint_eq(names.count, 4);
    ck_assert_str_eq(names.items[0], ".hidden");
    ck_assert_str_eq(names.items[1], "B");
    ck_assert_str_eq(names.items[3], "b");
    ck_assert_fails(file_list(arena, "/no/such", &names, &err), EXIT_USAGE, "/no/such");
}
END_TEST

START_TEST(test_lock_excludes)
{
    char *path = unit_path("lock");
    int one;
    int two;
    ck_assert_ok(file_lock(path, true, &one, &err));
    ck_assert_int_ge(one, 0);
    ck_assert_int_eq(fcntl(one, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    ck_assert_uint_eq(mode_of("lock"), 0600);
    ck_assert_ok(file_lock(path, false, &two, &err));
    ck_assert_int_eq(two, -1);
    close(one);
    ck_assert_ok(file_lock(path, false, &two, &err));
    ck_assert_int_ge(two, 0);
    close(two);
    ck_assert_fails(file_lock("/no/such/lock", true, &one, &err), EXIT_USAGE, "lock file");
}
END_TEST

static void hold_and_replace(void *context)
{
    Error error = {0};
    int fd;
    char *path = context;
    file_lock(path, true, &fd, &error);
    fprintf(stderr, "x");
    usleep(50000);
    unlink(path);
    close(fd);
}

/* Who waited for a lock file that was removed must hold the lock of the new one. */
START_TEST(test_lock_of_a_removed_file_is_tried_again)
{
    char *path = unit_path("lock");
    int fds[2];
    ck_assert_int_eq(pipe(fds), 0);
    pid_t pid = unit_fork();
    if (pid == 0) {
        dup2(fds[1], STDERR_FILENO);
        hold_and_replace(path);
        _exit(0);
    }
    char c;
    ck_assert_int_eq(read(fds[0], &c, 1), 1);
    int fd;
    int other;
    ck_assert_ok(file_lock(path, true, &fd, &err));
    ck_assert_int_eq((int)file_kind(path), FILE_REGULAR);
    ck_assert_ok(file_lock(path, false, &other, &err));
    ck_assert_int_eq(other, -1);
    close(fd);
    close(fds[0]);
    close(fds[1]);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

static void print_cache_folder(void *context)
{
    const char *const *settings = context;
    Error error = {0};
    char *path;
    if (settings[0] == NULL)
        unsetenv("XDG_CACHE_HOME");
    else
        setenv("XDG_CACHE_HOME", settings[0], 1);
    setenv("HOME", settings[1], 1);
    bool ok = file_cache_folder(arena, &path, &error);
    fprintf(stderr, "%s", ok ? path : error.primary);
    error_clear(&error);
}

START_TEST(test_cache_folder)
{
    char *text;
    const char *settings[2] = {unit_path("xdg"), folder};
    unit_child(print_cache_folder, settings, &text);
    ck_assert_str_eq(text, unit_path("xdg/dbmig"));
    ck_assert_uint_eq(mode_of("xdg/dbmig"), 0700);
    settings[0] = "relative";
    unit_child(print_cache_folder, settings, &text);
    ck_assert_str_eq(text, unit_path(".cache/dbmig"));
    settings[0] = NULL;
    unit_child(print_cache_folder, settings, &text);
    ck_assert_str_eq(text, unit_path(".cache/dbmig"));
    settings[1] = "/dev/null";
    unit_child(print_cache_folder, settings, &text);
    ck_assert_ptr_nonnull(strstr(text, "could not create the folder"));
}
END_TEST

START_TEST(test_names)
{
    ck_assert_str_eq(file_join(arena, "a", "b"), "a/b");
    ck_assert_str_eq(file_join(arena, "a/", "b"), "a/b");
    ck_assert_str_eq(file_join(arena, "/", "b"), "/b");
    ck_assert_str_eq(file_join(arena, "", "b"), "b");
    ck_assert_str_eq(file_join(arena, "a", "/b"), "/b");
    ck_assert_str_eq(file_folder_of(arena, "a"), ".");
    ck_assert_str_eq(file_folder_of(arena, "a/b"), "a");
    ck_assert_str_eq(file_folder_of(arena, "a//b"), "a");
    ck_assert_str_eq(file_folder_of(arena, "/a"), "/");
    ck_assert_str_eq(file_folder_of(arena, "/"), "/");
    ck_assert_str_eq(file_folder_of(arena, "/a/b/"), "/a/b");
    ck_assert_str_eq(file_name_of("a/b"), "b");
    ck_assert_str_eq(file_name_of("b"), "b");
    ck_assert_str_eq(file_name_of("a/"), "");
}
END_TEST

START_TEST(test_absolute)
{
    char *path;
    char *expected;
    write_file("f", "x");
    ck_assert_int_eq(symlink("f", unit_path("link")), 0);
    ck_assert_ok(file_absolute(arena, unit_path("f"), &expected, &err));
    ck_assert_ok(file_absolute(arena, unit_path("./link"), &path, &err));
    ck_assert_str_eq(path, expected);
    ck_assert_fails(file_absolute(arena, unit_path("no"), &path, &err), EXIT_USAGE, "No such file");
}
END_TEST

/* ---- Whole folders ---- */

START_TEST(test_remove_tree)
{
    ck_assert_ok(file_make_folder(unit_path("tree/a/b"), 0700, &err));
    ck_assert_ok(file_make_folder(unit_path("kept"), 0700, &err));
    write_file("kept/f", "x");
    write_file("tree/f", "x");
    write_file("tree/a/b/f", "x");
    ck_assert_int_eq(symlink("../kept", unit_path("tree/link")), 0);
    ck_assert_int_eq(mkfifo(unit_path("tree/fifo"), 0600), 0);
    ck_assert_int_eq(chmod(unit_path("tree/a/b"), 0), 0);
    ck_assert_int_eq(chmod(unit_path("tree/a"), 0500), 0);
    ck_assert_ok(file_remove_tree(unit_path("tree"), &err));
    ck_assert_int_eq((int)file_kind(unit_path("tree")), FILE_MISSING);
    ck_assert_str_eq(read_file("kept/f"), "x");
    ck_assert_ok(file_remove_tree(unit_path("tree"), &err));
    ck_assert_int_eq(symlink("kept", unit_path("link")), 0);
    ck_assert_ok(file_remove_tree(unit_path("link/"), &err));
    ck_assert_str_eq(read_file("kept/f"), "x");
    ck_assert_uint_eq(entries(), 1);
    ck_assert_ok(file_remove_tree(unit_path("kept/f"), &err));
    ck_assert_fails(file_remove_tree("/proc/self", &err), EXIT_USAGE, "could not remove");
}
END_TEST

static bool same_tree(const char *a, const char *b)
{
    static const char script[] =
        "cd \"$1\" && find . -printf '%P %y %m %u %g %l %s\\n' | grep -v ' d ' | sort >\"$3.a\" &&"
        "cd \"$2\" && find . -printf '%P %y %m %u %g %l %s\\n' | grep -v ' d ' | sort >\"$3.b\" &&"
        "cmp \"$3.a\" \"$3.b\" && diff -r --no-dereference \"$1\" \"$2\"";
    const char *const argv[] = {"sh", "-c", script, "sh", a, b, unit_path("listing"), NULL};
    ProcessSpec spec = {.argv = argv};
    ProcessResult result;
    ck_assert_ok(process_run(arena, &spec, &result, &err));
    return result.exit_code == 0;
}

START_TEST(test_copy_tree)
{
    ck_assert_ok(file_make_folder(unit_path("src/a/b"), 0755, &err));
    ck_assert_ok(file_make_folder(unit_path("src/closed"), 0700, &err));
    write_file("src/f", "text");
    write_file("src/a/b/script", "#!/bin/sh\n");
    write_file("src/a/empty", "");
    ck_assert_int_eq(chmod(unit_path("src/a/b/script"), 04751), 0);
    ck_assert_int_eq(symlink("../f", unit_path("src/a/link")), 0);
    ck_assert_int_eq(symlink("/no/such", unit_path("src/dangling")), 0);
    ck_assert_int_eq(chmod(unit_path("src/closed"), 0500), 0);
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(unit_path("src/f"), 12345, 54321), 0);
        ck_assert_int_eq(chown(unit_path("src/a"), 12345, 54321), 0);
        ck_assert_int_eq(lchown(unit_path("src/dangling"), 12345, 54321), 0);
    }
    ck_assert_ok(file_copy_tree(unit_path("src"), unit_path("dst"), &err));
    ck_assert(same_tree(unit_path("src"), unit_path("dst")));
    ck_assert_uint_eq(mode_of("dst/closed"), 0500);
    ck_assert_uint_eq(mode_of("dst/a/b/script"), 04751);
    ck_assert_int_eq(symlink("src", unit_path("link")), 0);
    ck_assert_ok(file_copy_tree(unit_path("link"), unit_path("third"), &err));
    ck_assert(same_tree(unit_path("src"), unit_path("third")));
}
END_TEST

START_TEST(test_copy_tree_refuses)
{
    ck_assert_ok(file_make_folder(unit_path("src"), 0755, &err));
    ck_assert_ok(file_make_folder(unit_path("there"), 0755, &err));
    write_file("src/f", "x");
    ck_assert_fails(file_copy_tree(unit_path("src"), unit_path("there"), &err), EXIT_USAGE,
                    "File exists");
    ck_assert_fails(file_copy_tree(unit_path("no"), unit_path("dst"), &err), EXIT_USAGE,
                    "No such file");
    ck_assert_fails(file_copy_tree(unit_path("src/f"), unit_path("dst"), &err), EXIT_USAGE,
                    "it is not a folder");
    ck_assert_fails(file_copy_tree(unit_path("src"), unit_path("no/dst"), &err), EXIT_USAGE,
                    "could not create");
    ck_assert_int_eq(mkfifo(unit_path("src/g"), 0600), 0);
    ck_assert_fails(file_copy_tree(unit_path("src"), unit_path("dst"), &err), EXIT_USAGE,
                    "it is not a regular file");
    ck_assert_int_eq((int)file_kind(unit_path("dst")), FILE_MISSING);
}
END_TEST

UNIT_SUITE("file", test_kind, test_read, test_read_of_a_file_without_a_size,
           test_what_cannot_be_read, test_reader, test_write_atomic_modes,
           test_write_atomic_follows_links, test_write_atomic_refuses,
           test_no_room_leaves_the_old_content, test_create_new, test_remove, test_make_folder,
           test_private_folder, test_list_is_sorted, test_lock_excludes,
           test_lock_of_a_removed_file_is_tried_again, test_cache_folder, test_names, test_absolute,
           test_remove_tree, test_copy_tree, test_copy_tree_refuses)
UNIT_MAIN(suite)
