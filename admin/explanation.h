/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explanation.h - the policy of one login in words: the decision, and each key with its value and
 * where that comes from. Pure.
 */
#ifndef LOGINSPACE_ADMIN_EXPLANATION_H
#define LOGINSPACE_ADMIN_EXPLANATION_H

#include <json-c/json.h>

#include "policy.h"

/* explanation_head - "alice over sshd from 10.1.2.3: gets a space"; to be freed, or NULL. */
char *explanation_head(const struct policy_login *login, const struct decision *decision);

/* explanation_keys - a line for each key, one more for each further item; to be freed, or NULL. */
char *explanation_keys(const struct policy *policy);

/*
 * explanation_json - the keys are those of loginspace(8), and stay. POLICY is NULL where there is
 * none to show.
 */
struct json_object *explanation_json(const struct policy_login *login,
				     const struct decision *decision, const struct policy *policy);

#endif
