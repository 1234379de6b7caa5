/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - network = device:IF: an interface of the host, moved into the space. The parts of
 * network.h.
 *
 * When a network namespace dies, the kernel moves interfaces without a kind (hardware) to the
 * initial one and deletes the others: default_device_exit_net() of its net/core/dev.c. So only the
 * former are moved into a space.
 */
#ifndef LOGINSPACE_DEVICE_H
#define LOGINSPACE_DEVICE_H

#include "network.h"

int device_prepare(const struct plan *plan, struct network *network, char *detail);
int device_attach(struct network *network, pid_t init, struct network_word *ret_word, char *detail);
int device_furnish(struct rtnl *inside, const struct network_word *word, char *detail);

#endif
