/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flows.h - the connections that the kernel remembers, conntrack. What is left of those of the one
 * who had an address before must not be answered by the one who has it next.
 */
#ifndef LOGINSPACE_FLOWS_H
#define LOGINSPACE_FLOWS_H

#include "value.h"

/*
 * flows_forget - all connections that began at FROM, of IPv4; of IPv6 nothing is done. In the
 * helper, with CAP_NET_ADMIN. Returns 0, also when the kernel cannot do it (an older one, or
 * nf_conntrack_netlink is not there); a negative errno.
 */
int flows_forget(const struct value_address *from);

#endif
