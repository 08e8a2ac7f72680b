#include "unit.h"

#include "corpora.h"
#include "folder.h"

#include "dbmig/project/sumfile.h"

#define EMPTY_HEADER "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"

static const char *compute(const MigrationFolder *loaded)
{
    Buf text = {0};
    ck_assert_ok(sumfile_compute(arena, loaded, &text, &err));
    return buf_steal(&text, arena);
}

/* Three versions and a repeatable one, with a sum file that fits. */
static void fill(void)
{
    MigrationFolder loaded;
    folder_put("V1__a.sql", "create table a ();\n");
    folder_put("V2__b.sql", "create table b ();\n");
    folder_put("V3__c.sql", "create table c ();\n");
    folder_put("R__v.sql", "create view v as select 1;\n");
    loaded = folder_load();
    ck_assert_ok(sumfile_write(arena, &loaded, NULL, &err));
}

static char *read_sum(void)
{
    Bytes text;
    ck_assert_ok(file_read(arena, unit_path("m/atlas.sum"), &text, &err));
    return arena_strndup(arena, text.data, text.len);
}

/* The 0-based line of a text, with its line end. */
static char *line_of(const char *text, size_t line)
{
    while (line-- > 0)
        text = strchr(text, '\n') + 1;
    return arena_strndup(arena, text, (size_t)(strchr(text, '\n') + 1 - text));
}

static bool verify(void)
{
    MigrationFolder loaded = folder_load();
    return sumfile_verify(arena, &loaded, NULL, &err);
}

static void check_fails(const char *primary, size_t line, const char *hint)
{
    ck_assert_fails(verify(), EXIT_INTEGRITY, primary);
    ck_assert_str_eq(err.file, unit_path("m/atlas.sum"));
    ck_assert_uint_eq(err.line, line);
    ck_assert_ptr_nonnull(err.hint);
    ck_assert_msg(strstr(err.hint, hint) != NULL, "hint: %s", err.hint);
}

static void check_detail(const char *part)
{
    ck_assert_msg(err.detail != NULL && strstr(err.detail, part) != NULL, "detail: %s", err.detail);
}

/* The check vector of the format. */
START_TEST(test_vector)
{
    MigrationFolder loaded;
    folder_put("20230727105553_init.sql", "CREATE TABLE t1 ( c1 int );\n");
    folder_put("20230727105615_t2.sql", "CREATE TABLE t2 ( c1 int, c2 text );\n");
    folder_put("20230926085734_destructive-change.sql", "DROP TABLE t2;\n");
    loaded = folder_load();
    ck_assert_str_eq(
        compute(&loaded),
        "h1:hnQZfRcN6sV+y+0YePtkLazMy+Ty3lhyGv69ixeYoXc=\n"
        "20230727105553_init.sql h1:jxgvnWO6tZD3lSPpH1ao5E/6VjapP7iwvBCUJ6aez58=\n"
        "20230727105615_t2.sql h1:UvzeoFxe90Y/7b21ziwg6pPzWJQSV7LeYwJl8J63lMU=\n"
        "20230926085734_destructive-change.sql h1:Gf/bSvUkfqHr/MEXKCxdGu2YvG8zwe4ER5TW8T/laA0=\n");
    ck_assert_str_eq(sumfile_header(arena, compute(&loaded), strlen(compute(&loaded))),
                     "hnQZfRcN6sV+y+0YePtkLazMy+Ty3lhyGv69ixeYoXc=");
    ck_assert_ptr_null(sumfile_header(arena, "h1:short\n", 9));
    ck_assert_ptr_null(sumfile_header(arena, "", 0));
}
END_TEST

START_TEST(test_empty_folder)
{
    MigrationFolder loaded = folder_load();
    bool changed;
    ck_assert_str_eq(compute(&loaded), EMPTY_HEADER);
    ck_assert_ok(sumfile_verify(arena, &loaded, NULL, &err));
    ck_assert_ok(sumfile_write(arena, &loaded, &changed, &err));
    ck_assert(changed);
    ck_assert_ok(sumfile_write(arena, &loaded, &changed, &err));
    ck_assert(!changed);
    ck_assert_ok(verify());
}
END_TEST

static void check_oracle(const char *name, FolderFormat format, const char *suffix)
{
    char *dir, *sum;
    MigrationFolder loaded;
    Bytes expected;
    if (!corpora_find(arena, arena_printf(arena, "migrations/%s", name), &dir) ||
        !corpora_find(arena, arena_printf(arena, "migrations/oracle/%s.%s.atlas.sum", name, suffix),
                      &sum))
        return;
    ck_assert_ok(migration_load_as(arena, dir, NULL, format, &loaded, &err));
    ck_assert_ok(file_read(arena, sum, &expected, &err));
    ck_assert_str_eq(compute(&loaded), expected.data);
    ck_assert_ok(sumfile_verify(arena, &loaded, &expected, &err));
}

