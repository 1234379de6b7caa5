/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * site.h - what the sites of a plan's mounts share, and what to say when one of them fails.
 */
#ifndef LOGINSPACE_SITE_H
#define LOGINSPACE_SITE_H

#include "ledger.h"
#include "plan.h"
#include "sources.h"

/*
 * What the calls of sites.h and readonly.h share. All of it outlives them, as the ledger points into
 * the plan.
 */
struct sites {
	const struct plan *plan;
	struct sources *sources; /* taken already */
	struct ledger *ledger;
	char *detail; /* of MESSAGE_DETAIL_SIZE: a sentence for the log when one of them fails */
};

/* site_fail - puts what ERR means for MOUNT into the detail, and returns it. */
int site_fail(const struct sites *sites, const struct plan_mount *mount, int err);

#endif
