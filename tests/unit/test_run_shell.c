/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/run/run_shell.c */
/*
 * test_run_shell.c - a command as given, or the shell that stands for none.
 */
#include "run_shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_command_stays_as_it_is(void **state)
{
	char path[] = "/bin/zsh", name[] = "ls", option[] = "-l";
	const struct account account = { .shell = path };
	char *words[] = { name, option, NULL };
	struct shell shell;

	(void)state;
	assert_int_equal(shell_choose(&account, true, words, &shell), 0);
	assert_ptr_equal(shell.file, words[0]);
	assert_ptr_equal(shell.words, words);
	shell_free(&shell);
}

static void none_is_a_login_shell(void **state)
{
	char path[] = "/usr/bin/zsh", bare[] = "zsh";
	struct account account = { .shell = path };
	char *words[] = { NULL };
	struct shell shell;

	(void)state;
	assert_int_equal(shell_choose(&account, true, words, &shell), 0);
	assert_string_equal(shell.file, "/usr/bin/zsh");
	assert_string_equal(shell.words[0], "-zsh");
	assert_null(shell.words[1]);
	shell_free(&shell);
	account.shell = bare;
	assert_int_equal(shell_choose(&account, true, words, &shell), 0);
	assert_string_equal(shell.words[0], "-zsh");
	shell_free(&shell);
}

static void or_none(void **state)
{
	char path[] = "/bin/sh";
	const struct account account = { .shell = path };
	char *words[] = { NULL };
	struct shell shell;

	(void)state;
	assert_int_equal(shell_choose(&account, false, words, &shell), 0);
	assert_string_equal(shell.words[0], "sh");
	shell_free(&shell);
	assert_null(shell.own[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_stays_as_it_is),
		cmocka_unit_test(none_is_a_login_shell),
		cmocka_unit_test(or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
