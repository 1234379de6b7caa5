/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_network.h - the steps of a set-up that are about the network, for the table in setup.c. All
 * return 0 or a negative errno, some with a sentence in setup->detail.
 */
#ifndef LOGINSPACE_SETUP_NETWORK_H
#define LOGINSPACE_SETUP_NETWORK_H

#include "setup.h"

/* The files of /etc/netns/NAME; before /etc/hosts, so that theirs gets the host name, too. */
int setup_etcfiles(struct setup *setup);

/* lo up; ping_group_range; ip_unprivileged_port_start. */
int setup_loopback(struct setup *setup);
int setup_ping(struct setup *setup);
int setup_ports(struct setup *setup);

/* What the helper waits for, by network_has_turn: nothing keeps the space from being the user's. */
int setup_turn(struct setup *setup);

/* The interface, once the helper has said that the host's side is there; then /etc/resolv.conf. */
int setup_interface(struct setup *setup);
int setup_resolver(struct setup *setup);

#endif
