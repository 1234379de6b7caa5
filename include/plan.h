/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.h - the policy worked out for one login: plain data, and all that the building code sees.
 *
 * Configuration and look-ups end in a plan; nothing below reads a file of the administrator's, a
 * name service or the environment. What the kernel has to hear of a login's policy has its place
 * here.
 */
#ifndef LOGINSPACE_PLAN_H
#define LOGINSPACE_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PLAN_HOSTNAME_SIZE   65  /* HOST_NAME_MAX + 1 of gethostname(2) */
#define PLAN_TEMPLATE_SIZE   192 /* of a host name */
#define PLAN_TMPFS_SIZE_SIZE 24  /* a "size=" value of tmpfs(5): "25%", "512m" */
#define PLAN_NETWORK_SIZE    64  /* the value of the key network */

/* More spaces than this one user never has: the bound of the number in a space id, exclusive. */
#define PLAN_MAX_SPACES_LIMIT 65536u

enum plan_scope {
	SCOPE_LOGIN = 0, /* a space for each login */
	SCOPE_USER = 1,  /* one for all logins of a user */
	SCOPE_COUNT,
};

enum plan_linger {
	LINGER_NONE = 0,      /* ends with its last owner */
	LINGER_PROCESSES = 1, /* when no process is left either */
	LINGER_TIME = 2,      /* so many seconds later */
	LINGER_FOREVER = 3,   /* when somebody ends it */
	LINGER_COUNT,
};

enum plan_nested {
	NESTED_NEW = 0,
	NESTED_KEEP = 1,
	NESTED_DENY = 2,
};

struct plan {
	uid_t uid;           /* of the login */
	uint32_t namespaces; /* CLONE_NEW* flags, see namespaces(7); mount and pid always */
	enum plan_scope scope;
	enum plan_linger linger;
	uint32_t linger_seconds; /* of LINGER_TIME */
	enum plan_nested nested;
	bool lenient;            /* on_error = allow */
	unsigned int max_spaces; /* of this user at a time, 1 to PLAN_MAX_SPACES_LIMIT */
	bool private_tmp;        /* fresh tmpfs on /tmp and /var/tmp */
	char tmp_size[PLAN_TMPFS_SIZE_SIZE];
	char hostname[PLAN_TEMPLATE_SIZE]; /* a template, see hostname.h */
	char network[PLAN_NETWORK_SIZE];   /* as configured, for people; namespaces decides */
	uint32_t ping_group_low;  /* who may ping without a capability, icmp(7); low above */
	uint32_t ping_group_high; /* high: nobody. 0 to 2147483647 */
	uint32_t unprivileged_port_start; /* 0 to 65535, ip(7) */
	uint64_t digest; /* of the policy it comes from: another digest, another policy */
};

/* plan_scope_name - "login" or "user", as in the configuration; "unknown". Never NULL. */
const char *plan_scope_name(enum plan_scope scope);

/* plan_linger_name - "none", "processes", "time", "forever"; "unknown". Never NULL. */
const char *plan_linger_name(enum plan_linger linger);

#endif