START_TEST(test_same_bytes_as_atlas)
{
    static const char *const names[] = {"marquez", "odd-platform", "opencue"};
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        check_oracle(names[i], FOLDER_FORMAT_AUTO, "format-flyway");
        check_oracle(names[i], FOLDER_FORMAT_ATLAS, "format-atlas");
    }
}
END_TEST

/* The name is hashed, the content is not, and there is no line. */
START_TEST(test_sum_ignore)
{
    Sha256 sha;
    uint8_t digest[SHA256_SIZE];
    char base64[SHA256_BASE64_SIZE];
    MigrationFolder loaded;
    folder_put("V1__a.sql", "-- atlas:sum ignore\nselect 1;\n");
    folder_put("V2__b.sql", "select 2;\n");
    loaded = folder_load();
    sha256_begin(&sha);
    sha256_add(&sha, "V1__a.sql", 9);
    sha256_add(&sha, "V2__b.sqlselect 2;\n", 19);
    sha256_digest(&sha, digest);
    hash_base64(digest, SHA256_SIZE, base64);
    ck_assert_str_eq(line_of(compute(&loaded), 1),
                     arena_printf(arena, "V2__b.sql h1:%s\n", base64));
    ck_assert_ok(sumfile_write(arena, &loaded, NULL, &err));
    folder_put("V1__a.sql", "-- atlas:sum ignore\nselect 1000;\n");
    ck_assert_ok(verify());
    folder_put("V1.5__n.sql", "-- atlas:sum ignore\n");
    check_fails("V1.5__n.sql, which is left out of the sum but for its name, was added", 2,
                "dbmig hash");
}
END_TEST

START_TEST(test_all_files_are_covered)
{
    MigrationFolder loaded;
    const char *text;
    folder_put("V1__a.sql", "");
    folder_put("V1__a.sql.conf", "executeInTransaction=false\n");
    folder_put("U1__a.sql", "");
    folder_put("B1__a.sql", "");
    folder_put("V2__b.sql", "");
    loaded = folder_load();
    text = compute(&loaded);
    ck_assert(strncmp(line_of(text, 1), "V1__a.sql h1", 12) == 0);
    ck_assert(strncmp(line_of(text, 2), "V1__a.sql.conf h1", 17) == 0);
    ck_assert(strncmp(line_of(text, 3), "U1__a.sql h1", 12) == 0);
    ck_assert(strncmp(line_of(text, 4), "B1__a.sql h1", 12) == 0);
    ck_assert(strncmp(line_of(text, 5), "V2__b.sql h1", 12) == 0);
    ck_assert_ok(sumfile_write(arena, &loaded, NULL, &err));
    folder_put("V1__a.sql.conf", "executeInTransaction=true\n");
    check_fails("V1__a.sql.conf was edited", 3, "run: dbmig hash");
}
END_TEST

START_TEST(test_missing)
{
    fill();
    ck_assert_ok(verify());
    folder_drop("atlas.sum");
    check_fails("is missing", 0, "dbmig hash");
    folder_put("atlas.sum", "");
    check_fails("is empty", 0, "git checkout");
}
END_TEST

START_TEST(test_edited_file)
{
    fill();
    folder_put("V2__b.sql", "create table bb ();\n");
    check_fails("V2__b.sql was edited", 3, "git checkout -- ");
    folder_put("V4__d.sql", "");
    check_fails("V2__b.sql was edited", 3, "run: dbmig hash");
    folder_drop("V3__c.sql");
    check_fails("V2__b.sql was edited", 3, "run: dbmig hash");
    check_detail("V4__d.sql");
    check_detail("V3__c.sql");
}
END_TEST

START_TEST(test_edited_last_file)
{
    fill();
    folder_put("R__v.sql", "create view v as select 2;\n");
    check_fails("R__v.sql was edited", 5, "run: dbmig hash");
}
END_TEST

START_TEST(test_added_file)
{
    fill();
    folder_put("V4__d.sql", "");
    check_fails("V4__d.sql was added", 5, "run: dbmig hash");
    folder_put("V1.5__d.sql", "");
    check_fails("V1.5__d.sql was added", 3, "run: dbmig hash");
    check_detail("2 files are not in it: V1.5__d.sql, V4__d.sql.");
    folder_drop("V1.5__d.sql");
    folder_drop("V4__d.sql");
    folder_put("U2__b.sql", "");
    check_fails("U2__b.sql was added", 4, "Atlas leaves undo files");
}
END_TEST

START_TEST(test_added_and_edited_behind)
{
    fill();
    folder_put("V2.5__d.sql", "");
    folder_put("V3__c.sql", "x");
    check_fails("V2.5__d.sql was added", 4, "dbmig hash");
    check_detail("V3__c.sql was edited");
}
END_TEST

