/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/doctor/sshd_config.c */
/*
 * test_sshd_config.c - one keyword out of sshd's configuration, or of what "sshd -T" prints.
 */
#include "sshd_config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(const char *text, const char *wanted)
{
	char value[16] = "untouched";

	if (wanted == NULL) {
		assert_int_equal(sshd_config_find(text, "UsePAM", value, sizeof(value)), -ENOENT);
		assert_string_equal(value, "untouched");
		return;
	}
	assert_int_equal(sshd_config_find(text, "UsePAM", value, sizeof(value)), 0);
	assert_string_equal(value, wanted);
}

static void finds(void **state)
{
	(void)state;
	check("UsePAM yes\n", "yes");
	check("UsePAM yes", "yes");
	check("port 22\nusepam no\nusedns yes\n", "no");
	check("  UsePAM\t yes # as it was\n", "yes");
	check("UsePAM=yes\n", "yes");
	check("UsePAM = \"yes\"\r\n", "yes");
	check("UsePAM\nPort 22\n", "");
	check("UsePAM yes\nUsePAM no\n", "yes"); /* the first one counts, sshd_config(5) */
	check("UsePAM averylongwordthatnobodyhas\n", "averylongwordth");
}

static void finds_nothing(void **state)
{
	(void)state;
	check("", NULL);
	check("\n\n", NULL);
	check("#UsePAM yes\n", NULL);
	check("  # UsePAM yes\n", NULL);
	check("UsePAMx yes\n", NULL);
	check("Banner UsePAM yes\n", NULL);
	check("= UsePAM yes\n", NULL);
	check("Match user alice\nUsePAM no\n", NULL); /* not for all */
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds),
		cmocka_unit_test(finds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
