/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.h - the space's own /etc/hosts.
 */
#ifndef LOGINSPACE_HOSTS_H
#define LOGINSPACE_HOSTS_H

#include "ledger.h"

/*
 * hosts_put - mounts over /etc/hosts a copy of it with one more line, "127.0.1.1 NAME", hosts(5),
 * so that what looks its own host name up (sudo) finds it. A machine without the file has nothing
 * to be looked up in: a success without a mount.
 * Returns 0; -EPERM (not root's, or others may write to it); -EINVAL (no regular file); -EFBIG
 * (above 1 MiB); another negative errno.
 */
int hosts_put(const char *name, struct ledger *ledger);

#endif
