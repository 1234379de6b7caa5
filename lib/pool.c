/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.c - from a number to an address. Pure.
 */
#include "pool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>

#define BITS           128u
#define GATEWAY        1u
#define FIRST          2u  /* of the spaces */
#define NUMBER_BITS    32u /* of a pool no more is used than a number can count */
#define ADDRESS_LENGTH 16

bool pool_is(const struct value_prefix *pool)
{
	return pool->bits != 0;
}

static unsigned int host_bits(const struct value_prefix *pool)
{
	return BITS - pool->bits;
}

uint32_t pool_room(const struct value_prefix *pool)
{
	const uint32_t taken = value_address_is_4(&pool->address) ? FIRST + 1 : FIRST;

	if (!pool_is(pool) || host_bits(pool) < 2) {
		return 0;
	}
	if (host_bits(pool) >= NUMBER_BITS) {
		return UINT32_MAX - taken;
	}
	return (UINT32_C(1) << host_bits(pool)) - taken;
}

/* The bits beyond a prefix are none: adding is putting them in. */
static struct value_address address_at(const struct value_prefix *pool, uint32_t offset)
{
	struct value_address address = pool->address;
	unsigned int i;

	for (i = 0; i < sizeof(offset); i++) {
		address.bytes[ADDRESS_LENGTH - 1 - i] |= (uint8_t)(offset >> (8 * i));
	}
	return address;
}

struct value_address pool_gateway(const struct value_prefix *pool)
{
	return address_at(pool, GATEWAY);
}

int pool_address(const struct value_prefix *pool, uint32_t number,
		 struct value_address *ret_address)
{
	if (number >= pool_room(pool)) {
		return -EADDRNOTAVAIL;
	}
	*ret_address = address_at(pool, FIRST + number);
	return 0;
}

const char *pool_address_text(char *text, const struct value_address *address)
{
	const bool is_4 = value_address_is_4(address);

	/* Cannot fail: the family is known and there is room. */
	(void)inet_ntop(is_4 ? AF_INET : AF_INET6, address->bytes + (is_4 ? 12 : 0), text,
			POOL_TEXT_SIZE);
	return text;
}

const char *pool_text(char *text, const struct value_prefix *pool)
{
	const unsigned int before = value_address_is_4(&pool->address) ? BITS - 32 : 0;
	char address[POOL_TEXT_SIZE];

	(void)snprintf(text, POOL_TEXT_SIZE, "%.46s/%u", pool_address_text(address, &pool->address),
		       pool->bits - before);
	return text;
}
