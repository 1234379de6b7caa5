/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init.c - PID 1 of a space. Its rule of life:
 *
 *   All signals are blocked before it starts; it hears SIGCHLD and SIGTERM through a signalfd.
 *   It allocates nothing and opens nothing. It holds CAP_KILL and no other capability.
 *   It lives as long as its owner: until the owner's pidfd becomes readable, or the module says
 *   WORD_CLOSE, or root sends SIGTERM. Until the module has said WORD_JOINED, the end of the
 *   module's socket is the end too: the login has failed. Later it means nothing, as the
 *   application may close fds it does not know.
 *   Then: HUP, TERM, CONT to everybody, a short grace, KILL, and exit when nobody is left.
 *   No error of its own makes it exit before that: the user's processes would die with it.
 */
#include "init.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "message.h"

#define GRACE_POLL_MS   10
#define REMAINS_POLL_MS 100

int init_prepare(struct init *init, int owner, int channel)
{
	const int on = 1;
	sigset_t heard;

	(void)sigemptyset(&heard);
	(void)sigaddset(&heard, SIGCHLD);
	(void)sigaddset(&heard, SIGTERM);
	init->owner = owner;
	init->channel = channel;
	if (setsockopt(channel, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0) {
		return -errno;
	}
	init->signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
	return init->signals < 0 ? -errno : 0;
}

static void reap(void)
{
	siginfo_t about;

	do {
		about.si_pid = 0;
	} while (waitid(P_ALL, 0, &about, WEXITED | WNOHANG) == 0 && about.si_pid != 0);
}

/* Does somebody other than us still live here? Zombies that wait for a parent outside count. */
static bool inhabited(void)
{
	return kill(-1, 0) == 0;
}

/* The user's processes may hang up cleanly; a stopped one must be woken to do so. */
static _Noreturn void end_space(void)
{
	int64_t deadline_ms = channel_now_ms() + INIT_GRACE_MS;

	(void)kill(-1, SIGHUP);
	(void)kill(-1, SIGTERM);
	(void)kill(-1, SIGCONT);
	reap();
	while (inhabited() && channel_now_ms() < deadline_ms) {
		(void)poll(NULL, 0, GRACE_POLL_MS);
		reap();
	}
	/*
	 * Whoever was born meanwhile is dead by this. What is left are zombies that a parent outside
	 * does not reap, and the stuck: the space goes on counting against its user until they go.
	 */
	(void)kill(-1, SIGKILL);
	reap();
	while (inhabited()) {
		(void)poll(NULL, 0, REMAINS_POLL_MS);
		(void)kill(-1, SIGKILL);
		reap();
	}
	_exit(0);
}

/* True when SIGTERM was among them. Only root may send one to a process of uid 0. */
static bool read_signals(int signals)
{
	struct signalfd_siginfo about;
	bool end = false;

	while (read(signals, &about, sizeof(about)) == (ssize_t)sizeof(about)) {
		end = end || about.ssi_signo == SIGTERM;
	}
	reap();
	return end;
}

struct heard {
	bool joined;
	bool close;
	bool gone; /* the socket's other end has no holder any more */
};

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

static void read_channel(int channel, struct heard *heard)
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
		heard->gone = errno == ECONNRESET;
		return;
	}
	if (length == 0 && message.msg_controllen == 0) { /* the end, not an empty packet */
		heard->gone = true;
		return;
	}
	if ((message.msg_flags & MSG_TRUNC) != 0 || !from_root(&message) ||
	    word_check(&word, (size_t)length) < 0) {
		return;
	}
	heard->joined = heard->joined || word.kind == WORD_JOINED;
	heard->close = word.kind == WORD_CLOSE;
}

_Noreturn void init_run(struct init *init)
{
	struct pollfd entries[] = {
		{ .fd = init->owner, .events = POLLIN },
		{ .fd = init->signals, .events = POLLIN },
		{ .fd = init->channel, .events = POLLIN },
	};
	struct heard heard = { 0 };
	bool end = false;

	while (!end) {
		if (poll(entries, 3, -1) < 0) {
			continue; /* EINTR, or ENOMEM for a moment */
		}
		end = entries[0].revents != 0;
		if (entries[1].revents != 0) {
			end = read_signals(init->signals) || end;
		}
		if (entries[2].revents != 0) {
			read_channel(init->channel, &heard);
		}
		if (heard.close || (heard.gone && !heard.joined)) {
			end = true;
		} else if (heard.gone) {
			entries[2].fd = -1;
		}
	}
	end_space();
}
