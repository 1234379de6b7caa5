/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/init/doorkeeper.c helper/init/owners.c lib/channel.c lib/knock.c lib/message.c */
/*
 * test_doorkeeper_refusals.c - init's side of its door: what is not let in leaves nothing behind.
 */
#include "doorkeeper.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "child.h"
#include "doorkeeping.h"
#include "fds.h"
#include "knocks.h"

#define NOBODY 65534

static int before_the_charter(void *data)
{
	int channel, error, fd, self = pidfd_open(getpid(), 0);
	struct knock_answer answer;
	size_t before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(door_make() == 0);
	before = fds_count();
	CHECK(show_with(0, &answer, &fd) == CHILD_PASS);
	CHECK(answer.error == EAGAIN && answer.owners == 0 && fd == -1);
	CHECK(join_with("su", self, &error, &channel) == CHILD_PASS && error == EACCES);
	CHECK(channel_hung_up(channel) && close(channel) == 0);
	CHECK(!keeper.chartered && keeper.owners.count == 0 && fds_count() == before);
	return CHILD_PASS;
}

static int one_charter_only(void *data)
{
	const struct space_card space = space_card_of(SCOPE_USER);
	struct knock knock = knock_of(KNOCK_CHARTER);
	int module, other, self = pidfd_open(getpid(), 0);
	size_t before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(door_make() == 0 && charter_with(SCOPE_USER, &module) == CHILD_PASS);
	before = fds_count();
	knock.space.uid = 4711;
	CHECK(knock_with(&knock, self, &other) == CHILD_PASS);
	CHECK(doorkeeper_hear(&keeper, door) && keeper.owners.count == 1);
	CHECK(same_space(&keeper.space, &space));
	CHECK(channel_hung_up(other) && close(other) == 0 && fds_count() == before);
	return CHILD_PASS;
}

/* There is no owner then, and that is the end of the space. */
static int charter_of_a_dead_owner(void *data)
{
	const struct knock knock = knock_of(KNOCK_CHARTER);
	int channel, dead = pidfd_of_dead();
	size_t before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(door_make() == 0 && dead >= 0);
	before = fds_count();
	CHECK(knock_with(&knock, dead, &channel) == CHILD_PASS);
	CHECK(doorkeeper_hear(&keeper, door));
	CHECK(keeper.chartered && keeper.owners.count == 0 && !keeper.owners.entered);
	CHECK(channel_hung_up(channel) && close(channel) == 0 && fds_count() == before);
	return CHILD_PASS;
}

static int alone(void *data)
{
	int module, channel, error, self = pidfd_open(getpid(), 0);
	size_t before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(door_make() == 0 && charter_with(SCOPE_LOGIN, &module) == CHILD_PASS);
	before = fds_count();
	CHECK(join_with("su", self, &error, &channel) == CHILD_PASS && error == EACCES);
	CHECK(keeper.owners.count == 1);
	CHECK(channel_hung_up(channel) && close(channel) == 0 && fds_count() == before);
	return CHILD_PASS;
}

static int no_owners(void *data)
{
	int module, channel, error, fd, self = pidfd_open(getpid(), 0), dead = pidfd_of_dead();
	const struct knock knock = knock_of(KNOCK_JOIN);
	size_t before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(door_make() == 0 && charter_with(SCOPE_USER, &module) == CHILD_PASS);
	before = fds_count();
	CHECK(join_with("su", dead, &error, &channel) == CHILD_PASS && error == ESRCH);
	CHECK(channel_hung_up(channel) && close(channel) == 0 && fds_count() == before);
	/* Nowhere to answer to, and nothing to hear words from. */
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	CHECK(channel_send(knocker, &knock, sizeof(knock), (const int[]){ self, fd }, 2) == 0);
	CHECK(close(fd) == 0 && doorkeeper_hear(&keeper, door));
	CHECK(keeper.owners.count == 1 && fds_count() == before);
	return CHILD_PASS;
}

