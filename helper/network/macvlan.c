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
		       "neither address_pool %s nor address_pool6 %s lies in a network of %s: name "
		       "a part of one, or leave the addresses to DHCP with neither",
		       text[0], text[1], name);
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

static int add_address(const struct lan *lan, const struct value_prefix *pool, struct rtnl *inside,
		       int index, char *detail)
{
	struct value_prefix own = { .bits = 0 };
	char text[POOL_TEXT_SIZE];
	int err = lan_take(lan, pool, INIT_REGISTRY_FD, &own);

	if (err == -EADDRNOTAVAIL) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "%s has no address left: name a larger pool", pool_text(text, pool));
	}
	if (err < 0) {
		return err;
	}
	err = address_add(inside, index, &own);
	if (err < 0) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, INSIDE " does not take %s",
			       pool_text(text, &own));
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

int macvlan_furnish(const struct plan *plan, const struct network *network, struct rtnl *inside,
		    const struct network_word *word, char *detail)
{
	const struct pools pools = pools_of(plan);
	const struct lan *lan = network->lan;
	struct link link;
	size_t i;
	int err = link_find(inside, word->name, &link);

	if (err == 0) {
		err = link_name(inside, link.index, INSIDE);
	}
	for (i = 0; err == 0 && i < FAMILIES; i++) {
		if (has_address(&lan[i])) {
			err = add_address(&lan[i], pools.of[i], inside, link.index, detail);
		}
	}
	if (err == 0) { /* the one who had the address before had another hardware address */
		err = announce_set(INSIDE);
	}
	if (err == 0) {
		err = link_up(inside, link.index);
	}
	for (i = 0; err == 0 && i < FAMILIES; i++) {
		if (has_address(&lan[i]) && lan[i].has_gateway) {
			err = add_route(&lan[i], inside, link.index, detail);
		}
	}
	return err;
}
