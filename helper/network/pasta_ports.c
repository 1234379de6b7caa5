/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_ports.c - ports of the host that are to lead into a space. Runs in the helper, as root, in
 * the host's network.
 */
#include "pasta_ports.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "scope.h"

#define PORT_START   "/proc/sys/net/ipv4/ip_unprivileged_port_start"
#define NUMBER_SIZE  16
#define BYTES_BEFORE 12 /* of ::ffff:a.b.c.d */

/* A space that is just ending has its ports for some milliseconds more. */
#define TRIES    40
#define PAUSE_NS 20000000

/* The lowest port that users may have. What cannot be read is left to the program. */
static unsigned long port_start(void)
{
	SCOPE_FD int fd = open(PORT_START, O_RDONLY | O_CLOEXEC);
	char text[NUMBER_SIZE];
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (length <= 0) {
		return 0;
	}
	text[length] = '\0';
	return strtoul(text, NULL, 10);
}

/*
 * Bound for a moment. A UDP port without SO_REUSEADDR: that fails when anybody has it, while the
 * program, which sets it, would share it. A TCP port with it, as the program does: that fails when
 * anybody listens, and what is left of connections that have ended is no matter.
 */
static int bind_once(int fd, bool udp, const void *address, socklen_t size)
{
	const int both = 0, reuse = 1;

	if (fd < 0) {
		return -errno;
	}
	/* Of no meaning to a socket of IPv4. */
	(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &both, sizeof(both));
	if ((!udp && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof(reuse)) < 0) ||
	    bind(fd, address, size) < 0) {
		return -errno;
	}
	return 0;
}

static int try_4(const struct value_publish *publish, int type)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(publish->host_port) };
	SCOPE_FD int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	if (!publish->any) {
		memcpy(&address.sin_addr, publish->address.bytes + BYTES_BEFORE,
		       sizeof(address.sin_addr));
	}
	return bind_once(fd, publish->udp, &address, sizeof(address));
}

/* Both families in one: IPv4 as ::ffff:a.b.c.d, and "::" is either's. */
static int port_try(const struct value_publish *publish)
{
	const int type = publish->udp ? SOCK_DGRAM : SOCK_STREAM;
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
					.sin6_port = htons(publish->host_port) };
	SCOPE_FD int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0);

	if (fd < 0 && errno == EAFNOSUPPORT) {
		return try_4(publish, type); /* a host without IPv6 */
	}
	if (!publish->any) {
		memcpy(&address.sin6_addr, publish->address.bytes, sizeof(address.sin6_addr));
	}
	return bind_once(fd, publish->udp, &address, sizeof(address));
}

static int port_check(const struct value_publish *publish, unsigned long start, char *detail)
{
	const unsigned int port = publish->host_port;

	if (port < start) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "publish: pasta runs as the user, who cannot have port %u of the "
			       "host: name one from %lu on",
			       port, start);
		return -EACCES;
	}
	/* Other failures, such as an address that is not the host's, are the program's to tell. */
	if (port_try(publish) == -EADDRINUSE) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "publish: port %u/%s of the host is taken, maybe by another login "
			       "of the user: see ss(8), and scope = user",
			       port, publish->udp ? "udp" : "tcp");
		return -EADDRINUSE;
	}
	return 0;
}

static int ports_check(const struct plan_network *net, unsigned long start, char *detail)
{
	size_t i;
	int err = 0;

	for (i = 0; i < net->publish_count && err == 0; i++) {
		err = port_check(&net->publish[i], start, detail);
	}
	return err;
}

int pasta_ports_check(const struct plan_network *net, bool patient, char *detail)
{
	const unsigned long start = net->publish_count > 0 ? port_start() : 0;
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	int tries = patient ? TRIES : 1, err;

	err = ports_check(net, start, detail);
	while (err == -EADDRINUSE && --tries > 0) {
		(void)nanosleep(&pause, NULL);
		err = ports_check(net, start, detail);
	}
	if (err == 0) {
		detail[0] = '\0';
	}
	return err;
}
