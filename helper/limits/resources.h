/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resources.h - the limits of a plan on memory, tasks and CPU.
 */
#ifndef LOGINSPACE_RESOURCES_H
#define LOGINSPACE_RESOURCES_H

#include <stdint.h>
#include <sys/types.h>

#include "figures.h"
#include "plan.h"
#include "subtree.h"

/* What there is of them, once prepared. */
struct resources {
	struct figures figures;
	pid_t owner;            /* of the PAM application, in our PID namespace */
	struct subtree subtree; /* without systemd; else SUBTREE_NONE */
};

#define RESOURCES_NONE \
	{ \
		.subtree = SUBTREE_NONE \
	}

/*
 * resources_prepare - before the clone, of a plan that is limited (plan_is_limited), as root with
 * all privileges. OWNER: a pidfd of the PAM application. With systemd, application and caller are
 * under the limits then, and what they start from then on. Without, resources_admit is still to
 * come. In both cases the kernel kills neither the caller nor its children for what memory others
 * use. DEADLINE_MS: of channel_now_ms. Returns 0, or a negative errno with the reason, or "", in
 * DETAIL of MESSAGE_DETAIL_SIZE.
 */
int resources_prepare(const struct plan *plan, int owner, int64_t deadline_ms,
		      struct resources *ret_resources, char *detail);

/*
 * resources_admit - the application into the group of the space UID-NUMBER, when it lives. Does
 * nothing for what has no limits or has them of systemd. Returns 0 or a negative errno.
 */
int resources_admit(const struct resources *resources, uid_t uid, uint32_t number, int owner);

void resources_drop(struct resources *resources);

#endif
