/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - what `loginspace check` looks at, for others.
 */
#ifndef LOGINSPACE_ADMIN_CHECK_H
#define LOGINSPACE_ADMIN_CHECK_H

#include <stddef.h>

#include "problem.h"

/*
 * check_configuration - CONF: a file, a folder below which the usual places are looked for, or NULL:
 * the usual places. Returns how many problems there are, the first of them in *RET_FIRST.
 */
size_t check_configuration(const char *conf, struct problem *ret_first);

#endif
