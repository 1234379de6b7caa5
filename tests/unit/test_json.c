/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/json.c admin/text.c lib/quote.c -ljson-c */
/*
 * test_json.c - whatever a name holds, what is printed is JSON, and drives no terminal.
 */
#include "json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* As it is printed, and as it is read back. */
static void check(const char *text, const char *printed, const char *read)
{
	struct json_object *value = json_text(text), *again;
	char *written = json_write(value);

	assert_non_null(written);
	assert_string_equal(written, printed);
	again = json_tokener_parse(written);
	assert_string_equal(json_object_get_string(again), read);
	assert_int_equal(json_object_put(again), 1);
	assert_int_equal(json_object_put(value), 1);
	free(written);
}

static void texts(void **state)
{
	(void)state;
	check("", "\"\"\n", "");
	check("alice", "\"alice\"\n", "alice");
	check("a/b", "\"a/b\"\n", "a/b");
	check("a\"b\\c\nd", "\"a\\\"b\\\\c\\nd\"\n", "a\"b\\c\nd");
	check("\033[2J", "\"\\u001b[2J\"\n", "\033[2J");
	check("M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x99\x82",
	      "\"M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x99\x82\"\n",
	      "M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x99\x82");
}

/* DEL, and the control characters that are U+0080 to U+009F: CSI is one of them. */
static void controls(void **state)
{
	(void)state;
	check("a\x7f", "\"a\\u007f\"\n", "a\x7f");
	check("\xc2\x80", "\"\\u0080\"\n", "\xc2\x80");
	check("\xc2\x9b"
	      "2J",
	      "\"\\u009b2J\"\n",
	      "\xc2\x9b"
	      "2J");
	check("\xc2\xa0", "\"\xc2\xa0\"\n", "\xc2\xa0");
}

#define BAD "\xef\xbf\xbd"

static void what_is_no_utf8(void **state)
{
	(void)state;
	check("a\xff"
	      "b",
	      "\"a" BAD "b\"\n", "a" BAD "b");
	check("\xc3", "\"" BAD "\"\n", BAD);                         /* broken off */
	check("\xe2\x82", "\"" BAD BAD "\"\n", BAD BAD);             /* broken off later */
	check("\xc0\x80", "\"" BAD BAD "\"\n", BAD BAD);             /* a NUL, overlong */
	check("\xe0\x9f\xbf", "\"" BAD BAD BAD "\"\n", BAD BAD BAD); /* overlong */
	check("\xed\xa0\x80", "\"" BAD BAD BAD "\"\n", BAD BAD BAD); /* half a surrogate pair */
	check("\xf4\x90\x80\x80", "\"" BAD BAD BAD BAD "\"\n", BAD BAD BAD BAD); /* too large */
	check("\x9b", "\"" BAD "\"\n", BAD);
}

static void numbers(void **state)
{
	struct json_object *value = json_number(0);

	(void)state;
	assert_int_equal(json_object_get_int64(value), 0);
	assert_int_equal(json_object_put(value), 1);
	value = json_number(INT64_C(1) << 40);
	assert_int_equal(json_object_get_int64(value), INT64_C(1) << 40);
	assert_int_equal(json_object_put(value), 1);
	assert_null(json_number(-1));
	assert_null(json_text(NULL));
	assert_null(json_clock(0));
	value = json_clock(1706745599);
	assert_string_equal(json_object_get_string(value), "2024-01-31T23:59:59Z");
	assert_int_equal(json_object_put(value), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(controls),
		cmocka_unit_test(what_is_no_utf8),
		cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
