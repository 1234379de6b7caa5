/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_reach.c - reach_host = no, where the program would lead to the host. Runs in the
 * helper, as root with all privileges.
 *
 * The space has the address of the host that faces the world, so what it sends there stays inside;
 * and the program leads nobody to the host's loopback. But it connects from the host, so any other
 * address of the host's would answer: of a second interface, a bridge, a link.
 */
#include "pasta_reach.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <sys/socket.h>

#include "scope.h"

#define LINKS_BITS    10 /* fe80::/10 */
#define RULE_PRIORITY 1  /* between "local", 0, and "main", 32766: ip-rule(8) */

struct closing {
	struct rtnl *inside;
	int result;
};

/* A destination as the kernel writes it: no attribute means all of them, which is nobody's own. */
struct destination {
	uint8_t family, bits;
	const struct nlattr *address;
};

static int attribute_take(const struct nlattr *attribute, void *data)
{
	struct destination *destination = data;

	if (mnl_attr_get_type(attribute) == RTA_DST) {
		destination->address = attribute;
	}
	return MNL_CB_OK;
}

static int add_unreachable(struct rtnl *inside, const struct destination *destination)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct rtmsg *body;
	struct nlmsghdr *message = rtnl_begin(buffer, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE,
					      sizeof(*body), &body);

	body->rtm_family = destination->family;
	body->rtm_dst_len = destination->bits;
	body->rtm_table = RT_TABLE_MAIN;
	body->rtm_protocol = RTPROT_STATIC;
	body->rtm_scope = RT_SCOPE_UNIVERSE;
	body->rtm_type = RTN_UNREACHABLE;
	mnl_attr_put(message, RTA_DST, mnl_attr_get_payload_len(destination->address),
		     mnl_attr_get_payload(destination->address));
	return rtnl_order(inside, message);
}

/* The space's own addresses are in its table "local", which is asked before "main". */
static int close_one(const struct nlmsghdr *message, void *data)
{
	const struct rtmsg *body = mnl_nlmsg_get_payload(message);
	struct destination destination = { .address = NULL };
	struct closing *closing = data;

	if (message->nlmsg_type != RTM_NEWROUTE ||
	    mnl_nlmsg_get_payload_len(message) < sizeof(*body)) {
		errno = EBADMSG;
		return MNL_CB_ERROR;
	}
	destination.family = body->rtm_family;
	destination.bits = body->rtm_dst_len;
	if ((body->rtm_type != RTN_LOCAL && body->rtm_type != RTN_ANYCAST) || closing->result < 0 ||
	    mnl_attr_parse(message, sizeof(*body), attribute_take, &destination) < 0 ||
	    destination.address == NULL) {
		return MNL_CB_OK;
	}
	closing->result = add_unreachable(closing->inside, &destination);
	return MNL_CB_OK;
}

static int close_family(struct rtnl *host, struct rtnl *inside, uint8_t family)
{
	struct closing closing = { .inside = inside };
	char buffer[RTNL_BUFFER_SIZE];
	struct rtmsg *body;
	struct nlmsghdr *message = rtnl_begin(buffer, RTM_GETROUTE, 0, sizeof(*body), &body);
	int err;

	body->rtm_family = family;
	err = rtnl_dump(host, message, close_one, &closing);
	return err < 0 ? err : closing.result;
}

/*
 * Of the addresses of links, which are the host's on that link, a route would not say enough: who
 * names an interface asks for the routes of that interface alone. A rule is asked before. The
 * neighbours' own messages, and a gateway that has such an address, do without routes.
 */
static int close_links(struct rtnl *inside)
{
	static const uint8_t LINKS[16] = { 0xfe, 0x80 };
	char buffer[RTNL_BUFFER_SIZE];
	struct fib_rule_hdr *body;
	struct nlmsghdr *message =
		rtnl_begin(buffer, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, sizeof(*body), &body);
	int err;

	body->family = AF_INET6;
	body->dst_len = LINKS_BITS;
	body->action = FR_ACT_UNREACHABLE;
	mnl_attr_put(message, FRA_DST, sizeof(LINKS), LINKS);
	mnl_attr_put_u32(message, FRA_PRIORITY, RULE_PRIORITY);
	err = rtnl_order(inside, message);
	return err == -EAFNOSUPPORT ? 0 : err; /* no IPv6 here */
}

/* A socket belongs to the namespace that its maker was in. */
static int rtnl_open_in(int namespace, struct rtnl *ret)
{
	SCOPE_FD int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int err;

	if (own < 0 || setns(namespace, CLONE_NEWNET) < 0) {
		return -errno;
	}
	err = rtnl_open(ret);
	if (setns(own, CLONE_NEWNET) < 0 && err == 0) {
		err = -errno;
		rtnl_close(ret);
	}
	return err;
}

int pasta_reach_close(struct rtnl *host, int namespace)
{
	struct rtnl inside;
	int err = rtnl_open_in(namespace, &inside);

	if (err < 0) {
		return err;
	}
	err = close_family(host, &inside, AF_INET);
	if (err == 0) {
		err = close_family(host, &inside, AF_INET6);
	}
	if (err == 0) {
		err = close_links(&inside);
	}
	rtnl_close(&inside);
	return err;
}
