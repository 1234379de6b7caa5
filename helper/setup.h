/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup.h - the inside of a space, step by step.
 */
#ifndef LOGINSPACE_SETUP_H
#define LOGINSPACE_SETUP_H

#include <stdint.h>

#include "dev.h"
#include "etcfiles.h"
#include "knock.h"
#include "ledger.h"
#include "message.h"
#include "network.h"
#include "newroot.h"
#include "plan.h"
#include "rtnl.h"
#include "sources.h"
#include "systrees.h"

/* What the steps of one set-up share. */
struct setup {
	const struct request *request;
	const struct plan *plan;
	uint32_t seen;           /* the number that was free a moment ago */
	int owner;               /* pidfd of the PAM application */
	int channel;             /* init's end of the socket to its module */
	int news;                /* the socket to the helper */
	int64_t deadline_ms;     /* of channel_now_ms: until then the helper says its word */
	struct network *network; /* what the helper has prepared */
	int userns;              /* to enter in the end; -1: none */
	int inner;               /* of fence_make; -1: the registry inside is the host's */
	/* What is taken from the host's tree, until it is put in place; and what was put where. */
	struct sources sources;
	struct dev dev;
	struct newroot newroot;
	struct etcfiles etcfiles;
	struct rtnl inside; /* of the space's network namespace */
	struct systrees systrees;
	struct ledger ledger;
	struct space_card space;          /* result: what the space is */
	unsigned int step;                /* result: the step that failed, of enum step */
	char detail[MESSAGE_DETAIL_SIZE]; /* result: what the errno does not say; or "" */
};

/* setup_init - a setup that has its request and plan takes nothing yet. */
void setup_init(struct setup *setup);

/*
 * setup_run - all steps in order, in the process that becomes init, after init_prepare. Returns 0,
 * or the negative errno of the step named in SETUP; the namespaces are then of no use.
 */
int setup_run(struct setup *setup);

#endif
