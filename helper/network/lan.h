/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lan.h - the network that an interface of the host is in, of one family: what an address of the
 * administrator's pool has to fit into.
 */
#ifndef LOGINSPACE_LAN_H
#define LOGINSPACE_LAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link.h"
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

/* lan_room - how many numbers POOL has for addresses. */
uint32_t lan_room(const struct value_prefix *pool);

/*
 * lan_address - that of POOL with NUMBER in its last bits, as many as the pool leaves free, and the
 * bits of the network. Returns 0; -EADDRINUSE: it is the host's, the gateway's, that of the network
 * itself or its broadcast address.
 */
int lan_address(const struct lan *lan, const struct value_prefix *pool, uint32_t number,
		struct value_prefix *ret_own);

/* lan_number - the last 32 bits: all of an IPv4 address. */
uint32_t lan_number(const struct value_address *address);

/*
 * lan_hardware - the hardware address that goes with an address, always the same one: 02:6c and the
 * bytes of IPv4, or 02 and a hash of IPv6. Locally administered.
 */
void lan_hardware(const struct value_address *address, uint8_t ret_hardware[LINK_ADDRESS_SIZE]);

/*
 * lan_take - the address is the calling process's, in the REGISTRY, while it lives. Returns 0;
 * -EADDRINUSE (another space has it); another negative errno.
 */
int lan_take(const struct value_address *address, int registry);

#endif
