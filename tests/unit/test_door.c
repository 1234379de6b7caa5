/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/door.c helper/init/doorkeeper.c helper/init/owners.c lib/channel.c lib/knock.c lib/message.c */
/*
 * test_door.c - knocking at a door: of a process with a doorkeeper, of one that misbehaves, and of
 * one that does not come to it.
 */
#include "door.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>

#include <cmocka.h>

#include "child.h"
#include "doorkeeper.h"
#include "fds.h"
#include "init_fds.h"
#include "knocks.h"

#define NOBODY 65534

/* A process that stands in for an init. */
struct init {
	pid_t pid;
	int pidfd;
};

static int64_t soon(void)
{
	return channel_now_ms() + KNOCKS_PATIENCE_MS;
}

/* What RUN says when it is as the test wants it. */
static void ready(int news)
{
	if (write(news, "r", 1) != 1) {
		_exit(1);
	}
}

/* A fork that runs RUN with a door at its place, and is ready when this returns. */
static int init_start(void (*run)(int door, int news), struct init *ret)
{
	const int on = 1;
	int ends[2], pipes[2];
	char byte;

	CHECK(channel_pair(ends) == 0 && pipe2(pipes, O_CLOEXEC) == 0);
	CHECK(setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
	ret->pid = fork();
	CHECK(ret->pid >= 0);
	if (ret->pid == 0) {
		int door = fcntl(ends[0], F_DUPFD_CLOEXEC, 100);
		int knocker = fcntl(ends[1], F_DUPFD_CLOEXEC, 100);
		int news = fcntl(pipes[1], F_DUPFD_CLOEXEC, 100);

		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (dup2(knocker, INIT_KNOCKER_FD) < 0 || close(knocker) < 0) {
			_exit(1);
		}
		run(door, news);
		_exit(0);
	}
	ret->pidfd = pidfd_open(ret->pid, 0);
	CHECK(ret->pidfd >= 0 && read(pipes[0], &byte, 1) == 1);
	CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
	CHECK(close(pipes[0]) == 0 && close(pipes[1]) == 0);
	return CHILD_PASS;
}

static int init_end(const struct init *init)
{
	CHECK(kill(init->pid, SIGKILL) == 0 && waitpid(init->pid, NULL, 0) == init->pid);
	CHECK(close(init->pidfd) == 0);
	return CHILD_PASS;
}

static void wait_at(int door)
{
	struct pollfd entry = { .fd = door, .events = POLLIN };

	(void)poll(&entry, 1, -1);
}

/* As init does: a space of uid 1000 whose first owner is its parent. */
static void keep_door(int door, int news)
{
	static struct doorkeeper keeper = { .owners.most = OWNERS_MAX };
	const struct knock charter = knock_of(KNOCK_CHARTER);
	const int owner = pidfd_open(getppid(), 0);
	int ends[2];

	if (channel_pair(ends) < 0 || channel_send(INIT_KNOCKER_FD, &charter, sizeof(charter),
						   (const int[]){ owner, ends[1] }, 2) < 0) {
		_exit(1);
	}
	ready(news);
	for (;;) {
		wait_at(door);
		(void)doorkeeper_hear(&keeper, door);
	}
}

static void never_come(int door, int news)
{
	(void)door;
	ready(news);
	for (;;) {
		(void)pause();
	}
}

static void shut_door(int door, int news)
{
	(void)close(INIT_KNOCKER_FD);
	never_come(door, news);
}

static void no_socket(int door, int news)
{
	(void)dup2(open("/dev/null", O_RDONLY | O_CLOEXEC), INIT_KNOCKER_FD);
	never_come(door, news);
}

static void stream_socket(int door, int news)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) {
		(void)dup2(ends[0], INIT_KNOCKER_FD);
	}
	never_come(door, news);
}

/* Reads one knock and lets its fds go, as the kernel does for an init that ends. */
static void drop_knock(int door, int news)
{
	struct knock knock;

	ready(news);
	wait_at(door);
	(void)recv(door, &knock, sizeof(knock), 0);
	never_come(door, news);
}

