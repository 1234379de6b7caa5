/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.c - the defaults, applied to one login. Pure.
 */
#include "policy.h"

#include <sched.h>
#include <stddef.h>
#include <string.h>

/*
 * PAM services whose application forks the user's program, so that the PID namespace takes hold.
 * An application that execs without a fork (systemd's user@.service) would stay outside of it.
 */
static const char *const SERVICES[] = {
	"sshd", "login", "su", "su-l", "remote", "loginspace",
};

static const struct plan DEFAULT_PLAN = {
	.namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET,
	.max_spaces = 64,
	.private_tmp = true,
	.tmp_size = "25%",
	.ping_group_low = 0,
	.ping_group_high = 2147483647, /* GID_T_MAX of the kernel's net/ipv4/sysctl_net_ipv4.c */
};

bool policy_concerns(const char *service)
{
	size_t i;

	for (i = 0; i < sizeof(SERVICES) / sizeof(SERVICES[0]); i++) {
		if (strcmp(service, SERVICES[i]) == 0) {
			return true;
		}
	}
	return false;
}

struct decision policy_decide(const struct request *request, struct plan *ret_plan)
{
	if (!policy_concerns(request->service) && (request->flags & REQUEST_ANY_SERVICE) == 0) {
		return (struct decision){ .verdict = VERDICT_IGNORE, .reason = POLICY_NOT_LISTED };
	}
	*ret_plan = DEFAULT_PLAN;
	ret_plan->uid = request->uid;
	return (struct decision){ .verdict = VERDICT_JOIN };
}
