/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_place.h - places of the tree that are spoken for, by the space itself or by another key.
 * Pure. Internal to lib/.
 */
#ifndef LOGINSPACE_LIB_VIEW_PLACE_H
#define LOGINSPACE_LIB_VIEW_PLACE_H

#include "plan.h"
#include "policy.h"
#include "problem.h"
#include "view_list.h"

/*
 * view_place_check - may ENTRY be there? Of PLAN tmp and private_dev are set. Returns 0; -EINVAL
 * with *PROBLEM.
 */
int view_place_check(const struct policy *policy, const struct plan *plan,
		     const struct view_entry *entry, struct problem *problem);

#endif
