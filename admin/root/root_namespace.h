/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_namespace.h - the namespaces of a fake root: a user namespace of the caller's own, and in it
 * a mount and a PID namespace. Network, IPC and host name stay those of the space.
 */
#ifndef LOGINSPACE_ADMIN_ROOT_NAMESPACE_H
#define LOGINSPACE_ADMIN_ROOT_NAMESPACE_H

#include <stdbool.h>
#include <sys/types.h>

#include "root_ids.h"

enum root_step {
	ROOT_CHANNEL = 1,
	ROOT_CLONE,
	ROOT_MAPS,
	ROOT_MOUNTS,
	ROOT_START,
};

/*
 * namespace_clone - fork(2), with the child in new namespaces, as PID 1: there MAIN is called with
 * DATA, and must not return. Ids mean nothing in there yet. Returns the child, whose end is told by
 * SIGCHLD, or a negative errno: clone(2).
 */
pid_t namespace_clone(int (*main)(void *), void *data);

/* namespace_map_own - 0 inside is the caller; no other id, and no setgroups(2). 0 or negative errno. */
int namespace_map_own(pid_t pid);

/*
 * namespace_map_ranges - 0 inside is the caller, from 1 on USERS and GROUPS, with newuidmap(1) and
 * newgidmap(1). Returns 0; -ENOENT (there is none of these programs); -ECHILD (refused);
 * -ETIMEDOUT; another negative errno. After a failure the namespace may have half of its maps.
 */
int namespace_map_ranges(pid_t pid, const struct ids *users, const struct ids *groups);

/*
 * namespace_settle - in the child, when it has its maps: nothing that is mounted from now on is
 * seen outside, and /proc is that of its PID namespace. *RET_KEPT: it is the one that was there, as
 * parts of that are covered, and the kernel then allows no new one. 0 or a negative errno.
 */
int namespace_settle(bool *ret_kept);

#endif
