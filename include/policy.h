/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.h - who gets a space, and what kind: from a request to a plan. Pure.
 */
#ifndef LOGINSPACE_POLICY_H
#define LOGINSPACE_POLICY_H

#include <stdbool.h>

#include "message.h"
#include "plan.h"

/*
 * policy_concerns - is this PAM service one of those that get a space? The module asks before it
 * starts the helper, so that the logins of other services depend on nothing of ours.
 */
bool policy_concerns(const char *service);

/* The reason why a login of another service is ignored. */
#define POLICY_NOT_LISTED "service is not listed"

struct decision {
	enum verdict verdict; /* VERDICT_IGNORE or VERDICT_JOIN */
	const char *reason;   /* when ignored: a sentence for the log, a constant */
};

/*
 * policy_decide - the defaults applied to one request that has passed
 * request_check. Fills *RET_PLAN when the verdict is VERDICT_JOIN and leaves it alone otherwise.
 */
struct decision policy_decide(const struct request *request, struct plan *ret_plan);

#endif
