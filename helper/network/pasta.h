/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta.h - network = pasta: user-mode networking by the program pasta(1) of passt, which runs as
 * the user and opens ordinary sockets on the host. The parts of network.h.
 */
#ifndef LOGINSPACE_PASTA_H
#define LOGINSPACE_PASTA_H

#include "network.h"

#define PASTA_INTERFACE "eth0"

/*
 * Where the space's resolv.conf names this address, it leads to the host's first name server,
 * wherever that is, also on a loopback address of the host. Nobody else has it: an address of a
 * link, RFC 3927, is not routed.
 */
#define PASTA_DNS "169.254.1.1"

/*
 * pasta_prepare - the name servers are found, for the program has to hear of them, and it is
 * started for a network namespace of the space's: network->resolver, namespace, reach, leash and
 * words are set. It ends with the last copy of the leash.
 */
int pasta_prepare(const struct plan *plan, struct network *network, char *detail);

/*
 * pasta_furnish - waits until the network works, and closes what the plan says. Init has a copy of
 * the leash from then on.
 */
int pasta_furnish(const struct plan *plan, const struct network *network, struct rtnl *inside,
		  char *detail);

#endif
