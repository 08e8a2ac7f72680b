/* Template blocks, conflicts in templates, verification. How a value is replaced: test_yamlpatch.c.
 */
#include "unit.h"

#include "dbmig/project/template.h"
#include "../../src/project/template_conflict.h"

#define HEADER "hnQZfRcN6sV+y+0YePtkLazMy+Ty3lhyGv69ixeYoXc="

static char *put(const char *name, const char *text)
{
    char *path = unit_path(name);
    ck_assert_ok(file_make_folder(file_folder_of(arena, path), 0755, &err));
    ck_assert_ok(file_write_atomic(path, text, strlen(text), 0644, &err));
    return path;
}

static const char *content_of(const char *name)
{
    Bytes content;
    ck_assert_ok(file_read(arena, unit_path(name), &content, &err));
    return content.data;
}

static bool read_blocks(const char *hcl, const char *env, TemplateList *ret)
{
    static const OptionId none[] = {OPTION_COUNT};
    char *argv[] = {arena_strdup(arena, "dbmig"), arena_strdup(arena, "config"), NULL};
    OptionSet *options = option_new(arena);
    StringList positionals = {0};
    Config *config;
    bool dashes;
    ck_assert_ok(option_parse(options, 2, argv, 1, none, false, &positionals, &dashes, &err));
    ck_assert_ok(option_set(options, OPT_CONFIG, put("atlas.hcl", hcl), &err));
    if (env != NULL)
        ck_assert_ok(option_set(options, OPT_ENV, env, &err));
    ck_assert_ok(config_load(arena, options, &config, &err));
    return template_read(arena, config, ret, &err);
}

