/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nat.c - a veth pair between the host and a space. The host's side is called ls%d, and the number
 * that the kernel puts there is that of the space's address; so whoever has the interface has the
 * address, and both end with the space's network namespace.
 *
 * nat_prepare and nat_attach run in the helper, nat_furnish in the child inside, with CAP_NET_ADMIN.
 */
#include "nat.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "flows.h"
#include "forwarding.h"
#include "pool.h"
#include "route.h"
#include "ruleset.h"
#include "nat_table.h"

#define HOST_PREFIX "ls"
#define HOST_SIDE   HOST_PREFIX "%d"
#define SPACE_SIDE  "eth0"
#define ALIAS_SIZE  32
#define ROUTE_LOOKS 100

/* The two ends of one family. */
struct ends {
	struct value_address gateway; /* the host's */
	struct value_address own;     /* the space's */
};

static int ends_of(const struct value_prefix *pool, uint32_t number, struct ends *ret_ends)
{
	ret_ends->gateway = pool_gateway(pool);
	return pool_address(pool, number, &ret_ends->own);
}

/* What the two families have in common: EACH for every pool that the plan has. */
static int pools_each(const struct plan_network *net,
		      int (*each)(const struct value_prefix *pool, void *data), void *data)
{
	const struct value_prefix *const pools[] = { &net->pool4, &net->pool6 };
	size_t i;
	int err = 0;

	for (i = 0; i < 2 && err == 0; i++) {
		if (pool_is(pools[i])) {
			err = each(pools[i], data);
		}
	}
	return err;
}

int nat_prepare(const struct plan *plan, struct network *network, char *detail)
{
	int err = forwarding_check(&plan->net, detail);

	(void)network;
	return err < 0 ? err : table_ensure(detail);
}

/* One space on the host's side. */
struct host_side {
	struct rtnl *rtnl;
	struct link link;
	uint32_t number;
	char *detail;
};

static const char *pool_key(const struct value_prefix *pool)
{
	return value_address_is_4(&pool->address) ? "address_pool" : "address_pool6";
}

static int fail_used_up(const struct host_side *side, const struct value_prefix *pool)
{
	char text[POOL_TEXT_SIZE];

	(void)snprintf(side->detail, MESSAGE_DETAIL_SIZE,
		       "%s %s is used up: there is no address number %u in it; name a larger one",
		       pool_key(pool), pool_text(text, pool), side->number);
	return -EADDRNOTAVAIL;
}

static int is_same(const struct value_prefix *own, unsigned int scope, void *data)
{
	const struct value_address *address = data;

	(void)scope;
	return memcmp(own->address.bytes, address->bytes, sizeof(address->bytes)) == 0 ? 1 : 0;
}

/*
 * The gateway's address is the host's already where there is another space. IPv6 makes the route to
 * the local address last and removes it first: meanwhile it is reached like any neighbour on that
 * link, and only the address itself tells whether it is the link's own.
 */
static bool is_ours(const struct host_side *side, const struct route *route,
		    const struct link *link, const struct value_address *gateway)
{
	struct value_address address = *gateway;

	return (link->group | RULESET_REACH_HOST | RULESET_REACH_SPACES) ==
		       (RULESET_GROUP | RULESET_REACH_HOST | RULESET_REACH_SPACES) &&
	       (route->type == RTN_LOCAL ||
		address_each(side->rtnl, link->index, is_same, &address) == 1);
}

/* A route whose interface is just being taken away is not there: the next look tells. */
static int route_look(const struct host_side *side, const struct value_address *address,
		      struct route *ret_route, struct link *ret_link)
{
	int tries = ROUTE_LOOKS, err;

	do {
		*ret_link = (struct link){ .name = "?" };
		err = route_find(side->rtnl, address, ret_route);
	} while (err == 0 && ret_route->index != 0 &&
		 link_look(side->rtnl, ret_route->index, ret_link) == -ENODEV && --tries > 0);
	return err;
}

/*
 * Nobody else's on this host: it is reached by no route but the default one, or one that a
 * neighbour has announced, who could deny all logins so; that of the space is longer. Of routes
 * that say "unreachable" or lead nowhere, an administrator may well have one for the whole pool.
 */
