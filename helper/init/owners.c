/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * owners.c - the owners of a space. Runs in init.
 *
 * An owner counts from the moment its fds are here. Until its module has said WORD_JOINED the end
 * of the module's socket is its end too: that login has failed. Later it means nothing, as the
 * application may close fds it does not know; then only WORD_CLOSE and the application's death do.
 */
#include "owners.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

/* An owner is not below our PID namespace: pidfd_send_signal(2) would not do. */
static bool is_dead(int pidfd)
{
	struct pollfd entry = { .fd = pidfd, .events = POLLIN };

	return poll(&entry, 1, 0) > 0;
}

int owners_add(struct owners *owners, const struct owner_card *card, int pidfd, int channel)
{
	const int on = 1;
	struct owner *owner = NULL;
	size_t i;

	for (i = 0; i < owners->most && owner == NULL; i++) {
		if (i >= owners->used || owners->places[i].pidfd < 0) {
			owner = &owners->places[i];
		}
	}
	if (owner == NULL) {
		return -EUSERS;
	}
	if (is_dead(pidfd)) {
		return -ESRCH;
	}
	if (setsockopt(channel, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0) {
		return -errno;
	}
	owner->pidfd = pidfd;
	owner->channel = channel;
	owner->joined = false;
	owner->card = *card;
	owners->count++;
	if (owners->used < i) {
		owners->used = i;
	}
	return 0;
}

void owners_drop(struct owners *owners, struct owner *owner)
{
	(void)close(owner->pidfd);
	if (owner->channel >= 0) {
		(void)close(owner->channel);
	}
	owner->pidfd = -1;
	owner->channel = -1;
	owners->count--;
}

const struct owner *owners_at(const struct owners *owners, size_t index)
{
	size_t i;

	for (i = 0; i < owners->used; i++) {
		if (owners->places[i].pidfd < 0) {
			continue;
		}
		if (index == 0) {
			return &owners->places[i];
		}
		index--;
	}
	return NULL;
}

/* The user's program holds the other end until its first exec: only root's words count. */
static bool from_root(struct msghdr *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(message);
	const struct ucred *sender;

	if (header == NULL || header->cmsg_level != SOL_SOCKET ||
	    header->cmsg_type != SCM_CREDENTIALS || header->cmsg_len != CMSG_LEN(sizeof(*sender))) {
		return false;
	}
	sender = (const struct ucred *)(const void *)CMSG_DATA(header);
	return sender->uid == 0;
}

enum heard {
	HEARD_NOTHING,
	HEARD_JOINED,
	HEARD_CLOSE,
	HEARD_GONE, /* the socket's other end has no holder any more */
};

static enum heard read_word(int channel)
{
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control;
	struct word word;
	struct iovec part = { .iov_base = &word, .iov_len = sizeof(word) };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	ssize_t length;

	length = recvmsg(channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (length < 0) {
		/* Hung up with a word unread. Anything else, such as ENOMEM, is tried again. */
		return errno == ECONNRESET ? HEARD_GONE : HEARD_NOTHING;
	}
	if (length == 0 && message.msg_controllen == 0) { /* the end, not an empty packet */
		return HEARD_GONE;
	}
	if ((message.msg_flags & MSG_TRUNC) != 0 || !from_root(&message) ||
	    word_check(&word, (size_t)length) < 0) {
		return HEARD_NOTHING;
	}
	return word.kind == WORD_JOINED ? HEARD_JOINED : HEARD_CLOSE;
}

bool owner_hear(struct owners *owners, struct owner *owner)
{
	switch (read_word(owner->channel)) {
	case HEARD_JOINED:
		owner->joined = true;
		owners->entered = true;
		return false;
	case HEARD_CLOSE:
		return true;
	case HEARD_GONE:
		if (!owner->joined) {
			return true;
		}
		(void)close(owner->channel);
		owner->channel = -1;
		return false;
	case HEARD_NOTHING:
		break;
	}
	return false;
}
