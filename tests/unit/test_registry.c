/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/registry.c lib/fds.c */
/*
 * test_registry.c - the folder, and numbers of spaces, in a /run of the test's own.
 */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "fds.h"
#include "init_fds.h"
#include "registries.h"

#define ALICE 1000u
#define BOB   1001u

struct want {
	uid_t uid;
	unsigned int max;
};

/* The number, or a negative errno. */
static int take(int registry, const void *about)
{
	const struct want *want = about;
	uint32_t number = 0;
	int err = number_take(registry, want->uid, want->max, &number);

	return err < 0 ? err : (int)number;
}

static int taker_start(int registry, uid_t uid, unsigned int max, struct holder *ret)
{
	const struct want want = { uid, max };

	return holder_start(take, registry, &want, ret);
}

static int opening(void *data)
{
	struct stat about;
	int registry = -7;
	size_t before;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	(void)umask(0);
	before = fds_count();
	CHECK(registry_open(&registry) == -ENOENT && registry == -7 && access(FOLDER, F_OK) < 0);
	CHECK(registry_make(&registry) == 0 && fd_is_cloexec(registry));
	CHECK(registry > INIT_REGISTRY_FD);
	CHECK(stat(FOLDER, &about) == 0 && about.st_uid == 0);
	CHECK((about.st_mode & 07777) == 0700);
	CHECK(close(registry) == 0);
	CHECK(registry_make(&registry) == 0 && close(registry) == 0); /* it is there now */
	CHECK(registry_open(&registry) == 0 && fd_is_cloexec(registry));
	CHECK(registry > INIT_REGISTRY_FD && close(registry) == 0);
	CHECK(fds_count() == before);
	return CHILD_PASS;
}

static int refusing(void *data)
{
	static const mode_t modes[] = { 0710, 0701, 0750, 0755, 01777, 0720 };
	int registry = -7;
	size_t before, i;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	before = fds_count();
	CHECK(mkdir(FOLDER, 0700) == 0);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		CHECK(chmod(FOLDER, modes[i]) == 0);
		CHECK(registry_make(&registry) == -EPERM);
		CHECK(registry_open(&registry) == -EPERM);
	}
	CHECK(rename(FOLDER, "/run/real") == 0 && chmod("/run/real", 0700) == 0);
	CHECK(symlink("real", FOLDER) == 0);
	CHECK(registry_make(&registry) == -ENOTDIR || registry_make(&registry) == -ELOOP);
	CHECK(registry_open(&registry) == -ENOTDIR || registry_open(&registry) == -ELOOP);
	CHECK(unlink(FOLDER) == 0 && mknod(FOLDER, S_IFREG | 0600, 0) == 0);
	CHECK(registry_make(&registry) == -ENOTDIR && registry_open(&registry) == -ENOTDIR);
	CHECK(registry == -7 && fds_count() == before);
	return CHILD_PASS;
}

static int numbering(void *data)
{
	struct holder a, b, c, other;
	int registry;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(has_room(registry, ALICE, 1) == 0);
	CHECK(taker_start(registry, ALICE, 64, &a) == 0 && a.result == 0);
	CHECK(taker_start(registry, ALICE, 64, &b) == 0 && b.result == 1);
	CHECK(taker_start(registry, ALICE, 64, &c) == 0 && c.result == 2);
	/* Another user's numbers are another row. */
	CHECK(taker_start(registry, BOB, 64, &other) == 0 && other.result == 0);
	CHECK(holder_end(&b) == 0);
	CHECK(taker_start(registry, ALICE, 64, &b) == 0 && b.result == 1); /* the lowest free */
	CHECK(holder_end(&a) == 0 && holder_end(&b) == 0 && holder_end(&c) == 0);
	CHECK(holder_end(&other) == 0);
	CHECK(has_room(registry, ALICE, 1) == 0);
	return CHILD_PASS;
}

/* Where spaces have ended the numbers have gaps; whatever these are, each free one is found. */
static int gaps(void *data)
{
	enum { MAX = 21 };
	struct holder holders[MAX], more;
	bool taken[MAX];
	int registry, i, pattern;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	for (i = 0; i < MAX; i++) {
		CHECK(taker_start(registry, ALICE, MAX, &holders[i]) == 0);
		CHECK(holders[i].result == i);
	}
	for (pattern = 1; pattern < 64; pattern += 5) {
		for (i = 0; i < MAX; i++) {
			taken[i] = (i * pattern) % 8 != 3 && i != pattern % MAX;
			CHECK(taken[i] || holder_end(&holders[i]) == 0);
		}
		for (i = 0; i < MAX; i++) {
			if (!taken[i]) {
				CHECK(has_room(registry, ALICE, MAX) == 0);
				CHECK(taker_start(registry, ALICE, MAX, &more) == 0);
				CHECK(more.result >= 0 && more.result < MAX && !taken[more.result]);
				holders[more.result] = more;
				taken[more.result] = true;
				i = -1; /* until there is none */
			}
		}
		CHECK(has_room(registry, ALICE, MAX) == -EUSERS);
		CHECK(taker_start(registry, ALICE, MAX, &more) == 0 && more.result == -EUSERS);
		CHECK(holder_end(&more) == 0);
	}
	for (i = 0; i < MAX; i++) {
		CHECK(holder_end(&holders[i]) == 0);
	}
	return CHILD_PASS;
}

