/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * newrun.h - /run in another root file system: a fresh one, with the two things of the host's that
 * a login goes on to need.
 */
#ifndef LOGINSPACE_NEWRUN_H
#define LOGINSPACE_NEWRUN_H

#include "ledger.h"
#include "plan.h"

struct newrun {
	int registry; /* /run/loginspace, for nested logins and the command */
	int log;      /* the socket that /dev/log leads to, when it lies below /run; else -1 */
	char log_path[PLAN_PATH_SIZE]; /* of that */
};

#define NEWRUN_NONE \
	{ \
		.registry = -1, .log = -1 \
	}

/* newrun_take - from the host's. REGISTRY: fd of /run/loginspace. Returns 0 or a negative errno. */
int newrun_take(int registry, struct newrun *ret);

/* newrun_make - over /run of the root that the process has now. Returns 0 or a negative errno. */
int newrun_make(const struct newrun *newrun, struct ledger *ledger);

void newrun_drop(struct newrun *newrun);

#endif
