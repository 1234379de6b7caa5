/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/seclude.c helper/mounts/mounts.c lib/registry.c lib/fds.c */
/*
 * test_seclude.c - the registry's folder as init has it: at its number, with nothing above it, and the
 * same folder as everybody else's. In a /run of the test's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../helper/seclude.h"
#include "fds.h"
#include "init_fds.h"
#include "registries.h"
#include "registry.h"

#define ALICE 1000

int fds_reserve(void); /* of include/fds.h, whose name is that of the tests' own */

static bool is_same(int a, int b)
{
	struct stat one, other;

	return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

/* A login has 0 to 3 when the helper starts; the test has whatever it was started with. */
static void like_a_helper(void)
{
	int fd;

	for (fd = 0; fd <= 3; fd++) {
		(void)dup2(STDOUT_FILENO, fd);
	}
	(void)close_range(4, ~0u, 0);
}

static int placing(void *data)
{
	int tree = -7, registry = -7, above, fd, next;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	like_a_helper();
	CHECK(fds_reserve() == 0);
	for (fd = 4; fd <= INIT_PROC_FD; fd++) {
		CHECK(fd_is_cloexec(fd));
	}
	next = fcntl(0, F_DUPFD_CLOEXEC, 0);
	CHECK(next == INIT_PROC_FD + 1 && close(next) == 0); /* none too many */
	CHECK(registry_seclude(&tree, &registry) == 0);
	CHECK(registry == INIT_REGISTRY_FD && fd_is_cloexec(registry) && fd_is_cloexec(tree));
	above = openat(registry, "..", O_PATH | O_CLOEXEC);
	CHECK(above >= 0 && is_same(above, registry));
	CHECK(close(above) == 0 && close(tree) == 0);
	/* The tree is gone, the fd is as good as before. */
	above = openat(registry, "../../..", O_PATH | O_CLOEXEC);
	CHECK(above >= 0 && is_same(above, registry) && close(above) == 0);
	return CHILD_PASS;
}

static int take(int registry, const void *about)
{
	const uid_t *uid = about;
	uint32_t number = 0;
	int err = number_take(registry, *uid, 4, &number);

	return err < 0 ? err : (int)number;
}

static int sharing(void *data)
{
	static const uid_t ALICES = ALICE;
	struct holder first, second;
	int tree, registry, other;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	like_a_helper();
	CHECK(fds_reserve() == 0);
	CHECK(registry_seclude(&tree, &registry) == 0 && registry_open(&other) == 0);
	CHECK(is_same(registry, other));
	CHECK(holder_start(take, registry, &ALICES, &first) == 0 && first.result == 0);
	CHECK(holder_start(take, other, &ALICES, &second) == 0 && second.result == 1);
	CHECK(has_room(registry, ALICE, 2) == -EUSERS && has_room(other, ALICE, 2) == -EUSERS);
	CHECK(holder_end(&first) == 0 && holder_end(&second) == 0);
	return CHILD_PASS;
}

static int refusing(void *data)
{
	static const mode_t modes[] = { 0710, 0701, 0755, 01777 };
	int tree = -7, registry = -7;
	size_t before, i;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	before = fds_count();
	CHECK(mkdir(FOLDER, 0700) == 0);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		CHECK(chmod(FOLDER, modes[i]) == 0);
		CHECK(registry_seclude(&tree, &registry) == -EPERM);
	}
	CHECK(rename(FOLDER, "/run/real") == 0 && chmod("/run/real", 0700) == 0);
	CHECK(symlink("real", FOLDER) == 0);
	CHECK(registry_seclude(&tree, &registry) == -ENOTDIR);
	CHECK(unlink(FOLDER) == 0 && mknod(FOLDER, S_IFREG | 0600, 0) == 0);
	CHECK(registry_seclude(&tree, &registry) == -ENOTDIR);
	CHECK(tree == -7 && registry == -7 && fds_count() == before);
	return CHILD_PASS;
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(placing)
IN_CHILD(sharing)
IN_CHILD(refusing)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_placing),
		cmocka_unit_test(test_sharing),
		cmocka_unit_test(test_refusing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
