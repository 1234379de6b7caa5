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
#define NUMBER_BITS   32

/* Of the registry's key. Two networks may share one, and that costs one of them an address. */
#define KEY_BYTES (REGISTRY_KEY_BITS / 8)

/* The first byte of a hardware address that nobody has bought, and the second one of IPv4. */
#define LOCALLY_ADMINISTERED 0x02
#define OF_IPV4              UINT64_C(0x6c)

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
		if ((((unsigned int)address->bytes[i / 8] >> (7 - i % 8)) & 1u) != value) {
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

static uint64_t last_bytes(const struct value_address *address, size_t count)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = ADDRESS_BYTES - count; i < ADDRESS_BYTES; i++) {
		bytes = bytes << 8 | address->bytes[i];
	}
	return bytes;
}

uint32_t lan_room(const struct value_prefix *pool)
{
	const unsigned int free_bits = 8 * ADDRESS_BYTES - pool->bits;

	return free_bits < NUMBER_BITS ? UINT32_C(1) << free_bits : UINT32_MAX;
}

int lan_address(const struct lan *lan, const struct value_prefix *pool, uint32_t number,
		struct value_prefix *ret_own)
{
	const unsigned int free_bits = 8 * ADDRESS_BYTES - pool->bits;
	struct value_prefix own = { .address = pool->address, .bits = lan->network.bits };
	size_t i;

	if (free_bits < NUMBER_BITS) {
		number &= (UINT32_C(1) << free_bits) - 1;
	}
	for (i = ADDRESS_BYTES; number != 0; number >>= 8) {
		own.address.bytes[--i] |= (uint8_t)number;
	}
	if (!is_fit(lan, &own.address)) {
		return -EADDRINUSE;
	}
	*ret_own = own;
	return 0;
}

uint32_t lan_number(const struct value_address *address)
{
	return (uint32_t)last_bytes(address, NUMBER_BITS / 8);
}

/* FNV-1a, of 64 bits, folded. */
static uint64_t hash_of(const struct value_address *address)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	size_t i;

	for (i = 0; i < ADDRESS_BYTES; i++) {
		hash = (hash ^ address->bytes[i]) * UINT64_C(0x100000001b3);
	}
	return hash ^ hash >> 40;
}

void lan_hardware(const struct value_address *address, uint8_t ret_hardware[LINK_ADDRESS_SIZE])
{
	uint64_t rest = value_address_is_4(address) ? OF_IPV4 << NUMBER_BITS | lan_number(address)
						    : hash_of(address);
	size_t i;

	for (i = LINK_ADDRESS_SIZE - 1; i > 0; i--) {
		ret_hardware[i] = (uint8_t)rest;
		rest >>= 8;
	}
	ret_hardware[0] = LOCALLY_ADMINISTERED;
}

int lan_take(const struct value_address *address, int registry)
{
	int err = registry_take_address(registry, last_bytes(address, KEY_BYTES));

	return err == -EEXIST ? -EADDRINUSE : err;
}
