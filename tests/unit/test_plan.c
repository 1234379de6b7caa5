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

/* Nobody's own id: no user among those of one's users, and never the user himself. */
static void owners_of_user_namespaces(void **state)
{
	static const uid_t uids[] = { 0,           1,           1000,
				      65534,       2147483647u, 2147483648u,
				      4294967292u, 4294967293u, 4294967294u };
	size_t i;

	(void)state;
	assert_true(plan_userns_owner(1000) == 2147484648u);
	assert_true(plan_userns_owner(1000) != plan_userns_owner(1001));
	for (i = 0; i < sizeof(uids) / sizeof(uids[0]); i++) {
		assert_true(plan_userns_owner(uids[i]) >= 2147483648u);
		assert_true(plan_userns_owner(uids[i]) != uids[i]);
		assert_true(plan_userns_owner(uids[i]) != (uid_t)-1);
	}
}

static void limited(void **state)
{
	(void)state;
	assert_false(plan_is_limited(&(struct plan){ .max_spaces = 64 }));
	assert_true(plan_is_limited(&(struct plan){ .limits = { .memory = 4096 } }));
	assert_true(plan_is_limited(&(struct plan){ .limits = { .memory_percent = 1 } }));
	assert_true(plan_is_limited(&(struct plan){ .limits = { .tasks = 1 } }));
	assert_true(plan_is_limited(&(struct plan){ .limits = { .cpu_percent = 1 } }));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(scopes),       cmocka_unit_test(lingers),
		cmocka_unit_test(out_of_range), cmocka_unit_test(owners_of_user_namespaces),
		cmocka_unit_test(limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
