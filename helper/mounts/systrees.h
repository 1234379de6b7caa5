/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * systrees.h - what is mounted below the host's /sys and needed in a space, too.
 */
#ifndef LOGINSPACE_SYSTREES_H
#define LOGINSPACE_SYSTREES_H

#include "ledger.h"

#define SYSTREES_COUNT 2

/* Detached; -1: the host has none. */
struct systrees {
	int trees[SYSTREES_COUNT];
};

#define SYSTREES_NONE \
	{ \
		.trees = { -1, -1 } \
	}

/*
 * systrees_unified - is cgroup v2 on /sys/fs/cgroup, cgroups(7)? 0; -ENOENT; -EOPNOTSUPP: not it.
 */
int systrees_unified(void);

/* systrees_take - before /sys is covered. systrees_put - into the new /sys. 0 or -errno. */
int systrees_take(struct systrees *systrees);
int systrees_put(const struct systrees *systrees, struct ledger *ledger);

void systrees_drop(struct systrees *systrees);

#endif