static void die_at_knock(int door, int news)
{
	ready(news);
	wait_at(door);
	_exit(0);
}

static int taking(void *data)
{
	struct init init;
	int door = -7;
	size_t before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	before = fds_count();
	CHECK(init_start(never_come, &init) == CHILD_PASS);
	CHECK(door_take(init.pidfd, &door) == 0 && fd_is_cloexec(door));
	CHECK(close(door) == 0 && init_end(&init) == CHILD_PASS && fds_count() == before);
	return CHILD_PASS;
}

/* What RUN leaves at the number is no door. */
static int taken_is_not(void (*run)(int door, int news), int expected)
{
	struct init init;
	int door = -7;
	size_t before;

	CHECK(init_start(run, &init) == CHILD_PASS);
	before = fds_count();
	CHECK(door_take(init.pidfd, &door) == expected && door == -7 && fds_count() == before);
	return init_end(&init);
}

static int not_a_door(void *data)
{
	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(taken_is_not(shut_door, -EBADF) == CHILD_PASS);
	CHECK(taken_is_not(no_socket, -EBADF) == CHILD_PASS);
	CHECK(taken_is_not(stream_socket, -EBADF) == CHILD_PASS);
	return CHILD_PASS;
}

/* A socket at the right place, but a user's: whoever made it was not root. */
static int not_roots_door(void *data)
{
	struct init init;
	int door = -7;

	(void)data;
	if (geteuid() == 0) {
		CHECK(setresuid(NOBODY, NOBODY, NOBODY) == 0);
		CHECK(prctl(PR_SET_DUMPABLE, 1) == 0);
	}
	CHECK(init_start(never_come, &init) == CHILD_PASS);
	CHECK(door_take(init.pidfd, &door) == -EBADF && door == -7);
	return init_end(&init);
}

static int of_the_dead(void *data)
{
	const int dead = pidfd_of_dead();
	int door = -7;

	(void)data;
	CHECK(dead >= 0 && door_take(dead, &door) == -ESRCH);
	CHECK(door_take(FDS_LIMIT - 1, &door) == -EBADF && door == -7);
	return CHILD_PASS;
}

static int joining(void *data)
{
	const struct owner_card card = owner_card_of("su");
	const struct space_card space = space_card_of(SCOPE_USER);
	struct knock_answer answer;
	int door, channel = -7, owner = -7, dead = pidfd_of_dead();
	struct init init;
	size_t before;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(init_start(keep_door, &init) == CHILD_PASS && door_take(init.pidfd, &door) == 0);
	before = fds_count();
	CHECK(door_show(door, 0, soon(), &answer, &owner) == 0);
	CHECK(answer.owners == 1 && same_space(&answer.space, &space));
	CHECK(pidfd_number(owner) == getpid() && fd_is_cloexec(owner) && close(owner) == 0);
	CHECK(door_show(door, 1, soon(), &answer, &owner) == 0 && owner == -1);
	CHECK(fds_count() == before);
	CHECK(door_join(door, &card, init.pidfd, soon(), &answer, &channel) == 0);
	CHECK(answer.owners == 2 && same_space(&answer.space, &space));
	CHECK(fd_is_cloexec(channel) && fds_count() == before + 1);
	CHECK(door_show(door, 1, soon(), &answer, &owner) == 0 && answer.owners == 2);
	CHECK(same_owner(&answer.owner, &card));
	CHECK(pidfd_number(owner) == init.pid && close(owner) == 0);
	owner = -7;
	CHECK(door_join(door, &card, dead, soon(), &answer, &owner) == -ESRCH); /* init says so */
	CHECK(door_join(door, &card, FDS_LIMIT - 1, soon(), &answer, &owner) == -EBADF);
	CHECK(owner == -7 && fds_count() == before + 1);
	/* The channel is that of init: with init it goes. */
	CHECK(init_end(&init) == CHILD_PASS && channel_hung_up(channel) && close(channel) == 0);
	CHECK(door_join(door, &card, dead, soon(), &answer, &channel) == -EPIPE);
	return CHILD_PASS;
}

