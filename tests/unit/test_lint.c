/* The table of lint rules: look-ups, and severities set by hand. */
#include "unit.h"

#include "dbmig/lint/lint.h"

START_TEST(test_every_rule_has_a_code_in_order)
{
    for (LintRuleId id = 0; id < LINT_RULE_COUNT; id++) {
        char code[16];
        snprintf(code, sizeof(code), "DM%03d", (int)id + 1);
        ck_assert_str_eq(lint_rule(id)->code, code);
        ck_assert(lint_rule(id)->name[0] != '\0');
        ck_assert(lint_rule(id)->why[0] != '\0');
        ck_assert(lint_rule(id)->instead[0] != '\0');
        ck_assert_int_eq(lint_rule_find(lint_rule(id)->name), id);
    }
}
END_TEST

START_TEST(test_rules_are_found_by_any_name)
{
    ck_assert_int_eq(lint_rule_find("DM011"), LINT_SET_NOT_NULL);
    ck_assert_int_eq(lint_rule_find("dm011"), LINT_SET_NOT_NULL);
    ck_assert_int_eq(lint_rule_find("set-not-null"), LINT_SET_NOT_NULL);
    ck_assert_int_eq(lint_rule_find("PG303"), LINT_SET_NOT_NULL);
    ck_assert_int_eq(lint_rule_find("require-concurrent-index-creation"), LINT_CREATE_INDEX);
    ck_assert_int_eq(lint_rule_find("no-such-rule"), LINT_RULE_COUNT);
    ck_assert_int_eq(lint_rule_find(""), LINT_RULE_COUNT);
}
END_TEST

START_TEST(test_rules_answer_to_their_group)
{
    ck_assert(lint_rule_answers_to(LINT_DROP, "destructive"));
    ck_assert(lint_rule_answers_to(LINT_CREATE_INDEX, "concurrent_index"));
    ck_assert(!lint_rule_answers_to(LINT_CREATE_INDEX, "destructive"));
    ck_assert(!lint_rule_answers_to(LINT_DROP_FOREIGN_KEY, ""));
}
END_TEST

START_TEST(test_severities_are_set)
{
    LintPolicy policy;
    lint_policy_default(&policy);
    ck_assert_int_eq(policy.severity[LINT_TYPE_CHOICE], SEVERITY_OFF);
    ck_assert(lint_policy_set(&policy, "DM051=warning", &err));
    ck_assert_int_eq(policy.severity[LINT_TYPE_CHOICE], SEVERITY_WARNING);
    ck_assert(lint_policy_set(&policy, "set_not_null=off", &err));
    ck_assert_int_eq(policy.severity[LINT_SET_NOT_NULL], SEVERITY_OFF);
    ck_assert(lint_policy_set(&policy, "destructive=info", &err));
    ck_assert_int_eq(policy.severity[LINT_DROP], SEVERITY_INFO);
    ck_assert(lint_policy_set(&policy, "opt-in=warning", &err));
    ck_assert_int_eq(policy.severity[LINT_SECURITY], SEVERITY_WARNING);
    ck_assert(!lint_policy_set(&policy, "DM051", &err));
    ck_assert(!lint_policy_set(&policy, "DM051=loud", &err));
    ck_assert(!lint_policy_set(&policy, "DM099=error", &err));
}
END_TEST

START_TEST(test_a_page_names_the_rule)
{
    ck_assert_ptr_nonnull(strstr(lint_explain(arena, LINT_CREATE_INDEX), "DM024 create-index"));
}
END_TEST

UNIT_SUITE("lint", test_every_rule_has_a_code_in_order, test_rules_are_found_by_any_name,
           test_rules_answer_to_their_group, test_severities_are_set, test_a_page_names_the_rule)
UNIT_MAIN(suite)
