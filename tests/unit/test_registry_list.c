/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/registry_list.c lib/registry.c lib/fds.c */
/*
 * test_registry_list.c - all living spaces, and nothing else that is locked, in a /run of the
 * test's own.
 */
#include "registry.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "fds.h"
#include "plan.h"
#include "registries.h"

#define MANY   500u
#define ROUNDS 1000

static int take(int registry, const void *about)
{
	const uid_t *uid = about;
	uint32_t number;
	int err = number_take(registry, *uid, 64, &number);

	return err < 0 ? err : (int)number;
}

/* The lock of another login that tries for the first number of 1000, too. */
static int lock_same(int registry, const void *about)
{
	const struct flock lock = { .l_type = F_RDLCK,
				    .l_whence = SEEK_SET,
				    .l_start = (off_t)1000 * PLAN_MAX_SPACES_LIMIT,
				    .l_len = 1 };

	(void)about;
	return fcntl(registry, F_SETLK, &lock);
}

static int is_entry(const struct registry_entry *entry, uid_t uid, uint32_t number, pid_t init)
{
	return entry->uid == uid && entry->number == number && entry->init == init;
}

/* What is asked of UID alone is that user's one space. */
static bool is_only(int registry, uid_t uid)
{
	struct registry_entry *entries;
	size_t count;
	bool only;

	if (registry_list(registry, &uid, &entries, &count) < 0) {
		return false;
	}
	only = count == 1 && entries[0].uid == uid && entries[0].number == 0;
	free(entries);
	return only;
}

static int none(void *data)
{
	struct registry_entry *entries = NULL;
	size_t count = 4711, before;
	int registry;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	before = fds_count();
	CHECK(registry_list(registry, NULL, &entries, &count) == 0 && count == 0);
	free(entries);
	CHECK(fds_count() == before);
	entries = NULL;
	count = 4711;
	CHECK(registry_list(FDS_LIMIT - 1, NULL, &entries, &count) == -EBADF);
	CHECK(entries == NULL && count == 4711);
	return CHILD_PASS;
}

static int some(void *data)
{
	const uid_t uids[] = { 70000, 1000, (uid_t)-2, 1000, 0 };
	struct registry_entry *entries;
	struct holder holders[5];
	int registry;
	size_t count, i;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	for (i = 0; i < 5; i++) {
		CHECK(holder_start(take, registry, &uids[i], &holders[i]) == 0);
		CHECK(holders[i].result == (i == 3 ? 1 : 0));
	}
	CHECK(registry_list(registry, NULL, &entries, &count) == 0 && count == 5);
	CHECK(is_entry(&entries[0], 0, 0, holders[4].pid));
	CHECK(is_entry(&entries[1], 1000, 0, holders[1].pid));
	CHECK(is_entry(&entries[2], 1000, 1, holders[3].pid));
	CHECK(is_entry(&entries[3], 70000, 0, holders[0].pid));
	CHECK(is_entry(&entries[4], (uid_t)-2, 0, holders[2].pid));
	free(entries);
	CHECK(holder_end(&holders[1]) == 0 && holder_end(&holders[2]) == 0);
	CHECK(registry_list(registry, NULL, &entries, &count) == 0 && count == 3);
	CHECK(is_entry(&entries[1], 1000, 1, holders[3].pid));
	free(entries);
	CHECK(holder_end(&holders[0]) == 0 && holder_end(&holders[3]) == 0);
	return holder_end(&holders[4]);
}

static int twice(void *data)
{
	const uid_t uid = 1000, other = 1001;
	struct registry_entry *entries;
	struct holder first, second, third;
	int registry;
	size_t count;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(holder_start(take, registry, &uid, &first) == 0 && first.result == 0);
	CHECK(holder_start(lock_same, registry, NULL, &second) == 0 && second.result == 0);
	CHECK(holder_start(take, registry, &other, &third) == 0 && third.result == 0);
	CHECK(registry_list(registry, NULL, &entries, &count) == 0 && count == 2);
	CHECK(entries[0].uid == uid && entries[0].number == 0);
	CHECK(entries[0].init == first.pid || entries[0].init == second.pid);
	CHECK(is_entry(&entries[1], other, 0, third.pid));
	free(entries);
	CHECK(holder_end(&first) == 0 && holder_end(&second) == 0);
	return holder_end(&third);
}

