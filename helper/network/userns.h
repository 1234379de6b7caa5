/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * userns.h - a network namespace that a user's program may administer, and nobody else.
 */
#ifndef LOGINSPACE_USERNS_H
#define LOGINSPACE_USERNS_H

#include <sys/types.h>

/*
 * userns_make - a user namespace, and a network namespace that it owns, user_namespaces(7). Its
 * owner is root, who is the only one that can enter it; UID and GID mean in it what they mean
 * outside, and no other id has a meaning. In the helper, with all privileges. Both fds are
 * close-on-exec. Returns 0; -ENOSPC (too many namespaces of that kind); another negative errno.
 */
int userns_make(uid_t uid, gid_t gid, int *ret_user, int *ret_network);

#endif
