/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seclude.h - the registry's folder without the host's tree around it.
 */
#ifndef LOGINSPACE_SECLUDE_H
#define LOGINSPACE_SECLUDE_H

/*
 * registry_seclude - the registry's folder, made when it is missing, as a mount of its own: init keeps
 * it open, and whoever is root in the space can reach what init has open. From the root of a mount no
 * ".." leads on to the host's tree. INIT_REGISTRY_FD has to be one that fds_reserve has taken: it is
 * given back, and *RET_REGISTRY has that number. Both fds are close-on-exec and the caller's. To close
 * *RET_TREE takes the kernel some time (an RCU grace period), so that is for later.
 * Returns 0; -EPERM (owner or mode wrong); another negative errno.
 */
int registry_seclude(int *ret_tree, int *ret_registry);

#endif
