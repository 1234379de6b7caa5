/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quote.h - text from outside, made safe for a log line.
 */
#ifndef LOGINSPACE_QUOTE_H
#define LOGINSPACE_QUOTE_H

#include <stddef.h>

/* Room for LENGTH bytes of text when each becomes \xNN, the two quotes and the NUL. */
#define QUOTE_SIZE(length) (4 * (length) + 3)

/*
 * quote - TEXT in double quotes; the quote, the backslash and every byte outside printable ASCII
 * as \xNN, so that no name can end a line, forge a field or drive a terminal. What does not fit
 * into SIZE bytes is cut at a whole character and the closing quote is kept. SIZE is at least 3.
 * Returns BUFFER.
 */
char *quote(char *buffer, size_t size, const char *text);

#endif
