/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loopback.c - lo up. Runs in the child inside the network namespace, with CAP_NET_ADMIN.
 */
#include "loopback.h"

#include <errno.h>

#include "link.h"

/* lo is made with its namespace and is always first: LOOPBACK_IFINDEX of the kernel. */
#define LOOPBACK_INDEX 1

int loopback_up(struct rtnl *rtnl)
{
	struct link link = { 0 };
	int err;

	err = link_up(rtnl, LOOPBACK_INDEX);
	if (err == 0) {
		err = link_look(rtnl, LOOPBACK_INDEX, &link);
	}
	if (err < 0) {
		return err;
	}
	return (link.flags & IFF_UP) != 0 && (link.flags & IFF_LOOPBACK) != 0 ? 0 : -ENETDOWN;
}
