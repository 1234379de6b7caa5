/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/registry.c lib/fds.c */
/*
 * test_registry_shared.c - the space that a user's logins share, marks, and who holds what, in a
 * /run of the test's own.
 */
#include "registry.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "fds.h"
#include "registries.h"

#define ALICE  1000u
#define BOB    1001u
#define ROUNDS 200

#define RACES_SECONDS 60

#define INODE ((ino_t)4026531836u) /* of nsfs: 32 bits, all large */

static int take_shared(int registry, const void *about)
{
	const uid_t *uid = about;

	return registry_take_shared(registry, *uid);
}

static int take_and_drop(int registry, const void *about)
{
	const uid_t *uid = about;

	return registry_take_shared(registry, *uid) == 0 ? registry_drop_shared(registry, *uid)
							 : -1;
}

static int take_number(int registry, const void *about)
{
	const uid_t *uid = about;
	uint32_t number;
	int err = number_take(registry, *uid, 64, &number);

	return err < 0 ? err : (int)number;
}

static int mark(int registry, const void *about)
{
	const ino_t *inode = about;

	return registry_mark(registry, *inode);
}

static int one_for_each_user(void *data)
{
	const uid_t alice = ALICE, bob = BOB, last = (uid_t)-2;
	struct holder a, b, c, again;
	int registry;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(holder_start(take_shared, registry, &alice, &a) == 0 && a.result == 0);
	CHECK(holder_start(take_shared, registry, &alice, &again) == 0);
	CHECK(again.result == -EEXIST && holder_end(&again) == 0);
	CHECK(holder_start(take_shared, registry, &bob, &b) == 0 && b.result == 0);
	CHECK(holder_start(take_shared, registry, &last, &c) == 0 && c.result == 0);
	/* Nor does it cost a number. */
	CHECK(has_room(registry, ALICE, 1) == 0);
	CHECK(has_room(registry, last, 1) == 0);
	CHECK(holder_end(&a) == 0); /* released by death */
	CHECK(holder_start(take_shared, registry, &alice, &a) == 0 && a.result == 0);
	CHECK(holder_end(&a) == 0 && holder_end(&b) == 0 && holder_end(&c) == 0);
	return CHILD_PASS;
}

static int dropping(void *data)
{
	const uid_t alice = ALICE;
	struct holder a, b, number;
	int registry, pidfd = -7;
	pid_t pid = -7;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(holder_start(take_and_drop, registry, &alice, &a) == 0 && a.result == 0);
	CHECK(registry_shared_holder(registry, ALICE, &pidfd, &pid) == -ENOENT);
	CHECK(holder_start(take_shared, registry, &alice, &b) == 0 && b.result == 0);
	CHECK(holder_start(take_number, registry, &alice, &number) == 0 && number.result == 0);
	/* Another process's is not dropped, and one that nobody has need not be had. */
	CHECK(registry_drop_shared(registry, ALICE) == 0 &&
	      registry_drop_shared(registry, BOB) == 0);
	CHECK(registry_shared_holder(registry, ALICE, &pidfd, &pid) == 0 && pid == b.pid);
	CHECK(close(pidfd) == 0 && has_room(registry, ALICE, 1) == -EUSERS);
	CHECK(holder_end(&a) == 0 && holder_end(&b) == 0 && holder_end(&number) == 0);
	return CHILD_PASS;
}

/* What the two of a race share. */
struct race {
	int ready;   /* to begin */
	int holders; /* that have it now; more than one: too many */
	int wins;
	int violations;
	pid_t winner; /* the last one */
};

/* Tries until it has it, and then lives until it is killed. */
static _Noreturn void contend(int registry, struct race *race)
{
	int err;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)__atomic_add_fetch(&race->ready, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&race->ready, __ATOMIC_SEQ_CST) < 2) {
		(void)sched_yield();
	}
	do {
		err = registry_take_shared(registry, ALICE);
	} while (err == -EEXIST);
	if (err < 0 || __atomic_add_fetch(&race->holders, 1, __ATOMIC_SEQ_CST) != 1) {
		(void)__atomic_add_fetch(&race->violations, 1, __ATOMIC_SEQ_CST);
	}
	race->winner = getpid();
	(void)__atomic_add_fetch(&race->wins, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		(void)pause();
	}
}

