/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * group.h - PID 1 of a space among Slurm's control groups, those of cgroup/v2.
 */
#ifndef LOGINSPACE_SLURM_GROUP_H
#define LOGINSPACE_SLURM_GROUP_H

#include "place.h"
#include "space_id.h"

/* What is needed of the host, from where it can be reached. */
struct group {
	char steps[PLACE_SIZE]; /* the group that Slurm's jobs are in; empty: there is none */
	int members;            /* cgroup.procs of Slurm's own group beside them */
	int proc;
	int registry;
};

#define GROUP_NONE \
	{ \
		.steps = "", .members = -1, .proc = -1, .registry = -1 \
	}

/*
 * group_remember - in the task, on the host, as root. Returns 0, also where Slurm has no such
 * groups; a negative errno. In any case group_forget is to follow.
 */
int group_remember(struct group *ret_group);

/*
 * group_clear - takes PID 1 of SPACE out of the groups of jobs, in case it is there. In the task,
 * which may be in the space by now. Returns 0 or a negative errno.
 */
int group_clear(const struct group *group, const char space[SPACE_ID_SIZE]);

void group_forget(struct group *group);

#endif
