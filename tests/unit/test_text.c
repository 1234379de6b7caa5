/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/text.c lib/quote.c */
/*
 * test_text.c - figures and names as people read them.
 */
#include "text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IS(call, wanted) \
	do { \
		char buffer[TEXT_SIZE]; \
		const char *got = call; \
		assert_string_equal(got, wanted); \
		assert_ptr_equal(got, buffer); \
	} while (0)

static void shows_names(void **state)
{
	(void)state;
	IS(text_show(buffer, sizeof(buffer), "alice"), "alice");
	IS(text_show(buffer, sizeof(buffer), ""), "-");
	IS(text_show(buffer, sizeof(buffer), "2001:db8::1"), "2001:db8::1");
	IS(text_show(buffer, sizeof(buffer), "a b"), "\"a b\"");
	IS(text_show(buffer, sizeof(buffer), "a\nb"), "\"a\\x0ab\"");
	IS(text_show(buffer, sizeof(buffer), "\033[2J"), "\"\\x1b[2J\"");
	IS(text_show(buffer, sizeof(buffer), "\xc3\xbc"), "\"\\xc3\\xbc\"");
	IS(text_show(buffer, sizeof(buffer), "a\"b"), "\"a\\x22b\"");
	IS(text_show(buffer, sizeof(buffer), "a\\b"), "\"a\\x5cb\"");
	IS(text_line(buffer, sizeof(buffer), "sleep 600"), "sleep 600");
	IS(text_line(buffer, sizeof(buffer), "sleep\t600"), "\"sleep\\x09600\"");
}

/* A name that is cut must not pass for a whole one: it is in quotes then. */
static void cuts_long_names(void **state)
{
	char buffer[8];

	(void)state;
	assert_string_equal(text_show(buffer, sizeof(buffer), "1234567"), "1234567");
	assert_string_equal(text_show(buffer, sizeof(buffer), "12345678"), "\"12345\"");
}

static void counts_bytes(void **state)
{
	(void)state;
	IS(text_bytes(buffer, sizeof(buffer), 0), "0");
	IS(text_bytes(buffer, sizeof(buffer), 1023), "1023");
	IS(text_bytes(buffer, sizeof(buffer), 1024), "1.0K");
	IS(text_bytes(buffer, sizeof(buffer), 1536), "1.5K");
	IS(text_bytes(buffer, sizeof(buffer), 10239), "9.9K");
	IS(text_bytes(buffer, sizeof(buffer), 10240), "10K");
	IS(text_bytes(buffer, sizeof(buffer), 1048575), "1023K");
	IS(text_bytes(buffer, sizeof(buffer), 1048576), "1.0M");
	IS(text_bytes(buffer, sizeof(buffer), 5ull << 30), "5.0G");
	IS(text_bytes(buffer, sizeof(buffer), 3ull << 40), "3.0T");
	IS(text_bytes(buffer, sizeof(buffer), UINT64_MAX), "15E");
}

static void counts_time(void **state)
{
	(void)state;
	IS(text_age(buffer, sizeof(buffer), -5), "0s");
	IS(text_age(buffer, sizeof(buffer), 59), "59s");
	IS(text_age(buffer, sizeof(buffer), 60), "1m 0s");
	IS(text_age(buffer, sizeof(buffer), 3599), "59m 59s");
	IS(text_age(buffer, sizeof(buffer), 7500), "2h 5m");
	IS(text_age(buffer, sizeof(buffer), 86399), "23h 59m");
	IS(text_age(buffer, sizeof(buffer), 3 * 86400 + 4 * 3600 + 59), "3d 4h");
}

static void tells_dates(void **state)
{
	(void)state;
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	IS(text_since(buffer, sizeof(buffer), 1000000, 1007500), "2h 5m");
	IS(text_since(buffer, sizeof(buffer), 1000000, 1000000 + 86399), "23h 59m");
	IS(text_since(buffer, sizeof(buffer), 1000000, 1000000 + 86400), "1970-01-12 13:46");
	IS(text_since(buffer, sizeof(buffer), 1000000, 999000), "0s"); /* the clock was set */
	IS(text_time(buffer, sizeof(buffer), 1706745599), "2024-01-31T23:59:59Z");
	IS(text_time(buffer, sizeof(buffer), INT64_MAX), "?");
	IS(text_since(buffer, sizeof(buffer), -INT64_MAX / 2, 0), "?");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_names),  cmocka_unit_test(cuts_long_names),
		cmocka_unit_test(counts_bytes), cmocka_unit_test(counts_time),
		cmocka_unit_test(tells_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