/* One of two wins, and when that one dies, the other. */
static int race_round(int registry, struct race *race)
{
	pid_t pids[2], pid = 0;
	int i, pidfd;

	for (i = 0; i < 2; i++) {
		pids[i] = fork();
		CHECK(pids[i] >= 0);
		if (pids[i] == 0) {
			contend(registry, race);
		}
	}
	for (i = 0; i < 2; i++) {
		while (__atomic_load_n(&race->wins, __ATOMIC_SEQ_CST) <= i) {
			CHECK(__atomic_load_n(&race->violations, __ATOMIC_SEQ_CST) == 0);
			(void)sched_yield();
		}
		/* The other one may still hold what it lets go at once, as it sees the first. */
		do {
			CHECK(__atomic_load_n(&race->violations, __ATOMIC_SEQ_CST) == 0);
			if (registry_shared_holder(registry, ALICE, &pidfd, &pid) == 0) {
				CHECK(close(pidfd) == 0);
			}
		} while (pid != race->winner);
		CHECK(__atomic_sub_fetch(&race->holders, 1, __ATOMIC_SEQ_CST) == 0);
		CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	}
	CHECK(race->wins == 2 && race->holders == 0 && race->violations == 0);
	race->wins = race->ready = 0;
	return CHILD_PASS;
}