/* All kinds of locks that are no space's number. */
static int others(void *data)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = 2 };
	struct registry_entry *entries = NULL;
	int registry, again, folder, file;
	size_t count;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0 && registry_make(&again) == 0);
	CHECK(registry_take_shared(registry, 1000) == 0 &&
	      registry_mark(registry, 4026531836) == 0);
	CHECK(fcntl(registry, F_SETLK, &lock) == 0); /* two bytes */
	CHECK(flock(again, LOCK_SH) == 0);
	lock = (struct flock){ .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 7, .l_len = 1 };
	CHECK(fcntl(again, F_OFD_SETLK, &lock) == 0); /* of no process */
	CHECK(mkdir("/run/other", 0700) == 0);
	folder = open("/run/other", O_RDONLY | O_CLOEXEC);
	CHECK(fcntl(folder, F_SETLK, &lock) == 0); /* of another folder */
	file = open("/run/file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	lock.l_type = F_WRLCK;
	CHECK(fcntl(file, F_SETLK, &lock) == 0);
	CHECK(registry_list(registry, NULL, &entries, &count) == 0 && count == 0);
	free(entries);
	return CHILD_PASS;
}

static int take_many(int registry, const void *about)
{
	uint32_t number, i;
	int err = 0;

	(void)about;
	for (i = 0; i < MANY && err == 0; i++) {
		/* Each of 500 users once, in an order that is not that of the list. */
		err = registry_take(registry, (uid_t)(i * 7 % MANY), 1, 0, &number);
	}
	return err;
}

static int many(void *data)
{
	const uid_t first = 0, middle = 250, last = MANY - 1, nobody = MANY;
	struct registry_entry *entries;
	struct holder holder;
	int registry;
	size_t count, i;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(holder_start(take_many, registry, NULL, &holder) == 0 && holder.result == 0);
	CHECK(registry_list(registry, NULL, &entries, &count) == 0 && count == MANY);
	for (i = 0; i < MANY; i++) {
		CHECK(is_entry(&entries[i], (uid_t)i, 0, holder.pid));
	}
	free(entries);
	CHECK(is_only(registry, first) && is_only(registry, middle) && is_only(registry, last));
	CHECK(registry_list(registry, &nobody, &entries, &count) == 0 && count == 0);
	free(entries);
	return holder_end(&holder);
}

/* Where /proc/locks begins: the lists are one for each processor, and what is new comes first. */
static void processor_first(void)
{
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	(void)sched_setaffinity(0, sizeof(first),
				&first); /* not allowed there: the test asks less */
}

static int take_first(int registry, const void *about)
{
	processor_first();
	return take(registry, about);
}

/* What any user can do: many locks of a file of his own, dropped all at once, and again. */
static int locks_shift(int registry, const void *about)
{
	const int file = open("/run/file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct flock lock = { .l_whence = SEEK_SET };

	(void)registry;
	processor_first();
	if (fork() != 0) {
		return *(const int *)about;
	}
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		lock.l_type = F_WRLCK;
		lock.l_len = 1;
		for (lock.l_start = 0; lock.l_start < 600; lock.l_start += 2) {
			(void)fcntl(file, F_SETLK, &lock);
		}
		lock.l_type = F_UNLCK;
		lock.l_start = 0;
		lock.l_len = 0;
		(void)fcntl(file, F_SETLK, &lock);
	}
}

static int shifted(void *data)
{
	const uid_t uid = 1000;
	struct registry_entry *entries;
	struct holder holders[3], shifter;
	int registry, zero = 0;
	size_t count, i;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	for (i = 0; i < 3; i++) {
		CHECK(holder_start(take_first, registry, &uid, &holders[i]) == 0);
	}
	CHECK(holder_start(locks_shift, registry, &zero, &shifter) == 0);
	for (i = 0; i < ROUNDS; i++) {
		CHECK(registry_list(registry, NULL, &entries, &count) == 0 && count == 3);
		free(entries);
		CHECK(registry_list(registry, &uid, &entries, &count) == 0 && count == 3);
		free(entries);
	}
	CHECK(holder_end(&shifter) == 0 && holder_end(&holders[0]) == 0);
	CHECK(holder_end(&holders[1]) == 0);
	return holder_end(&holders[2]);
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(none)
IN_CHILD(some)
IN_CHILD(twice)
IN_CHILD(others)
IN_CHILD(many)
IN_CHILD(shifted)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),  cmocka_unit_test(test_some),
		cmocka_unit_test(test_twice), cmocka_unit_test(test_others),
		cmocka_unit_test(test_many),  cmocka_unit_test(test_shifted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
