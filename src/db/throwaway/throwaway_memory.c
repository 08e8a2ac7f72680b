/* The System V segment by which PostgreSQL guards a data folder, and which a killed server leaves. */
#include <string.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "dbmig/base/file.h"
#include "dbmig/base/text.h"
#include "throwaway_cluster.h"

/* Line 7 of postmaster.pid is "<key> <id>" of the segment that guards the data folder. */
static bool read_segment(Arena *arena, const char *data, int64_t *ret_key, int64_t *ret_id)
{
    Bytes text;
    Error ignored = {0};
    bool ok = file_read(arena, file_join(arena, data, "postmaster.pid"), &text, &ignored);
    error_clear(&ignored);
    const char *line = ok ? text.data : NULL;
    for (int i = 1; i < 7 && line != NULL; i++) {
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    StringList words = {0};
    if (line != NULL)
        text_split(arena, arena_strndup(arena, line, strcspn(line, "\n")), ' ', &words);
    return words.count == 2 && text_to_int64(words.items[0], ret_key) &&
           text_to_int64(words.items[1], ret_id);
}

void cluster_remove_memory(const char *data)
{
    Arena *arena = arena_new();
    struct stat folder;
    struct shmid_ds info;
    int64_t key;
    int64_t id;
    if (stat(data, &folder) == 0 && read_segment(arena, data, &key, &id) &&
        shmctl((int)id, IPC_STAT, &info) == 0 && info.shm_nattch == 0 &&
        info.shm_perm.uid == folder.st_uid)
        shmctl((int)id, IPC_RMID, NULL);
    arena_free(arena);
}
