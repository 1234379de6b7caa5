/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * effect.h - where a plan does something else than a key says, because of another key. Pure.
 */
#ifndef LOGINSPACE_ADMIN_EFFECT_H
#define LOGINSPACE_ADMIN_EFFECT_H

#include "plan.h"
#include "policy.h"

struct effect {
	const char *value; /* what holds; NULL: what the key says */
	const char *cause; /* a phrase: "user is among the namespaces" */
};

/*
 * effect_of - of ITEM, one of those that a policy has for KEY. PLAN is what policy_decide() has made of
 * that; the texts live as long.
 */
struct effect effect_of(const struct plan *plan, enum key key, const struct policy_item *item);

#endif
