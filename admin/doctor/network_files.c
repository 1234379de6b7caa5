/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * network_files.c - /proc/net/route, /proc/net/ipv6_route and resolv.conf(5). Used by `loginspace
 * doctor`. Pure.
 */
#include "network_files.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAPPED_BITS 96      /* of an IPv4 address in ::ffff:a.b.c.d */
#define REJECT      0x0200u /* RTF_REJECT of <net/route.h>: unreachable, blackhole */

/* Do they have an address in common? */
static bool overlap(const struct value_prefix *a, const struct value_prefix *b)
{
	const struct value_prefix *wide = a->bits < b->bits ? a : b;

	return value_prefix_holds(wide, a->bits < b->bits ? &b->address : &a->address);
}

/* Of a space's pair: "ls" and a number. */
static bool is_pair(const char *interface)
{
	return strncmp(interface, "ls", 2) == 0 && interface[2] != '\0' &&
	       interface[2 + strspn(interface + 2, "0123456789")] == '\0';
}

/* A line as the kernel writes it: numbers in hexadecimal, as they lie in memory. */
static bool route4_read(const char *line, struct value_prefix *ret_route, char *interface)
{
	unsigned int to, flags, mask;
	uint32_t bytes;

	if (sscanf(line, "%31s %8x %*x %x %*d %*d %*d %8x", interface, &to, &flags, &mask) != 4 ||
	    mask == 0 || (flags & REJECT) != 0 || interface[0] == '*') {
		return false;
	}
	*ret_route = (struct value_prefix){
		.bits = MAPPED_BITS + (unsigned int)__builtin_popcount(mask),
		.address.bytes = { [10] = 0xff, [11] = 0xff },
	};
	bytes = to;
	memcpy(ret_route->address.bytes + 12, &bytes, sizeof(bytes));
	return true;
}

static bool route6_read(const char *line, struct value_prefix *ret_route, char *interface)
{
	char to[33];
	unsigned int flags;
	size_t i;

	if (sscanf(line, "%32s %2x %*s %*x %*s %*x %*x %*x %8x %31s", to, &ret_route->bits, &flags,
		   interface) != 4 ||
	    ret_route->bits == 0 || ret_route->bits > 128 || (flags & REJECT) != 0) {
		return false;
	}
	for (i = 0; i < 16; i++) {
		unsigned int byte;

		if (sscanf(to + 2 * i, "%2x", &byte) != 1) {
			return false;
		}
		ret_route->address.bytes[i] = (uint8_t)byte;
	}
	return true;
}

static int route_find(const char *text, const struct value_prefix *pool, char *interface,
		      bool (*read)(const char *, struct value_prefix *, char *))
{
	const char *line;

	for (line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		struct value_prefix route;

		line += *line == '\n' ? 1 : 0;
		if (read(line, &route, interface) && !is_pair(interface) && overlap(&route, pool)) {
			return 0;
		}
	}
	return -ENOENT;
}

int network_route4_find(const char *text, const struct value_prefix *pool, char *interface)
{
	return route_find(text, pool, interface, route4_read);
}

int network_route6_find(const char *text, const struct value_prefix *pool, char *interface)
{
	return route_find(text, pool, interface, route6_read);
}

static bool is_loopback(const struct value_address *address)
{
	static const struct value_address LOOPBACK6 = { .bytes = { [15] = 1 } };

	return value_address_is_4(address) ? address->bytes[12] == 127
					   : memcmp(address, &LOOPBACK6, sizeof(*address)) == 0;
}

int network_loopback_find(const char *text, char *server)
{
	const char *line;

	for (line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		struct value_address address;

		line += *line == '\n' ? 1 : 0;
		if (sscanf(line, "nameserver %63s", server) == 1 &&
		    value_address(server, strlen(server), &address) == 0 && is_loopback(&address)) {
			return 0;
		}
	}
	return -ENOENT;
}