/* Between the glance and the taking another login was faster. */
static int stale(void *data)
{
	struct holder a, b, c;
	uint32_t seen = 0, number = 7;
	int registry;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(taker_start(registry, ALICE, 3, &a) == 0 && a.result == 0);
	CHECK(registry_find(registry, ALICE, 3, &seen) == 0 && seen == 1);
	CHECK(taker_start(registry, ALICE, 3, &b) == 0 && b.result == 1);
	CHECK(taker_start(registry, ALICE, 3, &c) == 0 && c.result == 2);
	CHECK(registry_take(registry, ALICE, 3, seen, &number) == -EUSERS && number == 7);
	CHECK(holder_end(&a) == 0);
	CHECK(registry_take(registry, ALICE, 3, seen, &number) == 0 && number == 0); /* around */
	/* What was tried for and let go is the others', still. */
	CHECK(holder_end(&b) == 0 && has_room(registry, ALICE, 2) == 0);
	CHECK(holder_end(&c) == 0);
	return CHILD_PASS;
}

static int limits(void *data)
{
	struct holder a, b, more;
	int registry;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(taker_start(registry, ALICE, 2, &a) == 0 && a.result == 0);
	CHECK(has_room(registry, ALICE, 2) == 0);
	CHECK(taker_start(registry, ALICE, 2, &b) == 0 && b.result == 1);
	CHECK(has_room(registry, ALICE, 2) == -EUSERS);
	CHECK(has_room(registry, ALICE, 3) == 0);
	CHECK(has_room(registry, BOB, 1) == 0);
	CHECK(taker_start(registry, ALICE, 2, &more) == 0 && more.result == -EUSERS);
	CHECK(holder_end(&more) == 0 && holder_end(&a) == 0);
	CHECK(has_room(registry, ALICE, 2) == 0);
	CHECK(holder_end(&b) == 0);
	return CHILD_PASS;
}

/* The largest uid's last number, and its neighbour's first, are two bytes. */
static int extreme_uids(void *data)
{
	struct holder a, b;
	int registry;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(taker_start(registry, (uid_t)-2, 1, &a) == 0 && a.result == 0);
	CHECK(taker_start(registry, 1, 1, &b) == 0 && b.result == 0);
	CHECK(has_room(registry, (uid_t)-2, 1) == -EUSERS);
	CHECK(has_room(registry, (uid_t)-3, 1) == 0);
	CHECK(has_room(registry, 2, 1) == 0);
	/* They differ in what 32 bits would drop. */
	CHECK(has_room(registry, 65537, 1) == 0);
	CHECK(has_room(registry, 65534, 1) == 0);
	CHECK(holder_end(&a) == 0 && holder_end(&b) == 0);
	return CHILD_PASS;
}

static int take_address(int registry, const void *about)
{
	const uint64_t *key = about;

	return registry_take_address(registry, *key);
}

static int addresses(void *data)
{
	const uint64_t low = 0, high = (UINT64_C(1) << REGISTRY_KEY_BITS) - 1, beyond = high + 1;
	struct holder a, b, space, refused;
	int registry;

	(void)data;
	if (own_run(0) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(registry_make(&registry) == 0);
	CHECK(holder_start(take_address, registry, &low, &a) == 0 && a.result == 0);
	CHECK(holder_start(take_address, registry, &high, &b) == 0 && b.result == 0);
	CHECK(registry_take_address(registry, low) == -EEXIST);
	CHECK(registry_take_address(registry, high) == -EEXIST);
	CHECK(registry_take_address(registry, low + 1) == 0);
	CHECK(holder_start(take_address, registry, &beyond, &refused) == 0 &&
	      refused.result == -ERANGE);
	/* They are in nobody else's way. */
	CHECK(taker_start(registry, 0, 1, &space) == 0 && space.result == 0);
	CHECK(registry_take_shared(registry, 0) == 0);
	CHECK(holder_end(&a) == 0 && registry_take_address(registry, low) == 0);
	CHECK(holder_end(&b) == 0 && registry_take_address(registry, high) == 0);
	CHECK(holder_end(&space) == 0 && holder_end(&refused) == 0);
	return CHILD_PASS;
}

static int not_a_folder(void *data)
{
	bool marked = true;
	uint32_t number = 4711;
	pid_t pid = -7;
	int pidfd = -7;

	(void)data;
	CHECK(has_room(FDS_LIMIT - 1, ALICE, 1) == -EBADF);
	CHECK(registry_take(FDS_LIMIT - 1, ALICE, 1, 0, &number) == -EBADF);
	CHECK(registry_take_shared(FDS_LIMIT - 1, ALICE) == -EBADF);
	CHECK(registry_take_address(FDS_LIMIT - 1, 1) == -EBADF);
	CHECK(registry_drop_shared(FDS_LIMIT - 1, ALICE) == -EBADF);
	CHECK(registry_mark(FDS_LIMIT - 1, 1) == -EBADF);
	CHECK(registry_marked(FDS_LIMIT - 1, 1, &marked) == -EBADF);
	CHECK(registry_holder(FDS_LIMIT - 1, ALICE, 0, &pidfd, &pid) == -EBADF);
	CHECK(registry_shared_holder(FDS_LIMIT - 1, ALICE, &pidfd, &pid) == -EBADF);
	CHECK(number == 4711 && pid == -7 && pidfd == -7);
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
IN_CHILD(gaps)
IN_CHILD(stale)
IN_CHILD(limits)
IN_CHILD(extreme_uids)
IN_CHILD(addresses)
IN_CHILD(not_a_folder)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opening),   cmocka_unit_test(test_refusing),
		cmocka_unit_test(test_numbering), cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_limits),    cmocka_unit_test(test_extreme_uids),
		cmocka_unit_test(test_addresses), cmocka_unit_test(test_not_a_folder),
		cmocka_unit_test(test_stale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
