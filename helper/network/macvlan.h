/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macvlan.h - network = macvlan:IF: an interface of the space's own on that of the host, with a
 * hardware address of its own. The parts of network.h.
 */
#ifndef LOGINSPACE_MACVLAN_H
#define LOGINSPACE_MACVLAN_H

#include "network.h"

int macvlan_prepare(const struct plan *plan, struct network *network, char *detail);
int macvlan_attach(struct network *network, pid_t init, struct network_word *ret_word,
		   char *detail);

/*
 * macvlan_furnish - an address of a pool comes with a hardware address made of it, so no two
 * interfaces get the same one, and it is free again when the network namespace is gone, however
 * long that takes. It is also locked in the registry by the child, which becomes init.
 */
int macvlan_furnish(const struct plan *plan, const struct network *network, struct rtnl *inside,
		    const struct network_word *word, char *detail);

#endif
