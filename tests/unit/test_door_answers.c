/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/door.c lib/channel.c lib/knock.c lib/message.c */
/*
 * test_door_answers.c - answers that no init of ours sends, such as those of another version.
 */
#include "door.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "knocks.h"

/* What comes back, and what the caller is to hear of it. */
struct reaction {
	struct knock_answer answer;
	size_t length, fds;
	int joined, shown;
};

/* Reads a knock, whose last fd is the socket for the answer, and sends what it was told to. */
static int react(int door, const struct reaction *reaction)
{
	int fds[CHANNEL_FDS_MAX];
	const int files[] = { 0, 0 };
	size_t length, count;
	struct knock knock;

	CHECK(channel_receive(door, channel_now_ms() + KNOCKS_PATIENCE_MS, &knock, sizeof(knock),
			      &length, fds, &count) == 0);
	CHECK(knock_check(&knock, length) == 0);
	CHECK(count == knock_fd_count((enum knock_kind)knock.kind));
	CHECK(channel_send(fds[count - 1], &reaction->answer, reaction->length, files,
			   reaction->fds) == 0);
	return CHILD_PASS;
}

static int call(int door, int join, int *ret)
{
	const struct owner_card card = owner_card_of("su");
	const int64_t deadline_ms = channel_now_ms() + KNOCKS_PATIENCE_MS;
	struct knock_answer answer;

	return join ? door_join(door, &card, STDIN_FILENO, deadline_ms, &answer, ret)
		    : door_show(door, 0, deadline_ms, &answer, ret);
}

static int meets(const struct reaction *reaction)
{
	int ends[2], join;

	CHECK(channel_pair(ends) == 0);
	for (join = 0; join < 2; join++) {
		const int expected = join ? reaction->joined : reaction->shown;
		const size_t before = fds_count();
		int result = -7, status;
		pid_t pid = fork();

		CHECK(pid >= 0);
		if (pid == 0) {
			_exit(react(ends[1], reaction));
		}
		CHECK(call(ends[0], join, &result) == expected);
		CHECK(waitpid(pid, &status, 0) == pid && status == 0);
		if (expected == 0 && result >= 0) {
			CHECK(close(result) == 0);
		}
		CHECK((expected < 0) == (result == -7) && fds_count() == before);
	}
	CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
	return CHILD_PASS;
}

#define WHOLE sizeof(struct knock_answer)

static int reactions(void *data)
{
	const struct knock_answer good = knock_answer_of(0);
	struct reaction all[] = {
		{ good, WHOLE, 0, 0, 0 },
		{ good, WHOLE, 1, -EBADMSG, 0 }, /* only a show brings a pidfd */
		{ good, WHOLE, 2, -EBADMSG, -EBADMSG },
		{ knock_answer_of(EUSERS), WHOLE, 0, -EUSERS, -EUSERS },
		{ knock_answer_of(EPERM), WHOLE, 1, -EBADMSG, -EPERM }, /* and is dropped */
		{ good, WHOLE - 1, 1, -EMSGSIZE, -EMSGSIZE },
		{ good, 1, 0, -EMSGSIZE, -EMSGSIZE },
		{ good, 0, 0, -ECONNRESET, -ECONNRESET },
		{ knock_answer_of(-EPERM), WHOLE, 1, -EINVAL, -EINVAL },
		{ good, WHOLE, 1, -EPROTO, -EPROTO },
	};
	size_t i;

	(void)data;
	all[sizeof(all) / sizeof(all[0]) - 1].answer.version++;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (meets(&all[i]) != CHILD_PASS) {
			(void)dprintf(CHILD_STDERR, "reaction %zu\n", i);
			return CHILD_FAIL;
		}
	}
	return CHILD_PASS;
}

static int no_door(void *data)
{
	int ends[2], result = -7;
	size_t before;

	(void)data;
	CHECK(channel_pair(ends) == 0 && close(ends[1]) == 0);
	before = fds_count();
	CHECK(call(ends[0], 0, &result) == -EPIPE && call(ends[0], 1, &result) == -EPIPE);
	CHECK(call(FDS_LIMIT - 1, 0, &result) == -EBADF);
	CHECK(call(FDS_LIMIT - 1, 1, &result) == -EBADF);
	CHECK(result == -7 && fds_count() == before);
	return CHILD_PASS;
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(reactions)
IN_CHILD(no_door)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reactions),
		cmocka_unit_test(test_no_door),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