static int races(void *data)
{
	struct race *race;
	int registry, i;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	race = mmap(NULL, sizeof(*race), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(race != MAP_FAILED);
	(void)alarm(RACES_SECONDS); /* the end of a test in which nobody wins */
	for (i = 0; i < ROUNDS; i++) {
		CHECK(race_round(registry, race) == CHILD_PASS);
	}
	return CHILD_PASS;
}

static int marks(void *data)
{
	const ino_t inode = INODE;
	struct holder a, b;
	bool marked = true;
	int registry;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(registry_marked(registry, inode, &marked) == 0 && !marked);
	CHECK(holder_start(mark, registry, &inode, &a) == 0 && a.result == 0);
	CHECK(holder_start(mark, registry, &inode, &b) == 0 && b.result == 0);
	CHECK(registry_marked(registry, inode, &marked) == 0 && marked);
	CHECK(registry_marked(registry, inode + 1, &marked) == 0 && !marked);
	CHECK(registry_marked(registry, inode - 1, &marked) == 0 && !marked);
	CHECK(registry_marked(registry, 0, &marked) == 0 && !marked);
	CHECK(holder_end(&a) == 0);
	CHECK(registry_marked(registry, inode, &marked) == 0 && marked);
	CHECK(holder_end(&b) == 0);
	CHECK(registry_marked(registry, inode, &marked) == 0 && !marked);
	return CHILD_PASS;
}

/* A uid, a number, a share and an inode may be the same number: they are no two names of one byte. */
static int ranges(void *data)
{
	const uid_t alice = ALICE;
	const ino_t inode = ALICE;
	struct holder a, b;
	bool marked = true;
	int registry, pidfd = -7;
	pid_t pid = -7;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(holder_start(mark, registry, &inode, &a) == 0 && a.result == 0);
	CHECK(registry_shared_holder(registry, ALICE, &pidfd, &pid) == -ENOENT);
	CHECK(registry_holder(registry, ALICE, 0, &pidfd, &pid) == -ENOENT);
	CHECK(registry_holder(registry, 0, ALICE, &pidfd, &pid) == -ENOENT);
	CHECK(holder_end(&a) == 0);
	CHECK(holder_start(take_shared, registry, &alice, &b) == 0 && b.result == 0);
	CHECK(registry_marked(registry, inode, &marked) == 0 && !marked);
	CHECK(registry_holder(registry, ALICE, 0, &pidfd, &pid) == -ENOENT);
	CHECK(registry_holder(registry, 0, ALICE, &pidfd, &pid) == -ENOENT);
	CHECK(pidfd == -7 && pid == -7);
	return holder_end(&b);
}

/* The process behind PIDFD, and no other of its number. */
static int is_process(int pidfd, pid_t pid)
{
	CHECK(pidfd_send_signal(pidfd, SIGKILL, NULL, 0) == 0);
	CHECK(waitpid(pid, NULL, 0) == pid);
	return CHILD_PASS;
}

static int holders(void *data)
{
	const uid_t alice = ALICE;
	struct holder a, b, c;
	int registry, pidfd = -7;
	pid_t pid = -7;
	size_t before;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	before = fds_count();
	CHECK(registry_holder(registry, ALICE, 0, &pidfd, &pid) == -ENOENT);
	CHECK(registry_shared_holder(registry, ALICE, &pidfd, &pid) == -ENOENT);
	CHECK(holder_start(take_number, registry, &alice, &a) == 0 && a.result == 0);
	CHECK(holder_start(take_number, registry, &alice, &b) == 0 && b.result == 1);
	CHECK(holder_start(take_shared, registry, &alice, &c) == 0 && c.result == 0);
	CHECK(registry_holder(registry, ALICE, 2, &pidfd, &pid) == -ENOENT);
	CHECK(registry_holder(registry, BOB, 0, &pidfd, &pid) == -ENOENT);
	CHECK(pidfd == -7 && pid == -7 && fds_count() == before);
	CHECK(registry_holder(registry, ALICE, 1, &pidfd, &pid) == 0 && pid == b.pid);
	CHECK(fd_is_cloexec(pidfd) && is_process(pidfd, b.pid) == 0 && close(pidfd) == 0);
	CHECK(registry_holder(registry, ALICE, 1, &pidfd, &pid) == -ENOENT);
	CHECK(registry_holder(registry, ALICE, 0, &pidfd, &pid) == 0 && pid == a.pid);
	CHECK(is_process(pidfd, a.pid) == 0 && close(pidfd) == 0);
	CHECK(registry_shared_holder(registry, ALICE, &pidfd, &pid) == 0 && pid == c.pid);
	CHECK(is_process(pidfd, c.pid) == 0 && close(pidfd) == 0);
	CHECK(registry_shared_holder(registry, ALICE, &pidfd, &pid) == -ENOENT);
	CHECK(fds_count() == before);
	return CHILD_PASS;
}

/* A helper in a container, or inside a space, cannot reach an init above it. */
static int above_us(void *data)
{
	const uid_t alice = ALICE;
	int registry, pidfd = -7, status;
	pid_t pid = -7, inner;

	(void)data;
	if (own_run(CLONE_NEWPID) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(take_shared(registry, &alice) == 0 && take_number(registry, &alice) == 0);
	inner = fork();
	CHECK(inner >= 0);
	if (inner == 0) {
		_exit(getpid() != 1 ||
		      registry_shared_holder(registry, ALICE, &pidfd, &pid) != -EXDEV ||
		      registry_holder(registry, ALICE, 0, &pidfd, &pid) != -EXDEV ||
		      has_room(registry, ALICE, 1) != -EUSERS ||
		      registry_take_shared(registry, ALICE) != -EEXIST || pidfd != -7);
	}
	CHECK(waitpid(inner, &status, 0) == inner && status == 0);
	return CHILD_PASS;
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(one_for_each_user)
IN_CHILD(dropping)
IN_CHILD(races)
IN_CHILD(marks)
IN_CHILD(ranges)
IN_CHILD(holders)
IN_CHILD(above_us)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_for_each_user),
		cmocka_unit_test(test_dropping),
		cmocka_unit_test(test_races),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_holders),
		cmocka_unit_test(test_above_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
