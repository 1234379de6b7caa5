/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/problem.c */
/*
 * test_problem.c - one sentence with its place, whatever the length.
 */
#include "problem.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void with_file_and_line(void **state)
{
	struct problem problem;
	char text[512];

	(void)state;
	problem_set(&problem, "/etc/x.conf", 12, "takes %d, not %s", 1, "\"2\"");
	assert_string_equal(problem.file, "/etc/x.conf");
	assert_int_equal(problem.line, 12);
	assert_string_equal(problem.text, "takes 1, not \"2\"");
	assert_ptr_equal(problem_format(text, sizeof(text), &problem), text);
	assert_string_equal(text, "/etc/x.conf:12: takes 1, not \"2\"");
}

static void with_less(void **state)
{
	struct problem problem;
	char text[512];

	(void)state;
	problem_set(&problem, "/etc/x.conf", 0, "is empty");
	assert_string_equal(problem_format(text, sizeof(text), &problem), "/etc/x.conf: is empty");
	problem_set(&problem, NULL, 7, "out of memory");
	assert_string_equal(problem.file, "");
	assert_string_equal(problem_format(text, sizeof(text), &problem), "out of memory");
}

static void what_is_too_long_is_cut(void **state)
{
	struct problem problem;
	char name[2 * PROBLEM_FILE_SIZE], text[8];

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	problem_set(&problem, name, 1, "%s", name);
	assert_int_equal(strlen(problem.file), PROBLEM_FILE_SIZE - 1);
	assert_int_equal(strlen(problem.text), PROBLEM_TEXT_SIZE - 1);
	assert_string_equal(problem_format(text, sizeof(text), &problem), "aaaaaaa");
}

static void a_file_name_drives_no_terminal(void **state)
{
	struct problem problem;

	(void)state;
	problem_set(&problem, "/etc/\033[2J\n\x7f.conf", 1, "x");
	assert_string_equal(problem.file, "/etc/?[2J??.conf");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_file_and_line),
		cmocka_unit_test(with_less),
		cmocka_unit_test(what_is_too_long_is_cut),
		cmocka_unit_test(a_file_name_drives_no_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
