/* SPDX-License-Identifier: BSD-2-Clause */
/* links: pam_module/verify.c pam_module/namespaces.c pam_module/proc.c lib/file.c lib/plan.c */
/*
 * test_verify.c - pidfds that are no space of ours, and one that is.
 */
#include "verify.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "namespaces.h"
#include "plan.h"
#include "proc.h"
#include "sandbox.h"

#define ALICE    1000
#define ALL_FIVE (CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWNS)

/* space_verify must neither keep an fd nor find another answer the second time. */
static int verify(int pidfd, uint32_t flags)
{
	struct namespaces own;
	int proc, err, again;
	size_t before;

	if (proc_open(&proc) < 0) {
		return -ENOTRECOVERABLE;
	}
	if (namespaces_remember(proc, &own) < 0) {
		return -ENOTRECOVERABLE;
	}
	before = fds_count();
	err = space_verify(proc, pidfd, flags, ALICE, &own);
	again = space_verify(proc, pidfd, flags, ALICE, &own);
	if (fds_count() != before || err != again) {
		err = -ENOTRECOVERABLE;
	}
	namespaces_forget(&own);
	(void)close(proc);
	return err;
}

static void not_a_pidfd(void **state)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int pipes[2];

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(verify(fd, CLONE_NEWNET), -EBADF);
	assert_int_equal(verify(pipes[0], CLONE_NEWNET), -EBADF);
	assert_true(verify(FDS_LIMIT - 1, CLONE_NEWNET) < 0);
	assert_true(verify(-1, CLONE_NEWNET) < 0);
	assert_int_equal(close(fd), 0);
	assert_int_equal(close(pipes[0]), 0);
	assert_int_equal(close(pipes[1]), 0);
}

static void the_application_itself(void **state)
{
	int self = pidfd_open(getpid(), 0);
	size_t i;

	(void)state;
	assert_true(self >= 0);
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		assert_int_equal(verify(self, NAMESPACE_KINDS[i].flag), -EINVAL);
	}
	assert_int_equal(verify(self, ALL_FIVE), -EINVAL);
	assert_int_equal(close(self), 0);
}

/* A child that stays where it is told to until it is killed. */
struct resident {
	pid_t pid;
	int pidfd;
};

enum place {
	PLACE_HERE,
	PLACE_UNSHARED, /* FLAGS of our own user namespace */
	PLACE_USERS,    /* FLAGS of a user namespace of the child's own, as any user can make */
	PLACE_ROOTS,    /* of one that root has made */
	PLACE_OWNED,    /* of one that alice's owner owns */
	PLACE_NESTED,   /* of one that uid 0 has made in another: root inside a space can */
};

#define NOBODY 65534

static int text_write(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	const ssize_t length = (ssize_t)strlen(text);
	const int err = fd >= 0 && write(fd, text, (size_t)length) == length ? 0 : -errno;

	(void)close(fd);
	return err;
}

/* A user namespace in which uid 0 is that of the host. */
static int nest(void)
{
	int err = unshare(CLONE_NEWUSER) < 0 ? -errno : 0;

	err = err < 0 ? err : text_write("/proc/self/uid_map", "0 0 1");
	err = err < 0 ? err : text_write("/proc/self/setgroups", "deny");
	return err < 0 ? err : text_write("/proc/self/gid_map", "0 0 1");
}

/* In the child. Root makes what is a user's as nobody. */
static int place_take(enum place place, int flags)
{
	if (place == PLACE_HERE) {
		return 0;
	}
	if (place == PLACE_USERS && geteuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) < 0) {
		return -errno;
	}
	if (place == PLACE_OWNED && (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0 ||
				     setresuid(0, plan_userns_owner(ALICE), 0) < 0)) {
		return -errno;
	}
	if (place == PLACE_NESTED) {
		const int err = nest();

		if (err < 0) {
			return err;
		}
	}
	return unshare(place == PLACE_UNSHARED ? flags : CLONE_NEWUSER | flags) < 0 ? -errno : 0;
}

