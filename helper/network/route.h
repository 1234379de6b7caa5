/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.h - routes, over rtnetlink(7).
 */
#ifndef LOGINSPACE_ROUTE_H
#define LOGINSPACE_ROUTE_H

#include <stdbool.h>

#include "rtnl.h"
#include "value.h"

struct route {
	unsigned char type; /* RTN_* of <linux/rtnetlink.h>: RTN_LOCAL, RTN_UNICAST... */
	unsigned int bits;  /* of its destination, as written for the family; 0: the default */
	int index;          /* of the interface; 0: none */
	bool expires; /* somebody on the network has announced it, and nobody here has decided on it */
	bool has_gateway;
	struct value_address gateway;
};

/* route_add_default - through GATEWAY, which the interface INDEX reaches. */
int route_add_default(struct rtnl *rtnl, int index, const struct value_address *gateway);

/*
 * route_find - the route of the namespace that a packet to TO would take. Returns 0; -ENETUNREACH
 * or -EHOSTUNREACH (there is none, or one that says so); another negative errno.
 */
int route_find(struct rtnl *rtnl, const struct value_address *to, struct route *ret_route);

#endif
