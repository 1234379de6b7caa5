/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * link.c - network interfaces. Runs in the helper and in the child; changes need CAP_NET_ADMIN in
 * the network namespaces concerned.
 */
#include "link.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define INDEX_BASE  (UINT32_C(1) << 24)
#define INDEX_TRIES 8

/*
 * One hardware address for both ends of every pair: without ARP and neighbour discovery the kernel
 * sends to the address of the interface itself, and the other end has to take that for its own.
 */
static const uint8_t PAIR_ADDRESS[] = { 0x02, 'l', 's', 0, 0, 1 };

/* What a request begins with, and the attributes that say which interface it is about. */
static struct nlmsghdr *link_begin(char *buffer, uint16_t type, uint16_t flags, int index,
				   struct ifinfomsg **ret_body)
{
	struct nlmsghdr *message = rtnl_begin(buffer, type, flags, sizeof(**ret_body), ret_body);

	(*ret_body)->ifi_family = AF_UNSPEC;
	(*ret_body)->ifi_index = index;
	return message;
}

static void text_take(char *text, size_t size, const struct nlattr *attribute)
{
	(void)snprintf(text, size, "%.*s", (int)mnl_attr_get_payload_len(attribute),
		       mnl_attr_get_str(attribute));
}

static int kind_take(const struct nlattr *attribute, void *data)
{
	struct link *link = data;

	if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND) {
		text_take(link->kind, sizeof(link->kind), attribute);
	}
	return MNL_CB_OK;
}

static int attribute_take(const struct nlattr *attribute, void *data)
{
	struct link *link = data;

	switch (mnl_attr_get_type(attribute)) {
	case IFLA_IFNAME:
		text_take(link->name, sizeof(link->name), attribute);
		break;
	case IFLA_LINKINFO:
		return mnl_attr_parse_nested(attribute, kind_take, link);
	case IFLA_LINK:
		link->lower = (int)mnl_attr_get_u32(attribute);
		break;
	case IFLA_LINK_NETNSID:
		link->lower_elsewhere = true;
		break;
	case IFLA_MASTER:
		link->master = (int)mnl_attr_get_u32(attribute);
		break;
	case IFLA_GROUP:
		link->group = mnl_attr_get_u32(attribute);
		break;
	case IFLA_MTU:
		link->mtu = mnl_attr_get_u32(attribute);
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int link_read(const struct nlmsghdr *message, struct link *ret_link)
{
	const struct ifinfomsg *body = mnl_nlmsg_get_payload(message);

	if (message->nlmsg_type != RTM_NEWLINK ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*body)) {
		return -EBADMSG;
	}
	*ret_link = (struct link){ .index = body->ifi_index,
				   .flags = body->ifi_flags,
				   .type = body->ifi_type };
	return mnl_attr_parse(message, sizeof(*body), attribute_take, ret_link) < 0 ? -EBADMSG : 0;
}

static int read_one(const struct nlmsghdr *message, void *data)
{
	int err = link_read(message, data);

	if (err < 0) {
		errno = -err;
		return MNL_CB_ERROR;
	}
	return MNL_CB_STOP;
}

int link_find(struct rtnl *rtnl, const char *name, struct link *ret_link)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;
	struct nlmsghdr *message = link_begin(buffer, RTM_GETLINK, 0, 0, &body);

	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	return rtnl_ask(rtnl, message, read_one, ret_link);
}

int link_look(struct rtnl *rtnl, int index, struct link *ret_link)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;

	return rtnl_ask(rtnl, link_begin(buffer, RTM_GETLINK, 0, index, &body), read_one, ret_link);
}

struct each {
	int (*call)(const struct link *link, void *data);
	void *data;
	int result; /* of the last call; the dump is read to its end in any case */
};

static int read_each(const struct nlmsghdr *message, void *data)
{
	struct each *each = data;
	struct link link;

	if (each->result == 0) {
		each->result = link_read(message, &link);
	}
	if (each->result == 0) {
		each->result = each->call(&link, each->data);
	}
	return MNL_CB_OK;
}

int link_each(struct rtnl *rtnl, int (*call)(const struct link *link, void *data), void *data)
{
	struct each each = { .call = call, .data = data };
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;
	int err;

	err = rtnl_dump(rtnl, link_begin(buffer, RTM_GETLINK, 0, 0, &body), read_each, &each);
	return err < 0 ? err : each.result;
}

static int flags_set(struct rtnl *rtnl, int index, unsigned int flags, const char *alias)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;
	struct nlmsghdr *message = link_begin(buffer, RTM_NEWLINK, 0, index, &body);

	body->ifi_change = flags;
	body->ifi_flags = flags;
	if (alias != NULL) {
		mnl_attr_put_strz(message, IFLA_IFALIAS, alias);
	}
	return rtnl_order(rtnl, message);
}

int link_up(struct rtnl *rtnl, int index)
{
	return flags_set(rtnl, index, IFF_UP, NULL);
}

