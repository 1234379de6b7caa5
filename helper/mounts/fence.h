/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fence.h - what root inside a user namespace must not reach.
 */
#ifndef LOGINSPACE_FENCE_H
#define LOGINSPACE_FENCE_H

#include "ledger.h"

/*
 * fence_make - in the child, in its new mount namespace, after all other mounts: nothing that the host
 * mounts or unmounts later shows; devices work
 * nowhere but in /dev; the kernel's settings in /proc, all of /sys, and what else of that kind the host
 * has mounted elsewhere, are read-only; and
 * /run/loginspace is an empty folder of the space's own, in which our PID namespace is marked.
 * *RET_REGISTRY is that folder, close-on-exec and raised (fds.h); as long as it is open, the mark
 * holds. Returns 0 or a negative errno, and then *RET_PATH is the place it is about.
 */
int fence_make(struct ledger *ledger, int *ret_registry, const char **ret_path);

#endif
