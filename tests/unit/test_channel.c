/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/channel.c */
/*
 * test_channel.c - packets and fds over a socket pair, and everything a peer may do wrong.
 */
#include "channel.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"

/* Long enough for a loaded machine; a test that waits this long has failed. */
#define PATIENCE_MS 10000
#define SHORT_MS    60

static int64_t soon(void)
{
	return channel_now_ms() + PATIENCE_MS;
}

static void pair(int ends[2])
{
	assert_int_equal(channel_pair(ends), 0);
}

static void unpair(const int ends[2])
{
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(close(ends[1]), 0);
}

/* A packet with any number of fds, as channel_send would never make it. */
static void send_raw(int channel, const void *packet, size_t length, const int *fds, size_t count)
{
	union {
		char bytes[CMSG_SPACE(16 * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec part = { .iov_base = (void *)(uintptr_t)packet, .iov_len = length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	assert_true(count <= 16);
	if (count > 0) {
		struct cmsghdr *header;

		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(header), fds, count * sizeof(int));
	}
	assert_int_equal(sendmsg(channel, &message, MSG_NOSIGNAL), length);
}

/* Receives into canaries: a failure must leave length, fds and count alone. */
static int receive_untouched(int channel, int64_t deadline_ms, size_t size)
{
	int fds[CHANNEL_FDS_MAX] = { -7, -7 };
	size_t length = 4711, count = 4712;
	char packet[64];
	int err;

	assert_true(size <= sizeof(packet));
	err = channel_receive(channel, deadline_ms, packet, size, &length, fds, &count);
	assert_true(err < 0);
	assert_int_equal(length, 4711);
	assert_int_equal(count, 4712);
	assert_int_equal(fds[0], -7);
	assert_int_equal(fds[1], -7);
	return err;
}

static void receive_text(int channel, const char *text)
{
	int fds[CHANNEL_FDS_MAX];
	size_t length, count;
	char packet[64];

	assert_int_equal(
		channel_receive(channel, soon(), packet, sizeof(packet), &length, fds, &count), 0);
	assert_int_equal(length, strlen(text));
	assert_memory_equal(packet, text, length);
	assert_int_equal(count, 0);
}

static void pair_is_cloexec_and_packets(void **state)
{
	socklen_t size = sizeof(int);
	int ends[2], type = 0;

	(void)state;
	pair(ends);
	assert_true(fd_is_cloexec(ends[0]));
	assert_true(fd_is_cloexec(ends[1]));
	assert_int_equal(getsockopt(ends[0], SOL_SOCKET, SO_TYPE, &type, &size), 0);
	assert_int_equal(type, SOCK_SEQPACKET);
	unpair(ends);
}

static int pair_without_fds(void *data)
{
	struct rlimit none = { 0, 0 };
	int ends[2] = { -7, -7 };

	(void)data;
	CHECK(setrlimit(RLIMIT_NOFILE, &none) == 0);
	CHECK(channel_pair(ends) == -EMFILE);
	CHECK(ends[0] == -7 && ends[1] == -7);
	return CHILD_PASS;
}

static void pair_fails_untouched(void **state)
{
	(void)state;
	child_assert(pair_without_fds, NULL);
}

static void packets_keep_their_bounds(void **state)
{
	int ends[2];

	(void)state;
	pair(ends);
	assert_int_equal(channel_send(ends[0], "one", 3, NULL, 0), 0);
	assert_int_equal(channel_send(ends[0], "second", 6, NULL, 0), 0);
	assert_int_equal(channel_send(ends[1], "back", 4, NULL, 0), 0);
	receive_text(ends[1], "one");
	receive_text(ends[1], "second");
	receive_text(ends[0], "back");
	unpair(ends);
}

/* Sends COUNT write ends of a pipe and finds out that they arrive as such, close-on-exec. */
static void pass_fds(int from, int to, size_t count)
{
	int fds[CHANNEL_FDS_MAX], pipes[2], twice[2];
	size_t before, length, got, i;
	char packet[64], byte;

	assert_int_equal(pipe(pipes), 0);
	twice[0] = pipes[1];
	twice[1] = pipes[1];
	before = fds_count();
	assert_int_equal(channel_send(from, "fd", 2, twice, count), 0);
	assert_int_equal(fds_count(), before); /* the sender's stay the sender's */
	assert_int_equal(channel_receive(to, soon(), packet, sizeof(packet), &length, fds, &got),
			 0);
	assert_int_equal(length, 2);
	assert_int_equal(got, count);
	assert_int_equal(fds_count(), before + count);
	for (i = 0; i < got; i++) {
		assert_true(fd_is_cloexec(fds[i]));
		assert_int_equal(write(fds[i], "!", 1), 1);
		assert_int_equal(read(pipes[0], &byte, 1), 1);
		assert_int_equal(close(fds[i]), 0);
	}
	assert_int_equal(close(pipes[0]), 0);
	assert_int_equal(close(pipes[1]), 0);
}

static void fds_travel_both_ways(void **state)
{
	int ends[2];
	size_t count;

	(void)state;
	pair(ends);
	for (count = 0; count <= CHANNEL_FDS_MAX; count++) {
		pass_fds(ends[0], ends[1], count);
		pass_fds(ends[1], ends[0], count);
	}
	unpair(ends);
}

static void send_refuses_too_many_fds(void **state)
{
	int fds[CHANNEL_FDS_MAX + 1] = { 0, 0, 0 };
	int ends[2];

	(void)state;
	pair(ends);
	assert_int_equal(channel_send(ends[0], "x", 1, fds, CHANNEL_FDS_MAX + 1), -EINVAL);
	assert_int_equal(receive_untouched(ends[1], channel_now_ms() + 1, 8), -ETIMEDOUT);
	unpair(ends);
}

static void send_refuses_a_closed_fd(void **state)
{
	int ends[2], bad = FDS_LIMIT - 1;

	(void)state;
	pair(ends);
	assert_int_equal(channel_send(ends[0], "x", 1, &bad, 1), -EBADF);
	unpair(ends);
}

static void too_many_fds_are_closed(void **state)
{
	static const size_t counts[] = { 3, 4, 16 };
	int fds[16] = { 0 };
	int ends[2];
	size_t before, i;

	(void)state;
	pair(ends);
	before = fds_count();
	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		send_raw(ends[0], "many", 4, fds, counts[i]);
		assert_int_equal(receive_untouched(ends[1], soon(), 8), -EMSGSIZE);
		assert_int_equal(fds_count(), before);
	}
	unpair(ends);
}

static void truncated_packet_is_dropped(void **state)
{
	int fds[2] = { 0, 0 };
	int ends[2];
	size_t before;

	(void)state;
	pair(ends);
	before = fds_count();
	send_raw(ends[0], "12345678", 8, fds, 2);
	send_raw(ends[0], "next", 4, NULL, 0);
	assert_int_equal(receive_untouched(ends[1], soon(), 7), -EMSGSIZE);
	assert_int_equal(fds_count(), before);
	receive_text(ends[1], "next");
	unpair(ends);
}

static void a_full_buffer_is_no_truncation(void **state)
{
	int ends[2], fds[CHANNEL_FDS_MAX];
	size_t length, count;
	char packet[8];

	(void)state;
	pair(ends);
	send_raw(ends[0], "12345678", 8, NULL, 0);
	assert_int_equal(channel_receive(ends[1], soon(), packet, 8, &length, fds, &count), 0);
	assert_int_equal(length, 8);
	unpair(ends);
}

static void empty_packet_is_an_error(void **state)
{
	int ends[2], fd = 0;
	size_t before;

	(void)state;
	pair(ends);
	before = fds_count();
	send_raw(ends[0], "", 0, &fd, 1);
	assert_int_equal(receive_untouched(ends[1], soon(), 8), -ECONNRESET);
	assert_int_equal(fds_count(), before);
	unpair(ends);
}

static void deadline_passes(void **state)
{
	int64_t start, took;
	int ends[2];

	(void)state;
	pair(ends);
	start = channel_now_ms();
	assert_int_equal(receive_untouched(ends[1], start + SHORT_MS, 8), -ETIMEDOUT);
	took = channel_now_ms() - start;
	assert_true(took >= SHORT_MS && took < PATIENCE_MS);
	start = channel_now_ms();
	assert_int_equal(receive_untouched(ends[1], start, 8), -ETIMEDOUT);
	assert_int_equal(receive_untouched(ends[1], start - 1000, 8), -ETIMEDOUT);
	assert_int_equal(receive_untouched(ends[1], INT64_MIN / 2, 8), -ETIMEDOUT);
	assert_true(channel_now_ms() - start < PATIENCE_MS);
	unpair(ends);
}

static void far_deadline_still_hears(void **state)
{
	int ends[2], fds[CHANNEL_FDS_MAX];
	size_t length, count;
	char packet[8];

	(void)state;
	pair(ends);
	send_raw(ends[0], "x", 1, NULL, 0);
	/* More milliseconds than poll(2) can take. */
	assert_int_equal(channel_receive(ends[1], channel_now_ms() + ((int64_t)1 << 40), packet,
					 sizeof(packet), &length, fds, &count),
			 0);
	unpair(ends);
}

static void peer_gone(void **state)
{
	int ends[2];

	(void)state;
	pair(ends);
	send_raw(ends[0], "last", 4, NULL, 0);
	assert_int_equal(close(ends[0]), 0);
	receive_text(ends[1], "last");
	assert_int_equal(receive_untouched(ends[1], soon(), 8), -ECONNRESET);
	/* With its default, which a caller of the test may have changed, SIGPIPE ends the test. */
	assert_true(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
	assert_int_equal(channel_send(ends[1], "x", 1, NULL, 0), -EPIPE);
	assert_int_equal(close(ends[1]), 0);
}

static void a_peek_takes_nothing(void **state)
{
	size_t length = 77;
	int ends[2];

	(void)state;
	pair(ends);
	assert_int_equal(channel_peek(ends[1], channel_now_ms() + 1, &length), -ETIMEDOUT);
	assert_int_equal(length, 77);
	send_raw(ends[0], "first", 5, NULL, 0);
	send_raw(ends[0], "next one", 8, NULL, 0);
	assert_int_equal(channel_peek(ends[1], soon(), &length), 0);
	assert_int_equal(length, 5);
	receive_text(ends[1], "first");
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(channel_peek(ends[1], soon(), &length), 0);
	assert_int_equal(length, 8);
	receive_text(ends[1], "next one");
	assert_int_equal(channel_peek(ends[1], soon(), &length), -ECONNRESET);
	assert_int_equal(channel_peek(FDS_LIMIT - 1, soon(), &length), -EBADF);
	assert_int_equal(close(ends[1]), 0);
}

static void peer_gone_without_reading(void **state)
{
	int ends[2];

	(void)state;
	pair(ends);
	send_raw(ends[1], "unread", 6, NULL, 0);
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(receive_untouched(ends[1], soon(), 8), -ECONNRESET);
	assert_int_equal(close(ends[1]), 0);
}

/* What it has said before it went is there, although it has not heard us. */
static void peer_gone_with_a_last_word(void **state)
{
	int ends[2];

	(void)state;
	pair(ends);
	send_raw(ends[1], "unread", 6, NULL, 0);
	send_raw(ends[0], "last", 4, NULL, 0);
	assert_int_equal(close(ends[0]), 0);
	receive_text(ends[1], "last");
	assert_int_equal(receive_untouched(ends[1], soon(), 8), -ECONNRESET);
	assert_int_equal(close(ends[1]), 0);
}

static void not_a_channel(void **state)
{
	int pipes[2];

	(void)state;
	assert_int_equal(receive_untouched(FDS_LIMIT - 1, soon(), 8), -EBADF);
	assert_int_equal(channel_send(FDS_LIMIT - 1, "x", 1, NULL, 0), -EBADF);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(write(pipes[1], "x", 1), 1);
	assert_int_equal(receive_untouched(pipes[0], soon(), 8), -ENOTSOCK);
	assert_int_equal(channel_send(pipes[1], "x", 1, NULL, 0), -ENOTSOCK);
	unpair(pipes);
}

static void send_never_blocks(void **state)
{
	int ends[2];
	int err = 0;
	long sent;

	(void)state;
	pair(ends);
	for (sent = 0; err == 0 && sent < 1000000; sent++) {
		err = channel_send(ends[0], "x", 1, NULL, 0);
	}
	assert_int_equal(err, -EAGAIN);
	unpair(ends);
}

static volatile sig_atomic_t ticks;

static void on_tick(int number)
{
	(void)number;
	ticks++;
}

static void start_ticking(void)
{
	const struct sigaction action = { .sa_handler = on_tick }; /* no SA_RESTART */
	const struct itimerval timer = { { 0, 3000 }, { 0, 3000 } };

	(void)sigaction(SIGALRM, &action, NULL);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

static int interrupted_deadline(void *data)
{
	int ends[2], fds[CHANNEL_FDS_MAX];
	int64_t start;
	size_t length, count;
	char packet[8];

	(void)data;
	CHECK(channel_pair(ends) == 0);
	start_ticking();
	start = channel_now_ms();
	CHECK(channel_receive(ends[1], start + SHORT_MS, packet, 8, &length, fds, &count) ==
	      -ETIMEDOUT);
	CHECK(channel_now_ms() - start >= SHORT_MS);
	CHECK(channel_now_ms() - start < PATIENCE_MS);
	CHECK(ticks > 2);
	return CHILD_PASS;
}

static int interrupted_packet(void *data)
{
	int ends[2], fds[CHANNEL_FDS_MAX];
	size_t length, count;
	char packet[8];
	pid_t pid;

	(void)data;
	CHECK(channel_pair(ends) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		(void)usleep(SHORT_MS * 1000);
		_exit(channel_send(ends[0], "late", 4, NULL, 0) == 0 ? 0 : 1);
	}
	start_ticking();
	CHECK(channel_receive(ends[1], soon(), packet, 8, &length, fds, &count) == 0);
	CHECK(length == 4 && ticks > 2);
	return CHILD_PASS;
}

static void signals_do_not_matter(void **state)
{
	(void)state;
	child_assert(interrupted_deadline, NULL);
	child_assert(interrupted_packet, NULL);
}

/* The kernel has no room in the table of fds for those that come: a packet without is no packet. */
static int receive_without_room(void *data)
{
	int ends[2], fds[CHANNEL_FDS_MAX];
	int two[2] = { 0, 0 };
	size_t length, count, before;
	struct rlimit limit;
	char packet[8];

	(void)data;
	CHECK(channel_pair(ends) == 0);
	before = fds_count();
	CHECK(channel_send(ends[0], "fd", 2, two, 2) == 0);
	/* One free number below the limit: the first fd arrives, the second does not. */
	limit.rlim_cur = limit.rlim_max = (rlim_t)(ends[1] > ends[0] ? ends[1] : ends[0]) + 2;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	CHECK(channel_receive(ends[1], soon(), packet, 8, &length, fds, &count) == -EMSGSIZE);
	CHECK(fds_count() == before);
	return CHILD_PASS;
}

static void fds_that_do_not_fit(void **state)
{
	(void)state;
	child_assert(receive_without_room, NULL);
}

/* What init believes: the effective ids, whoever started the sender. */
static int signed_names_its_sender(void *data)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control = { 0 };
	const int on = 1;
	char packet[8];
	struct iovec part = { .iov_base = packet, .iov_len = sizeof(packet) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	const struct cmsghdr *header;
	struct ucred sender;
	int ends[2];

	(void)data;
	CHECK(channel_pair(ends) == 0);
	CHECK(setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
	CHECK(channel_send_signed(ends[0], "word", 4) == 0);
	CHECK(recvmsg(ends[1], &message, MSG_DONTWAIT) == 4);
	CHECK(memcmp(packet, "word", 4) == 0);
	header = CMSG_FIRSTHDR(&message);
	CHECK(header != NULL);
	CHECK(header->cmsg_type == SCM_CREDENTIALS);
	CHECK(header->cmsg_len == CMSG_LEN(sizeof(sender)));
	memcpy(&sender, CMSG_DATA(header), sizeof(sender));
	CHECK(sender.uid == geteuid());
	CHECK(sender.gid == getegid());
	CHECK(sender.pid == getpid());
	CHECK(close(ends[1]) == 0);
	CHECK(signal(SIGPIPE, SIG_DFL) != SIG_ERR);
	CHECK(channel_send_signed(ends[0], "word", 4) == -EPIPE);
	CHECK(close(ends[0]) == 0);
	return CHILD_PASS;
}

/* As under su: real uid of the caller, effective uid 0. */
static int signed_under_su(void *data)
{
	(void)data;
	if (geteuid() != 0 || setresgid(65534, 0, 0) < 0 || setresuid(65534, 0, 0) < 0) {
		return CHILD_SKIP;
	}
	CHECK(getuid() == 65534);
	return signed_names_its_sender(NULL);
}

static void signed_packets(void **state)
{
	(void)state;
	child_assert(signed_names_its_sender, NULL);
}

static void signed_packets_under_su(void **state)
{
	(void)state;
	child_assert(signed_under_su, NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(pair_is_cloexec_and_packets),
		cmocka_unit_test(pair_fails_untouched),
		cmocka_unit_test(packets_keep_their_bounds),
		cmocka_unit_test(fds_travel_both_ways),
		cmocka_unit_test(send_refuses_too_many_fds),
		cmocka_unit_test(send_refuses_a_closed_fd),
		cmocka_unit_test(too_many_fds_are_closed),
		cmocka_unit_test(truncated_packet_is_dropped),
		cmocka_unit_test(a_full_buffer_is_no_truncation),
		cmocka_unit_test(empty_packet_is_an_error),
		cmocka_unit_test(deadline_passes),
		cmocka_unit_test(far_deadline_still_hears),
		cmocka_unit_test(peer_gone),
		cmocka_unit_test(a_peek_takes_nothing),
		cmocka_unit_test(peer_gone_without_reading),
		cmocka_unit_test(peer_gone_with_a_last_word),
		cmocka_unit_test(not_a_channel),
		cmocka_unit_test(send_never_blocks),
		cmocka_unit_test(signals_do_not_matter),
		cmocka_unit_test(fds_that_do_not_fit),
		cmocka_unit_test(signed_packets),
		cmocka_unit_test(signed_packets_under_su),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
