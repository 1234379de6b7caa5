/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * companions.h - the other file systems below a root that gets an overlay, which is of one file
 * system only: they go along to their places, to be read.
 */
#ifndef LOGINSPACE_COMPANIONS_H
#define LOGINSPACE_COMPANIONS_H

#include <stddef.h>

#include "plan.h"

struct companions {
	char **paths; /* of malloc(3): where they are mounted, as the process sees it */
	size_t count;
	size_t prefix; /* so many bytes of each path are the lower layer's */
};

#define COMPANIONS_NONE \
	{ \
		.paths = NULL \
	}

/*
 * companions_find - what is mounted on the mount of the folder LOWER, below that folder; without
 * what has a place of its own in every root, and what PLAN binds. Returns 0 or a negative errno.
 */
int companions_find(const struct plan *plan, int lower, struct companions *ret);

/*
 * companions_put - a copy of each, read-only, at its place below ROOT, the root of a mount of this
 * namespace. The paths still lead to the host's tree, LOWER is of that. What is gone by now, or
 * somewhere else, is left out. Returns 0, or a negative errno with *RET_PATH: of which.
 */
int companions_put(const struct companions *companions, int lower, int root, const char **ret_path);

void companions_drop(struct companions *companions);

#endif
