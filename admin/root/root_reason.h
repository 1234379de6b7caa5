/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_reason.h - why there is no fake root, or a small one, in a sentence with the mend. Pure.
 */
#ifndef LOGINSPACE_ADMIN_ROOT_REASON_H
#define LOGINSPACE_ADMIN_ROOT_REASON_H

#include <stdbool.h>
#include <stddef.h>

#include "root_ids.h"
#include "root_namespace.h"

/* What this process may not do anyway. */
struct root_limits {
	bool none_allowed; /* user.max_user_namespaces is 0 */
	bool clone_off;    /* kernel.unprivileged_userns_clone is 0: Debian's kernels have it */
	bool apparmor;     /* kernel.apparmor_restrict_unprivileged_userns is not 0: Ubuntu's */
	bool filtered;     /* seccomp(2) */
	bool no_new_privs;
};

/* reason_failed - STEP has failed with ERR, a negative errno. */
const char *reason_failed(enum root_step step, int err, const struct root_limits *limits);

/*
 * reason_single - why there is no id but the user's own; ERR is that of the step ROOT_MAPS, 0 if it
 * was not tried. NAME: the user's. Writes into BUFFER, cut where SIZE ends, and returns it.
 */
const char *reason_single(char *buffer, size_t size, const char *name, const struct ids *users,
			  const struct ids *groups, int err, const struct root_limits *limits);

#endif
