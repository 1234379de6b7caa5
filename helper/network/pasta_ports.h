/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_ports.h - the key publish with network = pasta.
 */
#ifndef LOGINSPACE_PASTA_PORTS_H
#define LOGINSPACE_PASTA_PORTS_H

#include <stdbool.h>

#include "plan.h"

/*
 * pasta_ports_check - can pasta have these ports of the host, for IPv4 and IPv6? It would open a
 * UDP port that another one has, and take over what arrives there; and it makes do with one family
 * when the other one's TCP port is taken. What happens after this look is left to the program.
 * PATIENT: a port that is taken is looked at for 0.8 seconds more.
 * Returns 0; -EACCES (too low for the user); -EADDRINUSE; with a sentence in DETAIL.
 */
int pasta_ports_check(const struct plan_network *net, bool patient, char *detail);

#endif
