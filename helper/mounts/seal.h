/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seal.h - system = ro.
 */
#ifndef LOGINSPACE_SEAL_H
#define LOGINSPACE_SEAL_H

#include "ledger.h"
#include "plan.h"

/*
 * seal_system - if the plan says so: "/" and all that is mounted below becomes read-only, but for
 * the trees of MOUNT_KEEP. What the host mounts later arrives as the host mounts it. Returns 0, or
 * a negative errno with a sentence in DETAIL of MESSAGE_DETAIL_SIZE bytes.
 */
int seal_system(const struct plan *plan, struct ledger *ledger, char *detail);

#endif
