/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/root/root_path.c */
/*
 * test_root_path.c - the PATH of a fake root.
 */
#include "root_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void becomes(const char *path, const char *wanted)
{
	char *whole = path_extend(path);

	assert_non_null(whole);
	assert_string_equal(whole, wanted);
	free(whole);
}

static void what_is_missing_comes_behind(void **state)
{
	(void)state;
	becomes("/usr/bin", "/usr/bin:/usr/local/sbin:/usr/sbin:/sbin");
	becomes("/sbin:/x", "/sbin:/x:/usr/local/sbin:/usr/sbin");
	becomes("/x:/usr/sbin", "/x:/usr/sbin:/usr/local/sbin:/sbin");
	becomes("/usr/sbin/:/sbinx:x/sbin",
		"/usr/sbin/:/sbinx:x/sbin:/usr/local/sbin:/usr/sbin:/sbin");
	becomes("/a::/b:", "/a::/b::/usr/local/sbin:/usr/sbin:/sbin");
}

static void nothing_is_missing(void **state)
{
	static const char WHOLE[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

	(void)state;
	becomes(WHOLE, WHOLE);
	becomes(NULL, WHOLE);
	becomes("", WHOLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_comes_behind),
		cmocka_unit_test(nothing_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
