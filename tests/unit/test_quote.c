/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/quote.c */
/*
 * test_quote.c - no text gets out of its quotes, whatever the size of the buffer.
 */
#include "quote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define CANARY 0x5a

static void assert_quoted(const char *text, const char *wanted)
{
	char buffer[QUOTE_SIZE(300)];

	assert_ptr_equal(quote(buffer, sizeof(buffer), text), buffer);
	assert_string_equal(buffer, wanted);
}

static void plain_text(void **state)
{
	(void)state;
	assert_quoted("", "\"\"");
	assert_quoted("alice", "\"alice\"");
	assert_quoted("a b=c,d;e'f`g|h<>&$()*?[]{}!#%~^", "\"a b=c,d;e'f`g|h<>&$()*?[]{}!#%~^\"");
}

static void quotes_and_backslashes(void **state)
{
	(void)state;
	assert_quoted("\"", "\"\\x22\"");
	assert_quoted("\\", "\"\\x5c\"");
	assert_quoted("a\" uid=0 \"", "\"a\\x22 uid=0 \\x22\"");
	/* What looks like an escape already must not read as one. */
	assert_quoted("\\x41", "\"\\x5cx41\"");
}

static void control_characters(void **state)
{
	(void)state;
	assert_quoted("a\nb", "\"a\\x0ab\"");
	assert_quoted("\r\t\b\a\v\f", "\"\\x0d\\x09\\x08\\x07\\x0b\\x0c\"");
	assert_quoted("\033[2J", "\"\\x1b[2J\"");
	assert_quoted("\x7f", "\"\\x7f\"");
	assert_quoted("\x1f ~", "\"\\x1f ~\"");
}

static void bytes_above_ascii(void **state)
{
	(void)state;
	assert_quoted("J\xc3\xbcrgen", "\"J\\xc3\\xbcrgen\"");
	assert_quoted("\xe2\x80\x8b", "\"\\xe2\\x80\\x8b\""); /* zero width space */
	assert_quoted("\x80\xff", "\"\\x80\\xff\"");
	assert_quoted("\xc2\x9b", "\"\\xc2\\x9b\""); /* CSI of ISO 6429 in UTF-8 */
}

/* Each byte by itself: plain, or four characters that name it. */
static void every_byte(void **state)
{
	char text[2] = "", wanted[8], buffer[QUOTE_SIZE(1)];
	int byte;

	(void)state;
	for (byte = 1; byte < 256; byte++) {
		const int is_plain = byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';

		text[0] = (char)byte;
		if (is_plain) {
			(void)snprintf(wanted, sizeof(wanted), "\"%c\"", byte);
		} else {
			(void)snprintf(wanted, sizeof(wanted), "\"\\x%02x\"", (unsigned int)byte);
		}
		assert_string_equal(quote(buffer, sizeof(buffer), text), wanted);
	}
}

static void worst_case_fits(void **state)
{
	char text[101], buffer[QUOTE_SIZE(100)];

	(void)state;
	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	quote(buffer, sizeof(buffer), text);
	assert_int_equal(strlen(buffer), 4 * 100 + 2);
	assert_int_equal(buffer[4 * 100 + 1], '"');
}

/* Where the unit that starts at AT ends: an escape is four characters. */
static size_t unit_end(const char *full, size_t at)
{
	return at + (full[at] == '\\' ? 4 : 1);
}

/* The longest run of whole units of FULL, between its quotes, that fits into SIZE. */
static size_t content_that_fits(const char *full, size_t size)
{
	size_t at = 1;

	while (full[at] != '"' && unit_end(full, at) + 2 <= size) {
		at = unit_end(full, at);
	}
	return at - 1;
}

static void cut_at_each_size(void **state)
{
	static const char text[] = "ab\n\"\\c\xc3\xbc \x01zz\x7f";
	char full[QUOTE_SIZE(sizeof(text))], buffer[sizeof(full) + 16];
	size_t size, i;

	(void)state;
	quote(full, sizeof(full), text);
	for (size = 3; size <= sizeof(full); size++) {
		const size_t content = content_that_fits(full, size);

		memset(buffer, CANARY, sizeof(buffer));
		quote(buffer, size, text);
		assert_int_equal(strlen(buffer), content + 2);
		assert_memory_equal(buffer, full, content + 1);
		assert_int_equal(buffer[content + 1], '"');
		for (i = size; i < sizeof(buffer); i++) {
			assert_int_equal(buffer[i], CANARY);
		}
	}
}

static void smallest_buffers(void **state)
{
	char buffer[8];

	(void)state;
	assert_string_equal(quote(buffer, 3, "a"), "\"\"");
	assert_string_equal(quote(buffer, 4, "ab"), "\"a\"");
	assert_string_equal(quote(buffer, 6, "\n"), "\"\"");
	assert_string_equal(quote(buffer, 7, "\n"), "\"\\x0a\"");
	/* Once something is left out, nothing that comes later may close the gap. */
	assert_string_equal(quote(buffer, 6, "\na"), "\"\"");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text),         cmocka_unit_test(quotes_and_backslashes),
		cmocka_unit_test(control_characters), cmocka_unit_test(bytes_above_ascii),
		cmocka_unit_test(every_byte),         cmocka_unit_test(worst_case_fits),
		cmocka_unit_test(cut_at_each_size),   cmocka_unit_test(smallest_buffers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
