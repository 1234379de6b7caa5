/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/channel.c */
/*
 * fuzz_channel.c - any packet into channel_receive, through a real socket pair. The first byte is
 * the number of fds that come along, the second the room of the receiver, the rest the packet.
 */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"

#define FDS_SENT_MAX 7
#define PATIENCE_MS  10000

static void send_packet(int channel, const uint8_t *packet, size_t length, size_t count)
{
	union {
		char bytes[CMSG_SPACE(FDS_SENT_MAX * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec part = { .iov_base = (void *)(uintptr_t)packet, .iov_len = length };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	size_t i;

	if (count > 0) {
		struct cmsghdr *header;

		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(count * sizeof(int));
		for (i = 0; i < count; i++) {
			memcpy(CMSG_DATA(header) + i * sizeof(int), &channel, sizeof(channel));
		}
	}
	MUST(sendmsg(channel, &message, MSG_NOSIGNAL) == (ssize_t)length);
}

/* The lowest free number: the same before and after, when nothing leaked. */
static int next_fd(void)
{
	int fd = open("/", O_PATH | O_CLOEXEC);

	MUST(fd >= 0 && close(fd) == 0);
	return fd;
}

static void must_receive(int channel, const uint8_t *packet, size_t length, size_t count,
			 size_t room)
{
	size_t got_length = SIZE_MAX, got_count = SIZE_MAX, i;
	int fds[CHANNEL_FDS_MAX] = { -7, -7 };
	uint8_t *buffer = malloc(room + 1); /* never malloc(0) */
	int err;

	MUST(buffer != NULL);
	err = channel_receive(channel, channel_now_ms() + PATIENCE_MS, buffer, room, &got_length,
			      fds, &got_count);
	if (length > room || count > CHANNEL_FDS_MAX) {
		MUST(err == -EMSGSIZE);
	} else if (length == 0) {
		MUST(err == -ECONNRESET);
	} else {
		MUST(err == 0 && got_length == length && got_count == count);
		MUST(memcmp(buffer, packet, length) == 0);
		for (i = 0; i < count; i++) {
			MUST(fcntl(fds[i], F_GETFD) == FD_CLOEXEC);
			MUST(close(fds[i]) == 0);
		}
	}
	if (err < 0) {
		MUST(got_length == SIZE_MAX && got_count == SIZE_MAX);
		MUST(fds[0] == -7 && fds[1] == -7);
	}
	free(buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int ends[2], next;
	size_t count;

	if (size < 2) {
		return 0;
	}
	count = data[0] % (FDS_SENT_MAX + 1);
	next = next_fd();
	MUST(channel_pair(ends) == 0);
	send_packet(ends[0], data + 2, size - 2, count);
	must_receive(ends[1], data + 2, size - 2, count, data[1]);
	MUST(close(ends[0]) == 0 && close(ends[1]) == 0);
	MUST(next_fd() == next);
	return 0;
}
