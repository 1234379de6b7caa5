/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/space_name.c lib/space_id.c */
/*
 * test_space_name.c - a space id is read exactly as it is written.
 */
#include "space_name.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "space_id.h"

static void reads_what_is_written(void **state)
{
	static const struct {
		uint32_t uid, number;
	} names[] = { { 0, 0 }, { 1000, 0 }, { 1000, 65535 }, { UINT32_MAX - 1, 7 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char text[SPACE_ID_SIZE];
		uint32_t number = 4711;
		uid_t uid = 4711;

		space_id_format(text, names[i].uid, names[i].number);
		assert_int_equal(space_name_parse(text, &uid, &number), 0);
		assert_int_equal(uid, names[i].uid);
		assert_int_equal(number, names[i].number);
	}
}

static void refuses_the_rest(void **state)
{
	static const char *const wrong[] = {
		"",
		"-",
		"1000",
		"1000-",
		"-0",
		"1000--1",
		"1000-0 ",
		" 1000-0",
		"+1000-0",
		"1000-+0",
		"01000-0",
		"1000-00",
		"1000-0-0",
		"1000-x",
		"alice",
		"alice-0",
		"1000-65536",
		"4294967295-0",
		"-5-3",
		"1e3-0",
		"0x10-0",
		"1000-0\n",
		"4294967296-0",
		"18446744073709551616-0",
		"1000-18446744073709551616",
		"1000-4294967296",
	};
	uint32_t number = 4711;
	uid_t uid = 4711;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(space_name_parse(wrong[i], &uid, &number), -EINVAL);
	}
	assert_int_equal(uid, 4711);
	assert_int_equal(number, 4711);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_written),
		cmocka_unit_test(refuses_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