/* Returns 0, or the negative errno of the child's move; then there is no child. */
static int resident_start(struct resident *ret, enum place place, int flags)
{
	int pipes[2], err = 0;

	assert_int_equal(pipe(pipes), 0);
	ret->pid = fork();
	assert_true(ret->pid >= 0);
	if (ret->pid == 0) {
		err = place_take(place, flags);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); /* a test that fails leaves it */
		while (write(pipes[1], &err, sizeof(err)) == sizeof(err)) {
			(void)pause();
		}
		_exit(1);
	}
	assert_int_equal(read(pipes[0], &err, sizeof(err)), sizeof(err));
	(void)close(pipes[0]);
	(void)close(pipes[1]);
	ret->pidfd = pidfd_open(ret->pid, 0);
	assert_true(ret->pidfd >= 0);
	return err;
}

static void resident_kill(const struct resident *resident)
{
	(void)kill(resident->pid, SIGKILL);
	(void)waitpid(resident->pid, NULL, 0);
}

static void resident_end(const struct resident *resident)
{
	resident_kill(resident);
	(void)close(resident->pidfd);
}

static void a_neighbour_in_the_same_place(void **state)
{
	struct resident resident;

	(void)state;
	assert_int_equal(resident_start(&resident, PLACE_HERE, 0), 0);
	assert_int_equal(verify(resident.pidfd, ALL_FIVE), -EINVAL);
	resident_end(&resident);
}

static void a_dead_process(void **state)
{
	struct resident resident;

	(void)state;
	assert_int_equal(resident_start(&resident, PLACE_HERE, 0), 0);
	resident_kill(&resident);
	assert_int_equal(verify(resident.pidfd, ALL_FIVE), -ESRCH);
	/* Its number is free: with nothing to compare, too, it must not pass for alive. */
	assert_int_equal(verify(resident.pidfd, 0), -ESRCH);
	assert_int_equal(close(resident.pidfd), 0);
}

static void a_zombie(void **state)
{
	struct resident resident;
	siginfo_t about;

	(void)state;
	assert_int_equal(resident_start(&resident, PLACE_HERE, 0), 0);
	assert_int_equal(kill(resident.pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)resident.pid, &about, WEXITED | WNOWAIT), 0);
	assert_true(verify(resident.pidfd, ALL_FIVE) < 0);
	resident_end(&resident);
}

/* What a user can make must not be taken for root's, even when every namespace is a new one. */
static void made_by_a_user(void **state)
{
	const uint32_t flags = CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWNS;
	struct resident resident;
	int err;
	size_t i;

	(void)state;
	err = resident_start(&resident, PLACE_USERS, (int)flags);
	if (err < 0) {
		resident_end(&resident);
		skip();
	}
	assert_int_equal(verify(resident.pidfd, flags), -EPERM);
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		if ((NAMESPACE_KINDS[i].flag & flags) != 0) {
			assert_int_equal(verify(resident.pidfd, NAMESPACE_KINDS[i].flag), -EPERM);
		}
	}
	/* It has left its PID namespace to its children only: that one is still ours. */
	assert_int_equal(verify(resident.pidfd, CLONE_NEWPID), -EINVAL);
	resident_end(&resident);
}

/* A network may belong to a user namespace of root's, as with network = pasta; nothing else may. */
static void made_by_root(void **state)
{
	const uint32_t flags = CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWNS;
	struct resident resident;
	size_t i;

	(void)state;
	if (geteuid() != 0) {
		skip();
	}
	assert_int_equal(resident_start(&resident, PLACE_ROOTS, (int)flags), 0);
	assert_int_equal(verify(resident.pidfd, CLONE_NEWNET), 0);
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		const uint32_t flag = NAMESPACE_KINDS[i].flag;

		if ((flag & flags) != 0 && flag != CLONE_NEWNET) {
			assert_int_equal(verify(resident.pidfd, flag), -EPERM);
		}
	}
	resident_end(&resident);
}

