/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/run/run_environment.c */
/*
 * test_run_environment.c - what a command finds in its environment, and what it does not.
 */
#include "run_environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char NAME[] = "alice", HOME[] = "/home/alice", SHELL[] = "/bin/zsh";

static const struct account ALICE = {
	.uid = 2001, .gid = 2001, .name = NAME, .home = HOME, .shell = SHELL
};

static const char *value_of(char *const *list, const char *name)
{
	const size_t length = strlen(name);
	const char *found = NULL;
	size_t i;

	for (i = 0; list[i] != NULL; i++) {
		if (strncmp(list[i], name, length) == 0 && list[i][length] == '=') {
			assert_null(found); /* never twice */
			found = list[i] + length + 1;
		}
	}
	return found;
}

static size_t count_of(char *const *list)
{
	size_t count = 0;

	while (list[count] != NULL) {
		count++;
	}
	return count;
}

static void says_who_one_is(void **state)
{
	char *none[] = { NULL };
	char **made = environment_make(&ALICE, "/bin", none, NULL);

	(void)state;
	assert_non_null(made);
	assert_string_equal(value_of(made, "HOME"), "/home/alice");
	assert_string_equal(value_of(made, "USER"), "alice");
	assert_string_equal(value_of(made, "LOGNAME"), "alice");
	assert_string_equal(value_of(made, "SHELL"), "/bin/zsh");
	assert_string_equal(value_of(made, "PATH"), "/bin");
	assert_int_equal(count_of(made), 5);
	environment_free(made);
}

static void passes_on_the_terminals_words_alone(void **state)
{
	char term[] = "TERM=vt100", lang[] = "LANG=C.UTF-8", time[] = "LC_TIME=de_DE";
	char bash[] = "BASH_ENV=/tmp/x", preload[] = "LD_PRELOAD=/tmp/x", longer[] = "TERMCAP=x";
	char bare[] = "TERM", prefix[] = "LC_=x", path[] = "PATH=/tmp", home[] = "HOME=/root";
	char language[] = "LANGUAGE=xx";
	char *ours[] = { bash, term,   preload, lang, longer,   time,
			 bare, prefix, path,    home, language, NULL };
	char **made = environment_make(&ALICE, "/bin", ours, NULL);

	(void)state;
	assert_non_null(made);
	assert_string_equal(value_of(made, "TERM"), "vt100");
	assert_string_equal(value_of(made, "LANG"), "C.UTF-8");
	assert_string_equal(value_of(made, "LC_TIME"), "de_DE");
	assert_string_equal(value_of(made, "PATH"), "/bin");
	assert_string_equal(value_of(made, "HOME"), "/home/alice");
	assert_int_equal(count_of(made), 8);
	environment_free(made);
}

static void more_wins(void **state)
{
	const char *const more[] = { "LOGINSPACE=2001-0", "TERM=dumb", "PATH=/sbin", NULL };
	char term[] = "TERM=vt100";
	char *ours[] = { term, NULL };
	char **made = environment_make(&ALICE, "/bin", ours, more);

	(void)state;
	assert_non_null(made);
	assert_string_equal(value_of(made, "LOGINSPACE"), "2001-0");
	assert_string_equal(value_of(made, "TERM"), "dumb");
	assert_string_equal(value_of(made, "PATH"), "/sbin");
	assert_int_equal(count_of(made), 7);
	environment_free(made);
}

static void nothing_is_freed_well(void **state)
{
	(void)state;
	environment_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_who_one_is),
		cmocka_unit_test(passes_on_the_terminals_words_alone),
		cmocka_unit_test(more_wins),
		cmocka_unit_test(nothing_is_freed_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
