/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forwarding.c - does this host forward packets? Runs in the helper, as root. It only reads: to
 * make a router of a host is the administrator's decision.
 */
#include "forwarding.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "pool.h"
#include "scope.h"

#define IPV4_FORWARD  "/proc/sys/net/ipv4/ip_forward"
#define IPV6_FORWARD  "/proc/sys/net/ipv6/conf/all/forwarding"
#define IPV6_DISABLED "/proc/sys/net/ipv6/conf/all/disable_ipv6"
#define IPV6_WITHOUT  "; without IPv6: address_pool6 = none"

/* Does the file say 0? Returns 0 or a negative errno. */
static int is_zero(const char *path, bool *ret_zero)
{
	SCOPE_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;
	char text[2];

	if (fd < 0) {
		return -errno;
	}
	length = read(fd, text, sizeof(text));
	if (length < 0) {
		return -errno;
	}
	*ret_zero = length == 0 || text[0] == '0';
	return 0;
}

static int unreadable(int err, const char *path, char *detail)
{
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s cannot be read: %s; mount /proc", path,
		       strerror(-err));
	return err;
}

static int ipv4_check(char *detail)
{
	bool zero = false;
	int err;

	err = is_zero(IPV4_FORWARD, &zero);
	if (err < 0) {
		return unreadable(err, IPV4_FORWARD, detail);
	}
	if (zero) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "net.ipv4.ip_forward is 0, so the host forwards nothing for a "
			       "space: set it to 1 with sysctl(8)");
		return -ENETUNREACH;
	}
	return 0;
}

static int ipv6_check(char *detail)
{
	bool zero = false;
	int err;

	err = is_zero(IPV6_DISABLED, &zero);
	if (err == -ENOENT) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "this kernel has no IPv6: set address_pool6 = none");
		return -EAFNOSUPPORT;
	}
	if (err < 0) {
		return unreadable(err, IPV6_DISABLED, detail);
	}
	if (!zero) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "net.ipv6.conf.all.disable_ipv6 is not 0: set it to 0 with "
			       "sysctl(8)" IPV6_WITHOUT);
		return -EAFNOSUPPORT;
	}
	err = is_zero(IPV6_FORWARD, &zero);
	if (err < 0) {
		return unreadable(err, IPV6_FORWARD, detail);
	}
	if (zero) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "net.ipv6.conf.all.forwarding is 0: set it to 1 with "
			       "sysctl(8)" IPV6_WITHOUT);
		return -ENETUNREACH;
	}
	return 0;
}

int forwarding_check(const struct plan_network *net, char *detail)
{
	int err = 0;

	if (pool_is(&net->pool4)) {
		err = ipv4_check(detail);
	}
	if (err == 0 && pool_is(&net->pool6)) {
		err = ipv6_check(detail);
	}
	return err;
}
