/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * readonly.h - read_only of one place, but for what is to stay writable below it.
 */
#ifndef LOGINSPACE_READONLY_H
#define LOGINSPACE_READONLY_H

#include <stddef.h>

#include "site.h"

/*
 * read_only_make - TARGET, of the plan's mount AT, with all that is mounted below by now. A file
 * system of ours is left as it is, as more may have to be made in it: then *RET_CLOSING is an fd of
 * it, to be made read-only in the end. Returns 0 or a negative errno.
 */
int read_only_make(const struct sites *sites, size_t at, int target, int *ret_closing);

#endif
