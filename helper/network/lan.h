/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lan.h - the network that an interface of the host is in, of one family: what an address of the
 * administrator's pool has to fit into.
 */
#ifndef LOGINSPACE_LAN_H
#define LOGINSPACE_LAN_H

#include <stdbool.h>
#include <stddef.h>

#include "rtnl.h"
#include "value.h"

#define LAN_TAKEN_MAX 64 /* addresses of the host's that lie in a pool */

struct lan {
	struct value_prefix network; /* its bits 0: the pool lies in no network of the interface */
	bool has_gateway;            /* the host's default route leads through the interface: */
	struct value_address gateway;
	struct value_address taken[LAN_TAKEN_MAX]; /* the host's own */
	size_t taken_count;
};

/*
 * lan_look - what the interface INDEX has for addresses out of POOL. Returns 0; -E2BIG (more than
 * LAN_TAKEN_MAX); another negative errno.
 */
int lan_look(struct rtnl *rtnl, int index, const struct value_prefix *pool, struct lan *ret_lan);

/*
 * lan_take - the first address of POOL that is neither the host's, nor the gateway's, nor the
 * network itself, nor its broadcast address, nor another space's; for the calling process, in the
 * REGISTRY, while it lives. Returns 0; -EADDRNOTAVAIL (there is none); another negative errno.
 */
int lan_take(const struct lan *lan, const struct value_prefix *pool, int registry,
	     struct value_prefix *ret_own);

#endif