/* Both calls at RUN's door end with EXPECTED, and leave no fd. */
static int both_end(void (*run)(int door, int news), int64_t patience_ms, int expected)
{
	const struct owner_card card = owner_card_of("su");
	struct knock_answer answer;
	int door, i;

	for (i = 0; i < 2; i++) {
		struct init init;
		int result = -7, err;
		size_t before;

		CHECK(init_start(run, &init) == CHILD_PASS && door_take(init.pidfd, &door) == 0);
		before = fds_count();
		err = i == 0 ? door_join(door, &card, init.pidfd, channel_now_ms() + patience_ms,
					 &answer, &result)
			     : door_show(door, 0, channel_now_ms() + patience_ms, &answer, &result);
		CHECK(err == expected && result == -7 && fds_count() == before);
		CHECK(close(door) == 0 && init_end(&init) == CHILD_PASS);
	}
	return CHILD_PASS;
}

static int ending_inits(void *data)
{
	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(both_end(drop_knock, KNOCKS_PATIENCE_MS, -ECONNRESET) == CHILD_PASS);
	CHECK(both_end(die_at_knock, KNOCKS_PATIENCE_MS, -ECONNRESET) == CHILD_PASS);
	return CHILD_PASS;
}

static int frozen_init(void *data)
{
	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(both_end(never_come, 20, -ETIMEDOUT) == CHILD_PASS);
	CHECK(both_end(keep_door, 0, -ETIMEDOUT) == CHILD_PASS); /* too late already */
	return CHILD_PASS;
}

/* Nobody reads, and nothing fits in any more; then somebody does. */
static int full_door(void *data)
{
	const struct owner_card card = owner_card_of("su");
	static const char filler[4096];
	struct knock_answer answer;
	int door, channel = -7, err;
	struct init init;
	size_t before;
	pid_t waker;

	(void)data;
	if (knocks_as_root() < 0) {
		return CHILD_SKIP;
	}
	CHECK(init_start(keep_door, &init) == CHILD_PASS && door_take(init.pidfd, &door) == 0);
	CHECK(kill(init.pid, SIGSTOP) == 0);
	CHECK(waitpid(init.pid, NULL, WUNTRACED) == init.pid);
	do {
		err = channel_send(door, filler, sizeof(filler), NULL, 0);
	} while (err == 0);
	CHECK(err == -EAGAIN);
	before = fds_count();
	err = door_join(door, &card, init.pidfd, channel_now_ms() + 20, &answer, &channel);
	CHECK(err == -ETIMEDOUT && channel == -7 && fds_count() == before);
	err = door_show(door, 0, channel_now_ms() + 20, &answer, &channel);
	CHECK(err == -ETIMEDOUT && channel == -7 && fds_count() == before);
	waker = fork();
	CHECK(waker >= 0);
	if (waker == 0) {
		(void)poll(NULL, 0, 20); /* most often after the first try: both orders must do */
		_exit(kill(init.pid, SIGCONT) < 0);
	}
	CHECK(door_join(door, &card, init.pidfd, soon(), &answer, &channel) == 0);
	CHECK(answer.owners == 2 && waitpid(waker, NULL, 0) == waker);
	return init_end(&init);
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(taking)
IN_CHILD(not_a_door)
IN_CHILD(not_roots_door)
IN_CHILD(of_the_dead)
IN_CHILD(joining)
IN_CHILD(ending_inits)
IN_CHILD(frozen_init)
IN_CHILD(full_door)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taking),         cmocka_unit_test(test_not_a_door),
		cmocka_unit_test(test_not_roots_door), cmocka_unit_test(test_of_the_dead),
		cmocka_unit_test(test_joining),        cmocka_unit_test(test_ending_inits),
		cmocka_unit_test(test_frozen_init),    cmocka_unit_test(test_full_door),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