START_TEST(test_removed_file)
{
    fill();
    folder_drop("V2__b.sql");
    check_fails("V2__b.sql was removed", 3, "Restore it");
}
END_TEST

START_TEST(test_renamed_file)
{
    fill();
    folder_drop("V2__b.sql");
    folder_put("V2__better.sql", "create table b ();\n");
    check_fails("V2__b.sql was renamed to V2__better.sql", 3, "Rename it back");
    folder_drop("V2__better.sql");
    folder_put("V4__b.sql", "create table b ();\n");
    check_fails("V2__b.sql was renamed to V4__b.sql", 3, "Rename it back");
}
END_TEST

START_TEST(test_conflict_markers)
{
    char *sum;
    fill();
    sum = read_sum();
    folder_put("atlas.sum", arena_printf(arena, "<<<<<<< HEAD\n%s=======\n%s>>>>>>> other\n%s",
                                         line_of(sum, 0), line_of(sum, 0), strchr(sum, '\n') + 1));
    check_fails("merge conflict", 1, "dbmig hash");
}
END_TEST

START_TEST(test_truncated)
{
    char *sum;
    size_t len;
    fill();
    sum = read_sum();
    len = strlen(sum);
    folder_put_bytes("atlas.sum", sum, len - 1);
    check_fails("last line has no line end", 5, "dbmig hash");
    folder_put_bytes("atlas.sum", sum, len - 10);
    check_fails("cut off inside this line", 5, "dbmig hash");
    folder_put_bytes("atlas.sum", sum, len - strlen(line_of(sum, 4)));
    check_fails("cut off: 4 of its 5 lines are there", 5, "dbmig hash");
    folder_put("atlas.sum", line_of(sum, 0));
    check_fails("cut off after its header", 2, "dbmig hash");
    folder_put("atlas.sum", "h1");
    check_fails("cut off inside this line", 1, "dbmig hash");
    /* cut off, and the files are others by now */
    folder_put("V1__a.sql", "x");
    folder_put_bytes("atlas.sum", sum, len - 10);
    check_fails("cut off inside this line", 5, "dbmig hash");
}
END_TEST

START_TEST(test_header_of_an_empty_folder)
{
    fill();
    folder_put("atlas.sum", EMPTY_HEADER);
    check_fails("V1__a.sql was added", 2, "dbmig hash");
    check_detail("4 files are not in it");
}
END_TEST

static char *with_crlf(const char *text)
{
    Buf buf = {0};
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            buf_add_char(&buf, '\r');
        buf_add_char(&buf, *text);
    }
    return buf_steal(&buf, arena);
}

START_TEST(test_crlf_sum_file)
{
    char *sum;
    fill();
    sum = with_crlf(read_sum());
    folder_put("atlas.sum", sum);
    check_fails("the sum file has CRLF line ends", 1, ".gitattributes");
    folder_put("V1__a.sql", "x");
    check_fails("V1__a.sql was edited", 2, "dbmig hash");
}
END_TEST

START_TEST(test_crlf_migrations)
{
    char *sum;
    fill();
    sum = read_sum();
    folder_put("V1__a.sql", "create table a ();\r\n");
    folder_put("V2__b.sql", "create table b ();\r\n");
    folder_put("V3__c.sql", "create table c ();\r\n");
    folder_put("R__v.sql", "create view v as select 1;\r\n");
    check_fails("CRLF line ends here; the sum file was made with LF", 2, "Do not run dbmig hash");
    folder_put("atlas.sum", with_crlf(sum));
    check_fails("CRLF line ends here; the sum file was made with LF", 2, "eol=lf");
}
END_TEST

START_TEST(test_sum_made_with_crlf)
{
    MigrationFolder loaded;
    folder_put("V1__a.sql", "a\r\nb\r\n");
    folder_put("V2__b.sql", "\r\n");
    loaded = folder_load();
    ck_assert_ok(sumfile_write(arena, &loaded, NULL, &err));
    folder_put("V1__a.sql", "a\nb\n");
    folder_put("V2__b.sql", "\n");
    check_fails("LF line ends here; the sum file was made with CRLF", 2, "dbmig hash");
}
END_TEST

static void mutate(char *base64)
{
    *base64 = *base64 == 'A' ? 'B' : 'A';
}

