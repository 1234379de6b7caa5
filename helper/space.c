/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space.c - from a plan to a living space. Runs in the helper; become_init in its child.
 *
 * Two sockets tie the two together. "news" carries the child's report to the helper, once; and
 * before that, where the network has a host's side, the helper's word that it is made, which may
 * have to wait for one of the child's (network_has_turn). Init's socket to the module passes through
 * the helper's hands: should the helper die before the module has it, init finds it hung up and
 * ends.
 */
#include "space.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "answer.h"
#include "channel.h"
#include "fds.h"
#include "image.h"
#include "init.h"
#include "init_fds.h"
#include "scope.h"
#include "setup.h"
#include "steps.h"

#define INIT_NAME    "loginspace-init"
#define LAST_WORD_MS 100

/* For ps(1): the helper's argv[0] is longer than init's name, and nobody reads it any more. */
static void take_name(char *title)
{
	size_t room = strlen(title);

	if (room >= strlen(INIT_NAME)) {
		memset(title, 0, room);
		memcpy(title, INIT_NAME, strlen(INIT_NAME));
	}
	(void)prctl(PR_SET_NAME, INIT_NAME, 0, 0, 0); /* a name is a courtesy */
}

/* What init needs of fds, at their numbers. */
static int fds_arrange(const struct space_request *request, struct setup *setup)
{
	int err = fd_raise(&setup->news);

	if (err == 0) {
		err = fd_raise(&setup->channel);
	}
	return err < 0 ? err : init_prepare(request->registry);
}

/*
 * As loginspace-init, or as we are. In a user namespace we must be: whose a process is to trace is
 * decided by its exec, ptrace(2), and root inside is not to be one who may.
 */
static _Noreturn void go_on(const struct space_request *request, uint32_t number)
{
	static char name[SUBTREE_NAME_SIZE];
	char *group = NULL;

	/* Without it the group is left for the next login to remove. */
	if (request->resources.subtree.folder >= 0 &&
	    fd_place(request->resources.subtree.folder, INIT_GROUP_FD) == 0) {
		subtree_name(request->plan->uid, number, name);
		group = name;
	}
	if ((request->plan->namespaces & CLONE_NEWUSER) == 0) {
		channel_let_pass();
		(void)image_exec(request->image, group);
	}
	(void)close(request->tree);
	(void)close(request->image);
	(void)close(request->resources.subtree.inits);
	init_run(group);
}

/* The child: everything it inherits is the helper's, so what it does not need is closed first. */
static _Noreturn void become_init(const struct space_request *request, int news, int channel)
{
	struct setup setup = { .request = request->request,
			       .plan = request->plan,
			       .seen = request->number,
			       .owner = request->owner,
			       .channel = channel,
			       .news = news,
			       .deadline_ms = request->deadline_ms,
			       .network = request->network,
			       .userns = request->userns };
	struct reply report;
	int err;

	/* The helper's, not ours: the module waits for its end. The number stays init's. */
	(void)dup3(STDIN_FILENO, MESSAGE_HELPER_FD, O_CLOEXEC);
	take_name(request->title);
	(void)setsid(); /* out of the helper's session; cannot fail in a process just born */
	setup_init(&setup);
	network_part(request->network);
	setup.step = STEP_INIT;
	err = fds_arrange(request, &setup);
	if (err == 0) {
		err = setup_run(&setup);
	}
	if (err < 0) {
		answer_deny(&report, setup.step, err, setup.detail);
	} else {
		answer_join(&report, &setup.space, &request->plan->restrictions, false);
	}
	/* Both wait at our door now. Should nobody come to it, they hang up with us. */
	(void)close(request->owner);
	(void)close(setup.channel);
	/* A helper that is gone hears nothing, and then nobody holds the socket's other end. */
	(void)channel_send(setup.news, &report, sizeof(report), NULL, 0);
	(void)close(setup.news);
	if (err < 0) {
		_exit(1);
	}
	go_on(request, setup.space.number);
}

struct child {
	int init; /* pidfd */
	pid_t pid;
};

/* GROUP: the control group for it; -1: ours. */
static int clone_init(uint32_t namespaces, int group, struct child *ret_child)
{
	int init = -1;
	struct clone_args args = {
		.flags = namespaces | CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)&init,
		.exit_signal = SIGCHLD,
	};
	long pid;

	if (group >= 0) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)(unsigned int)group;
	}
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (pid < 0) {
		return -errno;
	}
	*ret_child = (struct child){ .init = init, .pid = (pid_t)pid };
	return (int)pid;
}

/* The network may be there already; the user namespace is, and is entered last, see setup.c. */
static uint32_t clones_of(const struct plan *plan)
{
	return network_clones(plan) & ~(uint32_t)CLONE_NEWUSER;
}

