/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * network.c - the network of a space: which part does what for which kind. See network.h for who
 * runs it with which privileges.
 */
#include "network.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "macvlan.h"
#include "named.h"
#include "nat.h"
#include "pasta.h"

/* What a kind has of each part; NULL: nothing. */
struct kind {
	bool entered; /* the namespace is there before the space: the clone makes none */
	bool served;  /* name servers of its own */
	int (*prepare)(const struct plan *plan, struct network *network, char *detail);
	int (*attach)(const struct plan *plan, struct network *network, pid_t init,
		      struct network_word *ret_word, char *detail);
	int (*furnish)(const struct plan *plan, struct network *network, struct rtnl *inside,
		       const struct network_word *word, char *detail);
};

static int named_prepare(const struct plan *plan, struct network *network, char *detail)
{
	return named_open(plan->net.name, &network->namespace, detail);
}

static int nat_inside(const struct plan *plan, struct network *network, struct rtnl *inside,
		      const struct network_word *word, char *detail)
{
	(void)network;
	(void)detail;
	return nat_furnish(plan, inside, word);
}

static int device_out(const struct plan *plan, struct network *network, pid_t init,
		      struct network_word *ret_word, char *detail)
{
	(void)plan;
	return device_attach(network, init, ret_word, detail);
}

static int device_inside(const struct plan *plan, struct network *network, struct rtnl *inside,
			 const struct network_word *word, char *detail)
{
	(void)plan;
	(void)network;
	return device_furnish(inside, word, detail);
}

static int macvlan_out(const struct plan *plan, struct network *network, pid_t init,
		       struct network_word *ret_word, char *detail)
{
	(void)plan;
	return macvlan_attach(network, init, ret_word, detail);
}

static int macvlan_inside(const struct plan *plan, struct network *network, struct rtnl *inside,
			  const struct network_word *word, char *detail)
{
	return macvlan_furnish(plan, network, inside, word, detail);
}

static int pasta_inside(const struct plan *plan, struct network *network, struct rtnl *inside,
			const struct network_word *word, char *detail)
{
	(void)word;
	return pasta_furnish(plan, network, inside, detail);
}

static const struct kind KINDS[NETWORK_COUNT] = {
	[NETWORK_NAT] = { .served = true,
			  .prepare = nat_prepare,
			  .attach = nat_attach,
			  .furnish = nat_inside },
	[NETWORK_NETNS] = { .entered = true, .prepare = named_prepare },
	[NETWORK_DEVICE] = { .served = true,
			     .prepare = device_prepare,
			     .attach = device_out,
			     .furnish = device_inside },
	[NETWORK_MACVLAN] = { .served = true,
			      .prepare = macvlan_prepare,
			      .attach = macvlan_out,
			      .furnish = macvlan_inside },
	[NETWORK_PASTA] = { .entered = true,
			    .served = true,
			    .prepare = pasta_prepare,
			    .furnish = pasta_inside },
};

static const struct kind *kind_of(const struct plan *plan)
{
	return &KINDS[plan->net.kind];
}

uint32_t network_clones(const struct plan *plan)
{
	return kind_of(plan)->entered ? plan->namespaces & ~(uint32_t)CLONE_NEWNET
				      : plan->namespaces;
}

bool network_has_word(const struct plan *plan)
{
	return kind_of(plan)->attach != NULL;
}

bool network_has_turn(const struct plan *plan)
{
	return plan->scope == SCOPE_USER && network_has_word(plan);
}

static int prepare(const struct plan *plan, struct network *network)
{
	const struct kind *kind = kind_of(plan);
	int err = 0;

	if (kind->prepare == NULL) {
		return 0;
	}
	err = rtnl_open(&network->rtnl);
	if (err == 0) {
		err = kind->prepare(plan, network, network->detail);
	}
	if (err == 0 && kind->served) {
		err = resolver_read(plan, &network->rtnl, &network->resolver, network->detail);
	}
	return err;
}

void network_prepare(const struct plan *plan, struct network *network)
{
	network->error = prepare(plan, network);
}

static void fd_drop(int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd);
		*fd = -1;
	}
}

void network_part(struct network *network)
{
	rtnl_close(&network->rtnl);
	fd_drop(&network->namespace);
}

void network_drop(struct network *network)
{
	network_part(network);
	fd_drop(&network->leash);
	fd_drop(&network->words);
}

int network_attach(const struct plan *plan, struct network *network, pid_t init,
		   struct network_word *ret_word, char *detail)
{
	return kind_of(plan)->attach(plan, network, init, ret_word, detail);
}

int network_enter(const struct network *network, char *detail)
{
	int err = 0;

	if (network->namespace >= 0 && setns(network->namespace, CLONE_NEWNET) < 0) {
		err = -errno;
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "the network namespace cannot be entered");
	}
	return err;
}

int network_furnish(const struct plan *plan, struct network *network, struct rtnl *inside,
		    const struct network_word *word, char *detail)
{
	const struct kind *kind = kind_of(plan);

	return kind->furnish != NULL ? kind->furnish(plan, network, inside, word, detail) : 0;
}
