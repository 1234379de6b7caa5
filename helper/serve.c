/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve.c - one login as a list of steps. Runs in the helper: as root until the policy is known,
 * with the capabilities of PHASE_BUILD and what the plan needs on top from then on.
 */
#include "serve.h"

#include <errno.h>
#include <stdbool.h>
#include <sched.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "channel.h"
#include "filter.h"
#include "image.h"
#include "init.h"
#include "limit.h"
#include "nesting.h"
#include "network.h"
#include "policy.h"
#include "privileges.h"
#include "registry.h"
#include "rootdir.h"
#include "seclude.h"
#include "share.h"
#include "space.h"
#include "steps.h"
#include "userns.h"
#include "view.h"
#include "walk.h"

/*
 * A space that is ending counts until its processes are gone, which takes init's grace at most; a
 * user who has just logged out of his only space waits for that instead of being denied.
 */
#define FULL_PATIENCE_MS ((int64_t)2 * INIT_GRACE_MS)
#define FULL_PAUSE_NS    20000000

/* Also shown to the module at once, so that a helper that dies later does not keep anybody out. */
static void be_lenient(void)
{
	struct reply reply;

	answer_lenient(&reply);
	(void)channel_send(MESSAGE_HELPER_FD, &reply, sizeof(reply), NULL, 0);
}

static int read_policy(const struct request *request, const struct policy_login *login,
		       struct policy **ret_policy, struct reply *reply)
{
	char text[MESSAGE_DETAIL_SIZE];
	struct problem problem = { 0 };
	int err;

	err = policy_read(request->conf, login, ret_policy, &problem);
	if (err < 0) {
		answer_deny(reply, STEP_CONFIGURATION, err,
			    problem_format(text, sizeof(text), &problem));
	}
	return err;
}

static void deny_registry(struct reply *reply, int err)
{
	const char *detail = "";

	if (err == -EPERM) {
		detail = REGISTRY_PATH " must be root's, mode 0700";
	} else if (err == -EACCES) {
		detail = "is this inside a space? CAP_SYS_PTRACE is missing to see that: "
			 "capabilities in loginspace.conf(5)";
	} else if (err == -EROFS) {
		detail = "/run is read-only, so that it cannot be made";
	} else if (err == -ENOSPC) {
		detail = "user.max_mnt_namespaces is reached, see namespaces(7) and fds of nsfs in "
			 "/proc/*/fd; or /run is full";
	}
	answer_deny(reply, STEP_REGISTRY, err, detail);
}

/* The decision; returns 0 when a space is to be joined or made. */
static int decide(const struct policy *policy, const struct policy_login *login,
		  struct plan *ret_plan, struct reply *reply)
{
	struct decision decision;
	bool nested = false;
	int err;

	/* First as if not nested: a login that is none of ours needs no registry. */
	decision = policy_decide(policy, login, false, ret_plan);
	if (decision.verdict == VERDICT_IGNORE) {
		answer_let_in(reply, decision.verdict, decision.reason);
		return -ECANCELED;
	}
	if (decision.verdict == VERDICT_JOIN && ret_plan->lenient) {
		be_lenient();
	}
	err = nesting_look(&nested);
	if (err < 0) {
		deny_registry(reply, err);
		return err;
	}
	if (nested) {
		const char *why = nesting_obstacle();

		view_free(ret_plan);
		decision = policy_decide(policy, login, true, ret_plan);
		if (decision.verdict == VERDICT_JOIN && why != NULL) {
			answer_deny(reply, STEP_POLICY, -EPERM, why);
			return -EPERM;
		}
	}
	switch (decision.verdict) {
	case VERDICT_JOIN:
		return 0;
	case VERDICT_DENY:
		answer_deny(reply, STEP_POLICY, -EPERM, decision.reason);
		return -EPERM;
	default:
		answer_let_in(reply, decision.verdict, decision.reason);
		return -ECANCELED;
	}
}

