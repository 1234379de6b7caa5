/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sites.h - carries the plan's list of mounts out, each at its site. The list is made by
 * lib/view.c.
 */
#ifndef LOGINSPACE_SITES_H
#define LOGINSPACE_SITES_H

#include <stdbool.h>

#include "site.h"

/*
 * sites_make - the rest of the list. LATE: only what is at or below a place that every space has
 * of its own, such as /tmp and /dev, which has to be there first; else only what is not.
 * Returns 0 or a negative errno.
 */
int sites_make(const struct sites *sites, bool late);

#endif
