/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/failure.c */
/*
 * test_failure.c - why a login is denied, kept whole or cut at its end.
 */
#include "failure.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "steps.h"

static void is_recorded(void **state)
{
	struct failure failure;

	(void)state;
	memset(&failure, 0x5a, sizeof(failure));
	assert_int_equal(failure_set(&failure, STEP_SPAWN, -ENOENT, "/no/such"), -ENOENT);
	assert_int_equal(failure.step, STEP_SPAWN);
	assert_int_equal(failure.error, ENOENT);
	assert_string_equal(failure.detail, "/no/such");
}

static void detail_may_be_missing(void **state)
{
	struct failure failure;

	(void)state;
	memset(&failure, 0x5a, sizeof(failure));
	assert_int_equal(failure_set(&failure, STEP_JOIN, -EPERM, NULL), -EPERM);
	assert_string_equal(failure.detail, "");
}

static void later_ones_replace(void **state)
{
	struct failure failure = { 0 };

	(void)state;
	(void)failure_set(&failure, STEP_JOIN, -EPERM, "a long one");
	(void)failure_set(&failure, STEP_REPLY, -EIO, "b");
	assert_int_equal(failure.step, STEP_REPLY);
	assert_int_equal(failure.error, EIO);
	assert_string_equal(failure.detail, "b");
}

static void long_details_are_cut(void **state)
{
	struct {
		struct failure failure;
		char guard[16];
	} box;
	char text[MESSAGE_DETAIL_SIZE + 50], guard[sizeof(box.guard)];

	(void)state;
	memset(&box, 0x5a, sizeof(box));
	memset(guard, 0x5a, sizeof(guard));
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	(void)failure_set(&box.failure, STEP_REPLY, -EIO, text);
	assert_int_equal(strlen(box.failure.detail), MESSAGE_DETAIL_SIZE - 1);
	assert_memory_equal(box.guard, guard, sizeof(guard));
	/* A detail is text, not a format. */
	(void)failure_set(&box.failure, STEP_REPLY, -EIO, "%s%n%d");
	assert_string_equal(box.failure.detail, "%s%n%d");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_recorded),
		cmocka_unit_test(detail_may_be_missing),
		cmocka_unit_test(later_ones_replace),
		cmocka_unit_test(long_details_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