int link_name(struct rtnl *rtnl, int index, const char *name)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;
	struct nlmsghdr *message = link_begin(buffer, RTM_NEWLINK, 0, index, &body);

	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	return rtnl_order(rtnl, message);
}

int link_address(struct rtnl *rtnl, int index, const uint8_t address[LINK_ADDRESS_SIZE])
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;
	struct nlmsghdr *message = link_begin(buffer, RTM_NEWLINK, 0, index, &body);

	mnl_attr_put(message, IFLA_ADDRESS, LINK_ADDRESS_SIZE, address);
	return rtnl_order(rtnl, message);
}

int link_move(struct rtnl *rtnl, int index, pid_t pid, int fd)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;
	struct nlmsghdr *message = link_begin(buffer, RTM_NEWLINK, 0, index, &body);

	if (fd >= 0) {
		mnl_attr_put_u32(message, IFLA_NET_NS_FD, (uint32_t)fd);
	} else {
		mnl_attr_put_u32(message, IFLA_NET_NS_PID, (uint32_t)pid);
	}
	return rtnl_order(rtnl, message);
}

static int link_local_none(struct rtnl *rtnl, int index)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;
	struct nlmsghdr *message = link_begin(buffer, RTM_NEWLINK, 0, index, &body);
	struct nlattr *families = mnl_attr_nest_start(message, IFLA_AF_SPEC);
	struct nlattr *family = mnl_attr_nest_start(message, AF_INET6);

	mnl_attr_put_u8(message, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE);
	mnl_attr_nest_end(message, family);
	mnl_attr_nest_end(message, families);
	return rtnl_order(rtnl, message);
}

int link_up_pair(struct rtnl *rtnl, int index, const char *alias)
{
	int err = link_local_none(rtnl, index);

	if (err < 0 && err != -EAFNOSUPPORT) { /* no IPv6 here */
		return err;
	}
	return flags_set(rtnl, index, IFF_UP | IFF_NOARP, alias);
}

/* What both ends have. The kernel would make as many queues as the machine may have processors. */
static void end_put(struct nlmsghdr *message, const char *name)
{
	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	mnl_attr_put(message, IFLA_ADDRESS, sizeof(PAIR_ADDRESS), PAIR_ADDRESS);
	mnl_attr_put_u32(message, IFLA_NUM_TX_QUEUES, 1);
	mnl_attr_put_u32(message, IFLA_NUM_RX_QUEUES, 1);
}

static void peer_put(struct nlmsghdr *message, const char *name, pid_t pid)
{
	struct nlattr *peer = mnl_attr_nest_start(message, VETH_INFO_PEER);

	/* A struct ifinfomsg of zeros comes before the peer's attributes: veth_newlink(). */
	(void)mnl_nlmsg_put_extra_header(message, sizeof(struct ifinfomsg));
	end_put(message, name);
	mnl_attr_put_u32(message, IFLA_NET_NS_PID, (uint32_t)pid);
	mnl_attr_nest_end(message, peer);
}

static int pair_make(struct rtnl *rtnl, int index, const char *name, uint32_t group,
		     const char *peer, pid_t pid)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;
	struct nlmsghdr *message =
		link_begin(buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, index, &body);
	struct nlattr *info, *data;

	end_put(message, name);
	mnl_attr_put_u32(message, IFLA_GROUP, group);
	info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	peer_put(message, peer, pid);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
	return rtnl_order(rtnl, message);
}

/*
 * The kernel tells the name that it has made only from Linux 6.2 on, but takes an index that it is
 * given; out of 2^24 above those that it gives itself.
 */
static int index_draw(int *ret_index)
{
	uint32_t drawn;

	if (getrandom(&drawn, sizeof(drawn), 0) != (ssize_t)sizeof(drawn)) {
		return -errno;
	}
	*ret_index = (int)(INDEX_BASE | (drawn & (INDEX_BASE - 1)));
	return 0;
}

int link_make_veth(struct rtnl *rtnl, const char *name, uint32_t group, const char *peer, pid_t pid,
		   struct link *ret_link)
{
	int index = 0, tries, err = -EEXIST;

	for (tries = 0; tries < INDEX_TRIES && (err == -EEXIST || err == -EBUSY); tries++) {
		err = index_draw(&index);
		if (err == 0) {
			err = pair_make(rtnl, index, name, group, peer, pid);
		}
	}
	return err < 0 ? err : link_look(rtnl, index, ret_link);
}

int link_make_macvlan(struct rtnl *rtnl, int lower, const char *name, pid_t pid)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifinfomsg *body;
	struct nlmsghdr *message =
		link_begin(buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, &body);
	struct nlattr *info, *data;

	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	mnl_attr_put_u32(message, IFLA_LINK, (uint32_t)lower);
	mnl_attr_put_u32(message, IFLA_NET_NS_PID, (uint32_t)pid);
	info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	mnl_attr_put_strz(message, IFLA_INFO_KIND, "macvlan");
	data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	mnl_attr_put_u32(message, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
	mnl_attr_nest_end(message, data);
	mnl_attr_nest_end(message, info);
	return rtnl_order(rtnl, message);
}
