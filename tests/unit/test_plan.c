/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/plan.c */
/*
 * test_plan.c - the words are those of the configuration.
 */
#include "plan.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void scopes(void **state)
{
	(void)state;
	assert_int_equal(SCOPE_COUNT, 2);
	assert_string_equal(plan_scope_name(SCOPE_LOGIN), "login");
	assert_string_equal(plan_scope_name(SCOPE_USER), "user");
}

static void lingers(void **state)
{
	(void)state;
	assert_int_equal(LINGER_COUNT, 4);
	assert_string_equal(plan_linger_name(LINGER_NONE), "none");
	assert_string_equal(plan_linger_name(LINGER_PROCESSES), "processes");
	assert_string_equal(plan_linger_name(LINGER_TIME), "time");
	assert_string_equal(plan_linger_name(LINGER_FOREVER), "forever");
}

/* They come out of messages. */
static void out_of_range(void **state)
{
	(void)state;
	assert_string_equal(plan_scope_name(SCOPE_COUNT), "unknown");
	assert_string_equal(plan_scope_name((enum plan_scope)UINT_MAX), "unknown");
	assert_string_equal(plan_linger_name(LINGER_COUNT), "unknown");
	assert_string_equal(plan_linger_name((enum plan_linger)UINT_MAX), "unknown");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(scopes),
		cmocka_unit_test(lingers),
		cmocka_unit_test(out_of_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
