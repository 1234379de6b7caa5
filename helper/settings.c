/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * settings.c - host name and per-namespace sysctls. Runs in the child inside the new namespaces:
 * sethostname(2) needs CAP_SYS_ADMIN, the sysctl is a file of root's.
 */
#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "scope.h"

int hostname_set(const char *name)
{
	size_t length = strlen(name);

	if (length > 0 && sethostname(name, length) < 0) {
		return -errno;
	}
	return 0;
}

int ping_group_range_set(uint32_t low, uint32_t high)
{
	SCOPE_FD int fd =
		open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	struct statfs about;
	char text[32];
	int length;

	if (fd < 0 || fstatfs(fd, &about) < 0) {
		return -errno;
	}
	if (about.f_type != PROC_SUPER_MAGIC) {
		return -ENODEV;
	}
	length = snprintf(text, sizeof(text), "%" PRIu32 " %" PRIu32, low, high);
	return write(fd, text, (size_t)length) == length ? 0 : -errno;
}
