/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lan.c - the network behind an interface, and addresses in it. lan_look runs in the helper,
 * lan_take in the child that becomes init and thereby keeps the lock.
 */
#include "lan.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "address.h"
#include "registry.h"
#include "uplink.h"

#define ADDRESS_BYTES 16
#define KEY_BYTES     (REGISTRY_KEY_BITS / 8)

struct look {
	const struct value_prefix *pool;
	struct lan *lan;
};

static bool is_same(const struct value_address *a, const struct value_address *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* An address that is the host's own in that network, and perhaps one of the pool's. */
static int look_at(const struct value_prefix *address, unsigned int scope, void *data)
{
	const struct look *look = data;
	struct lan *lan = look->lan;

	if (scope >= RT_SCOPE_LINK) {
		return 0;
	}
	if (look->pool->bits >= address->bits &&
	    value_prefix_holds(address, &look->pool->address)) {
		lan->network = *address;
	}
	if (value_prefix_holds(look->pool, &address->address)) {
		if (lan->taken_count == LAN_TAKEN_MAX) {
			return -E2BIG;
		}
		lan->taken[lan->taken_count++] = address->address;
	}
	return 0;
}

int lan_look(struct rtnl *rtnl, int index, const struct value_prefix *pool, struct lan *ret_lan)
{
	struct look look = { .pool = pool, .lan = ret_lan };
	struct uplink uplink = { .is = false };
	int err;

	*ret_lan = (struct lan){ .taken_count = 0 };
	if (pool->bits == 0) {
		return 0;
	}
	err = address_each(rtnl, index, look_at, &look);
	if (err == 0) {
		err = uplink_find(rtnl, index, address_family(&pool->address), &uplink);
	}
	if (err < 0) {
		return err;
	}
	ret_lan->has_gateway = uplink.has_gateway;
	ret_lan->gateway = uplink.gateway;
	return 0;
}

/* Are all bits of the address behind those of the network VALUE, 0 or 1? */
static bool host_bits_are(const struct value_address *address, unsigned int bits,
			  unsigned int value)
{
	unsigned int i;

	for (i = bits; i < 8 * ADDRESS_BYTES; i++) {
		if ((address->bytes[i / 8] >> (7 - i % 8) & 1u) != value) {
			return false;
		}
	}
	return true;
}

/* The first one is the network's or, of IPv6, any router's; the last one of IPv4 is everybody's. */
static bool is_fit(const struct lan *lan, const struct value_address *address)
{
	const unsigned int bits = lan->network.bits;
	size_t i;

	if (host_bits_are(address, bits, 0) ||
	    (value_address_is_4(address) && host_bits_are(address, bits, 1)) ||
	    (lan->has_gateway && is_same(address, &lan->gateway))) {
		return false;
	}
	for (i = 0; i < lan->taken_count; i++) {
		if (is_same(address, &lan->taken[i])) {
			return false;
		}
	}
	return true;
}

/* The last bits: two networks may share a key, and that costs one of them an address. */
static uint64_t key_of(const struct value_address *address)
{
	uint64_t key = 0;
	size_t i;

	for (i = ADDRESS_BYTES - KEY_BYTES; i < ADDRESS_BYTES; i++) {
		key = key << 8 | address->bytes[i];
	}
	return key;
}

static void step_on(struct value_address *address)
{
	size_t i = ADDRESS_BYTES;

	while (i > 0 && ++address->bytes[i - 1] == 0) {
		i--;
	}
}

int lan_take(const struct lan *lan, const struct value_prefix *pool, int registry,
	     struct value_prefix *ret_own)
{
	struct value_address address = pool->address;

	for (; value_prefix_holds(pool, &address); step_on(&address)) {
		int err = -EEXIST;

		if (is_fit(lan, &address)) {
			err = registry_take_address(registry, key_of(&address));
		}
		if (err == 0) {
			*ret_own = (struct value_prefix){ .address = address,
							  .bits = lan->network.bits };
		}
		if (err != -EEXIST) {
			return err;
		}
	}
	return -EADDRNOTAVAIL;
}
