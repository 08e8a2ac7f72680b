/*
 * Text of anyone's (a server, a file, a name) made fit for a terminal and for the log of a CI job: no
 * escape sequences, nothing that turns the direction of writing, no line that a runner takes for a
 * command of its own, no forged lines.
 */
#ifndef DBMIG_BASE_SHOWN_H
#define DBMIG_BASE_SHOWN_H

#include "dbmig/base/buf.h"

/*
 * Adds the text without line breaks at its end; further lines get the indent. Control characters but
 * tabs, C1 and bidi controls, and bytes that are not UTF-8 become "?". line_start: out is at the start
 * of a line, blanks aside, so that the first line must not be a command ("::error", "##[error]",
 * "##vso[…]") either.
 */
void shown_add(Buf *out, const char *text, const char *indent, bool line_start);

/* The length of the control or bidi character at the text, 0 when there is none: what shown_add() puts a
   "?" for. Tabs and line breaks are none. */
size_t shown_unsafe(const char *text);

#endif
