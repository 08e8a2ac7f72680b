/*
 * What differs between Linux, macOS and the BSDs. No other file has an #ifdef for an operating
 * system or calls what only one of them has.
 */
#ifndef DBMIG_BASE_PLATFORM_H
#define DBMIG_BASE_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* In a new child: ask for a signal when the parent dies. Does nothing where there is no such call. */
void platform_die_with_parent(pid_t parent);

/* Copies src to the new file dst, sharing blocks if the file system can. False with errno. */
bool platform_clone_file(int src_fd, int dst_fd, uint64_t size);

/* Fills len bytes from the system's random source; dies when there is none. */
void platform_random(void *bytes, size_t len);

/* Milliseconds on a clock that never goes back. */
int64_t platform_monotonic_ms(void);

/* Microseconds on the same clock. */
int64_t platform_monotonic_us(void);

/* A file system in memory with 512 MiB free, for short-lived private folders (/dev/shm), or NULL. */
const char *platform_memory_folder(void);

/* A pipe whose ends are closed on exec. False with errno. */
bool platform_pipe(int fds[2]);

/*
 * What a child may do that runs SQL of other people. Linux alone can hold it to that: files by
 * Landlock (5.13 and later, where it is switched on), programs and connections by seccomp (x86-64
 * and 64-bit ARM). Elsewhere nothing is held back, and platform_confines() says so.
 */
typedef struct Confinement {
    const char *const *readable; /* files, and folders with all below; ends with NULL */
    const char *const *writable; /* folders it may change as well; ends with NULL */
    bool listens;                /* it may accept TCP */
} Confinement;

enum {
    CONFINES_FILES = 1, /* only the listed ones can be opened or changed */
    CONFINES_CALLS = 2, /* no other program can be run, and nothing be connected to */
    CONFINES_ALL = 3,
};

/* Which of them this system can do. */
unsigned platform_confines(void);

/*
 * In a new child, just before it runs `program` (the very pointer given to execve): all that
 * platform_confines() names, for good, for it and its children. Listed files that are missing or
 * closed to it are skipped. False with errno.
 */
bool platform_confine(const Confinement *confinement, const char *program);

/* A socket that no program we start inherits; -1 with errno set. */
int platform_socket(int family, int type);

/* Two connected local sockets that keep messages apart, closed in children that run a program. */
bool platform_socket_pair(int fds[2]);

/* The version of the C library, "glibc 2.36"; "unknown" where it does not tell. */
const char *platform_c_library(void);

/* A value that changes when the process id is used again (start time), 0 when unknown. */
uint64_t platform_process_start(pid_t pid);

/* True for one that has ended and that its parent has not waited for yet, as far as that can be told: in a
   container the first process often waits for none, or late. */
bool platform_process_is_zombie(pid_t pid);

#endif
