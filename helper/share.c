/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * share.c - the living space that all logins of a user share. Runs in the helper with the
 * capabilities of PHASE_BUILD and EXTRA_SHARE.
 *
 * Only the registry says who is the init of that space, and only root can write there; what is
 * found is a pidfd, and the fd taken out of that process is a socket that root made. Whatever goes
 * away meanwhile was a space that ends: then the registry is asked again, and soon it has none.
 */
#include "share.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"
#include "channel.h"
#include "charter.h"
#include "door.h"
#include "registry.h"
#include "scope.h"
#include "space_id.h"
#include "steps.h"

/* A space that has shut its door gives its place up within microseconds. */
#define AGAIN_NS 200000

/*
 * So long a login that has the ports may take to make its space, once ours has given up its place.
 * Who cannot have them for another reason is denied as much later.
 */
#define AWAIT_MS       2000
#define AWAIT_PAUSE_NS 20000000

static bool is_ending(int err)
{
	return err == -EBADF || err == -ESRCH || err == -EPIPE || err == -ECONNRESET ||
	       err == -ECONNREFUSED;
}

/* What an init of another version says to us, or is understood to say. */
static bool is_foreign(int err)
{
	return err == -EPROTO || err == -EMSGSIZE || err == -EINVAL || err == -EBADMSG;
}

static const char *explain(int err)
{
	switch (err) {
	case -EPERM:
		return "the init of the user's space cannot be reached: is "
		       "kernel.yama.ptrace_scope 3, "
		       "or CAP_SYS_PTRACE missing?";
	case -EUSERS:
		return "the user's space has as many logins as it takes";
	case -EXDEV:
		return "the user's space is not below this PID namespace";
	case -EOWNERDEAD:
		return "the application has ended";
	case -ETIMEDOUT:
		return "the init of the user's space does not answer; `loginspace kill` ends it";
	default:
		return is_ending(err) ? "the user's space is about to end, and does not" : "";
	}
}

/* One try: 0, or the errno of what went wrong on the way. */
static int try_join(const struct space_request *request, int module, struct reply *ret_reply,
		    int *ret_channel)
{
	SCOPE_FD int init = -1;
	SCOPE_FD int door = -1;
	SCOPE_FD int channel = -1;
	struct knock_answer answer;
	struct restrictions restrictions;
	struct owner_card card;
	struct reply found;
	pid_t pid;
	int err;

	err = registry_shared_holder(request->registry, request->plan->uid, &init, &pid);
	if (err < 0) {
		return err;
	}
	err = door_take(init, &door);
	if (err < 0) {
		return err;
	}
	charter_owner(request->request, &card);
	err = door_join(door, &card, request->owner, request->deadline_ms, &answer, &channel);
	if (err == -ESRCH) {
		return -EOWNERDEAD; /* says init, which is not */
	}
	if (err < 0) {
		return err;
	}
	/* What init says of itself has to be what the registry says; hanging up drops our owner. */
	if (answer.space.uid != request->plan->uid || answer.space.scope != SCOPE_USER) {
		return -EXDEV;
	}
	answer_init(&found, VERDICT_FOUND, answer.space.namespaces);
	(void)channel_send(module, &found, sizeof(found), &init, 1);
	restrictions = restrictions_of(&answer.space.restrictions);
	restrictions_add(&restrictions, &request->plan->restrictions);
	answer_join(ret_reply, &answer.space, &restrictions, true);
	*ret_channel = channel;
	channel = -1;
	return 0;
}

/* What two spaces of a user cannot have at a time; NULL: nothing. */
static const char *only_once(const struct plan *plan)
{
	if (plan->overlay == OVERLAY_FOLDER) {
		return "the root_overlay";
	}
	if (plan->net.kind == NETWORK_DEVICE) {
		return "the interface";
	}
	return plan->net.kind == NETWORK_PASTA && plan->net.publish_count > 0 ? "the ports" : NULL;
}

/* By the registry, as its init does not tell. Without a number the uid, which means all. */
static void find_id(const struct space_request *request, char id[SPACE_ID_SIZE])
{
	const struct plan *plan = request->plan;
	SCOPE_FD int init = -1;
	pid_t wanted, pid;
	uint32_t number;

	(void)snprintf(id, SPACE_ID_SIZE, "%" PRIu32, (uint32_t)plan->uid);
	if (registry_shared_holder(request->registry, plan->uid, &init, &wanted) < 0) {
		return;
	}
	for (number = 0; number < plan->max_spaces; number++) {
		int holder;

		if (registry_holder(request->registry, plan->uid, number, &holder, &pid) < 0) {
			continue;
		}
		(void)close(holder);
		if (pid == wanted) {
			space_id_format(id, plan->uid, number);
			return;
		}
	}
}

/* Beside it a space of one's own could not be made, and would be denied with less said. */
static void deny_foreign(const struct space_request *request, const char *once,
			 struct reply *ret_reply)
{
	char detail[MESSAGE_DETAIL_SIZE];
	char id[SPACE_ID_SIZE];

	find_id(request, id);
	(void)snprintf(detail, sizeof(detail),
		       "the user's space is of another version of loginspace, from before an "
		       "upgrade, and no other can have %s meanwhile: `loginspace kill %s` ends it",
		       once, id);
	answer_deny(ret_reply, STEP_SHARED, -EPROTO, detail);
}

enum share share_join(const struct space_request *request, int module, struct reply *ret_reply,
		      int *ret_channel)
{
	const struct timespec pause = { .tv_nsec = AGAIN_NS };
	const char *once = only_once(request->plan);
	int err;

	do {
		err = try_join(request, module, ret_reply, ret_channel);
		if (err == 0) {
			return SHARE_DONE;
		}
		if (err == -ENOENT) {
			return SHARE_NONE;
		}
		/* A program that was replaced while spaces live keeps their users out as little as may be. */
		if (is_foreign(err)) {
			if (once == NULL) {
				return SHARE_FOREIGN;
			}
			deny_foreign(request, once, ret_reply);
			return SHARE_DONE;
		}
		if (is_ending(err)) {
			(void)nanosleep(&pause, NULL);
		}
	} while (is_ending(err) && channel_now_ms() < request->deadline_ms);
	answer_deny(ret_reply, STEP_SHARED, is_ending(err) ? -ETIMEDOUT : err, explain(err));
	return SHARE_DONE;
}

/* Of several first logins each starts a pasta; one of these has the ports, and the others end. */
static bool has_lost_ports(const struct plan *plan, const struct reply *reply)
{
	return plan->scope == SCOPE_USER && plan->net.kind == NETWORK_PASTA &&
	       plan->net.publish_count > 0 && reply->verdict == VERDICT_DENY &&
	       reply->step == STEP_INTERFACE && reply->error == ENETDOWN;
}

void share_await(const struct space_request *request, int module, struct reply *reply,
		 int *ret_channel)
{
	const struct timespec pause = { .tv_nsec = AWAIT_PAUSE_NS };
	const int64_t patience_ms = channel_now_ms() + AWAIT_MS;
	const int64_t until_ms =
		patience_ms < request->deadline_ms ? patience_ms : request->deadline_ms;
	const struct reply before = *reply;
	enum share found = SHARE_NONE;

	if (!has_lost_ports(request->plan, reply)) {
		return;
	}
	while (found == SHARE_NONE && channel_now_ms() < until_ms) {
		(void)nanosleep(&pause, NULL);
		found = share_join(request, module, reply, ret_channel);
	}
	if (found != SHARE_DONE) {
		*reply = before;
	}
}
