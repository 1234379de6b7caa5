/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolver_host.h - the name servers of the host.
 */
#ifndef LOGINSPACE_RESOLVER_HOST_H
#define LOGINSPACE_RESOLVER_HOST_H

#include "resolver_text.h"

#define RESOLVER_PATH "/etc/resolv.conf"

/*
 * resolver_host_read - what RESOLVER_PATH says; a host without that file has no servers. Returns 0
 * or a negative errno, with a sentence in DETAIL.
 */
int resolver_host_read(struct resolver_file *ret_file, char *detail);

/* resolver_uplink_read - the servers behind systemd-resolved(8). 0, -ENOENT or a negative errno. */
int resolver_uplink_read(struct resolver_file *ret_file);

#endif
