/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - loginspace-helper: one request in, one space out; see loginspace-helper(8).
 *
 * Started by pam_loginspace.so with constant arguments and an empty environment, as root. It holds
 * nothing but its socket and /dev/null, makes one space, answers, and exits; the space's init is
 * its child and stays.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "answer.h"
#include "channel.h"
#include "fds.h"
#include "message.h"
#include "privileges.h"
#include "serve.h"
#include "steps.h"

/* The request is sent right after the start; whoever waits longer is not the module. */
#define REQUEST_DEADLINE_MS 5000

/* For what(1) and `loginspace doctor`: programs of two versions do not go together. */
__attribute__((used)) static const char VERSION_MARK[] = "@(#)loginspace " LOGINSPACE_VERSION;

/* A socket pair of root's at the place where the module puts it, or somebody's own try. */
static int started_by_module(int argc, char **argv)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	int type;

	if (argc != 1 || argv[0] == NULL || geteuid() != 0) {
		return 0;
	}
	if (getsockopt(MESSAGE_HELPER_FD, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ||
	    peer.uid != 0) {
		return 0;
	}
	size = sizeof(type);
	return getsockopt(MESSAGE_HELPER_FD, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_SEQPACKET;
}

static int receive_request(struct request *ret_request, int *ret_owner)
{
	int fds[CHANNEL_FDS_MAX];
	size_t length, count;
	int err;

	err = channel_receive(MESSAGE_HELPER_FD, channel_now_ms() + REQUEST_DEADLINE_MS,
			      ret_request, sizeof(*ret_request), &length, fds, &count);
	if (err < 0) {
		return err;
	}
	err = request_check(ret_request, length);
	if (err < 0) {
		return err;
	}
	if (count != 1) {
		return -EBADMSG;
	}
	/* EBADF: not a pidfd; ESRCH: the application is dead. */
	if (pidfd_send_signal(fds[0], 0, NULL, 0) < 0) {
		return -errno;
	}
	*ret_owner = fds[0];
	return fd_raise(ret_owner); /* init needs the low numbers */
}

/* Before there is a request that could be served. */
static int refuse(unsigned int step, int err)
{
	struct reply reply;

	answer_deny(&reply, step, err, "");
	(void)channel_send(MESSAGE_HELPER_FD, &reply, sizeof(reply), NULL, 0);
	return EX_NOPERM;
}

int main(int argc, char **argv)
{
	struct request request;
	int owner = -1;
	int err;

	if (!started_by_module(argc, argv)) {
		(void)fputs("loginspace-helper is started by pam_loginspace.so, during a login.\n"
			    "There is nothing to run by hand; see pam_loginspace(8).\n",
			    stderr);
		return EX_USAGE;
	}
	/* Nothing that is started from here, nft(8) or pasta(1), is to speak to the module. */
	if (fcntl(MESSAGE_HELPER_FD, F_SETFD, FD_CLOEXEC) < 0) {
		return refuse(STEP_REQUEST, -errno);
	}
	err = privileges_arrive();
	if (err < 0) {
		return refuse(STEP_PRIVILEGES, err);
	}
	err = fds_reserve();
	if (err == 0) {
		err = receive_request(&request, &owner);
	}
	if (err < 0) {
		return refuse(STEP_REQUEST, err);
	}
	login_serve(&request, owner, argv[0]);
	channel_let_pass();
	return EX_OK;
}
