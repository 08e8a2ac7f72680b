/*
 * The mark of the process that owns a throwaway, as it stands in labels and comments. A process id
 * means something only within one boot of one kernel and one process namespace; without knowing
 * that both are ours, nobody is called dead.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dbmig/base/file.h"
#include "dbmig/base/hash.h"
#include "dbmig/base/platform.h"
#include "dbmig/base/text.h"
#include "throwaway_provider.h"

#define PLACE_LENGTH 24

/*
 * The boot id and namespace where the system tells them (Linux); elsewhere the host's name and id
 * must do: then a machine restarted with the same process id and start time is the only doubt.
 */
static char *own_place(Arena *arena)
{
    char name[256] = "";
    char link[256] = "";
    Sha256 sha;
    sha256_begin(&sha);
    gethostname(name, sizeof(name) - 1);
    long id = gethostid();
    sha256_add_field(&sha, name, strlen(name));
    sha256_add_field(&sha, &id, sizeof(id));
    Bytes boot = {"", 0};
    Error ignored = {0};
    if (file_read(arena, "/proc/sys/kernel/random/boot_id", &boot, &ignored))
        sha256_add_field(&sha, boot.data, boot.len);
    error_clear(&ignored);
    ssize_t len = readlink("/proc/self/ns/pid", link, sizeof(link) - 1);
    if (len > 0)
        sha256_add_field(&sha, link, (size_t)len);
    uint8_t digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    sha256_digest(&sha, digest);
    hash_hex(digest, sizeof(digest), hex);
    return arena_strndup(arena, hex, PLACE_LENGTH);
}

char *throwaway_owner(Arena *arena)
{
    return arena_printf(arena, "%s.%ld.%llu.%lld", own_place(arena), (long)getpid(),
                        (unsigned long long)platform_process_start(getpid()),
                        (long long)time(NULL));
}

/* The parts of a mark; false when it is none. */
static bool split_mark(Arena *arena, const char *mark, const char **ret_place, int64_t numbers[3])
{
    StringList parts = {0};
    text_split(arena, mark, '.', &parts);
    if (parts.count != 4 || strlen(parts.items[0]) != PLACE_LENGTH)
        return false;
    *ret_place = parts.items[0];
    for (size_t i = 0; i < 3; i++) {
        if (!text_to_int64(parts.items[i + 1], &numbers[i]))
            return false;
    }
    return numbers[0] > 0;
}

/* Where start times are hidden or unknown, any process of that number counts. */
static bool process_lives(pid_t pid, uint64_t start)
{
    if (platform_process_is_zombie(pid))
        return false;
    uint64_t found = platform_process_start(pid);
    if (found != 0)
        return found == start;
    return kill(pid, 0) == 0 || errno == EPERM;
}

OwnerState throwaway_owner_state(const char *mark)
{
    Arena *arena = arena_new();
    const char *place;
    int64_t numbers[3];
    OwnerState state = OWNER_UNKNOWN;
    if (split_mark(arena, mark, &place, numbers) && text_equal(place, own_place(arena))) {
        state = process_lives((pid_t)numbers[0], (uint64_t)numbers[1]) ? OWNER_ALIVE : OWNER_DEAD;
    }
    arena_free(arena);
    return state;
}

int64_t throwaway_owner_age(const char *mark)
{
    Arena *arena = arena_new();
    const char *place;
    int64_t numbers[3];
    int64_t age = 0;
    if (split_mark(arena, mark, &place, numbers))
        age = (int64_t)time(NULL) - numbers[2];
    arena_free(arena);
    return age > 0 ? age : 0;
}

char *throwaway_random_name(Arena *arena)
{
    uint8_t bytes[8];
    char hex[2 * sizeof(bytes) + 1];
    platform_random(bytes, sizeof(bytes));
    hash_hex(bytes, sizeof(bytes), hex);
    return arena_printf(arena, "dbmig_%s", hex);
}
