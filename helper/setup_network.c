/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_network.c - the steps of a set-up that are about the network. Runs in the child that becomes
 * init, in all its new namespaces, with the capabilities of PHASE_BUILD.
 */
#include "setup_network.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "channel.h"
#include "loopback.h"
#include "network.h"
#include "settings.h"

#define PORT_START_KERNEL 1024 /* PROT_SOCK of the kernel's include/net/sock.h */

/* Before /etc/hosts: that of a namespace gets the host name, too. */
int setup_etcfiles(struct setup *setup)
{
	int err = etcfiles_put(&setup->etcfiles, &setup->ledger, setup->detail);

	etcfiles_drop(&setup->etcfiles);
	return err;
}

int setup_resolver(struct setup *setup)
{
	return resolver_put(&setup->network->resolver, &setup->ledger, setup->detail);
}

int setup_loopback(struct setup *setup)
{
	int err = rtnl_open(&setup->inside);

	return err < 0 ? err : loopback_up(&setup->inside);
}

/* The helper waits for it before it makes or moves anything. */
int setup_turn(struct setup *setup)
{
	const struct network_turn turn = { .taken = 1 };

	return network_has_turn(setup->plan)
		       ? channel_send(setup->news, &turn, sizeof(turn), NULL, 0)
		       : 0;
}

/* The helper is at work on the host's side meanwhile, and says when it is done. */
static int hear_word(struct setup *setup, struct network_word *ret_word)
{
	int fds[CHANNEL_FDS_MAX];
	size_t length, count;
	int err;

	err = channel_receive(setup->news, setup->deadline_ms, ret_word, sizeof(*ret_word), &length,
			      fds, &count);
	if (err == 0 && length != sizeof(*ret_word)) {
		err = -EPROTO;
	}
	return err;
}

/* A namespace that others have made keeps the settings that they have given it. */
static bool has_own_settings(const struct setup *setup)
{
	return setup->plan->net.kind != NETWORK_NETNS;
}

int setup_interface(struct setup *setup)
{
	struct network_word word = { .name = "" };
	int err = 0;

	if (has_own_settings(setup) && setup->plan->net.kind != NETWORK_LOOPBACK) {
		err = orphans_hurry();
	}
	if (err == 0 && network_has_word(setup->plan)) {
		err = hear_word(setup, &word);
	}
	if (err < 0) {
		return err;
	}
	err = network_furnish(setup->plan, setup->network, &setup->inside, &word, setup->detail);
	rtnl_close(&setup->inside);
	network_drop(setup->network);
	return err;
}

int setup_ping(struct setup *setup)
{
	if (!has_own_settings(setup)) {
		return 0;
	}
	return ping_group_range_set(setup->plan->ping_group_low, setup->plan->ping_group_high);
}

/* The kernel's own default needs no call. */
int setup_ports(struct setup *setup)
{
	const uint32_t start = setup->plan->unprivileged_port_start;

	return start == PORT_START_KERNEL || !has_own_settings(setup) ? 0 : port_start_set(start);
}