static int work_out_plan(const struct request *request, struct plan *ret_plan, struct reply *reply)
{
	const struct policy_login login = {
		.user = request->user,
		.uid = request->uid,
		.service = request->service,
		.rhost = request->rhost,
		.tty = request->tty,
		.any_service = (request->flags & REQUEST_ANY_SERVICE) != 0,
	};
	struct policy *policy;
	int err;

	err = read_policy(request, &login, &policy, reply);
	if (err < 0) {
		return err;
	}
	err = decide(policy, &login, ret_plan, reply);
	policy_free(policy);
	if (err == 0 && (request->flags & REQUEST_UNFIT) != 0) {
		answer_deny(reply, STEP_APPLICATION, -EINVAL, "");
		return -EINVAL;
	}
	return err;
}

static bool has_runtime(const struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->mount_count; i++) {
		if (plan->mounts[i].kind == MOUNT_RUNTIME) {
			return true;
		}
	}
	return false;
}

static unsigned int extras_of(const struct plan *plan)
{
	const bool paths = plan->has_paths || plan->home[0] != '\0' || plan->root[0] != '\0' ||
			   (plan->namespaces & CLONE_NEWUSER) != 0;

	return (plan->scope == SCOPE_USER ? EXTRA_SHARE : 0u) | (paths ? EXTRA_PATHS : 0u) |
	       (plan->private_dev ? EXTRA_DEVICES : 0u) | (has_runtime(plan) ? EXTRA_RUNTIME : 0u) |
	       (plan->overlay != OVERLAY_NONE ? EXTRA_OVERLAY : 0u);
}

/*
 * A home that an automounter brings is mounted now, on the host, from where it comes into the
 * space; in there its path may lead elsewhere. What fails here fails again where it is reported.
 */
static void call_home(const struct plan *plan)
{
	int home;

	if (plan->home[0] == '/' && walk_open(plan->home, &home) == 0) {
		(void)close(home);
	}
}

/*
 * Folders of /run that have to be there before a space covers them, as systemd makes them: 0755.
 * What fails here leaves out a mount that has nothing to hide yet, on a /run that takes no more
 * folders.
 */
static void make_anchors(const struct plan *plan)
{
	const mode_t before = umask(022);
	size_t i;

	for (i = 0; i < plan->mount_count; i++) {
		if (plan->mounts[i].anchored) {
			(void)mkdir(plan->mounts[i].target, 0755);
		}
	}
	(void)umask(before);
}

/* With the ids of the host, all of them: root inside is root, but of this namespace only. */
static int make_userns(const struct plan *plan, int *ret_userns)
{
	const struct userns_wanted wanted = {
		.ids = USERNS_ALL_IDS,
		.owner = plan_userns_owner(plan->uid),
		.barren = !plan->nested_userns,
	};

	return (plan->namespaces & CLONE_NEWUSER) == 0 ? 0 : userns_make(&wanted, ret_userns, NULL);
}

/* For a space that is made, or only to look for one that lives; see make_space. */
static int open_registry(const struct plan *plan, struct space_request *space, struct reply *reply)
{
	int err = plan->scope == SCOPE_USER ? registry_make(&space->registry)
					    : registry_seclude(&space->tree, &space->registry);

	if (err < 0) {
		deny_registry(reply, err);
	}
	return err;
}

/* Everything between the plan and the clone; any step may end it with a denial. */
static int prepare(const struct plan *plan, struct network *network, struct space_request *space,
		   struct reply *reply)
{
	int err;

	err = rootdir_check();
	if (err < 0) {
		answer_deny(reply, STEP_CHROOT, err,
			    err == -EXDEV ? "the application runs in a chroot" : "");
		return err;
	}
	call_home(plan);
	make_anchors(plan);
	network_prepare(plan, network);
	err = open_registry(plan, space, reply);
	if (err < 0) {
		return err;
	}
	err = make_userns(plan, &space->userns);
	if (err < 0) {
		answer_deny(reply, STEP_USERNS, err,
			    err == -ENOSPC
				    ? "no more user namespaces: raise user.max_user_namespaces"
				    : "");
		return err;
	}
	/* Behind what starts programs that are to be no more protected than others: pasta(1), nft(8). */
	err = limit_prepare(plan, space, reply);
	if (err < 0) {
		return err;
	}
	err = privileges_enter(PHASE_BUILD, extras_of(plan));
	if (err == 0) {
		err = filter_install(&FILTER_HELPER);
	}
	if (err < 0) {
		answer_deny(reply, STEP_PRIVILEGES, err,
			    err == -EPERM ? "a capability is missing that this login takes: "
					    "pam_loginspace(8), NOTES; loginspace doctor"
					  : "");
	}
	return err;
}