static int address_check(const struct host_side *side, const struct value_prefix *pool,
			 const struct value_address *address, bool gateway)
{
	char text[POOL_TEXT_SIZE], pool_shown[POOL_TEXT_SIZE];
	struct route route;
	struct link link;
	int err;

	err = route_look(side, address, &route, &link);
	if (err < 0) {
		return err == -ENOMEM || err == -ENOBUFS ? err : 0;
	}
	if ((route.type != RTN_LOCAL && route.type != RTN_UNICAST) ||
	    (route.type == RTN_UNICAST && (route.bits == 0 || route.expires))) {
		return 0;
	}
	if (gateway && is_ours(side, &route, &link, address)) {
		return 0;
	}
	(void)snprintf(side->detail, MESSAGE_DETAIL_SIZE,
		       "%s %s overlaps with what the host reaches through %s: %s is there; "
		       "name another prefix",
		       pool_key(pool), pool_text(pool_shown, pool), link.name,
		       pool_address_text(text, address));
	return -EADDRINUSE;
}

static int host_check(const struct value_prefix *pool, void *data)
{
	const struct host_side *side = data;
	struct ends ends;
	int err;

	if (ends_of(pool, side->number, &ends) < 0) {
		return fail_used_up(side, pool);
	}
	err = address_check(side, pool, &ends.own, false);
	return err < 0 ? err : address_check(side, pool, &ends.gateway, true);
}

/* Who had the address before may still be sent something. */
static int host_address(const struct value_prefix *pool, void *data)
{
	const struct host_side *side = data;
	struct ends ends;
	int err = ends_of(pool, side->number, &ends);

	if (err == 0) {
		err = flows_forget(&ends.own);
	}
	return err < 0 ? err
		       : address_add_peer(side->rtnl, side->link.index, &ends.gateway, &ends.own);
}

static uint32_t group_of(const struct plan_network *net)
{
	return RULESET_GROUP | (net->reach_host ? RULESET_REACH_HOST : 0u) |
	       (net->reach_spaces ? RULESET_REACH_SPACES : 0u);
}

int nat_attach(const struct plan *plan, struct network *network, pid_t init,
	       struct network_word *ret_word, char *detail)
{
	struct host_side side = { .rtnl = &network->rtnl, .detail = detail };
	char alias[ALIAS_SIZE];
	int err;

	err = link_make_veth(side.rtnl, HOST_SIDE, group_of(&plan->net), SPACE_SIDE, init,
			     &side.link);
	if (err < 0) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "cannot make a veth pair%s",
			       err == -EOPNOTSUPP ? ": the kernel has no veth" : "");
		return err;
	}
	if (value_number(side.link.name + strlen(HOST_PREFIX), 0, INT32_MAX, &side.number) < 0) {
		return -EBADMSG;
	}
	err = pools_each(&plan->net, host_check, &side);
	(void)snprintf(alias, sizeof(alias), "loginspace, uid %" PRIu32, (uint32_t)plan->uid);
	if (err == 0) {
		err = link_up_pair(side.rtnl, side.link.index, alias);
	}
	if (err == 0) {
		err = pools_each(&plan->net, host_address, &side);
	}
	ret_word->number = side.number;
	(void)snprintf(ret_word->name, sizeof(ret_word->name), "%s", SPACE_SIDE);
	return err;
}

/* The space's side. */
struct space_side {
	struct rtnl *rtnl;
	int index;
	uint32_t number;
};

static int space_address(const struct value_prefix *pool, void *data)
{
	const struct space_side *side = data;
	struct ends ends;
	int err;

	err = ends_of(pool, side->number, &ends);
	if (err == 0) {
		err = address_add_peer(side->rtnl, side->index, &ends.own, &ends.gateway);
	}
	return err < 0 ? err : route_add_default(side->rtnl, side->index, &ends.gateway);
}

int nat_furnish(const struct plan *plan, struct rtnl *inside, const struct network_word *word)
{
	struct space_side side = { .rtnl = inside, .number = word->number };
	struct link link;
	int err;

	err = link_find(inside, word->name, &link);
	if (err == 0) {
		side.index = link.index;
		err = link_up_pair(inside, link.index, NULL);
	}
	return err < 0 ? err : pools_each(&plan->net, space_address, &side);
}
