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

#define ORPHAN_RETRIES "3" /* with twice the time before each: some seconds */

int hostname_set(const char *name)
{
	size_t length = strlen(name);

	if (length > 0 && sethostname(name, length) < 0) {
		return -errno;
	}
	return 0;
}

/* The file NAME below /proc/sys/net, which shows the caller's network namespace. */
static int sysctl_write(const char *name, const char *text)
{
	char path[80];
	struct statfs about;
	const size_t length = strlen(text);
	SCOPE_FD int fd = -1;

	(void)snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
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
	return sysctl_write("ipv4/ping_group_range", text);
}

int port_start_set(uint32_t port)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%" PRIu32, port);
	return sysctl_write("ipv4/ip_unprivileged_port_start", text);
}

int orphans_hurry(void)
{
	return sysctl_write("ipv4/tcp_orphan_retries", ORPHAN_RETRIES);
}

int announce_set(const char *interface)
{
	char name[64];
	int err;

	(void)snprintf(name, sizeof(name), "ipv4/conf/%s/arp_notify", interface);
	err = sysctl_write(name, "1");
	if (err < 0) {
		return err;
	}
	(void)snprintf(name, sizeof(name), "ipv6/conf/%s/ndisc_notify", interface);
	err = sysctl_write(name, "1");
	return err == -ENOENT ? 0 : err; /* a kernel without IPv6 */
}
