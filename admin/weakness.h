/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * weakness.h - lines of the configuration that are right and hold less than one might think. Pure.
 */
#ifndef LOGINSPACE_ADMIN_WEAKNESS_H
#define LOGINSPACE_ADMIN_WEAKNESS_H

#include <stddef.h>

#include "policy.h"
#include "problem.h"

#define WEAKNESS_MAX 3

/* weakness_find - those of POLICY, for whatever user it is. Returns how many. */
size_t weakness_find(const struct policy *policy, struct problem ret[WEAKNESS_MAX]);

#endif
