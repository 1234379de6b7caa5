/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doorkeeper.c - init's side of its door. Runs in init; allocates nothing, never waits: an answer
 * that does not fit into its socket is lost, and the socket hangs up.
 */
#include "doorkeeper.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "channel.h"
#include "message.h"

#define KNOCK_FDS_MAX 2

struct visit {
	struct knock knock;
	int fds[KNOCK_FDS_MAX];
	size_t count;
	bool from_root;
};

static void visit_end(const struct visit *visit)
{
	size_t i;

	for (i = 0; i < visit->count; i++) {
		(void)close(visit->fds[i]);
	}
}

/* The fds and the sender's ids that came with MESSAGE. */
static void visit_unpack(struct visit *visit, struct msghdr *message)
{
	struct cmsghdr *header;

	for (header = CMSG_FIRSTHDR(message); header != NULL;
	     header = CMSG_NXTHDR(message, header)) {
		const unsigned char *data = CMSG_DATA(header);
		struct ucred sender;

		if (header->cmsg_level != SOL_SOCKET) {
			continue;
		}
		if (header->cmsg_type == SCM_CREDENTIALS) {
			memcpy(&sender, data, sizeof(sender));
			visit->from_root = sender.uid == 0;
		} else if (header->cmsg_type == SCM_RIGHTS) {
			/* Room was given for so many and no more: MSG_CTRUNC says so otherwise. */
			visit->count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
			memcpy(visit->fds, data, visit->count * sizeof(int));
		}
	}
}

/*
 * Returns 0 or -EPROTO (no knock of ours), with the visit's fds to be closed; -EAGAIN (nobody);
 * -EBADMSG (dropped).
 */
static int visit_receive(int door, struct visit *visit)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred)) +
			   CMSG_SPACE(KNOCK_FDS_MAX * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec part = { .iov_base = &visit->knock, .iov_len = sizeof(visit->knock) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	ssize_t length;

	visit->count = 0;
	visit->from_root = false;
	length = recvmsg(door, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (length < 0) {
		return -EAGAIN; /* whatever it is, there is no knock to answer */
	}
	visit_unpack(visit, &message);
	if (!visit->from_root) {
		visit_end(visit);
		return -EBADMSG;
	}
	if ((message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
	    knock_check(&visit->knock, (size_t)length) < 0 ||
	    visit->count != knock_fd_count((enum knock_kind)visit->knock.kind)) {
		return -EPROTO;
	}
	return 0;
}

static void answer_send(const struct doorkeeper *keeper, int channel, int err,
			const struct owner *owner)
{
	struct knock_answer answer = {
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.error = -err,
		.owners = (uint32_t)keeper->owners.count,
		.lingers_since = keeper->lingers_since,
		.space = keeper->space,
	};

	if (owner != NULL) {
		answer.owner = owner->card;
	}
	(void)channel_send(channel, &answer, sizeof(answer), owner != NULL ? &owner->pidfd : NULL,
			   owner != NULL ? 1 : 0);
}

/* The first knock, from the process that became us. No answer: nobody waits for one. */
static void charter(struct doorkeeper *keeper, const struct visit *visit)
{
	if (keeper->chartered ||
	    owners_add(&keeper->owners, &visit->knock.owner, visit->fds[0], visit->fds[1]) < 0) {
		visit_end(visit);
		keeper->chartered = true; /* an owner that is dead already: no owner, and the end */
		return;
	}
	keeper->space = visit->knock.space;
	keeper->chartered = true;
}

static void join(struct doorkeeper *keeper, const struct visit *visit)
{
	int err = -EACCES; /* a space of one login takes no other */

	if (keeper->chartered && keeper->space.scope == SCOPE_USER) {
		err = owners_add(&keeper->owners, &visit->knock.owner, visit->fds[0],
				 visit->fds[1]);
	}
	if (err == 0) {
		keeper->lingers_since = 0;
	}
	answer_send(keeper, visit->fds[1], err, NULL);
	if (err < 0) {
		visit_end(visit);
	}
}

static void show(const struct doorkeeper *keeper, const struct visit *visit)
{
	const struct owner *owner = owners_at(&keeper->owners, visit->knock.index);

	/* Without a card there is nothing to show: not yet, or not any more. */
	answer_send(keeper, visit->fds[0], keeper->space.namespaces != 0 ? 0 : -EAGAIN, owner);
	visit_end(visit);
}

/* Root speaks another version of this: the socket to answer over comes last in all of them. */
static void refuse(const struct doorkeeper *keeper, const struct visit *visit)
{
	if (visit->count > 0) {
		answer_send(keeper, visit->fds[visit->count - 1], -EPROTO, NULL);
	}
	visit_end(visit);
}

bool doorkeeper_hear(struct doorkeeper *keeper, int door)
{
	struct visit visit;
	int err = visit_receive(door, &visit);

	if (err == -EPROTO) {
		refuse(keeper, &visit);
	}
	if (err < 0) {
		return err != -EAGAIN;
	}
	switch ((enum knock_kind)visit.knock.kind) {
	case KNOCK_CHARTER:
		charter(keeper, &visit);
		break;
	case KNOCK_JOIN:
		join(keeper, &visit);
		break;
	case KNOCK_SHOW:
		show(keeper, &visit);
		break;
	}
	return true;
}
