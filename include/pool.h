/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pool.h - the addresses of spaces: a number makes an address. Nobody keeps a list of them. Pure.
 *
 * The first address of a pool is nobody's, the second is the gateway's, space number 0 has the
 * third; the last one of an IPv4 pool is nobody's either.
 */
#ifndef LOGINSPACE_POOL_H
#define LOGINSPACE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "value.h"

/* pool_is - is it a pool at all? A prefix without bits is none. */
bool pool_is(const struct value_prefix *pool);

/* pool_room - how many spaces have an address in it; at most UINT32_MAX. */
uint32_t pool_room(const struct value_prefix *pool);

/* pool_gateway - the host's address on its side of each pair. */
struct value_address pool_gateway(const struct value_prefix *pool);

/* pool_address - that of space NUMBER. Returns 0 or -EADDRNOTAVAIL: the pool is used up. */
int pool_address(const struct value_prefix *pool, uint32_t number,
		 struct value_address *ret_address);

/* As inet_ntop(3) and with "/BITS" behind it; TEXT has POOL_TEXT_SIZE bytes. Returns TEXT. */
#define POOL_TEXT_SIZE 64
const char *pool_address_text(char *text, const struct value_address *address);
const char *pool_text(char *text, const struct value_prefix *pool);

#endif
