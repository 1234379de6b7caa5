/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter_net.h - a program of the host's in the network of a space, as ip-netns(8) does for named
 * ones: all but the network, and /sys, which shows it, is the host's.
 */
#ifndef LOGINSPACE_ADMIN_ENTER_NET_H
#define LOGINSPACE_ADMIN_ENTER_NET_H

/*
 * net_enter - the calling process moves to the network namespace of INIT, a pidfd, for good.
 * Returns 0; -EALREADY (it is there already: the space has none of its own); -ESRCH (it has ended);
 * another negative errno.
 */
int net_enter(int init);

/*
 * net_exec - becomes WORDS (ends with NULL), or when there are none a shell, in a mount namespace
 * of its own with a /sys of the network that the caller is in. Returns only on failure, which it
 * has said, with the exit status for it, as in run.h.
 */
int net_exec(char *const *words);

#endif
