/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/configuration.c */
/*
 * test_configuration.c - a configuration that exists is never passed over in silence. Everything
 * happens below a root folder of the test's own.
 */
#include "configuration.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char root[] = "/tmp/loginspace-unit-XXXXXX";

static const char *const FOLDERS[] = {
	"usr", "usr/lib",      "usr/lib/loginspace",
	"etc", "etc/security", "etc/security/loginspace.conf.d",
};

static const char *const FILES[] = {
	"usr/lib/loginspace/10-vendor.conf",
	"etc/security/loginspace.conf",
	"etc/security/loginspace.conf.d/50-local.conf",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	return chdir("/") < 0 || nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0 ? -1 : 0;
}

static int set_up(void **state)
{
	size_t i;

	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/loginspace-unit-XXXXXX");
	if (mkdtemp(root) == NULL || chdir(root) < 0) {
		return -1;
	}
	for (i = 0; i < COUNT(FOLDERS); i++) {
		if (mkdir(FOLDERS[i], 0755) < 0) {
			return -1;
		}
	}
	return 0;
}

static void make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void no_file(void **state)
{
	(void)state;
	assert_int_equal(configuration_check(root), 0);
	/* Not one of ours: */
	make_file("etc/security/loginspace.conf.d/README");
	make_file("etc/security/loginspace.conf.d/old.conf.dpkg-old");
	make_file("etc/security/loginspace.conf.bak");
	assert_int_equal(configuration_check(root), 0);
}

static void each_place(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(FILES); i++) {
		make_file(FILES[i]);
		assert_int_equal(configuration_check(root), -EOPNOTSUPP);
		assert_int_equal(unlink(FILES[i]), 0);
		assert_int_equal(configuration_check(root), 0);
	}
}

/* The link is a rule that somebody meant to be there. */
static void dangling_links(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(FILES); i++) {
		assert_int_equal(symlink("/no/such/file", FILES[i]), 0);
		assert_int_equal(configuration_check(root), -EOPNOTSUPP);
		assert_int_equal(unlink(FILES[i]), 0);
	}
}

static void missing_folders(void **state)
{
	size_t i;

	(void)state;
	for (i = COUNT(FOLDERS); i > 0; i--) {
		assert_int_equal(rmdir(FOLDERS[i - 1]), 0);
		assert_int_equal(configuration_check(root), 0);
	}
}

/* A folder that cannot be looked into might hold a rule. */
static void folders_that_cannot_be_read(void **state)
{
	(void)state;
	assert_int_equal(rmdir("usr/lib/loginspace"), 0);
	assert_int_equal(symlink("loginspace", "usr/lib/loginspace"), 0); /* ELOOP, even for root */
	assert_true(configuration_check(root) < 0);
}

static void a_file_by_name(void **state)
{
	char path[PATH_MAX];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/any.name", root);
	assert_int_equal(configuration_check(path), -ENOENT);
	make_file("any.name");
	assert_int_equal(configuration_check(path), -EOPNOTSUPP);
	(void)snprintf(path, sizeof(path), "%s/any.name/below", root);
	assert_true(configuration_check(path) < 0);
	assert_int_equal(configuration_check("/dev/null"), -EOPNOTSUPP);
}

/* The root folder becomes part of a pattern: "[x]" must not look elsewhere. */
static void a_pattern_is_refused(void **state)
{
	(void)state;
	assert_int_equal(configuration_check("/[e]tc"), -EINVAL);
	assert_int_equal(configuration_check("/e*"), -EINVAL);
	assert_int_equal(configuration_check("/e\\tc"), -EINVAL);
}

static void too_long(void **state)
{
	char path[PATH_MAX + 1];

	(void)state;
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(configuration_check(path), -ENAMETOOLONG);
	/* A root folder below which a place would be too long to name. */
	memset(path, '/', sizeof(path));
	path[1500] = '\0';
	assert_int_equal(configuration_check(path), -ENAMETOOLONG);
}

#define IN_ROOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		IN_ROOT(no_file),
		IN_ROOT(each_place),
		IN_ROOT(dangling_links),
		IN_ROOT(missing_folders),
		IN_ROOT(folders_that_cannot_be_read),
		IN_ROOT(a_file_by_name),
		IN_ROOT(a_pattern_is_refused),
		IN_ROOT(too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
