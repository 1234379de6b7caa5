// SPDX-License-Identifier: BSD-2-Clause
/*
 * A helper that misbehaves, in the way that its own file name ends with: fakehelper-silent and so
 * on. The module gives it a socket; it is found by trying, so that only the last group knows of the wire.
 *
 *   exit0 exit1 kill   ends at once, in that way
 *   hang               never answers, never ends
 *   stop               stops itself, as a user or a debugger might do
 *   close              closes the socket and lives on
 *   zeros ones short long   answers nonsense of that kind
 *   echo               sends the request back
 *   fds                answers with the request and files that are no pidfd
 *   own                answers with the request and a pidfd of itself
 *   joinfirst hostinit nopidfd deadinit twice madedeny   well-formed replies that lie: ready before
 *                      there was an init; as init a process of the host, no process, a dead one;
 *                      made and made again; made, then denied without an errno
 *   foundhost foundfirst   of a space that is said to live already: its init is a process of the
 *                      host; a dead one, and a dead one made after it
 *   lenient lenienttwice lenienthost   on_error = allow, and then the end; the same word again; a
 *                      process of the host as init. These let in
 */
#include "../../include/message.h"
#include "../../include/steps.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char request[65536];
static ssize_t request_len;

static int socket_find(void)
{
	for (int fd = 0; fd < 256; fd++) {
		struct stat st;

		if (fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode)) {
			return fd;
		}
	}
	return -1;
}

static void answer(int sock, const void *data, size_t len, const int *fds, size_t count)
{
	union {
		char room[CMSG_SPACE(16 * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { (void *)data, len };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (count > 0) {
		struct cmsghdr *head;

		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(head), fds, count * sizeof(int));
	}
	(void)!sendmsg(sock, &message, MSG_NOSIGNAL);
}

static void nonsense_send(int sock, const char *mode)
{
	static char data[65536];
	int fds[16];

	if (strcmp(mode, "ones") == 0) {
		memset(data, 0xff, sizeof(data));
	}
	for (int i = 0; i < 16; i++) {
		fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	if (strcmp(mode, "short") == 0) {
		answer(sock, data, 1, NULL, 0);
	} else if (strcmp(mode, "long") == 0) {
		answer(sock, data, sizeof(data), fds, 16);
	} else if (strcmp(mode, "echo") == 0) {
		answer(sock, request, (size_t)request_len, NULL, 0);
	} else if (strcmp(mode, "fds") == 0) {
		answer(sock, request, (size_t)request_len, fds, 16);
	} else if (strcmp(mode, "own") == 0) {
		fds[0] = (int)syscall(SYS_pidfd_open, getpid(), 0);
		answer(sock, request, (size_t)request_len, fds, 1);
	} else {
		for (size_t len = 1; len <= 1024; len *= 2) {
			answer(sock, data, len, NULL, 0);
		}
	}
}

static int pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

static int pidfd_of_dead(void)
{
	pid_t pid = fork();
	int pidfd;

	if (pid == 0) {
		_exit(0);
	}
	pidfd = pidfd_of(pid);
	waitpid(pid, NULL, 0);
	return pidfd;
}

enum whose { NOBODYS, OWN, DEADS };

#define REPLIES_MAX 3

/* What a helper of ours would never send, in the form that it sends. */
static const struct lie {
	const char *mode;
	enum whose init;
	enum verdict verdicts[REPLIES_MAX];
} LIES[] = {
	{ "joinfirst", NOBODYS, { VERDICT_JOIN } },
	{ "hostinit", OWN, { VERDICT_MADE, VERDICT_JOIN } },
	{ "nopidfd", NOBODYS, { VERDICT_MADE, VERDICT_JOIN } },
	{ "deadinit", DEADS, { VERDICT_MADE, VERDICT_JOIN } },
	{ "twice", OWN, { VERDICT_MADE, VERDICT_MADE } },
	{ "madedeny", OWN, { VERDICT_MADE, VERDICT_DENY } },
	{ "foundhost", OWN, { VERDICT_FOUND, VERDICT_JOIN } },
	{ "foundfirst", DEADS, { VERDICT_FOUND, VERDICT_MADE, VERDICT_JOIN } },
	{ "lenient", NOBODYS, { VERDICT_LENIENT } },
	{ "lenienttwice", NOBODYS, { VERDICT_LENIENT, VERDICT_LENIENT } },
	{ "lenienthost", OWN, { VERDICT_LENIENT, VERDICT_MADE, VERDICT_JOIN } },
};

static int init_of(enum whose init)
{
	switch (init) {
	case OWN:
		return pidfd_of(getpid());
	case DEADS:
		return pidfd_of_dead();
	default:
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
}

static void lie_send(int sock, const struct lie *lie)
{
	const int fd = init_of(lie->init);

	for (int i = 0; i < REPLIES_MAX && lie->verdicts[i] != 0; i++) {
		struct reply reply = { .magic = MESSAGE_MAGIC,
				       .version = MESSAGE_VERSION,
				       .verdict = lie->verdicts[i],
				       .namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET };

		if (reply.verdict == VERDICT_LENIENT) {
			reply.namespaces = 0;
		}
		answer(sock, &reply, sizeof(reply), &fd,
		       reply.verdict != VERDICT_DENY && reply.verdict != VERDICT_LENIENT);
	}
}

/* True when MODE is one of them. */
static int lie_tell(int sock, const char *mode)
{
	for (size_t i = 0; i < sizeof(LIES) / sizeof(LIES[0]); i++) {
		if (strcmp(mode, LIES[i].mode) == 0) {
			lie_send(sock, &LIES[i]);
			return 1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	static char self[4096];
	const char *mode;
	int sock = socket_find();

	(void)argc;
	(void)argv;
	/* The module gives a constant argv: the name is in the path of the program. */
	(void)!readlink("/proc/self/exe", self, sizeof(self) - 1);
	mode = strrchr(self, '-');
	mode = mode ? mode + 1 : "";
	if (strcmp(mode, "exit0") == 0 || strcmp(mode, "exit1") == 0) {
		return mode[4] == '1';
	} else if (strcmp(mode, "kill") == 0) {
		raise(SIGKILL);
	} else if (strcmp(mode, "stop") == 0) {
		raise(SIGSTOP);
	} else if (strcmp(mode, "close") == 0) {
		close(sock);
		pause();
	} else if (strcmp(mode, "hang") != 0) {
		request_len = recv(sock, request, sizeof(request), 0);
		if (!lie_tell(sock, mode)) {
			nonsense_send(sock, mode);
		}
		if (strcmp(mode, "lenient") == 0) {
			return 1;
		}
	}
	pause();
	return 0;
}
