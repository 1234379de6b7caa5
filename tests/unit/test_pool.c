/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/pool.c lib/value.c lib/value_network.c lib/hostname.c */
/*
 * test_pool.c - numbers to addresses.
 */
#include "pool.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct value_prefix pool_of(const char *text)
{
	struct value_prefix pool;

	assert_int_equal(value_prefix(text, strlen(text), &pool), 0);
	return pool;
}

static const struct {
	const char *pool;
	uint32_t number;
	const char *address; /* NULL: used up */
} ADDRESSES[] = {
	{ "10.213.0.0/16", 0, "10.213.0.2" },
	{ "10.213.0.0/16", 253, "10.213.0.255" },
	{ "10.213.0.0/16", 254, "10.213.1.0" },
	{ "10.213.0.0/16", 65532, "10.213.255.254" }, /* .255 is the broadcast address */
	{ "10.213.0.0/16", 65533, NULL },
	{ "10.213.0.0/16", UINT32_MAX, NULL },
	{ "192.0.2.128/30", 0, "192.0.2.130" },
	{ "192.0.2.128/30", 1, NULL },
	{ "10.0.0.0/8", 65534, "10.1.0.0" },
	{ "fd6c:7370:6163::/48", 0, "fd6c:7370:6163::2" },
	{ "fd6c:7370:6163::/48", 65533, "fd6c:7370:6163::ffff" },
	{ "fd6c:7370:6163::/48", 65534, "fd6c:7370:6163::1:0" },
	{ "fd6c:7370:6163::/48", UINT32_MAX - 3, "fd6c:7370:6163::ffff:fffe" },
	{ "fd6c:7370:6163::/48", UINT32_MAX, NULL },
	{ "fd00::f00/120", 253, "fd00::fff" },
	{ "fd00::f00/120", 254, NULL },
};

static void addresses(void **state)
{
	char text[POOL_TEXT_SIZE];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ADDRESSES) / sizeof(ADDRESSES[0]); i++) {
		const struct value_prefix pool = pool_of(ADDRESSES[i].pool);
		struct value_address address;
		const int err = pool_address(&pool, ADDRESSES[i].number, &address);

		if (ADDRESSES[i].address == NULL) {
			assert_int_equal(err, -EADDRNOTAVAIL);
			continue;
		}
		assert_int_equal(err, 0);
		assert_string_equal(pool_address_text(text, &address), ADDRESSES[i].address);
		assert_true(value_prefix_holds(&pool, &address));
	}
}

static void no_two_alike(void **state)
{
	const struct value_prefix pool = pool_of("198.51.100.0/24");
	const struct value_address gateway = pool_gateway(&pool);
	struct value_address a, b;
	uint32_t i, j;

	(void)state;
	assert_int_equal(pool_room(&pool), 253);
	for (i = 0; i < pool_room(&pool); i++) {
		assert_int_equal(pool_address(&pool, i, &a), 0);
		assert_memory_not_equal(&a, &gateway, sizeof(a));
		for (j = 0; j < i; j++) {
			assert_int_equal(pool_address(&pool, j, &b), 0);
			assert_memory_not_equal(&a, &b, sizeof(a));
		}
	}
}

static void words(void **state)
{
	const struct value_prefix pool4 = pool_of("10.213.0.0/16"), pool6 = pool_of("fd00::/64");
	const struct value_prefix none = { .bits = 0 };
	const struct value_address gateway4 = pool_gateway(&pool4), gateway6 = pool_gateway(&pool6);
	char text[POOL_TEXT_SIZE];

	(void)state;
	assert_string_equal(pool_text(text, &pool4), "10.213.0.0/16");
	assert_string_equal(pool_text(text, &pool6), "fd00::/64");
	assert_string_equal(pool_address_text(text, &gateway4), "10.213.0.1");
	assert_string_equal(pool_address_text(text, &gateway6), "fd00::1");
	assert_true(pool_is(&pool4) && pool_is(&pool6));
	assert_false(pool_is(&none));
	assert_int_equal(pool_room(&none), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(no_two_alike),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
