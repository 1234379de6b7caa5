/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * door.c - knocking at the door of a living space's init. Used by the helper and loginspace(8), as
 * root; pidfd_getfd(2) asks for the right to ptrace init, as that is root's and not dumpable.
 */
#include "door.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "init_fds.h"
#include "scope.h"

/* An init that is behind with reading, or frozen: how long until its door is tried again. */
#define FULL_NS 2000000

/* What was taken out is a socket that root made. */
static int door_verify(int door)
{
	struct ucred maker;
	socklen_t size = sizeof(maker);
	int type;

	if (getsockopt(door, SOL_SOCKET, SO_PEERCRED, &maker, &size) < 0) {
		return errno == ENOTSOCK ? -EBADF : -errno;
	}
	size = sizeof(type);
	if (getsockopt(door, SOL_SOCKET, SO_TYPE, &type, &size) < 0) {
		return -errno;
	}
	return maker.uid == 0 && type == SOCK_SEQPACKET ? 0 : -EBADF;
}

int door_take(int pidfd, int *ret_door)
{
	int err, door;

	door = pidfd_getfd(pidfd, INIT_KNOCKER_FD, 0);
	if (door < 0) {
		return -errno;
	}
	err = door_verify(door);
	if (err < 0) {
		(void)close(door);
		return err;
	}
	*ret_door = door;
	return 0;
}

static int knock_send(int door, const struct knock *knock, const int *fds, int64_t deadline_ms)
{
	const struct timespec full = { .tv_nsec = FULL_NS };
	const size_t count = knock_fd_count((enum knock_kind)knock->kind);
	int err;

	for (;;) {
		err = channel_send(door, knock, sizeof(*knock), fds, count);
		if (err != -EAGAIN) {
			return err;
		}
		if (channel_now_ms() >= deadline_ms) {
			return -ETIMEDOUT;
		}
		(void)nanosleep(&full, NULL);
	}
}

/* Exactly what init sends: one answer, and at most WANTED fds. */
static int answer_receive(int channel, int64_t deadline_ms, size_t wanted,
			  struct knock_answer *ret_answer, int *ret_fd)
{
	struct knock_answer answer;
	int fds[CHANNEL_FDS_MAX];
	size_t length, count, i;
	int err;

	err = channel_receive(channel, deadline_ms, &answer, sizeof(answer), &length, fds, &count);
	if (err < 0) {
		return err;
	}
	err = knock_answer_check(&answer, length);
	if (err == 0 && count > wanted) {
		err = -EBADMSG;
	}
	if (err == 0) {
		err = -answer.error;
	}
	if (err < 0) {
		for (i = 0; i < count; i++) {
			(void)close(fds[i]);
		}
		return err;
	}
	*ret_answer = answer;
	*ret_fd = count > 0 ? fds[0] : -1;
	return 0;
}

int door_join(int door, const struct owner_card *card, int owner, int64_t deadline_ms,
	      struct knock_answer *ret_answer, int *ret_channel)
{
	const struct knock knock = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.kind = KNOCK_JOIN,
		.owner = *card,
	};
	SCOPE_FD int ours = -1;
	SCOPE_FD int inits = -1;
	int ends[2], none = -1, err;

	err = channel_pair(ends);
	if (err < 0) {
		return err;
	}
	ours = ends[0];
	inits = ends[1];
	err = knock_send(door, &knock, (const int[]){ owner, inits }, deadline_ms);
	if (err < 0) {
		return err;
	}
	/* Only init has the other end now: if it goes, we hear it. */
	(void)close(inits);
	inits = -1;
	err = answer_receive(ours, deadline_ms, 0, ret_answer, &none);
	if (err < 0) {
		return err;
	}
	*ret_channel = ours;
	ours = -1;
	return 0;
}

int door_show(int door, uint32_t index, int64_t deadline_ms, struct knock_answer *ret_answer,
	      int *ret_owner)
{
	const struct knock knock = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.kind = KNOCK_SHOW,
		.index = index,
	};
	SCOPE_FD int ours = -1;
	SCOPE_FD int inits = -1;
	int ends[2], err;

	err = channel_pair(ends);
	if (err < 0) {
		return err;
	}
	ours = ends[0];
	inits = ends[1];
	err = knock_send(door, &knock, &inits, deadline_ms);
	if (err < 0) {
		return err;
	}
	(void)close(inits);
	inits = -1;
	return answer_receive(ours, deadline_ms, 1, ret_answer, ret_owner);
}
