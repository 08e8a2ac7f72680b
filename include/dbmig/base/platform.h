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

/* A value that changes when the process id is used again (start time), 0 when unknown. */
uint64_t platform_process_start(pid_t pid);

#endif
