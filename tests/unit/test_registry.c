/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/registry.c helper/fds.c */
/*
 * test_registry.c - numbers of spaces, in a /run of the test's own.
 */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "sandbox.h"

#define FOLDER "/run/loginspace"
#define ALICE  1000u
#define BOB    1001u

/* Root of a user namespace, over an empty /run. */
static int own_run(void)
{
	if (sandbox_enter(CLONE_NEWNS) < 0 || mount("none", "/run", "tmpfs", 0, "mode=755") < 0) {
		return CHILD_SKIP;
	}
	return CHILD_PASS;
}

struct holder {
	pid_t pid;
	int number; /* or a negative errno */
};

/* A process that takes a number, as init does, and lives until it is killed. */
static int holder_start(int registry, uid_t uid, unsigned int max, struct holder *ret)
{
	uint32_t number = 0;
	int pipes[2], result;

	CHECK(pipe2(pipes, O_CLOEXEC) == 0);
	ret->pid = fork();
	CHECK(ret->pid >= 0);
	if (ret->pid == 0) {
		result = registry_take(registry, uid, max, &number);
		result = result < 0 ? result : (int)number;
		while (write(pipes[1], &result, sizeof(result)) == sizeof(result)) {
			(void)pause();
		}
		_exit(1);
	}
	CHECK(read(pipes[0], &ret->number, sizeof(ret->number)) == sizeof(ret->number));
	CHECK(close(pipes[0]) == 0 && close(pipes[1]) == 0);
	return CHILD_PASS;
}

static int holder_end(const struct holder *holder)
{
	CHECK(kill(holder->pid, SIGKILL) == 0 && waitpid(holder->pid, NULL, 0) == holder->pid);
	return CHILD_PASS;
}

static int opening(void *data)
{
	struct stat about;
	int registry = -7;
	size_t before;

	(void)data;
	if (own_run() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	(void)umask(0);
	before = fds_count();
	CHECK(registry_open(&registry) == 0 && fd_is_cloexec(registry));
	CHECK(stat(FOLDER, &about) == 0 && about.st_uid == 0);
	CHECK((about.st_mode & 07777) == 0700);
	CHECK(close(registry) == 0);
	CHECK(registry_open(&registry) == 0 && close(registry) == 0); /* it is there now */
	CHECK(fds_count() == before);
	return CHILD_PASS;
}

static int refusing(void *data)
{
	static const mode_t modes[] = { 0710, 0701, 0750, 0755, 01777, 0720 };
	int registry = -7;
	size_t before, i;

	(void)data;
	if (own_run() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	before = fds_count();
	CHECK(mkdir(FOLDER, 0700) == 0);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		CHECK(chmod(FOLDER, modes[i]) == 0);
		CHECK(registry_open(&registry) == -EPERM);
	}
	CHECK(rename(FOLDER, "/run/real") == 0 && chmod("/run/real", 0700) == 0);
	CHECK(symlink("real", FOLDER) == 0);
	CHECK(registry_open(&registry) == -ENOTDIR || registry_open(&registry) == -ELOOP);
	CHECK(unlink(FOLDER) == 0 && mknod(FOLDER, S_IFREG | 0600, 0) == 0);
	CHECK(registry_open(&registry) == -ENOTDIR);
	CHECK(registry == -7 && fds_count() == before);
	return CHILD_PASS;
}

static int numbering(void *data)
{
	struct holder a, b, c, other;
	int registry;

	(void)data;
	if (own_run() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_open(&registry) == 0);
	CHECK(registry_has_room(registry, ALICE, 1) == 0);
	CHECK(holder_start(registry, ALICE, 64, &a) == 0 && a.number == 0);
	CHECK(holder_start(registry, ALICE, 64, &b) == 0 && b.number == 1);
	CHECK(holder_start(registry, ALICE, 64, &c) == 0 && c.number == 2);
	/* Another user's numbers are another row. */
	CHECK(holder_start(registry, BOB, 64, &other) == 0 && other.number == 0);
	CHECK(holder_end(&b) == 0);
	CHECK(holder_start(registry, ALICE, 64, &b) == 0 && b.number == 1); /* the lowest free */
	CHECK(holder_end(&a) == 0 && holder_end(&b) == 0 && holder_end(&c) == 0);
	CHECK(holder_end(&other) == 0);
	CHECK(registry_has_room(registry, ALICE, 1) == 0);
	return CHILD_PASS;
}

static int limits(void *data)
{
	struct holder a, b, more;
	int registry;

	(void)data;
	if (own_run() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_open(&registry) == 0);
	CHECK(holder_start(registry, ALICE, 2, &a) == 0 && a.number == 0);
	CHECK(registry_has_room(registry, ALICE, 2) == 0);
	CHECK(holder_start(registry, ALICE, 2, &b) == 0 && b.number == 1);
	CHECK(registry_has_room(registry, ALICE, 2) == -EUSERS);
	CHECK(registry_has_room(registry, ALICE, 3) == 0);
	CHECK(registry_has_room(registry, BOB, 1) == 0);
	CHECK(holder_start(registry, ALICE, 2, &more) == 0 && more.number == -EUSERS);
	CHECK(holder_end(&more) == 0 && holder_end(&a) == 0);
	CHECK(registry_has_room(registry, ALICE, 2) == 0);
	CHECK(holder_end(&b) == 0);
	return CHILD_PASS;
}

/* The largest uid's last number, and its neighbour's first, are two bytes. */
static int extreme_uids(void *data)
{
	struct holder a, b;
	int registry;

	(void)data;
	if (own_run() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_open(&registry) == 0);
	CHECK(holder_start(registry, (uid_t)-2, 1, &a) == 0 && a.number == 0);
	CHECK(holder_start(registry, 1, 1, &b) == 0 && b.number == 0);
	CHECK(registry_has_room(registry, (uid_t)-2, 1) == -EUSERS);
	CHECK(registry_has_room(registry, (uid_t)-3, 1) == 0);
	CHECK(registry_has_room(registry, 2, 1) == 0);
	/* They differ in what 32 bits would drop. */
	CHECK(registry_has_room(registry, 65537, 1) == 0);
	CHECK(registry_has_room(registry, 65534, 1) == 0);
	CHECK(holder_end(&a) == 0 && holder_end(&b) == 0);
	return CHILD_PASS;
}

static int not_a_folder(void *data)
{
	uint32_t number = 4711;

	(void)data;
	CHECK(registry_has_room(FDS_LIMIT - 1, ALICE, 1) == -EBADF);
	CHECK(registry_take(FDS_LIMIT - 1, ALICE, 1, &number) == -EBADF);
	CHECK(number == 4711);
	return CHILD_PASS;
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(opening)
IN_CHILD(refusing)
IN_CHILD(numbering)
IN_CHILD(limits)
IN_CHILD(extreme_uids)
IN_CHILD(not_a_folder)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening),      cmocka_unit_test(test_refusing),
		cmocka_unit_test(test_numbering),    cmocka_unit_test(test_limits),
		cmocka_unit_test(test_extreme_uids), cmocka_unit_test(test_not_a_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
