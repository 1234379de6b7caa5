/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * channel.c - one packet with fds, with a deadline. Used by the module inside the PAM application
 * and by the helper; needs no privilege.
 */
#include "channel.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LET_PASS_MS 2

/* Room for one control message: fds, or a sender's ids. */
union control {
	char fds[CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int))];
	char bytes[CMSG_SPACE(sizeof(struct ucred))];
	struct cmsghdr align;
};

_Static_assert(CMSG_SPACE(CHANNEL_FDS_MAX * sizeof(int)) <= CMSG_SPACE(sizeof(struct ucred)),
	       "bytes is the larger one");

int64_t channel_now_ms(void)
{
	struct timespec now;

	/* Cannot fail: the clock exists on every Linux and the pointer is ours. */
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int channel_pair(int ret_ends[2])
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		return -errno;
	}
	ret_ends[0] = ends[0];
	ret_ends[1] = ends[1];
	return 0;
}

/* Sends MESSAGE, whose only part is the packet. */
static int send_message(int channel, struct msghdr message, const void *packet, size_t length)
{
	struct iovec part = { .iov_base = (void *)(uintptr_t)packet, .iov_len = length };
	ssize_t sent;

	message.msg_iov = &part;
	message.msg_iovlen = 1;
	do {
		sent = sendmsg(channel, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* Puts one control message of TYPE into CONTROL and CONTROL into MESSAGE. */
static void attach(struct msghdr *message, union control *control, int type, const void *data,
		   size_t length)
{
	struct cmsghdr *header;

	message->msg_control = control->bytes;
	message->msg_controllen = CMSG_SPACE(length);
	header = CMSG_FIRSTHDR(message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = type;
	header->cmsg_len = CMSG_LEN(length);
	memcpy(CMSG_DATA(header), data, length);
}

int channel_send(int channel, const void *packet, size_t length, const int *fds, size_t count)
{
	union control control = { 0 };
	struct msghdr message = { 0 };

	if (count > CHANNEL_FDS_MAX) {
		return -EINVAL;
	}
	if (count > 0) {
		attach(&message, &control, SCM_RIGHTS, fds, count * sizeof(int));
	}
	return send_message(channel, message, packet, length);
}

int channel_send_signed(int channel, const void *packet, size_t length)
{
	const struct ucred sender = { .pid = getpid(), .uid = geteuid(), .gid = getegid() };
	union control control = { 0 };
	struct msghdr message = { 0 };

	attach(&message, &control, SCM_CREDENTIALS, &sender, sizeof(sender));
	return send_message(channel, message, packet, length);
}

/* Waits until CHANNEL can be read or is hung up. */
static int wait_readable(int channel, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd entry = { .fd = channel, .events = POLLIN };
		int64_t left = deadline_ms - channel_now_ms();
		int ready;

		if (left <= 0) {
			return -ETIMEDOUT;
		}
		ready = poll(&entry, 1, left > INT32_MAX ? INT32_MAX : (int)left);
		if (ready > 0) {
			return 0;
		}
		if (ready < 0 && errno != EINTR) {
			return -errno;
		}
	}
}

/* Takes the fds out of MESSAGE; closes those beyond RET_FDS and reports them by its result. */
static int take_fds(struct msghdr *message, int ret_fds[CHANNEL_FDS_MAX], size_t *ret_count)
{
	struct cmsghdr *header;
	size_t count = 0;
	int err = 0;

	for (header = CMSG_FIRSTHDR(message); header != NULL;
	     header = CMSG_NXTHDR(message, header)) {
		size_t here, i;

		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
			continue;
		}
		here = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < here; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(fd));
			if (count < CHANNEL_FDS_MAX) {
				ret_fds[count++] = fd;
			} else {
				(void)close(fd);
				err = -EMSGSIZE;
			}
		}
	}
	*ret_count = count;
	return err;
}

/*
 * When the other end was closed with something of ours unread in it, the kernel says so once, before
 * what it had sent: unix_release_sock() of Linux. That is no reason not to read it.
 */
static int receive(int channel, int64_t deadline_ms, struct msghdr *message, ssize_t *ret_length)
{
	bool told = false;

	for (;;) {
		int err = wait_readable(channel, deadline_ms);

		if (err < 0) {
			return err;
		}
		*ret_length = recvmsg(channel, message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
		if (*ret_length >= 0) {
			return 0;
		}
		if (errno == ECONNRESET && !told) {
			told = true;
		} else if (errno != EINTR && errno != EAGAIN) {
			return -errno;
		}
	}
}

int channel_receive(int channel, int64_t deadline_ms, void *packet, size_t size, size_t *ret_length,
		    int ret_fds[CHANNEL_FDS_MAX], size_t *ret_count)
{
	union control control = { 0 };
	struct iovec part = { .iov_base = packet, .iov_len = size };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.fds,
				  .msg_controllen = sizeof(control.fds) };
	int fds[CHANNEL_FDS_MAX];
	size_t count, i;
	ssize_t length;
	int err;

	err = receive(channel, deadline_ms, &message, &length);
	if (err < 0) {
		return err;
	}
	err = take_fds(&message, fds, &count);
	if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		err = -EMSGSIZE;
	} else if (length == 0 && err == 0) {
		err = -ECONNRESET;
	}
	if (err < 0) {
		for (i = 0; i < count; i++) {
			(void)close(fds[i]);
		}
		return err;
	}
	memcpy(ret_fds, fds, count * sizeof(fds[0]));
	*ret_count = count;
	*ret_length = (size_t)length;
	return 0;
}

void channel_let_pass(void)
{
	(void)poll(NULL, 0, LET_PASS_MS);
}

int channel_peek(int channel, int64_t deadline_ms, size_t *ret_length)
{
	struct msghdr message = { 0 };
	ssize_t length;
	int err;

	do {
		err = wait_readable(channel, deadline_ms);
		if (err < 0) {
			return err;
		}
		length = recvmsg(channel, &message, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
	} while (length < 0 && (errno == EINTR || errno == EAGAIN));
	if (length <= 0) {
		return length < 0 ? -errno : -ECONNRESET;
	}
	*ret_length = (size_t)length;
	return 0;
}
