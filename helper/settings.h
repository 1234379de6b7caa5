/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.h - what else a namespace carries: host name, per-namespace sysctls.
 */
#ifndef LOGINSPACE_SETTINGS_H
#define LOGINSPACE_SETTINGS_H

#include <stdint.h>

/* hostname_set - NAME into the UTS namespace, unless it is empty. 0 or a negative errno. */
int hostname_set(const char *name);

/*
 * ping_group_range_set - net.ipv4.ping_group_range of this network namespace, icmp(7), through
 * the /proc that is mounted now. 0 or a negative errno; -ENODEV when /proc is not procfs.
 */
int ping_group_range_set(uint32_t low, uint32_t high);

/* port_start_set - net.ipv4.ip_unprivileged_port_start, ip(7). As above. */
int port_start_set(uint32_t port);

/*
 * orphans_hurry - a TCP connection whose process is gone, and whose peer does not answer any more,
 * is given up after some seconds and not after two minutes: as long as it lasts, so does the
 * namespace with its interface. tcp_orphan_retries, ip-sysctl. As above.
 */
int orphans_hurry(void);

/*
 * announce_set - when INTERFACE goes up, its neighbours hear which hardware address its addresses
 * have now: arp_notify and ndisc_notify, ip-sysctl of the kernel's documentation. As above.
 */
int announce_set(const char *interface);

#endif
