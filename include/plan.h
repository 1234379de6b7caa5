/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.h - the policy worked out for one login: plain data, and all that the building code sees.
 *
 * Configuration and look-ups end in a plan; nothing below reads a file, a name service or the
 * environment. What the kernel has to hear of a login's policy has its place here.
 */
#ifndef LOGINSPACE_PLAN_H
#define LOGINSPACE_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PLAN_HOSTNAME_SIZE   65 /* HOST_NAME_MAX + 1 of gethostname(2) */
#define PLAN_TMPFS_SIZE_SIZE 24 /* a "size=" value of tmpfs(5): "25%", "512m" */

/* More spaces than this one user never has: the bound of the number in a space id, exclusive. */
#define PLAN_MAX_SPACES_LIMIT 65536u

struct plan {
	uid_t uid;               /* of the login, never 0 */
	uint32_t namespaces;     /* CLONE_NEW* flags, see namespaces(7) */
	unsigned int max_spaces; /* of this user at a time, 1 to PLAN_MAX_SPACES_LIMIT */
	bool private_tmp;        /* fresh tmpfs on /tmp and /var/tmp */
	char tmp_size[PLAN_TMPFS_SIZE_SIZE];
	char hostname[PLAN_HOSTNAME_SIZE]; /* empty: as the host's */
	uint32_t ping_group_low;  /* who may ping without a capability, icmp(7); low above */
	uint32_t ping_group_high; /* high: nobody. 0 to 2147483647 */
};

#endif
