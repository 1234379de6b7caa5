/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * decision_network.h - the part of a decision that is about the network. Pure.
 */
#ifndef LOGINSPACE_DECISION_NETWORK_H
#define LOGINSPACE_DECISION_NETWORK_H

#include <stdbool.h>

#include "plan.h"
#include "policy.h"
#include "problem.h"

/* What explain, show and the log call the network of a space inside of a space. */
#define NETWORK_OUTER "outer"

/*
 * decision_network - fills plan->net, corrects plan->network, and takes CLONE_NEWNET out of
 * plan->namespaces where the network stays the application's. A nested login stays in the network
 * of the space around it, unless it is to have nothing but a loopback interface.
 * Returns 0, or -EINVAL with *PROBLEM: keys that do not go together.
 */
int decision_network(const struct policy *policy, bool nested, struct plan *plan,
		     struct problem *problem);

/* decision_privileges_check - for `loginspace check`: keys that no login gets past together. */
int decision_privileges_check(const struct policy *policy, struct problem *problem);

/* decision_network_check - for `loginspace check`: the same, without a login. */
int decision_network_check(const struct policy *policy, struct problem *problem);

#endif