/* The child's own report, or what became of the child when there is none. */
static void hear(int news, int64_t deadline_ms, struct reply *ret_reply)
{
	int fds[CHANNEL_FDS_MAX];
	size_t length, count;
	int err;

	err = channel_receive(news, deadline_ms, ret_reply, sizeof(*ret_reply), &length, fds,
			      &count);
	if (err == 0) {
		err = reply_check(ret_reply, length); /* it sends no fds: count is 0 */
	}
	if (err == -ECONNRESET) {
		answer_deny(ret_reply, STEP_WAIT, -ECHILD, "init died while it set the space up");
	} else if (err < 0) {
		answer_deny(ret_reply, STEP_WAIT, err, "init did not report in time");
	}
}

/*
 * Namespaces, mounts and registry entry go with the process. It may have exited already; it is
 * not waited for, as it may be stuck in the kernel and the module waits for our answer.
 */
static void give_up(int init)
{
	(void)pidfd_send_signal(init, SIGKILL, NULL, 0);
}

/* A child that came second, or fails before, sends no turn but its report, which stays there. */
static bool hear_turn(const struct space_request *request, int news)
{
	struct network_turn turn;
	int fds[CHANNEL_FDS_MAX];
	size_t length, count;

	return channel_peek(news, request->deadline_ms, &length) == 0 && length == sizeof(turn) &&
	       channel_receive(news, request->deadline_ms, &turn, sizeof(turn), &length, fds,
			       &count) == 0;
}

/* The host's side of the network; the child goes on as soon as it hears of it. */
static int attach_network(const struct space_request *request, int news, pid_t pid, char *detail)
{
	struct network_word word = { .name = "" };
	int err;

	if (!network_has_word(request->plan) ||
	    (network_has_turn(request->plan) && !hear_turn(request, news))) {
		return 0;
	}
	err = network_attach(request->plan, request->network, pid, &word, detail);
	return err < 0 ? err : channel_send(news, &word, sizeof(word), NULL, 0);
}

/*
 * The child may have failed before: then that is what is told. It has sent that by now, or ends in
 * this moment; otherwise it waits for a word that does not come.
 */
static void hear_failed(int news, int64_t deadline_ms, int err, const char *detail,
			struct reply *ret_reply)
{
	const int64_t soon_ms = channel_now_ms() + LAST_WORD_MS;

	hear(news, soon_ms < deadline_ms ? soon_ms : deadline_ms, ret_reply);
	if (ret_reply->step == STEP_WAIT) {
		answer_deny(ret_reply, STEP_NETWORK, err, detail);
	}
}

/* The news of the child, which is at work already. */
static void attend(const struct space_request *request, int module, int news,
		   const struct child *child, struct reply *ret_reply)
{
	char detail[MESSAGE_DETAIL_SIZE] = "";
	struct reply made;
	int err;

	/* A module that does not take it is gone, and init will find that out by itself. */
	answer_init(&made, VERDICT_MADE, request->plan->namespaces);
	(void)channel_send(module, &made, sizeof(made), &child->init, 1);
	err = attach_network(request, news, child->pid, detail);
	if (err < 0) {
		hear_failed(news, request->deadline_ms, err, detail, ret_reply);
	} else {
		hear(news, request->deadline_ms, ret_reply);
	}
	if (ret_reply->verdict != VERDICT_JOIN) {
		give_up(child->init);
	}
}

void space_build(const struct space_request *request, int module, struct reply *ret_reply,
		 int *ret_channel)
{
	SCOPE_FD int news_ours = -1, news_childs = -1;
	SCOPE_FD int channel_modules = -1, channel_childs = -1;
	SCOPE_FD int init = -1;
	char detail[MESSAGE_DETAIL_SIZE] = "";
	struct child child = { .init = -1 };
	int news[2], channel[2], pid, err;

	*ret_channel = -1;
	err = channel_pair(news);
	if (err < 0) {
		answer_deny(ret_reply, STEP_CLONE, err, "");
		return;
	}
	news_ours = news[0];
	news_childs = news[1];
	err = channel_pair(channel);
	if (err < 0) {
		answer_deny(ret_reply, STEP_CLONE, err, "");
		return;
	}
	channel_modules = channel[0];
	channel_childs = channel[1];
	err = network_enter(request->network, detail);
	if (err < 0) {
		answer_deny(ret_reply, STEP_NETNS, err, detail);
		return;
	}
	pid = clone_init(clones_of(request->plan), request->resources.subtree.inits, &child);
	if (pid == 0) {
		(void)close(news_ours);
		(void)close(channel_modules);
		become_init(request, news_childs, channel_childs);
	}
	if (pid < 0) {
		answer_deny(ret_reply, STEP_CLONE, pid, "");
		return;
	}
	(void)close(news_childs);
	news_childs = -1;
	init = child.init;
	attend(request, module, news_ours, &child, ret_reply);
	if (ret_reply->verdict == VERDICT_JOIN) {
		*ret_channel = channel_modules;
		channel_modules = -1;
	}
}
