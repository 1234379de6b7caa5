/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * setup_userns.h - the steps of a space with user among its namespaces, see setup.c.
 */
#ifndef LOGINSPACE_SETUP_USERNS_H
#define LOGINSPACE_SETUP_USERNS_H

#include "setup.h"

/* setup_fence - what root inside must not reach, see fence.h. 0 or a negative errno, with detail. */
int setup_fence(struct setup *setup);

/*
 * setup_userns - the very last step before the privileges go: into the user namespace, with a copy of
 * the mounts that belongs to it. Returns 0 or a negative errno.
 */
int setup_userns(struct setup *setup);

#endif
