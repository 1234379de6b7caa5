/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forwarding.h - does this host forward packets?
 */
#ifndef LOGINSPACE_FORWARDING_H
#define LOGINSPACE_FORWARDING_H

#include "plan.h"

/*
 * forwarding_check - net.ipv4.ip_forward and net.ipv6.conf.all.forwarding, ip-sysctl of the
 * kernel's documentation, as far as the plan's pools need them. Returns 0; -ENETUNREACH (it does
 * not); -EAFNOSUPPORT (no IPv6 here); with a sentence in DETAIL that names the mend.
 */
int forwarding_check(const struct plan_network *net, char *detail);

#endif