/* What was good enough to look for a living space is the host's folder, and not for init. */
static int seclude(struct space_request *space)
{
	int looked = space->registry, err = 0;

	if (space->tree < 0) {
		err = registry_seclude(&space->tree, &space->registry);
		if (err == 0) {
			(void)close(looked); /* only was looked through */
		}
	}
	return err;
}

static void make_space(struct space_request *request, struct reply *reply, int *ret_channel)
{
	const struct plan *plan = request->plan;
	int err;

	if (request->network->error < 0) {
		answer_deny(reply, STEP_NETWORK, request->network->error, request->network->detail);
		return;
	}
	err = seclude(request);
	if (err < 0) {
		deny_registry(reply, err);
		return;
	}
	err = registry_find(request->registry, plan->uid, plan->max_spaces, &request->number);
	if (err < 0) {
		answer_deny(reply, STEP_LIMIT, err,
			    err == -EUSERS ? "the user has max_spaces spaces already" : "");
		return;
	}
	space_build(request, MESSAGE_HELPER_FD, reply, ret_channel);
}

/* Another login of this moment was faster with the space that the user's logins share. */
static bool came_second(const struct reply *reply)
{
	return reply->verdict == VERDICT_DENY && reply->step == STEP_SHARED &&
	       reply->error == EEXIST;
}

/* The user has all his spaces, but one of them may be about to end. */
static bool is_full(const struct reply *reply)
{
	return reply->verdict == VERDICT_DENY && reply->error == EUSERS &&
	       (reply->step == STEP_LIMIT || reply->step == STEP_NUMBER);
}

static void wait_a_little(void)
{
	const struct timespec pause = { .tv_nsec = FULL_PAUSE_NS };

	(void)nanosleep(&pause, NULL);
}

/* True when REPLY is the last word. A space of another version's init: PLAN is for one's own. */
static bool join(const struct space_request *request, struct plan *plan, struct reply *reply,
		 int *ret_channel)
{
	if (plan->scope != SCOPE_USER) {
		return false;
	}
	switch (share_join(request, MESSAGE_HELPER_FD, reply, ret_channel)) {
	case SHARE_DONE:
		return true;
	case SHARE_FOREIGN:
		plan->scope = SCOPE_LOGIN;
		break;
	case SHARE_NONE:
		break;
	}
	return false;
}

static void join_or_make(struct space_request *request, struct plan *plan, struct reply *reply,
			 int *ret_channel)
{
	const int64_t patience_ms = channel_now_ms() + FULL_PATIENCE_MS;
	bool again = true;

	while (again && !join(request, plan, reply, ret_channel)) {
		make_space(request, reply, ret_channel);
		share_await(request, MESSAGE_HELPER_FD, reply, ret_channel);
		again = came_second(reply) && channel_now_ms() < request->deadline_ms;
		if (is_full(reply) && channel_now_ms() < patience_ms) {
			wait_a_little();
			again = true;
		}
	}
}

void login_serve(const struct request *request, int owner, char *title)
{
	struct space_request space = {
		.request = request,
		.owner = owner,
		.userns = -1,
		.image = -1,
		.registry = -1,
		.tree = -1,
		.resources = RESOURCES_NONE,
		.title = title,
		.deadline_ms = channel_now_ms() + request->deadline_ms,
	};
	struct reply reply = { 0 };
	struct network network = NETWORK_NONE;
	struct plan plan = { 0 };
	int channel = -1;

	if (work_out_plan(request, &plan, &reply) == 0) {
		if (prepare(&plan, &network, &space, &reply) == 0) {
			space.plan = &plan;
			space.network = &network;
			(void)image_open(&space.image); /* init runs the same loop without it */
			join_or_make(&space, &plan, &reply, &channel);
			limit_admit(&space, &reply, &channel);
		}
	}
	/* A module that is gone gets nothing; then nobody has init's socket and that owner goes. */
	(void)channel_send(MESSAGE_HELPER_FD, &reply, sizeof(reply), &channel,
			   reply.verdict == VERDICT_JOIN ? 1 : 0);
	network_drop(&network);
	view_free(&plan);
}
