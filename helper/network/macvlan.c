/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * macvlan.c - an interface of the space's own on that of the host. macvlan_prepare and
 * macvlan_attach run in the helper, macvlan_furnish in the child; making it needs CAP_NET_ADMIN on
 * both sides. It goes with the space's network namespace.
 */
#include "macvlan.h"

#include <errno.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>

#include "address.h"
#include "init_fds.h"
#include "message.h"
#include "pool.h"
#include "route.h"
#include "settings.h"

#define INSIDE "eth0"

/*
 * Its name until it is there: rtnl_newlink() of older kernels, 6.1 for one, looks for the name in
 * the host's network namespace, too, and the host may have an eth0.
 */
#define ON_THE_WAY "loginspace0"

#define FAMILIES 2

struct pools {
	const struct value_prefix *of[FAMILIES];
};

/* What a space may have: one address of each pool that is of use, and what goes with them. */
struct claim {
	struct value_prefix own[FAMILIES]; /* bits 0: none of that family */
	uint8_t hardware[LINK_ADDRESS_SIZE];
};

static struct pools pools_of(const struct plan *plan)
{
	return (struct pools){ .of = { &plan->net.pool4, &plan->net.pool6 } };
}

static bool has_address(const struct lan *lan)
{
	return lan->network.bits != 0;
}

/* What the kernel would say no to, and what would be of no use, each in words. */
static int check_lower(struct network *network, char *detail)
{
	const struct link *link = &network->link;
	struct link master;

	if (link->type != ARPHRD_ETHER) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "%s is no Ethernet interface, and macvlan needs one", link->name);
		return -EINVAL;
	}
	if (link->master != 0) {
		const char *name = link_look(&network->rtnl, link->master, &master) == 0
					   ? master.name
					   : "its master";

		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "%s belongs to %s: network = macvlan:%s", link->name, name, name);
		return -EBUSY;
	}
	if ((link->flags & IFF_UP) == 0) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s is down: ip link set %s up",
			       link->name, link->name);
		return -ENETDOWN;
	}
	return 0;
}

static int say_elsewhere(const struct plan *plan, const char *name, char *detail)
{
	const struct pools pools = pools_of(plan);
	char text[FAMILIES][POOL_TEXT_SIZE] = { "", "" };
	size_t i;

	for (i = 0; i < FAMILIES; i++) {
		if (pool_is(pools.of[i])) {
			(void)pool_text(text[i], pools.of[i]);
		}
	}
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
		       "no network of %s has address_pool or address_pool6 (%s%s%s) in it: name a "
		       "part of one, or leave the addresses to DHCP with neither",
		       name, text[0], text[0][0] != '\0' && text[1][0] != '\0' ? ", " : "",
		       text[1]);
	return -EADDRNOTAVAIL;
}

/* Of the two pools one may be the default, which is for another kind of network. */
static int look_around(const struct plan *plan, struct network *network, char *detail)
{
	const struct pools pools = pools_of(plan);
	bool any = false;
	size_t i;

	for (i = 0; i < FAMILIES; i++) {
		int err = lan_look(&network->rtnl, network->link.index, pools.of[i],
				   &network->lan[i]);

		if (err == -E2BIG) {
			char text[POOL_TEXT_SIZE];

			(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
				       "%s has more than %d addresses out of %s: name another pool",
				       network->link.name, LAN_TAKEN_MAX,
				       pool_text(text, pools.of[i]));
		}
		if (err < 0) {
			return err;
		}
		any = any || has_address(&network->lan[i]);
	}
	return any ? 0 : say_elsewhere(plan, network->link.name, detail);
}

int macvlan_prepare(const struct plan *plan, struct network *network, char *detail)
{
	int err = link_find(&network->rtnl, plan->net.name, &network->link);

	if (err == -ENODEV) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "there is no interface %s here: ip link shows those there are",
			       plan->net.name);
	}
	if (err == 0) {
		err = check_lower(network, detail);
	}
	if (err == 0 && plan->net.pool_named) {
		err = look_around(plan, network, detail);
	}
	return err;
}

/* The errors of macvlan_common_newlink() and of rtnl_newlink(). */
static const struct {
	int err;
	const char *why;
} REFUSALS[] = {
	{ -ENODEV, "it is gone" },
	{ -EEXIST, "the host has an interface " ON_THE_WAY " already" },
	{ -EBUSY, "a bridge, a bond, ipvlan or a macvlan of mode passthru has it" },
	{ -EINVAL, "its kind cannot have one, or a macvlan of mode passthru has it" },
	{ -EOPNOTSUPP, "this kernel has no macvlan: modprobe macvlan" },
};

int macvlan_attach(struct network *network, pid_t init, struct network_word *ret_word, char *detail)
{
	const char *why = "see the error";
	size_t i;
	int err = link_make_macvlan(&network->rtnl, network->link.index, ON_THE_WAY, init);

	if (err == 0) {
		memcpy(ret_word->name, ON_THE_WAY, sizeof(ON_THE_WAY));
		return 0;
	}
	for (i = 0; i < sizeof(REFUSALS) / sizeof(REFUSALS[0]); i++) {
		if (REFUSALS[i].err == err) {
			why = REFUSALS[i].why;
		}
	}
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "no macvlan on %s: %s", network->link.name,
		       why);
	return err;
}