START_TEST(test_blocks)
{
    const char *hcl =
        "locals { f = \"x.yaml\" }\n"
        "env \"own\" {\n  template \"a\" {\n    file = local.f\n    property = \"P\"\n"
        "    resource = \"R\"\n  }\n  template {\n    file = \"file:///abs.json\"\n"
        "    property = \"Q.P\"\n  }\n}\n"
        "env \"none\" {}\n"
        "template {\n  file = \"top.yaml\"\n  property = \"T\"\n}\n";
    TemplateList list;
    ck_assert_ok(read_blocks(hcl, "own", &list));
    ck_assert_uint_eq(list.count, 2);
    ck_assert_str_eq(list.items[0].file, unit_path("x.yaml"));
    ck_assert_str_eq(list.items[0].property, "P");
    ck_assert_str_eq(list.items[0].resource, "R");
    ck_assert_str_eq(list.items[1].file, "/abs.json");
    ck_assert_ptr_null(list.items[1].resource);
    ck_assert_ok(read_blocks(hcl, "none", &list));
    ck_assert_uint_eq(list.count, 1);
    ck_assert_str_eq(list.items[0].file, unit_path("top.yaml"));
    ck_assert_ok(read_blocks("", NULL, &list));
    ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(test_bad_blocks)
{
    static const char *const cases[][2] = {
        {"template {\n  property = \"P\"\n}\n", "has no \"file\""},
        {"template {\n  file = \"x\"\n}\n", "has no \"property\""},
        {"template {\n  file = \"\"\n  property = \"P\"\n}\n", "\"file\" of the template block"},
        {"template {\n  file = \"x\"\n  property = [1]\n}\n", "\"property\" of the template"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        TemplateList list;
        ck_assert_fails(read_blocks(cases[i][0], NULL, &list), EXIT_USAGE, cases[i][1]);
        ck_assert_uint_eq(err.line, 1);
    }
}
END_TEST

static TemplateList one(const char *name, const char *property)
{
    TemplateList list = {0};
    VEC_PUSH(arena, list, (Template){.file = unit_path(name), .property = property});
    return list;
}

START_TEST(test_plan_writes_nothing)
{
    TemplateList list = one("t.yaml", "H");
    TemplateEdits edits;
    put("t.yaml", "H: \"old\" # ü\n");
    ck_assert_ok(template_plan(arena, &list, HEADER, &edits, &err));
    ck_assert_uint_eq(edits.count, 1);
    ck_assert(edits.items[0].changed);
    ck_assert_str_eq(content_of("t.yaml"), "H: \"old\" # ü\n");
    ck_assert_ok(template_write(&edits, &err));
    ck_assert_str_eq(content_of("t.yaml"), "H: \"" HEADER "\" # ü\n");
    ck_assert_ok(template_plan(arena, &list, HEADER, &edits, &err));
    ck_assert(!edits.items[0].changed);
}
END_TEST

/* One that cannot be written is found out before the first is. */
START_TEST(test_all_or_nothing)
{
    TemplateList list = one("a.yaml", "H");
    VEC_PUSH(arena, list, (Template){.file = unit_path("b.yaml"), .property = "H"});
    StringList changed = {0};
    put("a.yaml", "H: \"\"\n");
    put("b.yaml", "X: \"\"\n");
    ck_assert_fails(template_update(arena, &list, HEADER, &changed, &err), EXIT_USAGE,
                    "no property \"H\"");
    ck_assert_str_eq(content_of("a.yaml"), "H: \"\"\n");
    ck_assert_uint_eq(changed.count, 0);
    put("b.yaml", "H: \"" HEADER "\"\n");
    ck_assert_ok(template_update(arena, &list, HEADER, &changed, &err));
    ck_assert_uint_eq(changed.count, 1);
    ck_assert_str_eq(changed.items[0], unit_path("a.yaml"));
}
END_TEST

START_TEST(test_several_in_one_file)
{
    TemplateList list = one("t.yaml", "A.H");
    VEC_PUSH(arena, list, (Template){.file = unit_path("t.yaml"), .property = "B.H"});
    put("t.yaml", "A: {H: 1}\nB: {H: \"2\"}\n");
    ck_assert_ok(template_update(arena, &list, HEADER, NULL, &err));
    ck_assert_str_eq(content_of("t.yaml"), "A: {H: " HEADER "}\nB: {H: \"" HEADER "\"}\n");
}
END_TEST

START_TEST(test_verify)
{
    TemplateList list = one("t.yaml", "H");
    put("t.yaml", "\nH: \"" HEADER "\"\n");
    ck_assert_ok(template_verify(arena, &list, HEADER, false, &err));
    /* There is no repository around it: the disk's counts. */
    ck_assert_ok(template_verify(arena, &list, HEADER, true, &err));
    put("t.yaml", "\nH: other\n");
    ck_assert_fails(template_verify(arena, &list, HEADER, false, &err), EXIT_INTEGRITY,
                    "H is not the sum file's hash");
    ck_assert_uint_eq(err.line, 2);
    put("t.yaml", "<<<<<<< a\nH: 1\n=======\nH: 2\n>>>>>>> b\n");
    ck_assert_fails(template_verify(arena, &list, HEADER, false, &err), EXIT_INTEGRITY,
                    "conflict markers");
    ck_assert_ok(file_remove(unit_path("t.yaml"), &err));
    ck_assert_fails(template_verify(arena, &list, HEADER, false, &err), EXIT_USAGE, "template: ");
}
END_TEST

START_TEST(test_conflicts)
{
    static const struct {
        const char *text, *ours, *theirs; /* NULL: none */
    } cases[] = {
        {"a\n<<<<<<< x\nb\n=======\nc\n>>>>>>> y\nd\n", "a\nb\nd\n", "a\nc\nd\n"},
        {"<<<<<<< x\nb\n||||||| o\nz\n=======\n>>>>>>> y\n", "b\n", ""},
        {"<<<<<<< x\r\nb\r\n=======\r\nc\r\n>>>>>>> y\r\n", "b\r\n", "c\r\n"},
        {"<<<<<<< x\nb\n=======\nc\n>>>>>>> y", "b\n", "c\n"},
        {"<<<<<<< x\n1\n=======\n2\n>>>>>>> y\n-\n<<<<<<< x\n3\n=======\n4\n>>>>>>> y\n",
         "1\n-\n3\n", "2\n-\n4\n"},
        {"", NULL, NULL},
        {"=======\n", NULL, NULL},
        {"<<<<<<< x\n=======\n", NULL, NULL},
        {"<<<<<<<x\n=======\n>>>>>>>y\n", NULL, NULL},
        {"  <<<<<<< x\n=======\n>>>>>>> y\n", NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Bytes text = {cases[i].text, strlen(cases[i].text)}, ours, theirs;
        bool split = template_split_conflict(arena, &text, &ours, &theirs);
        ck_assert_msg(split == (cases[i].ours != NULL), "case %zu", i);
        if (!split)
            continue;
        ck_assert_str_eq(ours.data, cases[i].ours);
        ck_assert_str_eq(theirs.data, cases[i].theirs);
    }
}
END_TEST

START_TEST(test_conflicts_about_the_hash_are_settled)
{
    TemplateList list = one("t.yaml", "H");
    put("t.yaml", "a: 1\n<<<<<<< x\nH: \"1\"\n=======\nH: \"2\"\n>>>>>>> y\nb: 2\n");
    ck_assert_ok(template_update(arena, &list, HEADER, NULL, &err));
    ck_assert_str_eq(content_of("t.yaml"), "a: 1\nH: \"" HEADER "\"\nb: 2\n");
    put("t.yaml", "<<<<<<< x\nH: \"1\"\nb: 1\n=======\nH: \"2\"\nb: 2\n>>>>>>> y\n");
    ck_assert_fails(template_update(arena, &list, HEADER, NULL, &err), EXIT_USAGE,
                    "merge conflicts beyond its hash");
    put("t.yaml", "<<<<<<< x\nH: \"1\"\n=======\nb: 2\n>>>>>>> y\n");
    ck_assert_fails(template_update(arena, &list, HEADER, NULL, &err), EXIT_USAGE,
                    "merge conflicts beyond its hash");
    ck_assert_ptr_nonnull(strstr(err.detail, "no property"));
}
END_TEST

UNIT_SUITE("template", test_blocks, test_bad_blocks, test_plan_writes_nothing, test_all_or_nothing,
           test_several_in_one_file, test_verify, test_conflicts,
           test_conflicts_about_the_hash_are_settled)
UNIT_MAIN(suite)
