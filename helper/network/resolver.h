/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolver.h - the name servers of a space: its /etc/resolv.conf, see resolv.conf(5).
 */
#ifndef LOGINSPACE_RESOLVER_H
#define LOGINSPACE_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>

#include "ledger.h"
#include "plan.h"
#include "resolver_text.h"
#include "rtnl.h"

struct resolver {
	bool own; /* false: /etc/resolv.conf stays what it is in the space's tree */
	char text[RESOLVER_SIZE];
};

/*
 * resolver_read - in the helper: what the space's resolv.conf has to say. RTNL: of the host's
 * network.
 *
 * The servers are those of the key dns; or the host's: those of /etc/resolv.conf, and where one of
 * them is on a loopback address, as with systemd-resolved(8), those of its
 * /run/systemd/resolve/resolv.conf. Of the host's, what the space cannot reach is left out. "search"
 * and "options" are those of /etc/resolv.conf. A host that names no server at all has none here
 * either, and a plan that mounts something over /etc/resolv.conf has it its way: no text of ours.
 *
 * MACVLAN without a pool and DEVICE have a text of ours only with the key dns: DHCP in the space
 * may write it. LOOPBACK, HOST and NETNS never have one.
 *
 * Returns 0; -EHOSTUNREACH (no server that the space could reach); another negative errno; with a
 * sentence in DETAIL.
 */
int resolver_read(const struct plan *plan, struct rtnl *rtnl, struct resolver *ret_resolver,
		  char *detail);

/*
 * resolver_use - as resolver_read, but with COUNT SERVERS, at most RESOLVER_SERVERS_MAX: for PASTA,
 * which forwards what is sent to an address of its own choice.
 */
int resolver_use(const struct value_address *servers, size_t count, struct resolver *ret_resolver,
		 char *detail);

/*
 * resolver_put - in the child: the text goes over /etc/resolv.conf, or over the link that is there,
 * so whoever replaces the link's target does not uncover it. Whoever on the host renames another
 * file over /etc/resolv.conf itself does. Returns 0; -ENOENT (there is none); another negative
 * errno; with a sentence in DETAIL.
 */
int resolver_put(const struct resolver *resolver, struct ledger *ledger, char *detail);

#endif
