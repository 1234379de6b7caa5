/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loopback.h - the loopback interface of a network namespace.
 */
#ifndef LOGINSPACE_LOOPBACK_H
#define LOGINSPACE_LOOPBACK_H

#include "rtnl.h"

/*
 * loopback_up - brings lo up and asks the kernel whether it is, see rtnetlink(7).
 * Returns 0; -ENETDOWN when lo is still down; the kernel's own negative errno.
 */
int loopback_up(struct rtnl *rtnl);

#endif