/*
 * The address of IPv6 ends with the bits of that of IPv4, as many as its pool leaves free, so that
 * who has the one has the other, and one hardware address stands for both.
 */
static int claim_make(const struct plan *plan, const struct network *network, uint32_t number,
		      struct claim *ret_claim)
{
	const struct pools pools = pools_of(plan);
	struct claim claim = { .own = { { .bits = 0 } } };
	size_t i;

	for (i = 0; i < FAMILIES; i++) {
		if (has_address(&network->lan[i])) {
			int err = lan_address(&network->lan[i], pools.of[i], number, &claim.own[i]);

			if (err < 0) {
				return err;
			}
			number = lan_number(&claim.own[i].address);
		}
	}
	lan_hardware(&claim.own[claim.own[0].bits != 0 ? 0 : 1].address, claim.hardware);
	*ret_claim = claim;
	return 0;
}

/*
 * The kernel lets one macvlan of an interface be up with a hardware address, as long as its network
 * namespace lives, and a user can make that outlive his space by a socket that he hands on. The
 * registry tells the spaces on other interfaces. What it has locked before it said no to the second
 * one stays with the space.
 */
static int claim_try(const struct claim *claim, struct rtnl *inside, int index)
{
	size_t i;
	int err = link_address(inside, index, claim->hardware);

	if (err == 0) {
		err = link_up(inside, index);
	}
	for (i = 0; err == 0 && i < FAMILIES; i++) {
		if (claim->own[i].bits != 0) {
			err = lan_take(&claim->own[i].address, INIT_REGISTRY_FD);
		}
	}
	return err;
}

/* With both families, what both pools have room for. */
static const struct value_prefix *smaller_pool(const struct plan *plan,
					       const struct network *network)
{
	const struct pools pools = pools_of(plan);
	const struct value_prefix *smaller = NULL;
	size_t i;

	for (i = 0; i < FAMILIES; i++) {
		if (has_address(&network->lan[i]) &&
		    (smaller == NULL || lan_room(pools.of[i]) < lan_room(smaller))) {
			smaller = pools.of[i];
		}
	}
	return smaller;
}

/* The first addresses that nobody has; the interface is up then, with their hardware address. */
static int claim_first(const struct plan *plan, const struct network *network, struct rtnl *inside,
		       int index, struct claim *ret_claim, char *detail)
{
	const struct value_prefix *pool = smaller_pool(plan, network);
	const uint32_t room = lan_room(pool);
	char text[POOL_TEXT_SIZE];
	uint32_t number;

	for (number = 0; number < room; number++) {
		int err = claim_make(plan, network, number, ret_claim);

		if (err == 0) {
			err = claim_try(ret_claim, inside, index);
		}
		if (err != -EADDRINUSE) {
			return err;
		}
	}
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s has no address left: name a larger pool",
		       pool_text(text, pool));
	return -EADDRNOTAVAIL;
}

static int add_addresses(const struct claim *claim, struct rtnl *inside, int index, char *detail)
{
	char text[POOL_TEXT_SIZE];
	size_t i;
	int err = 0;

	for (i = 0; err == 0 && i < FAMILIES; i++) {
		if (claim->own[i].bits != 0) {
			err = address_add(inside, index, &claim->own[i]);
		}
		if (err < 0) {
			(void)snprintf(detail, MESSAGE_DETAIL_SIZE, INSIDE " does not take %s",
				       pool_text(text, &claim->own[i]));
		}
	}
	return err;
}

/* A router on the LAN may have announced itself by now: -EEXIST. */
static int add_route(const struct lan *lan, struct rtnl *inside, int index, char *detail)
{
	char text[POOL_TEXT_SIZE];
	int err = route_add_default(inside, index, &lan->gateway);

	if (err < 0 && err != -EEXIST) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       INSIDE " does not reach %s, the host's gateway",
			       pool_address_text(text, &lan->gateway));
		return err;
	}
	return 0;
}

static int add_routes(const struct network *network, struct rtnl *inside, int index, char *detail)
{
	const struct lan *lan = network->lan;
	size_t i;
	int err = 0;

	for (i = 0; err == 0 && i < FAMILIES; i++) {
		if (has_address(&lan[i]) && lan[i].has_gateway) {
			err = add_route(&lan[i], inside, index, detail);
		}
	}
	return err;
}

static int furnish_pool(const struct plan *plan, const struct network *network, struct rtnl *inside,
			int index, char *detail)
{
	struct claim claim;
	int err = claim_first(plan, network, inside, index, &claim, detail);

	if (err == 0) {
		err = add_addresses(&claim, inside, index, detail);
	}
	if (err == 0) { /* tells the LAN, where another machine may have had the address */
		err = link_address(inside, index, claim.hardware);
	}
	return err < 0 ? err : add_routes(network, inside, index, detail);
}

int macvlan_furnish(const struct plan *plan, const struct network *network, struct rtnl *inside,
		    const struct network_word *word, char *detail)
{
	struct link link;
	int err = link_find(inside, word->name, &link);

	if (err == 0) {
		err = link_name(inside, link.index, INSIDE);
	}
	if (err == 0) {
		err = announce_set(INSIDE);
	}
	if (err < 0) {
		return err;
	}
	if (!has_address(&network->lan[0]) && !has_address(&network->lan[1])) {
		return link_up(inside, link.index);
	}
	return furnish_pool(plan, network, inside, link.index, detail);
}
