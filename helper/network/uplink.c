/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * uplink.c - the default routes of the host, one hop or several. Runs in the helper.
 *
 * All of them are looked at, and not the one that is taken now: a second one, of another metric or
 * table, is what a host with two lines falls back to.
 */
#include "uplink.h"

#include <linux/rtnetlink.h>
#include <stddef.h>
#include <string.h>

#include "address.h"

struct find {
	int index;
	struct uplink *uplink;
};

/* One way to go on: through the interface INDEX, and to the router GATEWAY, unless it is NULL. */
struct hop {
	int index;
	const struct nlattr *gateway;
};

/* The first router that is found stays. */
static void hop_take(const struct find *find, const struct hop *hop)
{
	struct uplink *uplink = find->uplink;

	if (hop->index != find->index) {
		return;
	}
	uplink->is = true;
	if (hop->gateway != NULL && !uplink->has_gateway) {
		uplink->has_gateway = address_take(hop->gateway, &uplink->gateway) == 0;
	}
}

static int hop_read(const struct nlattr *attribute, void *data)
{
	struct hop *hop = data;

	if (mnl_attr_get_type(attribute) == RTA_GATEWAY) {
		hop->gateway = attribute;
	}
	return MNL_CB_OK;
}

/* RTA_MULTIPATH: several hops, each a struct rtnexthop with attributes of its own behind it. */
static void hops_take(const struct find *find, const struct nlattr *hops)
{
	const char *at = mnl_attr_get_payload(hops);
	size_t left = mnl_attr_get_payload_len(hops);

	while (left >= sizeof(struct rtnexthop)) {
		struct hop hop = { .gateway = NULL };
		struct rtnexthop head;

		memcpy(&head, at, sizeof(head));
		if (head.rtnh_len < sizeof(head) || head.rtnh_len > left) {
			return;
		}
		hop.index = head.rtnh_ifindex;
		(void)mnl_attr_parse_payload(at + sizeof(head), head.rtnh_len - sizeof(head),
					     hop_read, &hop);
		hop_take(find, &hop);
		/* Attributes are padded to 4 bytes, as what follows them: RTNH_ALIGN(). */
		at += head.rtnh_len;
		left -= head.rtnh_len;
	}
}

struct entry {
	const struct find *find;
	struct hop hop;
};

static int attribute_take(const struct nlattr *attribute, void *data)
{
	struct entry *entry = data;

	switch (mnl_attr_get_type(attribute)) {
	case RTA_OIF:
		entry->hop.index = (int)mnl_attr_get_u32(attribute);
		break;
	case RTA_GATEWAY:
		entry->hop.gateway = attribute;
		break;
	case RTA_MULTIPATH:
		hops_take(entry->find, attribute);
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int read_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	struct entry entry = { .find = data };

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*body) || body->rtm_dst_len != 0 ||
	    body->rtm_type != RTN_UNICAST) {
		return MNL_CB_OK;
	}
	if (mnl_attr_parse(message, sizeof(*body), attribute_take, &entry) < 0) {
		return MNL_CB_ERROR;
	}
	hop_take(entry.find, &entry.hop);
	return MNL_CB_OK;
}

int uplink_find(struct rtnl *rtnl, int index, int family, struct uplink *ret_uplink)
{
	struct uplink uplink = { .is = false };
	struct find find = { .index = index, .uplink = &uplink };
	char buffer[RTNL_BUFFER_SIZE];
	struct rtmsg *body;
	struct nlmsghdr *message = rtnl_begin(buffer, RTM_GETROUTE, 0, sizeof(*body), &body);
	int err;

	body->rtm_family = (unsigned char)family;
	err = rtnl_dump(rtnl, message, read_route, &find);
	if (err == 0) {
		*ret_uplink = uplink;
	}
	return err;
}
