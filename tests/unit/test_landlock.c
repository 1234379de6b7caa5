/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/init/landlock.c */
/*
 * test_landlock.c - what is left to a process that has given up files: what it has open.
 */
#include "landlock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <cmocka.h>

#include "child.h"

/* From linux/landlock.h. */
#define CREATE_VERSION 1u
#define VERSION_TCP    4
#define VERSION_SCOPE  6

static long kernels_version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_VERSION);
}

/* EMPTY: as of landlock_enter. */
static int enter(int empty)
{
	int err;

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	err = landlock_enter(empty);
	if (err == -ENOSYS || err == -EOPNOTSUPP) {
		CHECK(kernels_version() < 0);
		return CHILD_SKIP;
	}
	CHECK(err == 0);
	return CHILD_PASS;
}

static int files_child(void *data)
{
	const int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *const argv[] = { (char *)(uintptr_t) "true", NULL };
	struct stat about;
	char byte;
	int file, result;

	(void)data;
	file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	CHECK(folder >= 0 && file >= 0);
	result = enter(-1);
	if (result != CHILD_PASS) {
		return result;
	}
	CHECK(open("/proc/self/status", O_RDONLY | O_CLOEXEC) < 0 && errno == EACCES);
	CHECK(open("/dev/null", O_WRONLY | O_CLOEXEC) < 0 && errno == EACCES);
	CHECK(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) < 0 && errno == EACCES);
	CHECK(mkdirat(folder, "tmp/landlock", 0700) < 0 && errno == EACCES);
	CHECK(execv("/bin/true", argv) < 0 && errno == EACCES);
	CHECK(read(file, &byte, 1) == 1 && fstat(folder, &about) == 0);
	return CHILD_PASS;
}

static int ports_child(void *data)
{
	const struct sockaddr_in any = { .sin_family = AF_INET };
	const int tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int result;

	(void)data;
	if (kernels_version() < VERSION_TCP || tcp < 0) {
		return CHILD_SKIP;
	}
	result = enter(-1);
	if (result != CHILD_PASS) {
		return result;
	}
	CHECK(bind(tcp, (const struct sockaddr *)&any, sizeof(any)) < 0 && errno == EACCES);
	return CHILD_PASS;
}

/* An abstract socket is in no folder, and one of outside is not init's to talk to. */
static int abstract_child(void *data)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const int ours = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size = sizeof(name);
	int result;

	(void)data;
	if (kernels_version() < VERSION_SCOPE) {
		return CHILD_SKIP;
	}
	/* The kernel makes an abstract name for who has none, unix(7). */
	CHECK(bind(listener, (struct sockaddr *)&name, sizeof(sa_family_t)) == 0);
	CHECK(listen(listener, 1) == 0);
	CHECK(getsockname(listener, (struct sockaddr *)&name, &size) == 0);
	result = enter(-1);
	if (result != CHILD_PASS) {
		return result;
	}
	CHECK(connect(ours, (struct sockaddr *)&name, size) < 0 && errno == EPERM);
	return CHILD_PASS;
}

/* A space's control group goes with it: folders of that one folder, and nothing else. */
static int removal_child(void *data)
{
	const char *path = data;
	int folder, result;

	folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(folder >= 0 && mkdirat(folder, "in", 0700) == 0 &&
	      mkdirat(folder, "in/deeper", 0700) == 0);
	CHECK(close(openat(folder, "file", O_WRONLY | O_CREAT | O_CLOEXEC, 0600)) == 0);
	result = enter(folder);
	if (result == CHILD_PASS) {
		CHECK(unlinkat(folder, "file", 0) < 0 && errno == EACCES);
		CHECK(mkdirat(folder, "out", 0700) < 0 && errno == EACCES);
		CHECK(openat(folder, "in", O_RDONLY | O_DIRECTORY | O_CLOEXEC) < 0 &&
		      errno == EACCES);
		CHECK(unlinkat(AT_FDCWD, path, AT_REMOVEDIR) < 0 && errno == EACCES);
		CHECK(unlinkat(folder, "in/deeper", AT_REMOVEDIR) == 0);
		CHECK(unlinkat(folder, "in", AT_REMOVEDIR) == 0);
	}
	return result;
}

/* Init's work goes on: signals to others, packets to whom it is connected to. */
static int others_child(void *data)
{
	int ends[2], result, status;
	char byte = 0;
	pid_t other;

	(void)data;
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	other = fork();
	if (other == 0) {
		(void)pause();
		_exit(1);
	}
	result = enter(-1);
	if (result == CHILD_PASS) {
		CHECK(send(ends[0], &byte, 1, 0) == 1 && recv(ends[1], &byte, 1, 0) == 1);
		CHECK(kill(other, 0) == 0);
	}
	CHECK(kill(other, SIGKILL) == 0 && waitpid(other, &status, 0) == other);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return result;
}

static int privileged_child(void *data)
{
	(void)data;
	if (geteuid() == 0) {
		CHECK(setresuid(1, 1, 1) == 0);
	}
	if (kernels_version() < 0) {
		return CHILD_SKIP;
	}
	CHECK(landlock_enter(-1) == -EPERM); /* no_new_privs comes first */
	return CHILD_PASS;
}

static void files_test(void **state)
{
	(void)state;
	child_assert(files_child, NULL);
}

static void ports_test(void **state)
{
	(void)state;
	child_assert(ports_child, NULL);
}

static void abstract_test(void **state)
{
	(void)state;
	child_assert(abstract_child, NULL);
}

static void removal_test(void **state)
{
	char path[] = "/tmp/loginspace-unit-XXXXXX", file[64];

	(void)state;
	assert_non_null(mkdtemp(path));
	(void)snprintf(file, sizeof(file), "%s/file", path);
	child_assert(removal_child, path);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(rmdir(path), 0);
}

static void others_test(void **state)
{
	(void)state;
	child_assert(others_child, NULL);
}

static void privileged_test(void **state)
{
	(void)state;
	child_assert(privileged_child, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_test),    cmocka_unit_test(ports_test),
		cmocka_unit_test(abstract_test), cmocka_unit_test(removal_test),
		cmocka_unit_test(others_test),   cmocka_unit_test(privileged_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
