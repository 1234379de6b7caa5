/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/run/run_trusted.c lib/quote.c */
/*
 * test_run_trusted.c - ways that only root could have made, and those that others could.
 */
#include "run_trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "sandbox.h"

static int file_make(int root, const char *path, mode_t mode)
{
	int fd = openat(root, path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);

	if (fd < 0 || fchmod(fd, mode) < 0) {
		return -1;
	}
	return close(fd);
}

static int folder_make(int root, const char *path, mode_t mode)
{
	return mkdirat(root, path, 0700) < 0 || fchmodat(root, path, mode, 0) < 0 ? -1 : 0;
}

/* A mount namespace of the test's own, with a tmpfs: as root, or as root of a user namespace. */
static int tmpfs_enter(void)
{
	if (geteuid() != 0) {
		if (sandbox_enter(CLONE_NEWNS) < 0) {
			return -1;
		}
	} else if (unshare(CLONE_NEWNS) < 0 ||
		   mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		return -1;
	}
	return mount("none", "/mnt", "tmpfs", 0, "mode=755");
}

/* Real root gives it away; root of a user namespace has no other uid, but sees those of others. */
static int their_folder_make(int root)
{
	if (folder_make(root, "their", 0755) < 0) {
		return -1;
	}
	if (fchownat(root, "their", 1, 1, 0) == 0) {
		return 0;
	}
	return mount("/proc", "/mnt/their", NULL, MS_BIND | MS_REC, NULL);
}

/* *RET_ROOT is the tree. */
static int tree_make(int *ret_root)
{
	int root;

	if (tmpfs_enter() < 0) {
		return -1;
	}
	root = open("/mnt", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0 || folder_make(root, "bin", 0755) < 0 ||
	    folder_make(root, "bin/sub", 0755) < 0 || folder_make(root, "open", 0775) < 0 ||
	    folder_make(root, "tmp", 01777) < 0 || file_make(root, "bin/ls", 0755) < 0 ||
	    file_make(root, "bin/sub/x", 0755) < 0 || file_make(root, "bin/group", 0775) < 0 ||
	    file_make(root, "bin/world", 0757) < 0 || file_make(root, "open/ls", 0755) < 0 ||
	    file_make(root, "tmp/ls", 0755) < 0 || their_folder_make(root) < 0) {
		return -1;
	}
	if (symlinkat("bin", root, "relative") < 0 || symlinkat("/bin/ls", root, "absolute") < 0 ||
	    symlinkat("../sub/../ls", root, "bin/sub/up") < 0 ||
	    symlinkat("../tmp/ls", root, "bin/out") < 0 || symlinkat("loop", root, "loop") < 0 ||
	    symlinkat("../../../bin/ls", root, "bin/above") < 0 ||
	    symlinkat("gone", root, "bin/dangling") < 0) {
		return -1;
	}
	*ret_root = root;
	return 0;
}

struct way {
	const char *path;
	mode_t type;
	int err;
	const char *found; /* or, of an error, a part of the reason */
};

