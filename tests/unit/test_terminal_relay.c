/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/terminal_relay.c */
/*
 * test_terminal_relay.c - bytes between two terminals. The far side of ours is that of the person;
 * the far side of the new one is that of the command.
 */
#include "terminal_relay.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct stage {
	int person;  /* master of ours */
	int command; /* slave of the new one */
	int quiet[2];
	struct terminal terminal;
	struct relay relay;
	struct relay_watch watch;
	bool impatient;
};

static void raw_pair(int *ret_master, int *ret_slave)
{
	struct termios raw;
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int slave;

	assert_true(master >= 0);
	assert_int_equal(unlockpt(master), 0);
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	assert_int_equal(tcgetattr(slave, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
	*ret_master = master;
	*ret_slave = slave;
}

static bool impatient(void *data)
{
	const struct stage *stage = data;

	return stage->impatient;
}

static int stage_set(void **state)
{
	struct stage *stage = calloc(1, sizeof(*stage));

	assert_non_null(stage);
	raw_pair(&stage->person, &stage->terminal.outer);
	raw_pair(&stage->terminal.master, &stage->command);
	assert_int_equal(fcntl(stage->terminal.outer, F_SETFL, O_RDWR | O_NONBLOCK), 0);
	assert_int_equal(pipe2(stage->quiet, O_CLOEXEC), 0);
	stage->terminal.raw = true;
	stage->relay.terminal = &stage->terminal;
	stage->watch = (struct relay_watch){ stage->quiet[0], impatient, stage };
	*state = stage;
	return 0;
}

static void fd_drop(int *fd)
{
	if (*fd >= 0) {
		assert_int_equal(close(*fd), 0);
		*fd = -1;
	}
}

static int stage_clear(void **state)
{
	struct stage *stage = *state;

	fd_drop(&stage->person);
	fd_drop(&stage->command);
	fd_drop(&stage->terminal.outer);
	fd_drop(&stage->terminal.master);
	fd_drop(&stage->quiet[0]);
	fd_drop(&stage->quiet[1]);
	free(stage);
	return 0;
}

/* A fork that does not outlive us. */
static pid_t fork_aside(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	}
	return pid;
}

/* Until nothing happens any more. */
static void relay_all(struct relay *relay)
{
	struct pollfd entries[RELAY_ENTRIES];
	int turns;

	for (turns = 0; turns < 1000; turns++) {
		relay_await(relay, entries);
		if (poll(entries, RELAY_ENTRIES, 100) == 0) {
			return;
		}
		relay_step(relay, entries);
	}
	fail_msg("it goes on for ever");
}

static void text_expect(int fd, const char *text)
{
	char got[64] = "";

	assert_int_equal(read(fd, got, sizeof(got) - 1), strlen(text));
	assert_string_equal(got, text);
}

static void both_ways(void **state)
{
	struct stage *stage = *state;

	assert_int_equal(write(stage->person, "ls\003\032\n", 5), 5);
	assert_int_equal(write(stage->command, "out", 3), 3);
	relay_all(&stage->relay);
	text_expect(stage->command, "ls\003\032\n");
	text_expect(stage->person, "out");
	assert_false(stage->relay.lost);
	assert_false(stage->relay.done);
}

static void what_is_typed_elsewhere_stays_there(void **state)
{
	struct stage *stage = *state;
	int waiting = 0;

	stage->terminal.raw = false;
	assert_int_equal(write(stage->person, "ls\n", 3), 3);
	relay_all(&stage->relay);
	assert_int_equal(ioctl(stage->command, FIONREAD, &waiting), 0);
	assert_int_equal(waiting, 0);
	assert_int_equal(ioctl(stage->terminal.outer, FIONREAD, &waiting), 0);
	assert_int_equal(waiting, 3);
}

static void our_end_is_noticed(void **state)
{
	struct stage *stage = *state;

	fd_drop(&stage->person);
	relay_all(&stage->relay);
	assert_true(stage->relay.lost);
}

static void our_end_is_noticed_without_reading(void **state)
{
	struct stage *stage = *state;

	stage->terminal.raw = false;
	fd_drop(&stage->person);
	relay_all(&stage->relay);
	assert_true(stage->relay.lost);
}

static void the_commands_end_is_noticed(void **state)
{
	struct stage *stage = *state;

	assert_int_equal(write(stage->command, "last", 4), 4);
	fd_drop(&stage->command);
	relay_all(&stage->relay);
	assert_true(stage->relay.done);
	relay_drain(&stage->relay, &stage->watch);
	text_expect(stage->person, "last");
	assert_false(stage->relay.lost);
}

/* Writes what the terminal takes without anybody reading, a different byte each. */
static size_t fill(int command, char *sent, size_t size)
{
	size_t i, length = 0;
	ssize_t more;

	for (i = 0; i < size; i++) {
		sent[i] = (char)(i * 7 % 251);
	}
	assert_int_equal(fcntl(command, F_SETFL, O_RDWR | O_NONBLOCK), 0);
	while (length < size && (more = write(command, sent + length, size - length)) > 0) {
		length += (size_t)more;
	}
	return length;
}

/* All that the new terminal holds, to a person who reads slowly, and the command gone meanwhile. */
static void nothing_is_lost(void **state)
{
	static char sent[1 << 20], got[sizeof(sent)];
	struct stage *stage = *state;
	const size_t wanted = fill(stage->command, sent, sizeof(sent));
	struct pollfd entry = { .fd = stage->person, .events = POLLIN };
	size_t length = 0;
	pid_t reader;
	int status;

	assert_true(wanted > 1000 && wanted < sizeof(sent));
	reader = fork_aside();
	if (reader == 0) {
		while (length < wanted && poll(&entry, 1, 5000) > 0) {
			const ssize_t more = read(stage->person, got + length, 997);

			length += more > 0 ? (size_t)more : 0;
		}
		_exit(length == wanted && memcmp(sent, got, wanted) == 0 ? 0 : 1);
	}
	fd_drop(&stage->command);
	relay_drain(&stage->relay, &stage->watch);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
}

/* Much more than a buffer holds, while both sides are there. */
static void goes_on_and_on(void **state)
{
	enum { TOTAL = 6 * RELAY_BUFFER_SIZE };
	struct stage *stage = *state;
	static char block[RELAY_BUFFER_SIZE];
	size_t length = 0;
	pid_t writer;
	int i, status;

	writer = fork_aside();
	if (writer == 0) {
		for (i = 0; i < TOTAL / RELAY_BUFFER_SIZE; i++) {
			if (write(stage->command, block, sizeof(block)) != sizeof(block)) {
				_exit(1);
			}
		}
		_exit(0);
	}
	/* He looks away until nothing moves, so all buffers are full, and then reads all. */
	while (length < TOTAL) {
		const size_t before = length;
		ssize_t more;

		relay_all(&stage->relay);
		while ((more = read(stage->person, block, sizeof(block))) > 0) {
			length += (size_t)more;
		}
		assert_true(length > before);
	}
	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_int_equal(status, 0);
}

static void patience_ends(void **state)
{
	struct stage *stage = *state;
	static char full[4096];
	int turns;

	/* Nobody reads: ours fills up, and so does the relay. */
	assert_int_equal(fcntl(stage->command, F_SETFL, O_RDWR | O_NONBLOCK), 0);
	for (turns = 0; turns < 1000 && write(stage->command, full, sizeof(full)) > 0; turns++) {
		relay_all(&stage->relay);
	}
	assert_true(turns < 1000);
	stage->impatient = true;
	assert_int_equal(write(stage->quiet[1], "", 1), 1);
	relay_drain(&stage->relay, &stage->watch); /* returns */
	assert_false(stage->relay.lost);
	fd_drop(&stage->person);
	stage->impatient = false;
	relay_drain(&stage->relay, &stage->watch); /* returns */
	assert_true(stage->relay.lost);
}

/* A program in the background goes on writing: the end comes all the same. */
static void an_end_to_draining(void **state)
{
	struct stage *stage = *state;
	static char noise[4096];
	pid_t writer, reader;

	writer = fork_aside();
	if (writer == 0) {
		while (write(stage->command, noise, sizeof(noise)) > 0) {
		}
		_exit(0);
	}
	reader = fork_aside();
	if (reader == 0) {
		struct pollfd entry = { .fd = stage->person, .events = POLLIN };

		while (poll(&entry, 1, -1) > 0) {
			(void)!read(stage->person, noise, sizeof(noise)); /* EAGAIN: not yet */
		}
		_exit(0);
	}
	relay_drain(&stage->relay, &stage->watch);
	assert_int_equal(kill(writer, SIGKILL), 0);
	assert_int_equal(kill(reader, SIGKILL), 0);
	assert_int_equal(waitpid(writer, NULL, 0), writer);
	assert_int_equal(waitpid(reader, NULL, 0), reader);
}

#define TEST(body) cmocka_unit_test_setup_teardown(body, stage_set, stage_clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_ways),
		TEST(what_is_typed_elsewhere_stays_there),
		TEST(our_end_is_noticed),
		TEST(our_end_is_noticed_without_reading),
		TEST(the_commands_end_is_noticed),
		TEST(nothing_is_lost),
		TEST(goes_on_and_on),
		TEST(patience_ends),
		TEST(an_end_to_draining),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
