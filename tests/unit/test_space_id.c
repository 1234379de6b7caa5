/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/space_id.c */
/*
 * test_space_id.c - the name of a space, from the smallest to the longest.
 */
#include "space_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_id(uint32_t uid, uint32_t number, const char *wanted)
{
	char text[SPACE_ID_SIZE + 1];

	memset(text, 'x', sizeof(text));
	space_id_format(text, uid, number);
	assert_string_equal(text, wanted);
	assert_int_equal(text[SPACE_ID_SIZE], 'x');
}

static void usual_ids(void **state)
{
	(void)state;
	assert_id(1000, 0, "1000-0");
	assert_id(1000, 63, "1000-63");
	assert_id(1, 65535, "1-65535");
}

static void extreme_ids(void **state)
{
	(void)state;
	assert_id(0, 0, "0-0");
	assert_id(2147483648u, 2147483648u, "2147483648-2147483648"); /* no sign */
	assert_id(4294967294u, 4294967295u, "4294967294-4294967295");
	assert_int_equal(sizeof("4294967294-4294967295"), SPACE_ID_SIZE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_ids),
		cmocka_unit_test(extreme_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
