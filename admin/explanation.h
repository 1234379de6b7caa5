/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explanation.h - the policy of one login in words: the decision, each key with its value, where that
 * comes from and what it comes to, and the mounts. Pure.
 */
#ifndef LOGINSPACE_ADMIN_EXPLANATION_H
#define LOGINSPACE_ADMIN_EXPLANATION_H

#include <json-c/json.h>

#include "plan.h"
#include "policy.h"

/* explanation_head - "alice over sshd from 10.1.2.3: gets a space"; to be freed, or NULL. */
char *explanation_head(const struct policy_login *login, const struct decision *decision);

/*
 * What follows takes the PLAN that policy_decide() has made of the policy, or NULL: none, or not to its
 * end.
 */

/*
 * explanation_keys - a line for each key, one more for each further item, with what the plan does
 * instead; to be freed, or NULL.
 */
char *explanation_keys(const struct policy *policy, const struct plan *plan);

/*
 * explanation_json - the keys are those of loginspace(8), and stay. POLICY is NULL where there is
 * none to show.
 */
struct json_object *explanation_json(const struct policy_login *login,
				     const struct decision *decision, const struct policy *policy,
				     const struct plan *plan);

#endif
