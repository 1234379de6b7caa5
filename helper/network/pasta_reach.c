/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_reach.c - reach_host = no, where the program would lead to the host. It is read in the
 * helper, as root, and closed in the child inside, with CAP_NET_ADMIN.
 *
 * The space has the address of the host that faces the world, so what it sends there stays inside.
 * But the program connects from the host, so any other address of the host's would answer.
 *
 * Who names an interface, which needs no privilege (SO_BINDTODEVICE, IP_UNICAST_IF, IP_PKTINFO),
 * asks for the routes of that interface alone, so that "unreachable", which has none, is no answer.
 * For IPv4 the kernel then even takes the destination to be a neighbour: whatever is to be found
 * has to be on that interface, "local". For IPv6 a rule is asked before the interface counts.
 */
#include "pasta_reach.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "address.h"
#include "link.h"
#include "message.h"

#define BITS_BEFORE   96u /* of ::ffff:a.b.c.d */
#define RULE_PRIORITY 1   /* between "local", 0, and "main", 32766: ip-rule(8) */

static const struct value_prefix LOOPBACK_4 = {
	.address.bytes = { [10] = 0xff, [11] = 0xff, [12] = 127 }, .bits = BITS_BEFORE + 8
};

/*
 * Closed in any case: the addresses of links, which are the host's on that link (the neighbours'
 * own messages, and a gateway that has such an address, do without routes); ::1, and ::, which is
 * the same for the program's connect(2); and IPv4 in the guise of IPv6, which would be the host's
 * IPv4 there. A user can send the latter as the first stop of a routing header; that the versions
 * of 2023 and 2025 drop such packets is their kindness.
 */
static const struct value_prefix CLOSED_6[] = {
	{ .address.bytes = { 0xfe, 0x80 }, .bits = 10 },
	{ .address.bytes = { 0 }, .bits = 127 },
	{ .address.bytes = { [10] = 0xff, [11] = 0xff }, .bits = BITS_BEFORE },
};

#define CLOSED_6_COUNT (sizeof(CLOSED_6) / sizeof(CLOSED_6[0]))

struct reading {
	struct pasta_reach *reach;
	int result;
};

static bool is_known(const struct pasta_reach *reach, const struct value_prefix *own)
{
	size_t i;

	for (i = 0; i < CLOSED_6_COUNT && !value_address_is_4(&own->address); i++) {
		if (own->bits >= CLOSED_6[i].bits &&
		    value_prefix_holds(&CLOSED_6[i], &own->address)) {
			return true;
		}
	}
	/* The host may have one address on many interfaces. */
	for (i = 0; i < reach->count; i++) {
		if (reach->own[i].bits == own->bits &&
		    memcmp(&reach->own[i].address, &own->address, sizeof(own->address)) == 0) {
			return true;
		}
	}
	return false;
}

static int reach_add(struct pasta_reach *reach, const struct value_prefix *own)
{
	if (is_known(reach, own)) {
		return 0;
	}
	if (reach->count == PASTA_REACH_MAX) {
		return -E2BIG;
	}
	reach->own[reach->count++] = *own;
	return 0;
}

static int attribute_take(const struct nlattr *attribute, void *data)
{
	const struct nlattr **destination = data;

	if (mnl_attr_get_type(attribute) == RTA_DST) {
		*destination = attribute;
	}
	return MNL_CB_OK;
}

/* No destination stands for all of them, which is nobody's own. */
static int route_take(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	const struct nlattr *destination = NULL;
	struct reading *reading = data;
	struct value_prefix own;

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*body)) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	if ((body->rtm_type != RTN_LOCAL && body->rtm_type != RTN_ANYCAST) || reading->result < 0 ||
	    mnl_attr_parse(message, sizeof(*body), attribute_take, &destination) < 0 ||
	    destination == NULL || address_take(destination, &own.address) < 0) {
		return MNL_CB_OK;
	}
	own.bits = body->rtm_dst_len + (body->rtm_family == AF_INET ? BITS_BEFORE : 0);
	reading->reach->has_6 = reading->reach->has_6 || body->rtm_family == AF_INET6;
	reading->result = reach_add(reading->reach, &own);
	return MNL_CB_OK;
}

static int read_family(struct rtnl *host, uint8_t family, struct pasta_reach *reach)
{
	struct reading reading = { .reach = reach };
	char buffer[RTNL_BUFFER_SIZE];
	struct rtmsg *body;
	struct nlmsghdr *message = rtnl_begin(buffer, RTM_GETROUTE, 0, sizeof(*body), &body);
	int err;

	body->rtm_family = family;
	err = rtnl_dump(host, message, route_take, &reading);
	return err < 0 ? err : reading.result;
}

int pasta_reach_read(struct rtnl *host, struct pasta_reach *ret_reach, char *detail)
{
	int err;

	*ret_reach = (struct pasta_reach){ .own = { LOOPBACK_4 }, .count = 1 };
	err = read_family(host, AF_INET, ret_reach);
	if (err == 0) {
		err = read_family(host, AF_INET6, ret_reach);
	}
	if (err == -E2BIG) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "reach_host = no: the host has more than %d addresses, too many to "
			       "keep pasta from: take network = nat, or reach_host = yes",
			       PASTA_REACH_MAX);
	}
	return err;
}

/* Behind one that is there already, as for the space's own address and loopback. */
static int local_add(struct rtnl *inside, int index, const struct value_prefix *own)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct rtmsg *body;
	struct nlmsghdr *message =
		rtnl_begin(buffer, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, sizeof(*body), &body);
	int err;

	body->rtm_family = AF_INET;
	body->rtm_dst_len = (uint8_t)address_bits(own);
	body->rtm_table = RT_TABLE_LOCAL;
	body->rtm_protocol = RTPROT_STATIC;
	body->rtm_scope = RT_SCOPE_HOST;
	body->rtm_type = RTN_LOCAL;
	mnl_attr_put_u32(message, RTA_OIF, (uint32_t)index);
	address_put(message, RTA_DST, &own->address);
	err = rtnl_order(inside, message);
	return err == -EEXIST ? 0 : err;
}

static int rule_add(struct rtnl *inside, const struct value_prefix *own)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct fib_rule_hdr *body;
	struct nlmsghdr *message =
		rtnl_begin(buffer, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, sizeof(*body), &body);

	body->family = AF_INET6;
	body->dst_len = (uint8_t)own->bits;
	body->action = FR_ACT_UNREACHABLE;
	mnl_attr_put(message, FRA_DST, sizeof(own->address.bytes), own->address.bytes);
	mnl_attr_put_u32(message, FRA_PRIORITY, RULE_PRIORITY);
	return rtnl_order(inside, message);
}

static int rules_add(struct rtnl *inside)
{
	int err = 0;
	size_t i;

	for (i = 0; i < CLOSED_6_COUNT && err == 0; i++) {
		err = rule_add(inside, &CLOSED_6[i]);
	}
	return err;
}

int pasta_reach_close(struct rtnl *inside, const char *interface, const struct pasta_reach *reach,
		      char *detail)
{
	struct link link;
	int err = link_find(inside, interface, &link);
	size_t i;

	if (err == 0 && reach->has_6) {
		err = rules_add(inside);
	}
	for (i = 0; i < reach->count && err == 0; i++) {
		const struct value_prefix *own = &reach->own[i];

		err = value_address_is_4(&own->address) ? local_add(inside, link.index, own)
							: rule_add(inside, own);
	}
	if (err < 0) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "reach_host = no cannot be kept: the kernel has no place for an "
			       "address of the host: take network = nat, or reach_host = yes");
	}
	return err;
}
