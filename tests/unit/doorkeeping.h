/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doorkeeping.h - a doorkeeper with its door, and somebody who knocks. Include after cmocka.h.
 */
#ifndef LOGINSPACE_TEST_DOORKEEPING_H
#define LOGINSPACE_TEST_DOORKEEPING_H

#include "child.h"
#include "doorkeeper.h"
#include "knocks.h"

/* Each test runs in a fork and so has its own, all zeros, as init has. */
static struct doorkeeper keeper = { .owners.most = OWNERS_MAX };
static int door = -1, knocker = -1;

static inline int door_make(void)
{
	const int on = 1;
	int ends[2];

	CHECK(channel_pair(ends) == 0);
	door = ends[0];
	knocker = ends[1];
	CHECK(setsockopt(door, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
	return CHILD_PASS;
}

/* One knock with two fds, which stay the caller's; *RET is our end of the socket in it. */
static inline int knock_with(const struct knock *knock, int pidfd, int *ret)
{
	int ends[2], err;

	CHECK(channel_pair(ends) == 0);
	err = knock->kind == KNOCK_SHOW ? channel_send(knocker, knock, sizeof(*knock), &ends[1], 1)
					: channel_send(knocker, knock, sizeof(*knock),
						       (const int[]){ pidfd, ends[1] }, 2);
	CHECK(err == 0 && close(ends[1]) == 0);
	*ret = ends[0];
	return CHILD_PASS;
}

/* The answer that waits at CHANNEL; *RET_FD is the one that came with it, or -1. */
static inline int answered(int channel, struct knock_answer *ret, int *ret_fd)
{
	int fds[CHANNEL_FDS_MAX] = { -1, -1 };
	size_t length, count;

	CHECK(channel_receive(channel, channel_now_ms() + 1, ret, sizeof(*ret), &length, fds,
			      &count) == 0);
	CHECK(knock_answer_check(ret, length) == 0 && count <= 1);
	*ret_fd = count == 1 ? fds[0] : -1;
	return CHILD_PASS;
}

/* A space with one owner, this process. *RET is its module's end. */
static inline int charter_with(enum plan_scope scope, int *ret)
{
	struct knock knock = knock_of(KNOCK_CHARTER);
	int self = pidfd_open(getpid(), 0);

	knock.space = space_card_of(scope);
	CHECK(knock_with(&knock, self, ret) == CHILD_PASS && close(self) == 0);
	CHECK(doorkeeper_hear(&keeper, door));
	CHECK(keeper.chartered && keeper.owners.count == 1);
	return CHILD_PASS;
}

/* Knocks for another owner; the error of the answer goes to *RET_ERROR. */
static inline int join_with(const char *service, int pidfd, int *ret_error, int *ret_channel)
{
	struct knock knock = knock_of(KNOCK_JOIN);
	struct knock_answer answer;
	int fd;

	knock.owner = owner_card_of(service);
	CHECK(knock_with(&knock, pidfd, ret_channel) == CHILD_PASS);
	CHECK(doorkeeper_hear(&keeper, door));
	CHECK(answered(*ret_channel, &answer, &fd) == CHILD_PASS && fd == -1);
	CHECK(answer.owners == keeper.owners.count);
	*ret_error = answer.error;
	return CHILD_PASS;
}

/* Asks for owner INDEX: *RET and the pidfd that came with it. */
static inline int show_with(uint32_t index, struct knock_answer *ret, int *ret_fd)
{
	struct knock knock = knock_of(KNOCK_SHOW);
	int channel;

	knock.index = index;
	CHECK(knock_with(&knock, -1, &channel) == CHILD_PASS);
	CHECK(doorkeeper_hear(&keeper, door));
	CHECK(answered(channel, ret, ret_fd) == CHILD_PASS);
	CHECK(channel_hung_up(channel) && close(channel) == 0);
	return CHILD_PASS;
}

#endif
