/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat.h - network = nat: a veth pair, routed point to point, masqueraded by the host. The parts of
 * network.h.
 */
#ifndef LOGINSPACE_NAT_H
#define LOGINSPACE_NAT_H

#include "network.h"

int nat_prepare(const struct plan *plan, struct network *network, char *detail);
int nat_attach(const struct plan *plan, struct network *network, pid_t init,
	       struct network_word *ret_word, char *detail);
int nat_furnish(const struct plan *plan, struct rtnl *inside, const struct network_word *word);

#endif
