#include "dbmig/base/shown.h"

#include "dbmig/base/text.h"
#include "unit.h"

static void shows(const char *text, const char *indent, bool line_start, const char *wanted)
{
    Buf out = {0};
    shown_add(&out, text, indent, line_start);
    ck_assert_str_eq(buf_text(&out), wanted);
    buf_free(&out);
}

START_TEST(no_escape_sequence_reaches_a_terminal)
{
    shows("a\033[31mb", "", false, "a?[31mb");
    shows("a\x07\x7f\tb", "", false, "a??\tb");
    shows("a\xc2\x9b" "31mb", "", false, "a?31mb"); /* CSI as one character */
    shows("\xc3\xa4\xc2\xa0\xe2\x82\xac", "", false, "\xc3\xa4\xc2\xa0\xe2\x82\xac");
}
END_TEST

START_TEST(nothing_turns_the_direction_of_writing)
{
    shows("a\xe2\x80\xae" "b\xe2\x81\xa6" "c\xd8\x9c" "d\xe2\x80\x8f", "", false, "a?b?c?d?");
    shows("\xe2\x80\xa6\xe2\x80\x93", "", false, "\xe2\x80\xa6\xe2\x80\x93"); /* … and – */
    ck_assert_str_eq(text_printable(arena, "V1__\xe2\x80\xaelqs.x"), "V1__?lqs.x");
}
END_TEST

START_TEST(half_a_character_is_none)
{
    shows("abc\xc3", "", false, "abc?");
    shows("a\xff" "b\xe2\x82" "c\xc3\xa4", "", false, "a?b??c\xc3\xa4");
}
END_TEST

START_TEST(no_line_is_a_command_of_a_runner)
{
    shows("x\n::error file=a::b", "    ", false, "x\n    | ::error file=a::b");
    shows("x\n \t::stop-commands::t\r\n::b", "", false, "x\n|  \t::stop-commands::t\n| ::b");
    shows("::error::a", "", true, "| ::error::a");
    shows("::text", "", false, "::text"); /* something stands before it */
    shows("a ##[error]b", "", false, "a ## [error]b");
    shows("a ##vso[task.setvariable]b", "", false, "a ##vso [task.setvariable]b");
    shows("##[##vso[##[", "", true, "## [##vso [## [");
}
END_TEST

START_TEST(lines_are_indented)
{
    shows("a\nb\n\nc\n\n", "  ", false, "a\n  b\n  \n  c");
    shows("", "  ", true, "");
}
END_TEST

UNIT_SUITE("shown", no_escape_sequence_reaches_a_terminal, nothing_turns_the_direction_of_writing,
           half_a_character_is_none, no_line_is_a_command_of_a_runner, lines_are_indented)
UNIT_MAIN(suite)
