/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/steps.c */
/*
 * test_steps.c - the table is whole: what a log line and its reader rely on.
 */
#include "steps.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_step_has_a_word(void **state)
{
	unsigned int step;

	(void)state;
	for (step = 0; step < STEP_COUNT; step++) {
		const char *name = step_name(step);

		assert_non_null(name);
		assert_in_range(strlen(name), 1, 24);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
	}
}

static void every_step_has_a_phrase(void **state)
{
	unsigned int step;

	(void)state;
	for (step = 0; step < STEP_COUNT; step++) {
		const char *phrase = step_phrase(step);

		assert_non_null(phrase);
		assert_in_range(strlen(phrase), 1, 100);
		/* Stands inside quotes in the log, behind "cannot". */
		assert_null(strpbrk(phrase, "\"\\\n"));
		assert_true(phrase[strlen(phrase) - 1] != '.');
	}
}

static void no_two_alike(void **state)
{
	unsigned int a, b;

	(void)state;
	for (a = 0; a < STEP_COUNT; a++) {
		for (b = a + 1; b < STEP_COUNT; b++) {
			assert_string_not_equal(step_name(a), step_name(b));
			assert_string_not_equal(step_phrase(a), step_phrase(b));
		}
		assert_string_not_equal(step_name(a), "unknown");
	}
}

static void out_of_range(void **state)
{
	(void)state;
	assert_string_equal(step_name(STEP_COUNT), "unknown");
	assert_string_equal(step_name(UINT_MAX), "unknown");
	assert_string_equal(step_phrase(STEP_COUNT), "an unknown step");
	assert_string_equal(step_phrase(UINT_MAX), "an unknown step");
}

/* A word is part of what administrators grep for: it stays with its step. */
static void words_stay_with_their_steps(void **state)
{
	(void)state;
	assert_string_equal(step_name(STEP_NONE), "none");
	assert_string_equal(step_name(STEP_SPAWN), "spawn");
	assert_string_equal(step_name(STEP_POLICY), "policy");
	assert_string_equal(step_name(STEP_REGISTRY), "registry");
	assert_string_equal(step_name(STEP_SHARED), "shared");
	assert_string_equal(step_name(STEP_LIMIT), "limit");
	assert_string_equal(step_name(STEP_CLONE), "clone");
	assert_string_equal(step_name(STEP_CHARTER), "charter");
	assert_string_equal(step_name(STEP_VAR_TMP), "var_tmp");
	assert_string_equal(step_name(STEP_HOSTS), "hosts");
	assert_string_equal(step_name(STEP_PORTS), "ports");
	assert_string_equal(step_name(STEP_READ_BACK), "read_back");
	assert_string_equal(step_name(STEP_JOIN), "join");
	assert_string_equal(step_name(STEP_RETURN), "return");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_has_a_word),
		cmocka_unit_test(every_step_has_a_phrase),
		cmocka_unit_test(no_two_alike),
		cmocka_unit_test(out_of_range),
		cmocka_unit_test(words_stay_with_their_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
