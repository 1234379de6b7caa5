/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scope.h - attributes that free a thing when its variable goes out of scope.
 */
#ifndef LOGINSPACE_SCOPE_H
#define LOGINSPACE_SCOPE_H

#include <unistd.h>

static inline void scope_close(const int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd); /* an fd that was only read or handed on: nothing to lose */
	}
}

#define SCOPE_FD __attribute__((cleanup(scope_close)))

#endif
