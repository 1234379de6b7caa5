/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_ports.h - the key publish with network = pasta.
 */
#ifndef LOGINSPACE_PASTA_PORTS_H
#define LOGINSPACE_PASTA_PORTS_H

#include "plan.h"

/*
 * pasta_ports_check - can pasta have these ports of the host? It would open a UDP port that another
 * one has, and take over what arrives there. Returns 0; -EACCES (too low for the user);
 * -EADDRINUSE; another negative errno; with a sentence in DETAIL.
 */
int pasta_ports_check(const struct plan_network *net, char *detail);

#endif
