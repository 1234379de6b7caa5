/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.h - the IP addresses of interfaces, over rtnetlink(7).
 */
#ifndef LOGINSPACE_ADDRESS_H
#define LOGINSPACE_ADDRESS_H

#include "rtnl.h"
#include "value.h"

/* address_bits - BITS of a struct value_prefix as they are written for the address's family. */
unsigned int address_bits(const struct value_prefix *prefix);

/* address_family - AF_INET or AF_INET6. */
int address_family(const struct value_address *address);

/* address_put, address_take - as an attribute of 4 or 16 bytes. -EBADMSG: another length. */
void address_put(struct nlmsghdr *message, uint16_t type, const struct value_address *address);
int address_take(const struct nlattr *attribute, struct value_address *ret_address);

/*
 * address_add_peer - OWN on the interface INDEX, and a route to PEER through it: point to point.
 * Of IPv6: without duplicate address detection, so it can be used at once.
 */
int address_add_peer(struct rtnl *rtnl, int index, const struct value_address *own,
		     const struct value_address *peer);

/*
 * address_add - OWN with the BITS of its network, and the route to that network. Of IPv6: likewise
 * at once.
 */
int address_add(struct rtnl *rtnl, int index, const struct value_prefix *own);

/*
 * address_each - CALL for every address of the interface INDEX, with the bits of its network,
 * until it returns other than 0. SCOPE: RT_SCOPE_* of <linux/rtnetlink.h>.
 */
int address_each(struct rtnl *rtnl, int index,
		 int (*call)(const struct value_prefix *address, unsigned int scope, void *data),
		 void *data);

#endif
