/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_reach.h - reach_host = no, where the program would lead to the host.
 */
#ifndef LOGINSPACE_PASTA_REACH_H
#define LOGINSPACE_PASTA_REACH_H

#include "rtnl.h"

/*
 * pasta_reach_close - what the network namespace sends to an address that is the host's own at this
 * moment does not leave it: an "unreachable" route for each, ip-route(8). HOST: of the host's
 * namespace. In the helper, with all privileges. Returns 0 or a negative errno.
 */
int pasta_reach_close(struct rtnl *host, int namespace);

#endif
