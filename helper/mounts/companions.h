/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * companions.h - the other file systems below a root that gets an overlay, which is of one file
 * system only: they go along to their places, to be read.
 */
#ifndef LOGINSPACE_COMPANIONS_H
#define LOGINSPACE_COMPANIONS_H

#include <stddef.h>

#include "plan.h"

struct companion {
	char *path; /* of malloc(3): where it is mounted, below the lower layer */
};

struct companions {
	struct companion *list;
	size_t count;
	size_t prefix; /* so many bytes of a path of the host are the lower layer's */
};

#define COMPANIONS_NONE \
	{ \
		.list = NULL \
	}

/*
 * companions_find - what is mounted on the mount of the folder LOWER, below that folder; without
 * what has a place of its own in every root, and where PLAN puts something. Returns 0 or a negative
 * errno.
 */
int companions_find(const struct plan *plan, int lower, struct companions *ret);

/*
 * companions_put - a copy of each, read-only, at its place below ROOT, the root of a mount of this
 * namespace. What is gone by now, is covered, or cannot be copied is left out, as users can mount
 * and move things, too. Returns 0; -ENOMEM, -EMFILE, -ENFILE or -ENOSPC with *RET_PATH: of which.
 */
int companions_put(const struct companions *companions, int lower, int root, const char **ret_path);

void companions_drop(struct companions *companions);

#endif
