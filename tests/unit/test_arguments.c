/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/arguments.c */
/*
 * test_arguments.c - the words of a PAM line, right and wrong.
 */
#include "arguments.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "count.h"

static void none(void **state)
{
	struct arguments arguments;
	const char *word = "untouched";

	(void)state;
	memset(&arguments, 0x5a, sizeof(arguments));
	assert_int_equal(arguments_parse(0, NULL, &arguments, &word), 0);
	assert_null(arguments.conf);
	assert_string_equal(arguments.helper, LOGINSPACE_HELPER);
	assert_false(arguments.debug);
	assert_false(arguments.no_warn);
	assert_false(arguments.any_service);
	assert_string_equal(word, "untouched");
}

static void all(void **state)
{
	static const char *const argv[] = {
		"any_service", "conf=/etc/a b", "no_warn", "helper=/x/y", "debug",
	};
	struct arguments arguments;
	const char *word = "untouched";

	(void)state;
	assert_int_equal(arguments_parse((int)COUNT(argv), argv, &arguments, &word), 0);
	assert_string_equal(arguments.conf, "/etc/a b");
	assert_string_equal(arguments.helper, "/x/y");
	assert_true(arguments.debug);
	assert_true(arguments.no_warn);
	assert_true(arguments.any_service);
	assert_ptr_equal(arguments.conf, argv[1] + 5); /* points into argv */
	assert_string_equal(word, "untouched");
}

static void each_switch_alone(void **state)
{
	static const char *const argv[] = { "debug", "no_warn", "any_service" };
	struct arguments arguments;
	const char *word;
	int i;

	(void)state;
	for (i = 0; i < (int)COUNT(argv); i++) {
		assert_int_equal(arguments_parse(1, &argv[i], &arguments, &word), 0);
		assert_int_equal(arguments.debug, i == 0);
		assert_int_equal(arguments.no_warn, i == 1);
		assert_int_equal(arguments.any_service, i == 2);
		assert_null(arguments.conf);
	}
}

static void the_last_path_counts(void **state)
{
	static const char *const argv[] = { "conf=/a", "conf=/b" };
	struct arguments arguments;
	const char *word;

	(void)state;
	assert_int_equal(arguments_parse((int)COUNT(argv), argv, &arguments, &word), 0);
	assert_string_equal(arguments.conf, "/b");
}

static void unknown_words(void **state)
{
	static const char *const words[] = {
		"",          "Debug",  "debug=1",     "debugx",  "debu",
		"conf",      "conf=",  "conf=etc/x",  "conf= /", "CONF=/x",
		"helper=",   "helper", "helper=x",    "=/x",     "/x",
		"no_warn\n", "nowarn", "any-service", " debug",  "helper=./x",
	};
	struct arguments arguments;
	int i;

	(void)state;
	for (i = 0; i < (int)COUNT(words); i++) {
		const char *word = NULL;

		assert_int_equal(arguments_parse(1, &words[i], &arguments, &word), -EINVAL);
		assert_ptr_equal(word, words[i]);
		assert_null(arguments.conf);
		assert_string_equal(arguments.helper, LOGINSPACE_HELPER);
		assert_false(arguments.debug || arguments.no_warn || arguments.any_service);
	}
}

/* Root still gets in on a bad line, and the rest of the line still says how to log it. */
static void the_rest_is_understood(void **state)
{
	static const char *const argv[] = { "debug", "bad1", "no_warn", "bad2", "conf=/c" };
	struct arguments arguments;
	const char *word = NULL;

	(void)state;
	assert_int_equal(arguments_parse((int)COUNT(argv), argv, &arguments, &word), -EINVAL);
	assert_string_equal(word, "bad1");
	assert_true(arguments.debug);
	assert_true(arguments.no_warn);
	assert_string_equal(arguments.conf, "/c");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(none),
		cmocka_unit_test(all),
		cmocka_unit_test(each_switch_alone),
		cmocka_unit_test(the_last_path_counts),
		cmocka_unit_test(unknown_words),
		cmocka_unit_test(the_rest_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
