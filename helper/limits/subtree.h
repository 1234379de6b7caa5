/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * subtree.h - control groups of our own, where no systemd has them:
 *
 *   /sys/fs/cgroup/loginspace/init   PID 1 of each space that has limits; without limits itself
 *   /sys/fs/cgroup/loginspace/UID-N  the limits of space UID-N, and in it the applications whose
 *                                    logins they are, with all that these start
 */
#ifndef LOGINSPACE_SUBTREE_H
#define LOGINSPACE_SUBTREE_H

#include <stdint.h>
#include <sys/types.h>

#include "figures.h"

#define SUBTREE_NAME_SIZE 32

struct subtree {
	int folder; /* .../loginspace, as a mount of its own from which no ".." leads on; or -1 */
	int inits;  /* .../loginspace/init, for clone3(2); or -1 */
};

#define SUBTREE_NONE \
	{ \
		.folder = -1, .inits = -1 \
	}

/*
 * subtree_open - made where it is missing, with the controllers for FIGURES; and the groups of
 * UID's that nobody is in any more are removed. Needs CAP_SYS_ADMIN. Returns 0, or a negative errno
 * with the reason in DETAIL of MESSAGE_DETAIL_SIZE.
 */
int subtree_open(uid_t uid, const struct figures *figures, struct subtree *ret_subtree,
		 char *detail);

void subtree_drop(struct subtree *subtree);

/* subtree_name - of the group of the space UID-NUMBER. */
void subtree_name(uid_t uid, uint32_t number, char name[SUBTREE_NAME_SIZE]);

/*
 * subtree_admit - the process OWNER, with the pidfd OWNER_FD and all that it will start, into the
 * group NAME, which is made where it is missing, and has FIGURES from now on, as the kernel says.
 * Returns 0; -ESRCH: OWNER has ended; another negative errno.
 */
int subtree_admit(const struct subtree *subtree, const char *name, const struct figures *figures,
		  int owner_fd, pid_t owner);

#endif
