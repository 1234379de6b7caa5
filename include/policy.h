/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.h - who gets a space, and what kind: from a request to a plan. Pure.
 */
#ifndef LOGINSPACE_POLICY_H
#define LOGINSPACE_POLICY_H

#include "message.h"
#include "plan.h"

struct decision {
	enum verdict verdict;
	unsigned int step;  /* when denied: of enum step */
	int error;          /* when denied: errno, positive */
	const char *reason; /* when denied or ignored: a sentence for the log, a constant */
};

/*
 * policy_decide - the defaults of loginspace.conf(5) applied to one request that has passed
 * request_check. Fills *RET_PLAN when the verdict is VERDICT_JOIN and leaves it alone otherwise.
 */
struct decision policy_decide(const struct request *request, struct plan *ret_plan);

#endif
