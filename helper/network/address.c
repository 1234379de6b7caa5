/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * address.c - IP addresses of interfaces. Runs in the helper and in the child; changes need
 * CAP_NET_ADMIN in the network namespace.
 */
#include "address.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#define BYTES_4     4u
#define BYTES_6     16u
#define BITS_BEFORE 96u /* of ::ffff:a.b.c.d */

unsigned int address_bits(const struct value_prefix *prefix)
{
	return value_address_is_4(&prefix->address) ? prefix->bits - BITS_BEFORE : prefix->bits;
}

int address_family(const struct value_address *address)
{
	return value_address_is_4(address) ? AF_INET : AF_INET6;
}

void address_put(struct nlmsghdr *message, uint16_t type, const struct value_address *address)
{
	const bool is_4 = value_address_is_4(address);

	mnl_attr_put(message, type, is_4 ? BYTES_4 : BYTES_6,
		     address->bytes + (is_4 ? BYTES_6 - BYTES_4 : 0));
}

int address_take(const struct nlattr *attribute, struct value_address *ret_address)
{
	const size_t length = mnl_attr_get_payload_len(attribute);
	struct value_address address = { .bytes = { [10] = 0xff, [11] = 0xff } }; /* of IPv4 */

	if (length != BYTES_4 && length != BYTES_6) {
		return -EBADMSG;
	}
	memcpy(address.bytes + BYTES_6 - length, mnl_attr_get_payload(attribute), length);
	*ret_address = address;
	return 0;
}

/* IPv6 would look for duplicates first, and meanwhile, for a second or two, not use the address. */
static int add(struct rtnl *rtnl, int index, const struct value_prefix *own,
	       const struct value_address *peer)
{
	char buffer[RTNL_BUFFER_SIZE];
	struct ifaddrmsg *body;
	struct nlmsghdr *message =
		rtnl_begin(buffer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof(*body), &body);

	body->ifa_family = (uint8_t)address_family(&own->address);
	body->ifa_prefixlen = (uint8_t)address_bits(own);
	body->ifa_index = (uint32_t)index;
	address_put(message, IFA_LOCAL, &own->address);
	address_put(message, IFA_ADDRESS, peer);
	mnl_attr_put_u32(message, IFA_FLAGS, IFA_F_NODAD); /* IPv4 has no such flag: no matter */
	return rtnl_order(rtnl, message);
}

int address_add_peer(struct rtnl *rtnl, int index, const struct value_address *own,
		     const struct value_address *peer)
{
	const struct value_prefix alone = { .address = *own, .bits = 8 * BYTES_6 };

	return add(rtnl, index, &alone, peer);
}

int address_add(struct rtnl *rtnl, int index, const struct value_prefix *own)
{
	return add(rtnl, index, own, &own->address);
}

struct each {
	int index;
	int (*call)(const struct value_prefix *address, unsigned int scope, void *data);
	void *data;
	int result;
};

/* The own address is IFA_LOCAL where there is one: IFA_ADDRESS is the peer's then. */
struct own {
	struct value_address address;
	bool found, local;
};

static int own_take(const struct nlattr *attribute, void *data)
{
	const uint16_t type = mnl_attr_get_type(attribute);
	struct own *own = data;

	if ((type == IFA_LOCAL || (type == IFA_ADDRESS && !own->local)) &&
	    address_take(attribute, &own->address) == 0) {
		own->found = true;
		own->local = type == IFA_LOCAL;
	}
	return MNL_CB_OK;
}

static int read_each(const struct nlmsghdr *message, void *data)
{
	const struct ifaddrmsg *body = mnl_nlmsg_get_payload(message);
	struct own own = { .found = false };
	struct value_prefix prefix;
	struct each *each = data;

	if (each->result != 0 || body->ifa_index != (uint32_t)each->index) {
		return MNL_CB_OK;
	}
	if (mnl_attr_parse(message, sizeof(*body), own_take, &own) < 0 || !own.found) {
		return MNL_CB_OK;
	}
	prefix.address = own.address;
	prefix.bits = body->ifa_prefixlen + (body->ifa_family == AF_INET ? BITS_BEFORE : 0);
	each->result = each->call(&prefix, body->ifa_scope, each->data);
	return MNL_CB_OK;
}

int address_each(struct rtnl *rtnl, int index,
		 int (*call)(const struct value_prefix *address, unsigned int scope, void *data),
		 void *data)
{
	struct each each = { .index = index, .call = call, .data = data };
	char buffer[RTNL_BUFFER_SIZE];
	struct ifaddrmsg *body;
	struct nlmsghdr *message = rtnl_begin(buffer, RTM_GETADDR, 0, sizeof(*body), &body);
	int err;

	body->ifa_family = AF_UNSPEC;
	err = rtnl_dump(rtnl, message, read_each, &each);
	return err < 0 ? err : each.result;
}
