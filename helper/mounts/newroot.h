/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * newroot.h - another root file system for a space: root = DIR, root_overlay. With neither of them
 * all of this does nothing.
 */
#ifndef LOGINSPACE_NEWROOT_H
#define LOGINSPACE_NEWROOT_H

#include <stdbool.h>
#include <stddef.h>

#include "companions.h"
#include "ledger.h"
#include "message.h"
#include "newrun.h"
#include "plan.h"

struct newroot {
	int root;          /* the new "/", detached; -1: none */
	int dev;           /* the host's /dev with all below it; -1: a private one follows */
	struct newrun run; /* of a root of its own: goes along */
	int lower;         /* under an overlay: the folder that it was made on; else -1 */
	struct companions companions; /* of that */
};

#define NEWROOT_NONE \
	{ \
		.root = -1, .dev = -1, .run = NEWRUN_NONE, .lower = -1 \
	}

/*
 * newroot_take - while the host's tree is still there. REGISTRY: fd of /run/loginspace. Returns 0
 * or a negative errno, with a sentence for the log in DETAIL of MESSAGE_DETAIL_SIZE bytes where
 * the errno does not say it all.
 */
int newroot_take(const struct plan *plan, int registry, struct newroot *ret, char *detail);

/*
 * newroot_enter - "/" is the new root, nothing of the old one can be reached by a path, and /dev,
 * /run and the companions are in place. As newroot_take.
 */
int newroot_enter(const struct plan *plan, const struct newroot *root, struct ledger *ledger,
		  char *detail);

/* Closes the trees; those that were put in place stay there. */
void newroot_drop(struct newroot *root);

#endif
