/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * addresses.c - the IP addresses of a network namespace. Runs in loginspace(8), as root.
 */
#include "addresses.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "json.h"
#include "scope.h"

/* The path may be another process's by now: the inode tells. */
static int namespace_open(pid_t init, ino_t namespace, int *ret)
{
	struct stat about;
	char path[48];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/net", init);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT ? -ESRCH : -errno;
	}
	if (fstat(fd, &about) < 0 || about.st_ino != namespace) {
		(void)close(fd);
		return -ESRCH;
	}
	*ret = fd;
	return 0;
}

static unsigned int bits_of(const uint8_t *mask, size_t size)
{
	unsigned int bits = 0;
	size_t i;

	for (i = 0; i < size; i++) {
		bits += (unsigned int)__builtin_popcount(mask[i]);
	}
	return bits;
}

/* False: it is none of IP. */
static bool address_take(const struct ifaddrs *from, struct address *to)
{
	const int family = from->ifa_addr != NULL ? from->ifa_addr->sa_family : AF_UNSPEC;
	const void *bytes;

	*to = (struct address){ .local = (from->ifa_flags & IFF_LOOPBACK) != 0 };
	if ((family != AF_INET && family != AF_INET6) || from->ifa_netmask == NULL) {
		return false;
	}
	if (family == AF_INET) {
		bytes = &((const struct sockaddr_in *)(const void *)from->ifa_addr)->sin_addr;
		to->bits =
			bits_of((const uint8_t *)&(
					(const struct sockaddr_in *)(const void *)from->ifa_netmask)
					->sin_addr,
				sizeof(struct in_addr));
	} else {
		bytes = &((const struct sockaddr_in6 *)(const void *)from->ifa_addr)->sin6_addr;
		to->bits = bits_of(((const struct sockaddr_in6 *)(const void *)from->ifa_netmask)
					   ->sin6_addr.s6_addr,
				   sizeof(struct in6_addr));
		to->local = to->local || IN6_IS_ADDR_LINKLOCAL((const struct in6_addr *)bytes);
	}
	(void)snprintf(to->interface, sizeof(to->interface), "%s", from->ifa_name);
	return inet_ntop(family, bytes, to->text, sizeof(to->text)) != NULL;
}

static int addresses_copy(const struct ifaddrs *list, struct address **ret, size_t *ret_count)
{
	const struct ifaddrs *at;
	struct address *copies;
	size_t count = 0;

	for (at = list; at != NULL; at = at->ifa_next) {
		count++;
	}
	copies = calloc(count + 1, sizeof(*copies));
	if (copies == NULL) {
		return -ENOMEM;
	}
	count = 0;
	for (at = list; at != NULL; at = at->ifa_next) {
		count += address_take(at, &copies[count]) ? 1 : 0;
	}
	*ret = copies;
	*ret_count = count;
	return 0;
}

int addresses_read(pid_t init, ino_t namespace, struct address **ret, size_t *ret_count)
{
	SCOPE_FD int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	SCOPE_FD int other = -1;
	struct ifaddrs *list = NULL;
	int err;

	if (own < 0) {
		return -errno;
	}
	err = namespace_open(init, namespace, &other);
	if (err < 0) {
		return err;
	}
	if (setns(other, CLONE_NEWNET) < 0) {
		return -errno;
	}
	err = getifaddrs(&list) < 0 ? -errno : 0;
	if (setns(own, CLONE_NEWNET) < 0) {
		abort(); /* what follows would be about another network */
	}
	if (err == 0) {
		err = addresses_copy(list, ret, ret_count);
		freeifaddrs(list);
	}
	return err;
}

struct json_object *addresses_json(const struct address *addresses, size_t count)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < count; i++) {
		struct json_object *item = json_object_new_object();

		json_put(item, "interface", json_text(addresses[i].interface));
		json_put(item, "address", json_text(addresses[i].text));
		json_put(item, "prefix", json_number(addresses[i].bits));
		(void)json_object_array_add(list, item);
	}
	return list;
}
