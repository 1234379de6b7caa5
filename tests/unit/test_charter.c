/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/charter.c lib/channel.c lib/hostname.c lib/knock.c lib/message.c lib/space_id.c */
/*
 * test_charter.c - what init is told is what was asked for and planned, and passes its checks.
 */
#include "charter.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "init_fds.h"
#include "knocks.h"

static struct request request_of(void)
{
	return (struct request){
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.uid = 4711,
		.deadline_ms = 9000,
		.user = "alice",
		.service = "sshd",
		.rhost = "2001:db8::1",
		.tty = "ssh",
		.conf = "/etc/x.conf",
	};
}

static struct plan plan_of(const char *hostname)
{
	struct plan plan = {
		.uid = 4711,
		.namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET,
		.scope = SCOPE_USER,
		.linger = LINGER_TIME,
		.linger_seconds = 77,
		.digest = 0x0123456789abcdef,
		.network = "loopback",
	};

	(void)snprintf(plan.hostname, sizeof(plan.hostname), "%s", hostname);
	return plan;
}

static bool is_now(int64_t seconds)
{
	const int64_t now = (int64_t)time(NULL);

	return seconds >= now - 60 && seconds <= now + 1;
}

static void owners(void **state)
{
	const struct request request = request_of();
	struct owner_card card;

	(void)state;
	memset(&card, 0x5a, sizeof(card)); /* a card owes nothing to what was there */
	charter_owner(&request, &card);
	assert_true(is_now(card.since));
	assert_string_equal(card.service, "sshd");
	assert_string_equal(card.rhost, "2001:db8::1");
	assert_string_equal(card.tty, "ssh");
	assert_int_equal(card.service[sizeof(card.service) - 1], '\0');
}

static void spaces(void **state)
{
	const struct request request = request_of();
	const struct plan plan = plan_of("%u.%U.%h.%i.%s");
	struct knock knock = knock_of(KNOCK_CHARTER);

	(void)state;
	memset(&knock.space, 0x5a, sizeof(knock.space));
	charter_space(&request, &plan, 12, "host", &knock.space);
	assert_int_equal(knock_check(&knock, sizeof(knock)), 0);
	assert_int_equal(knock.space.uid, 4711);
	assert_int_equal(knock.space.number, 12);
	assert_int_equal(knock.space.namespaces, plan.namespaces);
	assert_int_equal(knock.space.scope, SCOPE_USER);
	assert_int_equal(knock.space.linger, LINGER_TIME);
	assert_int_equal(knock.space.linger_seconds, 77);
	assert_true(knock.space.digest == plan.digest);
	assert_true(is_now(knock.space.since));
	assert_string_equal(knock.space.user, "alice");
	assert_string_equal(knock.space.network, "loopback");
	assert_string_equal(knock.space.hostname, "alice.4711.host.4711-12.sshd");
	assert_string_equal(knock.space.conf, "/etc/x.conf");
}

/* Every text as long as a request may have it: what request_check lets through, init takes. */
static void full_fields(void **state)
{
	struct request request = request_of();
	const struct plan plan = plan_of("%u");
	struct knock knock = knock_of(KNOCK_CHARTER);

	(void)state;
	memset(request.user, 'u', sizeof(request.user) - 1);
	memset(request.service, 's', sizeof(request.service) - 1);
	memset(request.rhost, 'r', sizeof(request.rhost) - 1);
	memset(request.tty, 't', sizeof(request.tty) - 1);
	memset(request.conf, 'c', sizeof(request.conf) - 1);
	assert_int_equal(request_check(&request, sizeof(request)), 0);
	charter_owner(&request, &knock.owner);
	charter_space(&request, &plan, PLAN_MAX_SPACES_LIMIT - 1, "host", &knock.space);
	assert_int_equal(knock_check(&knock, sizeof(knock)), 0);
	assert_string_equal(knock.space.user, request.user);
	assert_string_equal(knock.space.conf, request.conf);
	assert_string_equal(knock.owner.service, request.service);
	assert_string_equal(knock.owner.rhost, request.rhost);
	assert_string_equal(knock.owner.tty, request.tty);
	assert_int_equal(strlen(knock.space.hostname), PLAN_HOSTNAME_SIZE - 1);
}

/* Through the door of the calling process, with the two fds, which stay the caller's. */
static int sending(void *data)
{
	const struct space_card space = space_card_of(SCOPE_USER);
	const struct owner_card card = owner_card_of("sshd");
	int self, ends[2], module[2], fds[CHANNEL_FDS_MAX];
	struct knock knock;
	size_t length, count, before;
	char byte;

	(void)data;
	CHECK(dup2(CHILD_STDERR, INIT_KNOCKER_FD) == INIT_KNOCKER_FD); /* else it is one of these */
	self = pidfd_open(getpid(), 0);
	CHECK(self >= 0 && channel_pair(module) == 0 && channel_pair(ends) == 0);
	CHECK(charter_send(&space, &card, self, module[0]) == -ENOTSOCK);
	CHECK(close(INIT_KNOCKER_FD) == 0);
	before = fds_count();
	CHECK(charter_send(&space, &card, self, module[0]) == -EBADF);
	CHECK(fds_count() == before);
	CHECK(dup2(ends[0], INIT_KNOCKER_FD) == INIT_KNOCKER_FD);
	before = fds_count();
	CHECK(charter_send(&space, &card, self, module[0]) == 0);
	CHECK(fds_count() == before && fd_is_open(self) && fd_is_open(module[0]));
	CHECK(channel_receive(ends[1], channel_now_ms() + 1, &knock, sizeof(knock), &length, fds,
			      &count) == 0);
	CHECK(knock_check(&knock, length) == 0 && knock.kind == KNOCK_CHARTER && count == 2);
	CHECK(same_space(&knock.space, &space));
	CHECK(same_owner(&knock.owner, &card));
	CHECK(pidfd_number(fds[0]) == getpid());
	CHECK(channel_send(fds[1], "x", 1, NULL, 0) == 0 && recv(module[1], &byte, 1, 0) == 1);
	return CHILD_PASS;
}

static void test_sending(void **state)
{
	(void)state;
	child_assert(sending, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(owners),
		cmocka_unit_test(spaces),
		cmocka_unit_test(full_fields),
		cmocka_unit_test(test_sending),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
