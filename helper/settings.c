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

/* The file NAME below /proc/sys/net/ipv4, which shows the caller's network namespace. */
static int sysctl_write(const char *name, const char *text)
{
	char path[64];
	struct statfs about;
	const size_t length = strlen(text);
	SCOPE_FD int fd = -1;

	(void)snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstatfs(fd, &about) < 0) {
		return -errno;
	}
	if (about.f_type != PROC_SUPER_MAGIC) {
		return -ENODEV;
	}
	return write(fd, text, length) == (ssize_t)length ? 0 : -errno;
}

int ping_group_range_set(uint32_t low, uint32_t high)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRIu32 " %" PRIu32, low, high);
	return sysctl_write("ping_group_range", text);
}

int port_start_set(uint32_t port)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%" PRIu32, port);
	return sysctl_write("ip_unprivileged_port_start", text);
}
