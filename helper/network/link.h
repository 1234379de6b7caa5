/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.h - network interfaces, over rtnetlink(7).
 */
#ifndef LOGINSPACE_LINK_H
#define LOGINSPACE_LINK_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "rtnl.h"

#define LINK_KIND_SIZE    32
#define LINK_ADDRESS_SIZE 6 /* of Ethernet */

struct link {
	int index;
	unsigned int flags; /* IFF_* */
	uint16_t type;      /* ARPHRD_* of <net/if_arp.h> */
	char name[IFNAMSIZ];
	char kind[LINK_KIND_SIZE]; /* "veth", "bridge"...; "": the kernel knows no kind, hardware */
	int lower;            /* index of the interface that it stands on or is paired with; 0 */
	bool lower_elsewhere; /* that one is in another network namespace */
	int master;           /* index of its bridge or bond; 0: none */
	uint32_t group;
	uint32_t mtu;
};

/* link_find, link_look - by name, by index. Returns 0; -ENODEV; another negative errno. */
int link_find(struct rtnl *rtnl, const char *name, struct link *ret_link);
int link_look(struct rtnl *rtnl, int index, struct link *ret_link);

/* link_each - CALL for every interface of the namespace, until it returns other than 0. */
int link_each(struct rtnl *rtnl, int (*call)(const struct link *link, void *data), void *data);

/* link_up - IFF_UP. */
int link_up(struct rtnl *rtnl, int index);

/* link_name - another name, of an interface that is down. */
int link_name(struct rtnl *rtnl, int index, const char *name);

/*
 * link_address - its hardware address. -EADDRINUSE, here or in link_up: another macvlan on the same
 * interface has it and is up, in whatever network namespace: macvlan_addr_busy() of the kernel. To
 * set the one that it has already announces it, where announce_set says so: NETDEV_CHANGEADDR in
 * inetdev_event() and ndisc_netdev_event().
 */
int link_address(struct rtnl *rtnl, int index, const uint8_t address[LINK_ADDRESS_SIZE]);

/* link_move - into the network namespace of the process PID, or of the namespace file FD (-1). */
int link_move(struct rtnl *rtnl, int index, pid_t pid, int fd);

/*
 * link_up_pair - likewise, an end of a pair that is point to point: without ARP and neighbour
 * discovery, so there is no table of neighbours that could overflow or be poisoned, and without
 * IPv6 addresses that the kernel makes itself. ALIAS: what `ip link` says of it, or NULL.
 */
int link_up_pair(struct rtnl *rtnl, int index, const char *alias);

/*
 * link_make_veth - a pair: here NAME, where "%d" stands for the lowest free number, in GROUP; PEER
 * in the network namespace of PID. *RET_LINK is the one here.
 */
int link_make_veth(struct rtnl *rtnl, const char *name, uint32_t group, const char *peer, pid_t pid,
		   struct link *ret_link);

/* link_make_macvlan - NAME, mode bridge, on the interface LOWER, in the namespace of PID. */
int link_make_macvlan(struct rtnl *rtnl, int lower, const char *name, pid_t pid);

#endif
