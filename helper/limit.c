/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * limit.c - the step "resources" of a login. Runs in the helper: limit_prepare as root with all
 * privileges, limit_admit in PHASE_BUILD.
 */
#include "limit.h"

#include <unistd.h>

#include "answer.h"
#include "resources.h"
#include "steps.h"

int limit_prepare(const struct plan *plan, struct space_request *space, struct reply *reply)
{
	char detail[MESSAGE_DETAIL_SIZE];
	int err;

	if (!plan_is_limited(plan)) {
		return 0;
	}
	err = resources_prepare(plan, space->owner, space->deadline_ms, &space->resources, detail);
	if (err < 0) {
		answer_deny(reply, STEP_RESOURCES, err, detail);
	}
	return err;
}

void limit_admit(const struct space_request *space, struct reply *reply, int *channel)
{
	int err;

	if (reply->verdict != VERDICT_JOIN) {
		return;
	}
	err = resources_admit(&space->resources, space->plan->uid, reply->number, space->owner);
	if (err < 0) {
		answer_deny(reply, STEP_RESOURCES, err, "");
		(void)close(*channel);
		*channel = -1;
	}
}