START_TEST(test_hand_edited)
{
    char *sum, *changed;
    fill();
    sum = read_sum();
    changed = arena_strdup(arena, sum);
    mutate(strstr(changed, "V2__b.sql h1:") + 13);
    folder_put("atlas.sum", changed);
    check_fails("this line of the sum file was edited", 3, "dbmig hash");
    changed = arena_strdup(arena, sum);
    mutate(changed + 5);
    folder_put("atlas.sum", changed);
    check_fails("header is wrong", 1, "dbmig hash");
    mutate(strstr(changed, "V2__b.sql h1:") + 13);
    folder_put("atlas.sum", changed);
    check_fails("this line of the sum file was edited", 3, "dbmig hash");
    changed[0] = 'x';
    folder_put("atlas.sum", changed);
    check_fails("does not start with a header", 1, "git checkout");
    changed = arena_strdup(arena, sum);
    *strstr(changed, " h1:") = '_';
    folder_put("atlas.sum", changed);
    check_fails("is not \"<file> h1:<hash>\"", 2, "git checkout");
    folder_put("atlas.sum", arena_printf(arena, "\xef\xbb\xbf%s", sum));
    check_fails("byte order mark", 1, "dbmig hash");
    folder_put("atlas.sum", arena_printf(arena, "%s\n", sum));
    check_fails("is not \"<file> h1:<hash>\"", 6, "dbmig hash");
}
END_TEST

/* A union merge keeps the lines of both branches and the header of one. */
START_TEST(test_merged_by_lines)
{
    char *ours, *theirs;
    fill();
    folder_put("V4__ours.sql", "4");
    MigrationFolder loaded = folder_load();
    ours = arena_strdup(arena, compute(&loaded));
    folder_drop("V4__ours.sql");
    folder_put("V5__theirs.sql", "5");
    loaded = folder_load();
    theirs = arena_strdup(arena, compute(&loaded));
    folder_put("V4__ours.sql", "4");
    folder_put("atlas.sum", arena_printf(arena, "%s%s%s%s%s%s", line_of(ours, 0), line_of(ours, 1),
                                         line_of(ours, 2), line_of(ours, 3), line_of(ours, 4),
                                         line_of(theirs, 4)));
    check_fails("header does not cover its lines", 6, "dbmig hash");
    folder_put("atlas.sum", arena_printf(arena, "%s%s", ours, line_of(ours, 2)));
    check_fails("names V2__b.sql a second time, after line 3", 7, "dbmig hash");
}
END_TEST

START_TEST(test_other_folder)
{
    char *sum;
    fill();
    sum = read_sum();
    folder_drop("V1__a.sql");
    folder_drop("V2__b.sql");
    folder_drop("V3__c.sql");
    folder_drop("R__v.sql");
    folder_put("V1__x.sql", "");
    folder_put("atlas.sum", sum);
    check_fails("belongs to another folder", 2, "git checkout");
}
END_TEST

START_TEST(test_plain_order)
{
    MigrationFolder loaded;
    folder_put("V2__b.sql", "b");
    folder_put("V10__a.sql", "a");
    ck_assert_ok(
        migration_load_as(arena, unit_path("m"), NULL, FOLDER_FORMAT_ATLAS, &loaded, &err));
    ck_assert_ok(sumfile_write(arena, &loaded, NULL, &err));
    check_fails("by name, not by version", 2, "format = atlas");
    loaded = folder_load();
    ck_assert_ok(sumfile_write(arena, &loaded, NULL, &err));
    ck_assert_ok(
        migration_load_as(arena, unit_path("m"), NULL, FOLDER_FORMAT_ATLAS, &loaded, &err));
    ck_assert_fails(sumfile_verify(arena, &loaded, NULL, &err), EXIT_INTEGRITY, "reordered");
}
END_TEST

START_TEST(test_sum_without_files)
{
    fill();
    folder_drop("V1__a.sql");
    folder_drop("V2__b.sql");
    folder_drop("V3__c.sql");
    folder_drop("R__v.sql");
    check_fails("V1__a.sql was removed", 2, "Restore it");
}
END_TEST

START_TEST(test_given_text)
{
    MigrationFolder loaded;
    Bytes text = {"h1:x\n", 5};
    fill();
    loaded = folder_load();
    ck_assert_fails(sumfile_verify(arena, &loaded, &text, &err), EXIT_INTEGRITY,
                    "does not start with a header");
    text = (Bytes){read_sum(), strlen(read_sum())};
    folder_drop("atlas.sum");
    ck_assert_ok(sumfile_verify(arena, &loaded, &text, &err));
}
END_TEST

UNIT_SUITE("sumfile", test_vector, test_empty_folder, test_same_bytes_as_atlas, test_sum_ignore,
           test_all_files_are_covered, test_missing, test_edited_file, test_edited_last_file,
           test_added_file, test_added_and_edited_behind, test_removed_file, test_renamed_file,
           test_conflict_markers, test_truncated, test_header_of_an_empty_folder,
           test_crlf_sum_file, test_crlf_migrations, test_sum_made_with_crlf, test_hand_edited,
           test_merged_by_lines, test_other_folder, test_plain_order, test_sum_without_files,
           test_given_text)
UNIT_MAIN(suite)