static int all_ways(void *data)
{
	static const struct way WAYS[] = {
		{ "/bin/ls", S_IFREG, 0, "/bin/ls" },
		{ "//bin/./ls", S_IFREG, 0, "/bin/ls" },
		{ "/bin/sub/../ls", S_IFREG, 0, "/bin/ls" },
		{ "/../../bin/ls", S_IFREG, 0, "/bin/ls" },
		{ "/relative/ls", S_IFREG, 0, "/bin/ls" },
		{ "/relative/sub/x", S_IFREG, 0, "/bin/sub/x" },
		{ "/absolute", S_IFREG, 0, "/bin/ls" },
		{ "/bin/above", S_IFREG, 0, "/bin/ls" },
		{ "/bin", S_IFDIR, 0, "/bin/" },
		{ "/", S_IFDIR, 0, "/" },
		{ "/relative/", S_IFDIR, 0, "/bin/" },
		{ "/bin/group", S_IFREG, -EPERM, "\"/bin/group\": others" },
		{ "/bin/world", S_IFREG, -EPERM, "\"/bin/world\": others" },
		{ "/open/ls", S_IFREG, -EPERM, "\"/open\": others" },
		{ "/tmp/ls", S_IFREG, -EPERM, "\"/tmp\": others" },
		{ "/tmp", S_IFDIR, -EPERM, "\"/tmp\": others" },
		{ "/tmp/../bin/ls", S_IFREG, -EPERM, "\"/tmp\": others" },
		{ "/bin/out", S_IFREG, -EPERM, "\"/tmp\": others" },
		{ "/their/x", S_IFREG, -EPERM, "\"/their\": is not root's" },
		{ "/loop", S_IFREG, -ELOOP, "\"/loop\"" },
		{ "/bin/dangling", S_IFREG, -ENOENT, "\"/bin/gone\"" },
		{ "/bin/nothing", S_IFREG, -ENOENT, "\"/bin/nothing\"" },
		{ "/bin/ls/x", S_IFREG, -ENOTDIR, "\"/bin/ls\"" },
		{ "/bin/ls/", S_IFREG, -ENOTDIR, "\"/bin/ls\"" },
		{ "/bin/sub", S_IFREG, -EACCES, "is no file" },
		{ "/bin/ls", S_IFDIR, -ENOTDIR, "is no folder" },
		{ "bin/ls", S_IFREG, -EINVAL, "absolute" },
		{ "", S_IFREG, -EINVAL, "absolute" },
	};
	char reason[TRUSTED_REASON_SIZE], found[PATH_MAX];
	int root, fd, err;
	size_t i, before;

	(void)data;
	if (tree_make(&root) < 0) {
		return CHILD_SKIP;
	}
	for (i = 0; i < sizeof(WAYS) / sizeof(WAYS[0]); i++) {
		before = fds_count();
		fd = -7;
		reason[0] = '\0';
		err = trusted_open(root, WAYS[i].path, WAYS[i].type, &fd, found, reason);
		if (err != WAYS[i].err || (err < 0 && strstr(reason, WAYS[i].found) == NULL) ||
		    (err == 0 && strcmp(found, WAYS[i].found) != 0)) {
			(void)dprintf(CHILD_STDERR, "%s: %d %s %s\n", WAYS[i].path, err, reason,
				      err == 0 ? found : "");
			return CHILD_FAIL;
		}
		if (err == 0) {
			CHECK(fd_is_cloexec(fd));
			CHECK(close(fd) == 0);
		} else {
			CHECK(fd == -7);
		}
		CHECK(fds_count() == before);
	}
	return CHILD_PASS;
}

static void only_roots_ways(void **state)
{
	(void)state;
	child_assert(all_ways, NULL);
}

/* That above the walk's root would be the test machine's: it must not be asked. */
static int root_refused(void *data)
{
	char reason[TRUSTED_REASON_SIZE], found[PATH_MAX];
	int root, fd;

	(void)data;
	if (tree_make(&root) < 0) {
		return CHILD_SKIP;
	}
	CHECK(fchmodat(root, ".", 0777, 0) == 0);
	CHECK(trusted_open(root, "/bin/ls", S_IFREG, &fd, found, reason) == -EPERM);
	CHECK(strstr(reason, "\"/\": others") != NULL);
	return CHILD_PASS;
}

static void the_root_folder_counts(void **state)
{
	(void)state;
	child_assert(root_refused, NULL);
}

static int filtered(void *data)
{
	static const char *const PATHS[][2] = {
		{ "/open:/bin:/tmp:/bin/sub:/none", "/bin:/bin/sub" },
		{ "/bin", "/bin" },
		{ "/tmp", "" },
		{ "", "" },
		{ "::/bin::", "/bin" },
		{ "bin:.:/bin", "/bin" },
	};
	char path[64];
	size_t i;
	int root;

	(void)data;
	if (tree_make(&root) < 0) {
		return CHILD_SKIP;
	}
	for (i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++) {
		memcpy(path, PATHS[i][0], strlen(PATHS[i][0]) + 1);
		trusted_path_filter(root, path);
		CHECK(strcmp(path, PATHS[i][1]) == 0);
	}
	return CHILD_PASS;
}

static void path_keeps_roots_folders(void **state)
{
	(void)state;
	child_assert(filtered, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_roots_ways),
		cmocka_unit_test(the_root_folder_counts),
		cmocka_unit_test(path_keeps_roots_folders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
