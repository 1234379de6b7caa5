/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sites.h - carries the plan's list of mounts out, each at its site. The list is made by
 * lib/view.c.
 */
#ifndef LOGINSPACE_SITES_H
#define LOGINSPACE_SITES_H

#include <stdbool.h>

#include "ledger.h"
#include "plan.h"
#include "sources.h"

/* What the calls below share. All of it outlives them, as the ledger points into the plan. */
struct sites {
	const struct plan *plan;
	struct sources *sources; /* taken already */
	struct ledger *ledger;
	char *detail; /* of MESSAGE_DETAIL_SIZE: a sentence for the log when one of them fails */
};

/*
 * sites_make - the rest of the list. LATE: only what is at or below a place that every space has
 * of its own, such as /tmp and /dev, which has to be there first; else only what is not.
 * Returns 0 or a negative errno.
 */
int sites_make(const struct sites *sites, bool late);

/* sites_fail - puts what ERR means for MOUNT into the detail, and returns it. */
int sites_fail(const struct sites *sites, const struct plan_mount *mount, int err);

#endif