/* The owner's number says nothing when the user namespace is not directly below ours. */
static void made_by_root_inside(void **state)
{
	struct resident resident;

	(void)state;
	if (geteuid() != 0) {
		skip();
	}
	assert_int_equal(resident_start(&resident, PLACE_NESTED, CLONE_NEWNET), 0);
	assert_int_equal(verify(resident.pidfd, CLONE_NEWNET), -EPERM);
	resident_end(&resident);
}

/*
 * With a user namespace to join: it has to be that of the user, which nobody runs as, and the mounts
 * belong to it, and nothing else.
 */
static void with_a_user_namespace(void **state)
{
	const uint32_t mounts = CLONE_NEWUSER | CLONE_NEWNS;
	struct resident resident;

	(void)state;
	if (geteuid() != 0) {
		skip();
	}
	assert_int_equal(resident_start(&resident, PLACE_OWNED, CLONE_NEWNS | CLONE_NEWIPC), 0);
	assert_int_equal(verify(resident.pidfd, mounts), 0);
	assert_int_equal(verify(resident.pidfd, mounts | CLONE_NEWIPC), -EPERM);
	assert_int_equal(verify(resident.pidfd, mounts | CLONE_NEWNET), -EINVAL);
	resident_end(&resident);
	assert_int_equal(resident_start(&resident, PLACE_OWNED, CLONE_NEWNS | CLONE_NEWNET), 0);
	assert_int_equal(verify(resident.pidfd, mounts | CLONE_NEWNET), -EPERM);
	resident_end(&resident);
	/* Root's own is another matter: it is pasta's, or somebody's else. */
	assert_int_equal(resident_start(&resident, PLACE_ROOTS, CLONE_NEWNS), 0);
	assert_int_equal(verify(resident.pidfd, mounts), -EPERM);
	resident_end(&resident);
	/* The application's own is none to join. */
	assert_int_equal(resident_start(&resident, PLACE_UNSHARED, CLONE_NEWNS), 0);
	assert_int_equal(verify(resident.pidfd, mounts), -EPERM);
	resident_end(&resident);
	assert_int_equal(resident_start(&resident, PLACE_USERS, CLONE_NEWNS), 0);
	assert_int_equal(verify(resident.pidfd, mounts), -EPERM);
	resident_end(&resident);
	assert_int_equal(resident_start(&resident, PLACE_UNSHARED, CLONE_NEWCGROUP), 0);
	assert_int_equal(verify(resident.pidfd, CLONE_NEWCGROUP), 0);
	resident_end(&resident);
}

static int made_by_us(void *data)
{
	const uint32_t flags = CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
	struct resident resident;

	(void)data;
	if (sandbox_enter(0) < 0 || resident_start(&resident, PLACE_UNSHARED, (int)flags) < 0) {
		return CHILD_SKIP;
	}
	CHECK(verify(resident.pidfd, flags) == 0);
	CHECK(verify(resident.pidfd, CLONE_NEWNET) == 0);
	/* One namespace too few is as bad as none. */
	CHECK(verify(resident.pidfd, flags | CLONE_NEWNS) == -EINVAL);
	resident_end(&resident);
	return CHILD_PASS;
}

static void a_space_of_ours(void **state)
{
	(void)state;
	child_assert(made_by_us, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(not_a_pidfd),
		cmocka_unit_test(the_application_itself),
		cmocka_unit_test(a_neighbour_in_the_same_place),
		cmocka_unit_test(a_dead_process),
		cmocka_unit_test(a_zombie),
		cmocka_unit_test(made_by_a_user),
		cmocka_unit_test(made_by_root),
		cmocka_unit_test(made_by_root_inside),
		cmocka_unit_test(with_a_user_namespace),
		cmocka_unit_test(a_space_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
