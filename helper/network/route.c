/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.c - routes. Runs in the helper and in the child; changes need CAP_NET_ADMIN in the network
 * namespace.
 */
#include "route.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "address.h"

int route_add_default(struct rtnl *rtnl, int index, const struct value_address *gateway)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct rtmsg *body;
	struct nlmsghdr *message =
		rtnl_begin(buffer, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, sizeof(*body), &body);

	body->rtm_family = (uint8_t)address_family(gateway);
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_protocol = RTPROT_STATIC;
	body->rtm_scope = RT_SCOPE_UNIVERSE;
	body->rtm_type = RTN_UNICAST;
	body->rtm_flags =
		RTNH_F_ONLINK; /* a link that has just come up may not have its routes yet */
	mnl_attr_put_u32(message, RTA_OIF, (uint32_t)index);
	address_put(message, RTA_GATEWAY, gateway);
	return rtnl_order(rtnl, message);
}

static int32_t expiry_of(const struct nlattr *attribute)
{
	struct rta_cacheinfo info;

	if (mnl_attr_get_payload_len(attribute) < sizeof(info)) {
		return 0;
	}
	memcpy(&info, mnl_attr_get_payload(attribute), sizeof(info));
	return info.rta_expires;
}

static int attribute_take(const struct nlattr *attribute, void *data)
{
	struct route *route = data;

	switch (mnl_attr_get_type(attribute)) {
	case RTA_OIF:
		route->index = (int)mnl_attr_get_u32(attribute);
		break;
	case RTA_CACHEINFO:
		route->expires = route->expires || expiry_of(attribute) != 0;
		break;
	case RTA_GATEWAY:
		route->has_gateway = address_take(attribute, &route->gateway) == 0;
		break;
	default:
		break;
	}
	return MNL_CB_OK;
}

static int read_route(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	struct route *route = data;

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*body)) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	*route = (struct route){ .type = body->rtm_type,
				 .bits = body->rtm_dst_len,
				 .expires = body->rtm_protocol == RTPROT_RA };
	return mnl_attr_parse(message, sizeof(*body), attribute_take, route) < 0 ? MNL_CB_ERROR
										 : MNL_CB_STOP;
}

int route_find(struct rtnl *rtnl, const struct value_address *to, struct route *ret_route)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct rtmsg *body;
	struct nlmsghdr *message = rtnl_begin(buffer, RTM_GETROUTE, 0, sizeof(*body), &body);

	body->rtm_family = (uint8_t)address_family(to);
	body->rtm_dst_len = value_address_is_4(to) ? 32 : 128;
	body->rtm_flags = RTM_F_FIB_MATCH; /* the entry of the table, and not what comes of it */
	address_put(message, RTA_DST, to);
	return rtnl_ask(rtnl, message, read_route, ret_route);
}
