/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * processes.h - the processes of spaces, by one walk over /proc. As root.
 */
#ifndef LOGINSPACE_ADMIN_PROCESSES_H
#define LOGINSPACE_ADMIN_PROCESSES_H

#include <stddef.h>
#include <sys/types.h>

#include "process.h"
#include "spaces.h"

/*
 * processes_tally - fills processes and memory of each space; drops a space that has ended since it
 * was gathered. What ends meanwhile is not counted. Returns 0 or a negative errno.
 */
int processes_tally(struct spaces *spaces);

/* What is shown of one process of a space. */
struct inhabitant {
	struct process process;
	pid_t inner;        /* its number in the space */
	char command[1024]; /* its words, joined by blanks; "[name]" when it has none; cut */
};

/*
 * processes_list - those of space INDEX, by their number; *RET is to be freed with free(3). SPACES
 * are all that live: one inside that space has processes of its own. Returns 0 or a negative errno.
 */
int processes_list(const struct spaces *spaces, size_t index, struct inhabitant **ret,
		   size_t *ret_count);

#endif
