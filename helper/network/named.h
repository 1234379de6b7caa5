/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * named.h - network = netns:NAME: the namespace that `ip netns add NAME` has made, ip-netns(8).
 */
#ifndef LOGINSPACE_NAMED_H
#define LOGINSPACE_NAMED_H

/*
 * named_open - /run/netns/NAME. Returns 0; -ENOENT; -EINVAL (it is no network namespace); -EEXIST
 * (the caller's own); -EACCES (one that a user has made); -ELOOP (a link); another negative errno;
 * with a sentence in DETAIL.
 */
int named_open(const char *name, int *ret_namespace, char *detail);

#endif
