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
 * macvlan_furnish - an address is locked in the registry by the child, which becomes init, so no
 * two spaces get the same one, and it is free again when init ends, however that is.
 */
int macvlan_furnish(const struct plan *plan, const struct network *network, struct rtnl *inside,
		    const struct network_word *word, char *detail);

#endif
