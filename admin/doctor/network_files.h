/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * network_files.h - what the kernel's and the resolver's text files say of the host's network.
 * Pure.
 */
#ifndef LOGINSPACE_ADMIN_NETWORK_FILES_H
#define LOGINSPACE_ADMIN_NETWORK_FILES_H

#include "value.h"

#define NETWORK_INTERFACE_SIZE 32
#define NETWORK_SERVER_SIZE    64

/*
 * network_route4_find, network_route6_find - TEXT is that of /proc/net/route or
 * /proc/net/ipv6_route: the INTERFACE, of NETWORK_INTERFACE_SIZE bytes, of a route that overlaps
 * with POOL; neither a default route, nor one that leads nowhere, nor one of a space's pair (ls*).
 * Return 0 or -ENOENT.
 */
int network_route4_find(const char *text, const struct value_prefix *pool, char *interface);
int network_route6_find(const char *text, const struct value_prefix *pool, char *interface);

/*
 * network_loopback_find - a name server on a loopback address in a resolv.conf(5); SERVER has
 * NETWORK_SERVER_SIZE bytes. Returns 0 or -ENOENT.
 */
int network_loopback_find(const char *text, char *server);

#endif
