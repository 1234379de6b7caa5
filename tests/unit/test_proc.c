/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/proc.c lib/file.c */
/*
 * test_proc.c - /proc by an fd, and what is not procfs refused.
 */
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "file.h"
#include "sandbox.h"

static void opens_the_real_one(void **state)
{
	struct stat ours, theirs;
	int proc = -1;

	(void)state;
	assert_int_equal(proc_open(&proc), 0);
	assert_true(fd_is_cloexec(proc));
	assert_int_equal(fstat(proc, &ours), 0);
	assert_int_equal(stat("/proc", &theirs), 0);
	assert_int_equal(ours.st_dev, theirs.st_dev);
	assert_int_equal(ours.st_ino, theirs.st_ino);
	assert_int_equal(close(proc), 0);
}

static int covered_by_tmpfs(void *data)
{
	int proc = -7;
	size_t before;

	(void)data;
	if (sandbox_enter(CLONE_NEWNS) < 0 || mount("none", "/proc", "tmpfs", 0, NULL) < 0) {
		return CHILD_SKIP;
	}
	before = fds_count();
	CHECK(proc_open(&proc) == -ENODEV);
	CHECK(proc == -7 && fds_count() == before);
	return CHILD_PASS;
}

static void refuses_another_file_system(void **state)
{
	(void)state;
	child_assert(covered_by_tmpfs, NULL);
}

static void reads_small_files(void **state)
{
	char text[64], wanted[32];
	size_t before;
	int proc;

	(void)state;
	assert_int_equal(proc_open(&proc), 0);
	before = fds_count();
	assert_int_equal(file_read(proc, "self/stat", text, sizeof(text)), 0);
	(void)snprintf(wanted, sizeof(wanted), "%d (test_proc) ", (int)getpid());
	assert_int_equal(strncmp(text, wanted, strlen(wanted)), 0);
	assert_int_equal(strlen(text), sizeof(text) - 1); /* cut, with its NUL */
	memset(text, 'x', sizeof(text));
	assert_int_equal(file_read(proc, "self/stat", text, 1), 0);
	assert_int_equal(text[0], '\0');
	assert_int_equal(text[1], 'x');
	assert_int_equal(file_read(proc, "self/no-such-file", text, sizeof(text)), -ENOENT);
	assert_int_equal(file_read(proc, "self", text, sizeof(text)), -EISDIR);
	assert_int_equal(file_read(FDS_LIMIT - 1, "self/stat", text, sizeof(text)), -EBADF);
	assert_int_equal(fds_count(), before);
	assert_int_equal(close(proc), 0);
}

static void opens_namespaces(void **state)
{
	struct stat a, b;
	int proc, fd = -1, own = -1;

	(void)state;
	assert_int_equal(proc_open(&proc), 0);
	assert_int_equal(proc_namespace_open(proc, 0, "net", &own), 0);
	assert_int_equal(proc_namespace_open(proc, getpid(), "net", &fd), 0);
	assert_true(fd_is_cloexec(fd));
	assert_int_equal(fstat(own, &a), 0);
	assert_int_equal(fstat(fd, &b), 0);
	assert_int_equal(a.st_ino, b.st_ino);
	assert_int_equal(close(own), 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(close(proc), 0);
}

static void namespaces_that_are_not_there(void **state)
{
	char name[100];
	int proc, fd = -7;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(proc_open(&proc), 0);
	assert_int_equal(proc_namespace_open(proc, 0, "nonsense", &fd), -ENOENT);
	assert_int_equal(proc_namespace_open(proc, 0, name, &fd), -ENAMETOOLONG);
	assert_int_equal(proc_namespace_open(proc, 1 << 30, "net", &fd), -ENOENT);
	assert_int_equal(fd, -7);
	assert_int_equal(close(proc), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_the_real_one),
		cmocka_unit_test(refuses_another_file_system),
		cmocka_unit_test(reads_small_files),
		cmocka_unit_test(opens_namespaces),
		cmocka_unit_test(namespaces_that_are_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
