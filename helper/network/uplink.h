/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uplink.h - does the host reach the world through this interface?
 */
#ifndef LOGINSPACE_UPLINK_H
#define LOGINSPACE_UPLINK_H

#include <stdbool.h>

#include "rtnl.h"
#include "value.h"

struct uplink {
	bool is;          /* a default route, in any table, leads through the interface */
	bool has_gateway; /* ...to this router: */
	struct value_address gateway;
};

/* uplink_find - of FAMILY, AF_INET or AF_INET6. Returns 0 or a negative errno. */
int uplink_find(struct rtnl *rtnl, int index, int family, struct uplink *ret_uplink);

#endif