/* Whatever is at the door: it is heard, nothing comes of it, its fds are gone. */
static int refused(const void *packet, size_t length, size_t count)
{
	const int owners = (int)keeper.owners.count;
	const size_t before = fds_count();
	int fds[CHANNEL_FDS_MAX + 2], ends[2], i;
	union {
		char bytes[CMSG_SPACE(sizeof(fds))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec part = { .iov_base = (void *)(uintptr_t)packet, .iov_len = length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct knock_answer answer;

	CHECK(channel_pair(ends) == 0);
	for (i = 0; i < CHANNEL_FDS_MAX + 2; i++) {
		fds[i] = ends[1];
	}
	if (count > 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		control.align = (struct cmsghdr){ .cmsg_len = CMSG_LEN(count * sizeof(int)),
						  .cmsg_level = SOL_SOCKET,
						  .cmsg_type = SCM_RIGHTS };
		memcpy(CMSG_DATA(&control.align), fds, count * sizeof(int));
	}
	CHECK(sendmsg(knocker, &message, MSG_NOSIGNAL) == (ssize_t)length && close(ends[1]) == 0);
	CHECK(doorkeeper_hear(&keeper, door) && !doorkeeper_hear(&keeper, door));
	/* Who gave us a socket is told: it may be a program of another version. */
	CHECK(count == 0 ||
	      (recv(ends[0], &answer, sizeof(answer), MSG_DONTWAIT) == (ssize_t)sizeof(answer) &&
	       answer.error == EPROTO));
	CHECK(channel_hung_up(ends[0]) && close(ends[0]) == 0);
	CHECK(fds_count() == before && (int)keeper.owners.count == owners);
	return CHILD_PASS;
}

static int nonsense(void *data)
{
	static struct knock knocks[2];
	int module;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(door_make() == 0);
	knocks[0] = knock_of(KNOCK_CHARTER);
	CHECK(refused(&knocks[0], sizeof(knocks[0]), 1) == CHILD_PASS && !keeper.chartered);
	CHECK(charter_with(SCOPE_USER, &module) == CHILD_PASS);
	knocks[0] = knock_of(KNOCK_JOIN);
	CHECK(refused(&knocks[0], sizeof(knocks[0]), 0) == CHILD_PASS);
	CHECK(refused(&knocks[0], sizeof(knocks[0]), 1) == CHILD_PASS);
	CHECK(refused(&knocks[0], sizeof(knocks[0]), 3) == CHILD_PASS);
	CHECK(refused(&knocks[0], sizeof(knocks[0]), 4) == CHILD_PASS);
	CHECK(refused(&knocks[0], sizeof(knocks[0]) - 1, 2) == CHILD_PASS);
	CHECK(refused(&knocks[0], sizeof(knocks[0]) + 1, 2) == CHILD_PASS);
	CHECK(refused(&knocks[0], 0, 0) == CHILD_PASS);
	CHECK(refused(&knocks[0], 1, 4) == CHILD_PASS);
	knocks[0].version++;
	CHECK(refused(&knocks[0], sizeof(knocks[0]), 2) == CHILD_PASS);
	knocks[0] = knock_of(KNOCK_SHOW);
	CHECK(refused(&knocks[0], sizeof(knocks[0]), 2) == CHILD_PASS);
	CHECK(refused(&knocks[0], sizeof(knocks[0]), 0) == CHILD_PASS);
	knocks[0].kind = KNOCK_SHOW + 1;
	CHECK(refused(&knocks[0], sizeof(knocks[0]), 1) == CHILD_PASS);
	return CHILD_PASS;
}

/* Should a user's process ever get hold of an end. */
static int not_from_root(void *data)
{
	static const enum knock_kind kinds[] = { KNOCK_CHARTER, KNOCK_JOIN, KNOCK_SHOW };
	int status, channel, self = pidfd_open(getpid(), 0);
	size_t i, before;

	(void)data;
	CHECK(door_make() == 0);
	before = fds_count();
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct knock knock = knock_of(kinds[i]);
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			_exit((geteuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) < 0) ||
			      knock_with(&knock, self, &channel) != CHILD_PASS);
		}
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		CHECK(doorkeeper_hear(&keeper, door) && !doorkeeper_hear(&keeper, door));
		CHECK(!keeper.chartered && keeper.owners.count == 0 && fds_count() == before);
	}
	return CHILD_PASS;
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(before_the_charter)
IN_CHILD(one_charter_only)
IN_CHILD(charter_of_a_dead_owner)
IN_CHILD(alone)
IN_CHILD(no_owners)
IN_CHILD(nonsense)
IN_CHILD(not_from_root)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_before_the_charter),
		cmocka_unit_test(test_one_charter_only),
		cmocka_unit_test(test_charter_of_a_dead_owner),
		cmocka_unit_test(test_alone),
		cmocka_unit_test(test_no_owners),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_not_from_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
