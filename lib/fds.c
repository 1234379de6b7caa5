/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fds.c - fds at numbers that have no meaning. Used by the helper, its child, and loginspace(8).
 */
#include "fds.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int fds_reserve(void)
{
	int fd;

	do {
		fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
		if (fd < 0) {
			return -errno;
		}
	} while (fd < FDS_FREE);
	(void)close(fd); /* the one too many */
	return 0;
}

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

int fd_place(int fd, int number)
{
	if (fd == number) {
		return fcntl(fd, F_SETFD, 0) < 0 ? -errno : 0;
	}
	if (dup2(fd, number) < 0) {
		return -errno;
	}
	(void)close(fd);
	return 0;
}
