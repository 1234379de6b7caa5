/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loopback.c - lo up over rtnetlink, with libmnl. Runs in the child inside the new network
 * namespace, with CAP_NET_ADMIN.
 */
#include "loopback.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdint.h>

/* lo is made with its namespace and is always first: LOOPBACK_IFINDEX of the kernel. */
#define LOOPBACK_INDEX 1

#define BUFFER_SIZE 8192 /* MNL_SOCKET_BUFFER_SIZE is not a constant */

static struct nlmsghdr *request(char *buffer, uint16_t type, uint16_t flags, unsigned int change)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(buffer);
	struct ifinfomsg *link;

	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | flags;
	header->nlmsg_seq = type;
	link = mnl_nlmsg_put_extra_header(header, sizeof(*link));
	link->ifi_family = AF_UNSPEC;
	link->ifi_index = LOOPBACK_INDEX;
	link->ifi_change = change;
	link->ifi_flags = change;
	return header;
}

static int read_flags(const struct nlmsghdr *header, void *data)
{
	const struct ifinfomsg *link = mnl_nlmsg_get_payload(header);
	unsigned int *flags = data;

	if (header->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(header) < sizeof(*link)) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	*flags = link->ifi_flags;
	return MNL_CB_STOP;
}

/* One request, one answer: an acknowledgement, or the message that CALLBACK reads. */
static int ask(struct mnl_socket *socket, const struct nlmsghdr *header, mnl_cb_t callback,
	       void *data)
{
	const uint16_t sequence = (uint16_t)header->nlmsg_seq;
	char buffer[BUFFER_SIZE];
	ssize_t length;

	if (mnl_socket_sendto(socket, header, header->nlmsg_len) < 0) {
		return -errno;
	}
	length = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
	if (length < 0) {
		return -errno;
	}
	/* The kernel's own error codes arrive here, as errno. */
	if (mnl_cb_run(buffer, (size_t)length, sequence, mnl_socket_get_portid(socket), callback,
		       data) < 0) {
		return -errno;
	}
	return 0;
}

static int up_and_check(struct mnl_socket *socket)
{
	char buffer[BUFFER_SIZE];
	unsigned int flags = 0;
	int err;

	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		return -errno;
	}
	err = ask(socket, request(buffer, RTM_NEWLINK, NLM_F_ACK, IFF_UP), NULL, NULL);
	if (err < 0) {
		return err;
	}
	err = ask(socket, request(buffer, RTM_GETLINK, 0, 0), read_flags, &flags);
	if (err < 0) {
		return err;
	}
	return (flags & IFF_UP) != 0 && (flags & IFF_LOOPBACK) != 0 ? 0 : -ENETDOWN;
}

int loopback_up(void)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err;

	if (socket == NULL) {
		return -errno;
	}
	err = up_and_check(socket);
	(void)mnl_socket_close(socket);
	return err;
}
