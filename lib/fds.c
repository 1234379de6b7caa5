/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fds.c - fds at numbers that have no meaning. Used by the helper, its child, and loginspace(8).
 */
#include "fds.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int fd_raise(int *fd)
{
	int copy;

	if (*fd >= FDS_FREE) {
		return 0;
	}
	copy = fcntl(*fd, F_DUPFD_CLOEXEC, FDS_FREE);
	if (copy < 0) {
		return -errno;
	}
	(void)close(*fd);
	*fd = copy;
	return 0;
}
