/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/run/run_script.c */
/*
 * test_run_script.c - the first line of a script, as execve(2) reads it.
 */
#include "run_script.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct example {
	const char *head;
	const char *interpreter;
	const char *argument;
};

static void reads_the_line(void **state)
{
	static const struct example EXAMPLES[] = {
		{ "#!/bin/sh\necho x\n", "/bin/sh", "" },
		{ "#! /bin/sh\n", "/bin/sh", "" },
		{ "#!\t /bin/sh -e \t\n", "/bin/sh", "-e" },
		{ "#!/usr/bin/env python3 -x  y\n", "/usr/bin/env", "python3 -x  y" },
		{ "#!/bin/sh", "/bin/sh", "" },
		{ "\177ELF", "", "" },
		{ "#", "", "" },
		{ "", "", "" },
		{ " #!/bin/sh\n", "", "" },
	};
	struct script script;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(EXAMPLES) / sizeof(EXAMPLES[0]); i++) {
		memset(&script, 'x', sizeof(script));
		assert_int_equal(script_parse(EXAMPLES[i].head, strlen(EXAMPLES[i].head), &script),
				 0);
		assert_string_equal(script.interpreter, EXAMPLES[i].interpreter);
		assert_string_equal(script.argument, EXAMPLES[i].argument);
	}
}

static void refuses_no_interpreter(void **state)
{
	struct script script = { .interpreter = "same" };

	(void)state;
	assert_int_equal(script_parse("#!\n", 3, &script), -ENOEXEC);
	assert_int_equal(script_parse("#!  \t\n/bin/sh\n", 14, &script), -ENOEXEC);
	assert_int_equal(script_parse("#!", 2, &script), -ENOEXEC);
	assert_string_equal(script.interpreter, "same");
}

static void refuses_a_line_that_would_be_cut(void **state)
{
	char head[SCRIPT_HEAD_SIZE];
	struct script script;

	(void)state;
	memset(head, 'a', sizeof(head));
	memcpy(head, "#!/", 3);
	assert_int_equal(script_parse(head, sizeof(head), &script), -ENOEXEC);
	head[sizeof(head) - 1] = '\n';
	assert_int_equal(script_parse(head, sizeof(head), &script), 0);
	assert_int_equal(strlen(script.interpreter), sizeof(head) - 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_line),
		cmocka_unit_test(refuses_no_interpreter),
		cmocka_unit_test(refuses_a_line_that_would_be_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
