/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/cwd.c lib/cached.c */
/*
 * test_cwd.c - back to the same folder, or to "/": never into what was put in its place.
 */
#include "cwd.h"

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

#include "child.h"
#include "fds.h"

static char root[PATH_MAX];

static int set_up(void **state)
{
	char outer[] = "/tmp/loginspace-unit-XXXXXX";

	(void)state;
	/* getcwd: /tmp may be a link, and what is remembered has none. */
	if (mkdtemp(outer) == NULL || chdir(outer) < 0 || getcwd(root, sizeof(root)) == NULL) {
		return -1;
	}
	return 0;
}

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

static int cwd_is(const char *path)
{
	char now[PATH_MAX];

	return getcwd(now, sizeof(now)) != NULL && strcmp(now, path) == 0;
}

/* Into a fresh ROOT/NAME/sub, remembered, and away from it again. */
static int remember_sub(const char *name, struct cwd *cwd)
{
	CHECK(chdir(root) == 0);
	CHECK(mkdir(name, 0755) == 0 && chdir(name) == 0);
	CHECK(mkdir("sub", 0755) == 0 && chdir("sub") == 0);
	cwd_remember(cwd);
	CHECK(cwd_is(cwd->path));
	CHECK(chdir(root) == 0);
	return CHILD_PASS;
}

static int same_folder(void *data)
{
	char wanted[PATH_MAX + 16];
	struct cwd cwd;
	size_t before;

	(void)data;
	CHECK(remember_sub("same", &cwd) == 0);
	before = fds_count();
	CHECK(cwd_restore(&cwd, false) == 0);
	(void)snprintf(wanted, sizeof(wanted), "%s/same/sub", root);
	CHECK(cwd_is(wanted));
	CHECK(fds_count() == before);
	/* The kernel knows it: it was just walked. */
	CHECK(chdir("/") == 0 && cwd_restore(&cwd, true) == 0 && cwd_is(wanted));
	return CHILD_PASS;
}

static int through_a_link(void *data)
{
	struct cwd cwd;

	(void)data;
	/* The application came by a link; its folder's own path has none. */
	CHECK(chdir(root) == 0 && mkdir("real", 0755) == 0 && symlink("real", "link") == 0);
	CHECK(chdir("link") == 0);
	cwd_remember(&cwd);
	CHECK(chdir("/") == 0);
	CHECK(cwd_restore(&cwd, false) == 0 && cwd_is(cwd.path) &&
	      strstr(cwd.path, "/real") != NULL);
	return CHILD_PASS;
}

static int replaced_by_another(void *data)
{
	struct cwd cwd;
	size_t before;

	(void)data;
	CHECK(remember_sub("another", &cwd) == 0);
	CHECK(rename("another/sub", "another/was") == 0 && mkdir("another/sub", 0755) == 0);
	before = fds_count();
	CHECK(cwd_restore(&cwd, false) == 0 && cwd_is("/"));
	CHECK(fds_count() == before);
	return CHILD_PASS;
}

static int replaced_by_a_link(void *data)
{
	struct cwd cwd;

	(void)data;
	CHECK(remember_sub("last", &cwd) == 0);
	/* Even when the link leads to the very same folder: it was put there since. */
	CHECK(rename("last/sub", "last/was") == 0 && symlink("was", "last/sub") == 0);
	CHECK(cwd_restore(&cwd, false) == 0 && cwd_is("/"));
	CHECK(chdir(root) == 0);
	CHECK(unlink("last/sub") == 0 && symlink("/etc", "last/sub") == 0);
	CHECK(cwd_restore(&cwd, false) == 0 && cwd_is("/"));
	return CHILD_PASS;
}

static int component_is_a_link(void *data)
{
	struct cwd cwd;

	(void)data;
	CHECK(remember_sub("middle", &cwd) == 0);
	CHECK(rename("middle", "moved") == 0 && symlink("moved", "middle") == 0);
	CHECK(cwd_restore(&cwd, false) == 0 && cwd_is("/"));
	return CHILD_PASS;
}

static int replaced_by_a_file(void *data)
{
	struct cwd cwd;
	int fd;

	(void)data;
	CHECK(remember_sub("file", &cwd) == 0);
	CHECK(rmdir("file/sub") == 0);
	fd = open("file/sub", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	CHECK(fd >= 0 && close(fd) == 0);
	CHECK(cwd_restore(&cwd, false) == 0 && cwd_is("/"));
	return CHILD_PASS;
}

static int gone_since(void *data)
{
	struct cwd cwd;

	(void)data;
	CHECK(remember_sub("gone", &cwd) == 0);
	CHECK(rmdir("gone/sub") == 0);
	CHECK(cwd_restore(&cwd, false) == 0 && cwd_is("/"));
	return CHILD_PASS;
}

static int deleted_before(void *data)
{
	struct cwd cwd;

	(void)data;
	memset(&cwd, 0x5a, sizeof(cwd));
	CHECK(chdir(root) == 0 && mkdir("deleted", 0755) == 0 && chdir("deleted") == 0);
	CHECK(rmdir("../deleted") == 0);
	cwd_remember(&cwd);
	CHECK(strcmp(cwd.path, "/") == 0);
	CHECK(cwd_restore(&cwd, false) == 0 && cwd_is("/"));
	return CHILD_PASS;
}

static int at_the_root(void *data)
{
	struct cwd cwd;

	(void)data;
	memset(&cwd, 0x5a, sizeof(cwd));
	CHECK(chdir("/") == 0);
	cwd_remember(&cwd);
	CHECK(strcmp(cwd.path, "/") == 0);
	CHECK(chdir(root) == 0);
	CHECK(cwd_restore(&cwd, false) == 0 && cwd_is("/"));
	return CHILD_PASS;
}

/* Deeper than PATH_MAX: the folder has no path that would fit. */
static int too_deep(void *data)
{
	char name[201];
	struct cwd cwd;
	int i;

	(void)data;
	memset(name, 'd', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK(chdir(root) == 0);
	for (i = 0; i < PATH_MAX / 200 + 1; i++) {
		CHECK(mkdir(name, 0755) == 0 && chdir(name) == 0);
	}
	cwd_remember(&cwd);
	CHECK(strcmp(cwd.path, "/") == 0);
	/* No path reaches them for the tear-down either. */
	while (i-- > 0) {
		CHECK(chdir("..") == 0 && rmdir(name) == 0);
	}
	return CHILD_PASS;
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(same_folder)
IN_CHILD(through_a_link)
IN_CHILD(replaced_by_another)
IN_CHILD(replaced_by_a_link)
IN_CHILD(component_is_a_link)
IN_CHILD(replaced_by_a_file)
IN_CHILD(gone_since)
IN_CHILD(deleted_before)
IN_CHILD(at_the_root)
IN_CHILD(too_deep)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_folder),
		cmocka_unit_test(test_through_a_link),
		cmocka_unit_test(test_replaced_by_another),
		cmocka_unit_test(test_replaced_by_a_link),
		cmocka_unit_test(test_component_is_a_link),
		cmocka_unit_test(test_replaced_by_a_file),
		cmocka_unit_test(test_gone_since),
		cmocka_unit_test(test_deleted_before),
		cmocka_unit_test(test_at_the_root),
		cmocka_unit_test(test_too_deep),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
