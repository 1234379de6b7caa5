/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space_policy.h - would the logins that hold a space get another one today?
 */
#ifndef LOGINSPACE_ADMIN_SPACE_POLICY_H
#define LOGINSPACE_ADMIN_SPACE_POLICY_H

#include "problem.h"
#include "spaces.h"

/*
 * space_policy_compare - fills policy of each space: SAME when at least one of its owners would be
 * given the policy that the space was made by. Reads the configuration once for each kind of login.
 * Returns 0; or, when a configuration could not be read and the spaces concerned stay UNKNOWN, the
 * first error of policy_read with *RET_PROBLEM.
 */
int space_policy_compare(struct spaces *spaces, struct problem *ret_problem);

#endif
