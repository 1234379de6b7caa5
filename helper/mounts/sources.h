/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sources.h - what a plan's mounts take from the host's tree: binds, homes, the folders behind a
 * /tmp that is kept. Taken before anything is covered, so that a source always means what the host
 * has there.
 */
#ifndef LOGINSPACE_SOURCES_H
#define LOGINSPACE_SOURCES_H

#include <sys/types.h>

#include "plan.h"

/* The folder that the host has at a target. */
struct covered {
	uid_t uid;
	gid_t gid;
	mode_t mode; /* 0: there is none */
};

struct sources {
	/* Of the plan's mount with this index: */
	int trees[PLAN_MOUNTS_MAX];              /* detached; -1: none */
	struct covered covered[PLAN_MOUNTS_MAX]; /* of MOUNT_TMPFS */
};

/* Born with this, as no tree is 0. */
void sources_init(struct sources *sources);

/*
 * sources_take - MOUNT_BIND and MOUNT_INSTANCE. What is optional and not there has no tree. Returns
 * 0, or a negative errno with a sentence in DETAIL of MESSAGE_DETAIL_SIZE bytes.
 */
int sources_take(const struct plan *plan, struct sources *sources, char *detail);

/* Closes the trees; those that were put somewhere stay there. */
void sources_drop(struct sources *sources);

#endif
