/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/quote.c */
/*
 * fuzz_quote.c - any text into a buffer of any size. The first byte chooses the size, the rest is
 * the text. What comes out is printable, in one pair of quotes, and reads back as the text or as
 * the beginning of it.
 */
#include "fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "quote.h"

static unsigned int digit(char c)
{
	static const char DIGITS[] = "0123456789abcdef";
	const char *at = strchr(DIGITS, c);

	MUST(c != '\0' && at != NULL);
	return (unsigned int)(at - DIGITS);
}

/* Reads the unit at *AT of what is between the quotes, and moves on. */
static unsigned char unit_read(const char **at)
{
	unsigned int byte;

	MUST(**at >= ' ' && **at <= '~' && **at != '"');
	if (**at != '\\') {
		return (unsigned char)*(*at)++;
	}
	MUST((*at)[1] == 'x');
	byte = digit((*at)[2]) << 4 | digit((*at)[3]);
	/* Only what cannot stand for itself is escaped. */
	MUST(byte < ' ' || byte > '~' || byte == '"' || byte == '\\');
	*at += 4;
	return (unsigned char)byte;
}

static void must_read_back(const char *quoted, const char *text, bool whole)
{
	const char *at = quoted + 1;
	size_t length = strlen(quoted);

	MUST(length >= 2 && quoted[0] == '"' && quoted[length - 1] == '"');
	while (at < quoted + length - 1) {
		MUST(unit_read(&at) == (unsigned char)*text++);
	}
	MUST(at == quoted + length - 1);
	MUST(!whole || *text == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t room, length;
	char *text, *buffer;

	if (size == 0) {
		return 0;
	}
	text = strndup((const char *)data + 1, size - 1);
	MUST(text != NULL);
	length = strlen(text);
	/* 255: as large as it takes. */
	room = data[0] == UINT8_MAX ? QUOTE_SIZE(length) : 3 + (size_t)data[0];
	buffer = malloc(room);
	MUST(buffer != NULL);
	MUST(quote(buffer, room, text) == buffer);
	MUST(strnlen(buffer, room) < room);
	must_read_back(buffer, text, room >= QUOTE_SIZE(length));
	free(buffer);
	free(text);
	return 0;
}
