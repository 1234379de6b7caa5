/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flows.c - remembered connections, by nfnetlink with libmnl. Runs in the helper, with
 * CAP_NET_ADMIN.
 */
#include "flows.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "address.h"

#define BUFFER_SIZE 8192

/* CTA_FILTER_F_CTA_IP_SRC of the kernel's net/netfilter/nf_conntrack_netlink.c. */
#define FILTER_IP_SOURCE 1u

/* "Delete what has this source address": a tuple, and which part of it counts. */
static struct nlmsghdr *order_make(char *buffer, const struct value_address *from)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	struct nfgenmsg *body = mnl_nlmsg_put_extra_header(message, sizeof(*body));
	struct nlattr *outer, *inner;

	message->nlmsg_type = (NFNL_SUBSYS_CTNETLINK << 8) | IPCTNL_MSG_CT_DELETE;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	message->nlmsg_seq = 1;
	body->nfgen_family = AF_INET;
	body->version = NFNETLINK_V0;
	outer = mnl_attr_nest_start(message, CTA_TUPLE_ORIG);
	inner = mnl_attr_nest_start(message, CTA_TUPLE_IP);
	address_put(message, CTA_IP_V4_SRC, from);
	mnl_attr_nest_end(message, inner);
	mnl_attr_nest_end(message, outer);
	outer = mnl_attr_nest_start(message, CTA_FILTER);
	mnl_attr_put_u32(message, CTA_FILTER_ORIG_FLAGS, FILTER_IP_SOURCE);
	mnl_attr_put_u32(message, CTA_FILTER_REPLY_FLAGS, 0);
	mnl_attr_nest_end(message, outer);
	return message;
}

static int forget(struct mnl_socket *socket, const struct value_address *from)
{
	char buffer[BUFFER_SIZE] = { 0 };
	const struct nlmsghdr *message = order_make(buffer, from);
	ssize_t length;

	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(socket, message, message->nlmsg_len) < 0) {
		return -errno;
	}
	length = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
	if (length < 0 ||
	    mnl_cb_run(buffer, (size_t)length, 1, mnl_socket_get_portid(socket), NULL, NULL) < 0) {
		return -errno;
	}
	return 0;
}

/*
 * Not of IPv6: Linux compares those addresses the wrong way round and would delete everybody else's
 * connections, ctnetlink_filter_match_tuple() of net/netfilter/nf_conntrack_netlink.c as of 6.18.
 */
int flows_forget(const struct value_address *from)
{
	struct mnl_socket *socket;
	int err;

	if (!value_address_is_4(from)) {
		return 0;
	}
	socket = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	if (socket == NULL) {
		return -errno;
	}
	err = forget(socket, from);
	(void)mnl_socket_close(socket);
	/* An older kernel wants a whole tuple, or there is no nf_conntrack_netlink. */
	return err == -EINVAL || err == -EOPNOTSUPP ? 0 : err;
}
