/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer.c - the answers of the helper as messages. Pure.
 */
#include "answer.h"

#include <errno.h>
#include <stdio.h>

#include "steps.h"

static void begin(struct reply *reply, enum verdict verdict, const char *detail)
{
	*reply = (struct reply){
		.magic = MESSAGE_MAGIC,
		.version = MESSAGE_VERSION,
		.verdict = verdict,
	};
	(void)snprintf(reply->detail, sizeof(reply->detail), "%s", detail);
}

/* A kernel without the call, or built without the feature, deserves more words than an errno. */
static const char *explain(unsigned int step, int err, const char *detail)
{
	if (detail[0] != '\0') {
		return detail;
	}
	if (err == -ENOSYS || err == -EOPNOTSUPP) {
		return "this kernel lacks what the step needs; loginspace needs Linux 5.14 or "
		       "newer";
	}
	if (step == STEP_CLONE && err == -EINVAL) {
		return "this kernel lacks clone3 or one of the namespaces; loginspace needs Linux "
		       "5.14 or newer";
	}
	if (step == STEP_CLONE && err == -ENOSPC) {
		return "a limit of namespaces is reached, see namespaces(7) and fds of nsfs in "
		       "/proc/*/fd; or PID namespaces are 32 deep";
	}
	return "";
}

void answer_deny(struct reply *reply, unsigned int step, int err, const char *detail)
{
	begin(reply, VERDICT_DENY, explain(step, err, detail));
	reply->step = step;
	reply->error = -err;
}

void answer_let_in(struct reply *reply, enum verdict verdict, const char *reason)
{
	begin(reply, verdict, reason);
}

void answer_lenient(struct reply *reply)
{
	begin(reply, VERDICT_LENIENT, "");
}

void answer_init(struct reply *reply, enum verdict verdict, uint32_t namespaces)
{
	begin(reply, verdict, "");
	reply->namespaces = namespaces;
}

void answer_join(struct reply *reply, const struct space_card *space,
		 const struct restrictions *restrictions, bool joined)
{
	begin(reply, VERDICT_JOIN, space->network);
	reply->namespaces = space->namespaces;
	reply->number = space->number;
	reply->scope = space->scope;
	reply->joined = joined ? 1 : 0;
	reply->restrictions = message_restrictions(restrictions);
}
