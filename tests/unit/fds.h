/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fds.h - what is open in this process, to see that nothing leaks and nothing foreign is closed.
 */
#ifndef LOGINSPACE_TEST_FDS_H
#define LOGINSPACE_TEST_FDS_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

/* Higher than any fd that a test makes. */
#define FDS_LIMIT 1024

static inline bool fd_is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

static inline bool fd_is_cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	return flags >= 0 && ((unsigned int)flags & FD_CLOEXEC) != 0;
}

static inline size_t fds_count(void)
{
	size_t count = 0;
	int fd;

	for (fd = 0; fd < FDS_LIMIT; fd++) {
		count += fd_is_open(fd) ? 1 : 0;
	}
	return count;
}

#endif
