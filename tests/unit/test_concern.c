/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/concern.c */
/*
 * test_concern.c - may there be a configuration? Each place by itself, and places that cannot be
 * looked at.
 */
#include "concern.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "child.h"
#include "places.h"

static const char *const PLACES[] = { PLACE_VENDOR, PLACE_FILE, PLACE_DROPINS };

#define NOBODY 65534

static char root[] = "/tmp/loginspace-unit-XXXXXX";

/* As if it were the root folder, with "/usr/lib" and "/etc/security" in it and nothing else. */
static int root_make(void **state)
{
	(void)state;
	memcpy(root + strlen(root) - 6, "XXXXXX", 6);
	return mkdtemp(root) != NULL && chdir(root) == 0 && mkdir("usr", 0700) == 0 &&
			       mkdir("usr/lib", 0700) == 0 && mkdir("etc", 0700) == 0 &&
			       mkdir("etc/security", 0700) == 0
		       ? 0
		       : -1;
}

static int root_remove(void **state)
{
	(void)state;
	(void)chmod("etc/security", 0700); /* of a test that has failed */
	return rmdir("etc/security") == 0 && rmdir("etc") == 0 && rmdir("usr/lib") == 0 &&
			       rmdir("usr") == 0 && chdir("/") == 0 && rmdir(root) == 0
		       ? 0
		       : -1;
}

/* They are in the manual, and in what packages install. */
static void places(void **state)
{
	(void)state;
	assert_string_equal(PLACE_VENDOR, "/usr/lib/loginspace");
	assert_string_equal(PLACE_FILE, "/etc/security/loginspace.conf");
	assert_string_equal(PLACE_DROPINS, "/etc/security/loginspace.conf.d");
}

static void nothing(void **state)
{
	(void)state;
	assert_false(concern_configured_below(root));
}

static void file_make(const char *path)
{
	FILE *file = fopen(path, "wxe");

	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
}

/* Whatever it is, and whosever: the helper is the one to judge. */
static void each_place(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < (sizeof(PLACES) / sizeof(PLACES[0])); i++) {
		const char *path = PLACES[i] + 1;

		file_make(path);
		assert_true(concern_configured_below(root));
		assert_int_equal(unlink(path), 0);
		assert_int_equal(mkdir(path, 0), 0);
		assert_true(concern_configured_below(root));
		assert_int_equal(rmdir(path), 0);
		assert_int_equal(symlink("nowhere", path), 0);
		assert_true(concern_configured_below(root));
		assert_int_equal(unlink(path), 0);
		assert_false(concern_configured_below(root));
	}
}

static void neighbours(void **state)
{
	static const char *const others[] = {
		"etc/loginspace.conf",
		"etc/security/loginspace.conf.dpkg-new",
		"etc/security/loginspace",
		"usr/lib/loginspace.conf",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		file_make(others[i]);
		assert_false(concern_configured_below(root));
		assert_int_equal(unlink(others[i]), 0);
	}
}

static void no_folder_for_it(void **state)
{
	(void)state;
	assert_int_equal(rmdir("usr/lib"), 0);
	assert_int_equal(rmdir("usr"), 0);
	file_make("usr"); /* ENOTDIR */
	assert_false(concern_configured_below(root));
	assert_int_equal(unlink("usr"), 0);
	assert_false(concern_configured_below(root)); /* ENOENT */
	assert_int_equal(mkdir("usr", 0700), 0);
	assert_int_equal(mkdir("usr/lib", 0700), 0);
}

static int hidden(void *data)
{
	(void)data;
	CHECK(geteuid() != 0 || setresuid(NOBODY, NOBODY, NOBODY) == 0);
	CHECK(concern_configured_below(root));
	return CHILD_PASS;
}

static void unreadable(void **state)
{
	char deep[PATH_MAX + 1];

	(void)state;
	assert_int_equal(chmod(root, 0711), 0);
	assert_int_equal(chmod("usr", 0711), 0);
	assert_int_equal(chmod("usr/lib", 0711), 0);
	assert_int_equal(chmod("etc", 0711), 0);
	assert_int_equal(chmod("etc/security", 0), 0); /* EACCES to all but root */
	child_assert(hidden, NULL);
	assert_int_equal(rmdir("etc/security"), 0);
	assert_int_equal(symlink("security", "etc/security"), 0); /* ELOOP */
	assert_true(concern_configured_below(root));
	assert_int_equal(unlink("etc/security"), 0);
	assert_int_equal(mkdir("etc/security", 0700), 0);
	assert_false(concern_configured_below(root));
	memset(deep, '/', sizeof(deep));
	deep[PATH_MAX] = '\0';
	assert_true(concern_configured_below(deep)); /* longer than a path can be */
}

static void as_told_on_the_line(void **state)
{
	struct arguments arguments = { .conf = "/nowhere" };

	(void)state;
	assert_true(concern_configured(&arguments));
	arguments.conf = NULL;
	assert_int_equal(concern_configured(&arguments), concern_configured_below(""));
}

#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, root_make, root_remove)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(places),
		IN_ROOT(nothing),
		IN_ROOT(each_place),
		IN_ROOT(neighbours),
		IN_ROOT(no_folder_for_it),
		IN_ROOT(unreadable),
		cmocka_unit_test(as_told_on_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
