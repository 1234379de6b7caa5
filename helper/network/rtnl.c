/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rtnl.c - rtnetlink(7) with libmnl. Runs in the helper, and in the child inside its network
 * namespace; what is changed needs CAP_NET_ADMIN.
 */
#include "rtnl.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>

#define ANSWER_SIZE 32768 /* of a dump, netlink_recvmsg() of the kernel */
#define DUMP_TRIES  16

int rtnl_open(struct rtnl *rtnl)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err;

	if (socket == NULL) {
		return -errno;
	}
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		(void)mnl_socket_close(socket);
		return err;
	}
	*rtnl = (struct rtnl){ .socket = socket };
	return 0;
}

void rtnl_close(struct rtnl *rtnl)
{
	if (rtnl->socket != NULL) {
		(void)mnl_socket_close(rtnl->socket);
		rtnl->socket = NULL;
	}
}

struct nlmsghdr *rtnl_begin(char *buffer, uint16_t type, uint16_t flags, size_t size,
			    void *ret_body)
{
	struct nlmsghdr *message;
	void *body;

	memset(buffer, 0, RTNL_BUFFER_SIZE); /* also what is between the attributes */
	message = mnl_nlmsg_put_header(buffer);
	body = mnl_nlmsg_put_extra_header(message, size);
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	memcpy(ret_body, &body, sizeof(body));
	return message;
}

static int message_send(struct rtnl *rtnl, struct nlmsghdr *message)
{
	message->nlmsg_seq = ++rtnl->sequence;
	return mnl_socket_sendto(rtnl->socket, message, message->nlmsg_len) < 0 ? -errno : 0;
}

/* Is the end of a dump among these messages? */
static bool has_end(const char *buffer, size_t size)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)(const void *)buffer;
	int left = (int)size;

	while (mnl_nlmsg_ok(message, left)) {
		if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) {
			return true;
		}
		message = mnl_nlmsg_next(message, &left);
	}
	return false;
}

/* The rest of a dump that is of no use. */
static void answer_skip(struct rtnl *rtnl)
{
	char buffer[ANSWER_SIZE];
	ssize_t length;

	do {
		length = mnl_socket_recvfrom(rtnl->socket, buffer, sizeof(buffer));
	} while (length > 0 && !has_end(buffer, (size_t)length));
}

/* Answers until the last one; the kernel's own error codes arrive as errno. */
static int answer_read(struct rtnl *rtnl, mnl_cb_t read, void *data)
{
	const unsigned int port = mnl_socket_get_portid(rtnl->socket);
	char buffer[ANSWER_SIZE];
	int more = MNL_CB_OK;

	while (more == MNL_CB_OK) {
		const ssize_t length = mnl_socket_recvfrom(rtnl->socket, buffer, sizeof(buffer));

		if (length < 0) {
			return -errno;
		}
		more = mnl_cb_run(buffer, (size_t)length, rtnl->sequence, port, read, data);
		if (more < 0 && errno == EINTR && !has_end(buffer, (size_t)length)) {
			answer_skip(rtnl);
			return -EINTR;
		}
	}
	return more < 0 ? -errno : 0;
}

static int talk(struct rtnl *rtnl, struct nlmsghdr *message, uint16_t flags, mnl_cb_t read,
		void *data)
{
	int err;

	message->nlmsg_flags = (uint16_t)(message->nlmsg_flags | flags);
	err = message_send(rtnl, message);
	return err < 0 ? err : answer_read(rtnl, read, data);
}

int rtnl_order(struct rtnl *rtnl, struct nlmsghdr *message)
{
	return talk(rtnl, message, NLM_F_ACK, NULL, NULL);
}

int rtnl_ask(struct rtnl *rtnl, struct nlmsghdr *message, mnl_cb_t read, void *data)
{
	return talk(rtnl, message, 0, read, data);
}

int rtnl_dump(struct rtnl *rtnl, struct nlmsghdr *message, mnl_cb_t read, void *data)
{
	int tries, err = -EINTR;

	/* Something has changed in the middle of it. */
	for (tries = 0; tries < DUMP_TRIES && err == -EINTR; tries++) {
		err = talk(rtnl, message, NLM_F_DUMP, read, data);
	}
	return err;
}
