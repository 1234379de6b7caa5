/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/init/doorkeeper.c helper/init/owners.c lib/channel.c lib/knock.c lib/message.c */
/*
 * test_doorkeeper.c - init's side of its door: who is let in, and what is answered.
 */
#include "doorkeeper.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "child.h"
#include "doorkeeping.h"
#include "fds.h"
#include "knocks.h"

static int charter_join_show(void *data)
{
	const struct space_card space = space_card_of(SCOPE_USER);
	const struct owner_card second = owner_card_of("su"), none = { 0 };
	struct knock_answer answer;
	int module, other, error, fd, pidfd;
	pid_t pid;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(door_make() == 0 && !doorkeeper_hear(&keeper, door));
	CHECK(charter_with(SCOPE_USER, &module) == CHILD_PASS);
	CHECK(same_space(&keeper.space, &space));
	CHECK(recv(module, &fd, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN); /* no answer */
	pid = sleeper_start();
	pidfd = pidfd_open(pid, 0);
	CHECK(join_with("su", pidfd, &error, &other) == CHILD_PASS && error == 0);
	CHECK(keeper.owners.count == 2 && close(pidfd) == 0);
	CHECK(show_with(0, &answer, &fd) == CHILD_PASS);
	CHECK(answer.error == 0 && answer.owners == 2 && answer.lingers_since == 0);
	CHECK(same_space(&answer.space, &space));
	CHECK(strcmp(answer.owner.service, "sshd") == 0);
	CHECK(pidfd_number(fd) == getpid() && close(fd) == 0);
	CHECK(show_with(1, &answer, &fd) == CHILD_PASS);
	CHECK(same_owner(&answer.owner, &second));
	CHECK(pidfd_number(fd) == pid && close(fd) == 0);
	CHECK(show_with(2, &answer, &fd) == CHILD_PASS && fd == -1);
	CHECK(answer.error == 0 && same_owner(&answer.owner, &none));
	CHECK(show_with(UINT32_MAX, &answer, &fd) == CHILD_PASS && fd == -1);
	CHECK(!doorkeeper_hear(&keeper, door));
	CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	return CHILD_PASS;
}

static int too_many(void *data)
{
	int module, channel, error, i, self = pidfd_open(getpid(), 0);
	struct rlimit limit;
	size_t before;

	(void)data;
	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	if (knocks_as_root() < 0 || limit.rlim_max < FDS_LIMIT) {
		return CHILD_SKIP;
	}
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	CHECK(door_make() == 0 && charter_with(SCOPE_USER, &module) == CHILD_PASS);
	for (i = 1; i < OWNERS_MAX; i++) {
		CHECK(join_with("su", self, &error, &channel) == CHILD_PASS && error == 0);
		CHECK(close(channel) == 0 && keeper.owners.count == (size_t)i + 1);
	}
	before = fds_count();
	CHECK(join_with("su", self, &error, &channel) == CHILD_PASS && error == EUSERS);
	CHECK(keeper.owners.count == OWNERS_MAX && keeper.owners.used == OWNERS_MAX);
	CHECK(channel_hung_up(channel) && close(channel) == 0 && fds_count() == before);
	owners_drop(&keeper.owners, &keeper.owners.places[100]);
	CHECK(join_with("late", self, &error, &channel) == CHILD_PASS && error == 0);
	CHECK(keeper.owners.count == OWNERS_MAX);
	CHECK(strcmp(owners_at(&keeper.owners, 100)->card.service, "late") == 0);
	return CHILD_PASS;
}

/* Who joins a space that lingers ends that; who looks does not. */
static int lingering(void *data)
{
	int module, channel, error, fd, self = pidfd_open(getpid(), 0), dead = pidfd_of_dead();
	struct knock_answer answer;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(door_make() == 0 && charter_with(SCOPE_USER, &module) == CHILD_PASS);
	owners_drop(&keeper.owners, &keeper.owners.places[0]);
	keeper.lingers_since = 12345;
	CHECK(show_with(0, &answer, &fd) == CHILD_PASS && fd == -1);
	CHECK(answer.error == 0 && answer.owners == 0 && answer.lingers_since == 12345);
	CHECK(join_with("su", dead, &error, &channel) == CHILD_PASS && error == ESRCH);
	CHECK(keeper.lingers_since == 12345);
	CHECK(join_with("su", self, &error, &channel) == CHILD_PASS && error == 0);
	CHECK(keeper.lingers_since == 0 && keeper.owners.count == 1);
	return CHILD_PASS;
}

/* Somebody who does not read answers must not stop an init. */
static int full_answer_socket(void *data)
{
	const struct knock knock = knock_of(KNOCK_SHOW);
	int module, ends[2], err;
	static char filler[4096];
	size_t before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(door_make() == 0 && charter_with(SCOPE_USER, &module) == CHILD_PASS);
	CHECK(channel_pair(ends) == 0);
	do {
		err = channel_send(ends[1], filler, sizeof(filler), NULL, 0);
	} while (err == 0);
	CHECK(err == -EAGAIN);
	before = fds_count();
	CHECK(channel_send(knocker, &knock, sizeof(knock), &ends[1], 1) == 0);
	CHECK(doorkeeper_hear(&keeper, door) && fds_count() == before);
	return CHILD_PASS;
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(charter_join_show)
IN_CHILD(too_many)
IN_CHILD(lingering)
IN_CHILD(full_answer_socket)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_charter_join_show),
		cmocka_unit_test(test_too_many),
		cmocka_unit_test(test_lingering),
		cmocka_unit_test(test_full_answer_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
