/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * userns.h - user namespaces that root makes and owns, user_namespaces(7).
 */
#ifndef LOGINSPACE_USERNS_H
#define LOGINSPACE_USERNS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* As many ids as there are: all but (uid_t)-1. */
#define USERNS_ALL_IDS UINT32_MAX

/* Which ids have a meaning in it, the same as outside: IDS of them, from UID and from GID on. */
struct userns_wanted {
	uid_t uid;
	gid_t gid;
	uint32_t ids;
	uid_t owner; /* 0: root */
	bool barren; /* nobody in it can make another one below it */
};

/*
 * userns_make - a user namespace that nobody but root can enter, as its owner is root or an id that
 * nobody runs as; and,
 * unless RET_NETWORK is NULL, a network namespace that belongs to it. In the helper, with all
 * privileges. The fds are close-on-exec and raised (fds.h). Returns 0; -ENOSPC (too many namespaces
 * of that kind, or 32 user namespaces deep); another negative errno.
 */
int userns_make(const struct userns_wanted *wanted, int *ret_user, int *ret_network);

#endif
