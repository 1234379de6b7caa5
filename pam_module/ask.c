/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask.c - one question to a fresh helper. Runs in the PAM application, root.
 */
#include "ask.h"

#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "channel.h"
#include "scope.h"
#include "spawn.h"
#include "steps.h"

static int send_request(int channel, const struct request *request)
{
	SCOPE_FD int owner = pidfd_open(getpid(), 0);

	if (owner < 0) {
		return -errno;
	}
	return channel_send(channel, request, sizeof(*request), &owner, 1);
}

static void close_all(const int *fds, size_t count)
{
	while (count > 0) {
		(void)close(fds[--count]);
	}
}

static int receive_reply(int channel, int64_t deadline_ms, struct answer *ret)
{
	struct answer answer = { .fd = -1 };
	int fds[CHANNEL_FDS_MAX];
	size_t length, count;
	int err;

	err = channel_receive(channel, deadline_ms, &answer.reply, sizeof(answer.reply), &length,
			      fds, &count);
	if (err < 0) {
		return err;
	}
	err = reply_check(&answer.reply, length);
	if (err == 0 && count != reply_fd_count(answer.reply.verdict)) {
		err = -EBADMSG;
	}
	if (err < 0) {
		close_all(fds, count);
		return err;
	}
	if (count > 0) {
		answer.fd = fds[0];
	}
	*ret = answer;
	return 0;
}

static const char *explain(int err)
{
	switch (err) {
	case -ETIMEDOUT:
		return "the helper did not answer in time and was killed";
	case -ECONNRESET:
		return "the helper ended without an answer";
	case -EMSGSIZE:
	case -EPROTO:
	case -EINVAL:
	case -EBADMSG:
		return "the helper's answer makes no sense";
	default:
		return NULL;
	}
}

void helper_close(const struct helper *helper)
{
	(void)close(helper->pidfd);
	(void)close(helper->channel);
}

void helper_drop(const struct helper *helper)
{
	/* Not waited for: it may be stuck in the kernel. ESRCH: it is gone already. */
	(void)pidfd_send_signal(helper->pidfd, SIGKILL, NULL, 0);
	helper_close(helper);
}

int helper_ask(const char *path, const struct request *request, struct helper *ret,
	       struct failure *failure)
{
	struct helper helper = { .deadline_ms = channel_now_ms() + ASK_DEADLINE_MS };
	int ends[2];
	int err;

	err = channel_pair(ends);
	if (err < 0) {
		return failure_set(failure, STEP_SPAWN, err, NULL);
	}
	helper.channel = ends[0];
	err = spawn_helper(path, ends[1], &helper.pidfd);
	(void)close(ends[1]);
	if (err < 0) {
		(void)close(helper.channel);
		return failure_set(failure, STEP_SPAWN, err, path);
	}
	err = send_request(helper.channel, request);
	if (err < 0) {
		helper_drop(&helper);
		return failure_set(failure, STEP_REQUEST, err, explain(err));
	}
	*ret = helper;
	return 0;
}

int helper_answer(const struct helper *helper, struct answer *ret, struct failure *failure)
{
	int err = receive_reply(helper->channel, helper->deadline_ms, ret);

	return err < 0 ? failure_set(failure, STEP_REPLY, err, explain(err)) : 0;
}
