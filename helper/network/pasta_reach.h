/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_reach.h - reach_host = no, where the program would lead to the host.
 */
#ifndef LOGINSPACE_PASTA_REACH_H
#define LOGINSPACE_PASTA_REACH_H

#include <stdbool.h>
#include <stddef.h>

#include "rtnl.h"
#include "value.h"

#define PASTA_REACH_MAX 256

/* What is the host's own at one moment. */
struct pasta_reach {
	struct value_prefix own[PASTA_REACH_MAX]; /* mostly single addresses */
	size_t count;
	bool has_6; /* it speaks IPv6, if only on its loopback */
};

/*
 * pasta_reach_read - HOST: of the host's namespace. Returns 0; -E2BIG, with a sentence in DETAIL;
 * another negative errno.
 */
int pasta_reach_read(struct rtnl *host, struct pasta_reach *ret_reach, char *detail);

/*
 * pasta_reach_close - what the namespace of INSIDE sends to one of these does not leave it, whatever
 * interface its sender names. When INTERFACE, the program's, is there; with CAP_NET_ADMIN. Returns
 * 0 or a negative errno, with a sentence in DETAIL.
 */
int pasta_reach_close(struct rtnl *inside, const char *interface, const struct pasta_reach *reach,
		      char *detail);

#endif
