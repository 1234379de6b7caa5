/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_ports.c - ports of the host that are to lead into a space. Runs in the helper, as root, in
 * the host's network.
 */
#include "pasta_ports.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"
#include "scope.h"

#define PORT_START  "/proc/sys/net/ipv4/ip_unprivileged_port_start"
#define NUMBER_SIZE 16

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

/* Bound without SO_REUSEADDR for a moment: that fails when anybody has the port. */
static int udp_try(const struct value_publish *publish)
{
	const int both = 0;
	SCOPE_FD int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
					.sin6_port = htons(publish->host_port) };

	if (fd < 0) {
		return errno == EAFNOSUPPORT ? 0 : -errno;
	}
	/* IPv4 as ::ffff:a.b.c.d, and with "::" both families. */
	if (!publish->any) {
		memcpy(&address.sin6_addr, publish->address.bytes, sizeof(address.sin6_addr));
	}
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &both, sizeof(both)) < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		return -errno;
	}
	return 0;
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
	if (publish->udp && udp_try(publish) == -EADDRINUSE) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "publish: port %u/udp of the host is taken, maybe by another login "
			       "of the user: see ss(8), and scope = user",
			       port);
		return -EADDRINUSE;
	}
	return 0;
}

int pasta_ports_check(const struct plan_network *net, char *detail)
{
	const unsigned long start = net->publish_count > 0 ? port_start() : 0;
	size_t i;
	int err = 0;

	for (i = 0; i < net->publish_count && err == 0; i++) {
		err = port_check(&net->publish[i], start, detail);
	}
	return err;
}
