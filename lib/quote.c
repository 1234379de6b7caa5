/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * quote.c - text from outside, made safe for a log line. Pure.
 */
#include "quote.h"

#include <stdbool.h>

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

char *quote(char *buffer, size_t size, const char *text)
{
	static const char DIGITS[] = "0123456789abcdef";
	size_t at = 0;

	buffer[at++] = '"';
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		size_t needed = plain(c) ? 1 : 4;

		if (at + needed + 2 > size) { /* the closing quote and the NUL */
			break;
		}
		if (plain(c)) {
			buffer[at++] = (char)c;
			continue;
		}
		buffer[at++] = '\\';
		buffer[at++] = 'x';
		buffer[at++] = DIGITS[c >> 4];
		buffer[at++] = DIGITS[c & 0xf];
	}
	buffer[at++] = '"';
	buffer[at] = '\0';
	return buffer;
}
