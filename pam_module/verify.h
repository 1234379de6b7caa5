/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.h - is what the helper answered really a space of ours?
 */
#ifndef LOGINSPACE_VERIFY_H
#define LOGINSPACE_VERIFY_H

#include <stdint.h>

#include "namespaces.h"

/*
 * space_verify - INIT is a pidfd of a living process; each of its namespaces in FLAGS is of the
 * right kind, is not the application's own, which OWN remembers, and belongs to the application's
 * user namespace, so no user can have made it. With CLONE_NEWUSER among FLAGS, that is another one
 * directly below the application's, which plan_userns_owner() of UID owns; the mounts belong to it.
 * Returns 0; -EBADF (not a pidfd); -ESRCH (init is dead); -EINVAL (wrong kind or the same
 * namespace); -EPERM (of another user namespace); another negative errno.
 */
int space_verify(int proc, int init, uint32_t flags, uid_t uid, const struct namespaces *own);

#endif
