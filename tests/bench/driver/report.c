/* SPDX-License-Identifier: BSD-2-Clause */
/* What an application answers to its driver: one packet a step, at most one fd with it. */
#include "report.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

const char *const namespace_names[NAMESPACE_COUNT] = { "mnt", "pid", "ipc", "uts", "net" };

void namespace_inodes(ino_t inodes[NAMESPACE_COUNT])
{
	for (int i = 0; i < NAMESPACE_COUNT; i++) {
		char path[64];
		struct stat st;

		(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", namespace_names[i]);
		inodes[i] = stat(path, &st) == 0 ? st.st_ino : 0;
	}
}

int report_send(int channel, struct report *report, int fd)
{
	struct iovec iov = { report, sizeof(*report) };
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (fd >= 0) {
		memset(&control, 0, sizeof(control));
		msg.msg_control = control.space;
		msg.msg_controllen = sizeof(control.space);
		struct cmsghdr *header = CMSG_FIRSTHDR(&msg);

		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	}
	return sendmsg(channel, &msg, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int report_receive(int channel, struct report *ret_report, int *ret_fd)
{
	struct pollfd wait = { .fd = channel, .events = POLLIN };
	struct iovec iov = { ret_report, sizeof(*ret_report) };
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int))];
	} control;
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.space,
			      .msg_controllen = sizeof(control.space) };

	*ret_fd = -1;
	if (poll(&wait, 1, REPORT_TIMEOUT_MS) != 1) {
		return -ETIMEDOUT;
	}
	ssize_t got = recvmsg(channel, &msg, MSG_CMSG_CLOEXEC);
	if (got != (ssize_t)sizeof(*ret_report)) {
		return got < 0 ? -errno : -EPIPE;
	}
	struct cmsghdr *header = CMSG_FIRSTHDR(&msg);
	if (header && header->cmsg_type == SCM_RIGHTS) {
		memcpy(ret_fd, CMSG_DATA(header), sizeof(*ret_fd));
	}
	return ret_report->status;
}
