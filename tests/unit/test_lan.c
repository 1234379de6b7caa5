/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/network/lan.c lib/value.c lib/value_network.c lib/hostname.c */
/*
 * test_lan.c - which address of a pool a space gets. The host and the registry are made of the
 * tables below.
 */
#include "lan.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "address.h"
#include "registry.h"
#include "uplink.h"

#define INDEX    7
#define REGISTRY 23
#define KEYS_MAX 512

struct own {
	const char *text; /* ADDRESS/BITS */
	unsigned int scope;
};

static const struct own *own;
static size_t own_count;
static const char *gateway; /* or NULL */
static int each_error, uplink_error, take_error;
static uint64_t keys[KEYS_MAX];
static size_t key_count;

static int start(void **state)
{
	(void)state;
	own_count = 0;
	gateway = NULL;
	each_error = uplink_error = take_error = 0;
	key_count = 0;
	return 0;
}

/* As the host writes it: with bits beyond the prefix, which value_prefix would not take. */
static struct value_prefix prefix(const char *text)
{
	const char *slash = strchr(text, '/');
	struct value_prefix prefix = { .bits = 0 };
	uint32_t bits;

	assert_non_null(slash);
	assert_int_equal(value_address(text, (size_t)(slash - text), &prefix.address), 0);
	assert_int_equal(value_number(slash + 1, 0, 128, &bits), 0);
	prefix.bits = bits + (value_address_is_4(&prefix.address) ? 96 : 0);
	return prefix;
}

int address_family(const struct value_address *address)
{
	return value_address_is_4(address) ? AF_INET : AF_INET6;
}

int address_each(struct rtnl *rtnl, int index,
		 int (*call)(const struct value_prefix *address, unsigned int scope, void *data),
		 void *data)
{
	int err = each_error;
	size_t i;

	(void)rtnl;
	assert_int_equal(index, INDEX);
	for (i = 0; err == 0 && i < own_count; i++) {
		const struct value_prefix address = prefix(own[i].text);

		err = call(&address, own[i].scope, data);
	}
	return err;
}

int uplink_find(struct rtnl *rtnl, int index, int family, struct uplink *ret_uplink)
{
	struct uplink uplink = { .is = gateway != NULL };

	(void)rtnl;
	assert_int_equal(index, INDEX);
	if (gateway != NULL) {
		assert_int_equal(value_address(gateway, strlen(gateway), &uplink.gateway), 0);
		uplink.has_gateway = address_family(&uplink.gateway) == family;
	}
	*ret_uplink = uplink;
	return uplink_error;
}

/* Another space's from the next call on. */
int registry_take_address(int registry, uint64_t key)
{
	size_t i;

	assert_int_equal(registry, REGISTRY);
	assert_int_equal(key >> REGISTRY_KEY_BITS, 0);
	for (i = 0; i < key_count; i++) {
		if (keys[i] == key) {
			return -EEXIST;
		}
	}
	assert_true(key_count < KEYS_MAX);
	keys[key_count++] = key;
	return take_error;
}

#define LOOK(list, pool_text, ret_lan, ret_pool) \
	do { \
		own = list; \
		own_count = sizeof(list) / sizeof((list)[0]); \
		*(ret_pool) = prefix(pool_text); \
		assert_int_equal(lan_look(NULL, INDEX, ret_pool, ret_lan), 0); \
	} while (0)

static void gets(const struct lan *lan, const struct value_prefix *pool, const char *text)
{
	const struct value_prefix wanted = prefix(text);
	struct value_prefix got;

	assert_int_equal(lan_take(lan, pool, REGISTRY, &got), 0);
	assert_memory_equal(&got, &wanted, sizeof(got));
}

static void gets_none(const struct lan *lan, const struct value_prefix *pool)
{
	struct value_prefix got = { .bits = 4711 };

	assert_int_equal(lan_take(lan, pool, REGISTRY, &got), -EADDRNOTAVAIL);
	assert_int_equal(got.bits, 4711);
}

static void test_in_order(void **state)
{
	static const struct own OWN[] = { { "192.0.2.1/24", RT_SCOPE_UNIVERSE },
					  { "192.0.2.66/32", RT_SCOPE_UNIVERSE } };
	struct value_prefix pool;
	struct lan lan;

	(void)state;
	gateway = "192.0.2.67";
	LOOK(OWN, "192.0.2.64/29", &lan, &pool);
	assert_true(lan.has_gateway);
	gets(&lan, &pool, "192.0.2.64/24");
	gets(&lan, &pool, "192.0.2.65/24");
	gets(&lan, &pool, "192.0.2.68/24");
	gets(&lan, &pool, "192.0.2.69/24");
	gets(&lan, &pool, "192.0.2.70/24");
	gets(&lan, &pool, "192.0.2.71/24");
	gets_none(&lan, &pool);
}

/* The whole network: neither its first address nor its last. */
static void test_ends(void **state)
{
	static const struct own OWN[] = { { "192.0.2.9/29", RT_SCOPE_UNIVERSE } };
	static const char *const WANTED[] = { "192.0.2.10/29", "192.0.2.11/29", "192.0.2.12/29",
					      "192.0.2.13/29", "192.0.2.14/29" };
	struct value_prefix pool;
	struct lan lan;
	size_t i;

	(void)state;
	LOOK(OWN, "192.0.2.8/29", &lan, &pool);
	assert_false(lan.has_gateway);
	for (i = 0; i < sizeof(WANTED) / sizeof(WANTED[0]); i++) {
		gets(&lan, &pool, WANTED[i]);
	}
	gets_none(&lan, &pool);
}

/* Of IPv6 the last address is one like others. 256 of them, and the carry between the bytes. */
static void test_six(void **state)
{
	static const struct own OWN[] = { { "fe80::1/64", RT_SCOPE_LINK },
					  { "2001:db8::1/64", RT_SCOPE_UNIVERSE } };
	struct value_prefix pool, got;
	struct lan lan;
	size_t i;

	(void)state;
	LOOK(OWN, "2001:db8::/119", &lan, &pool);
	gets(&lan, &pool, "2001:db8::2/64");
	for (i = 3; i < 256; i++) {
		assert_int_equal(lan_take(&lan, &pool, REGISTRY, &got), 0);
	}
	gets(&lan, &pool, "2001:db8::100/64");
	for (i = 257; i < 511; i++) {
		assert_int_equal(lan_take(&lan, &pool, REGISTRY, &got), 0);
	}
	gets(&lan, &pool, "2001:db8::1ff/64");
	gets_none(&lan, &pool);
}

/* A pool that ends where all addresses end: it does not begin anew. */
static void test_last(void **state)
{
	static const struct own OWN[] = { { "ffff::1/16", RT_SCOPE_UNIVERSE } };
	struct value_prefix pool, got;
	struct lan lan;
	size_t i;

	(void)state;
	LOOK(OWN, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00/120", &lan, &pool);
	for (i = 0; i < 256; i++) {
		assert_int_equal(lan_take(&lan, &pool, REGISTRY, &got), 0);
	}
	gets_none(&lan, &pool);
}

static void lies_nowhere(const struct own *list, size_t count, const char *text)
{
	const struct value_prefix pool = prefix(text);
	struct lan lan;

	own = list;
	own_count = count;
	assert_int_equal(lan_look(NULL, INDEX, &pool, &lan), 0);
	assert_int_equal(lan.network.bits, 0);
}

static void test_elsewhere(void **state)
{
	static const struct own OWN[] = { { "192.0.2.1/24", RT_SCOPE_UNIVERSE },
					  { "169.254.0.1/16", RT_SCOPE_LINK },
					  { "2001:db8::1/64", RT_SCOPE_UNIVERSE },
					  { "10.0.0.1/24", RT_SCOPE_UNIVERSE } };

	(void)state;
	lies_nowhere(OWN, 4, "192.0.3.0/29");
	lies_nowhere(OWN, 4, "192.0.0.0/16"); /* wider than the network */
	lies_nowhere(OWN, 4, "10.0.0.0/16");  /* likewise, and both begin at the same address */
	lies_nowhere(OWN, 4, "169.254.7.0/24");
	lies_nowhere(OWN, 4, "2001:db8:0:1::/120");
	lies_nowhere(OWN, 0, "192.0.2.0/24");
}

static void test_no_pool(void **state)
{
	const struct value_prefix none = { .bits = 0 };
	struct lan lan;

	(void)state;
	each_error = -EIO; /* nobody asks */
	assert_int_equal(lan_look(NULL, INDEX, &none, &lan), 0);
	assert_int_equal(lan.network.bits, 0);
}

static void test_errors(void **state)
{
	static const struct own OWN[] = { { "192.0.2.1/24", RT_SCOPE_UNIVERSE } };
	static struct own many[LAN_TAKEN_MAX + 1];
	struct value_prefix pool, got;
	struct lan lan;
	size_t i;

	(void)state;
	LOOK(OWN, "192.0.2.64/29", &lan, &pool);
	take_error = -EBADF;
	assert_int_equal(lan_take(&lan, &pool, REGISTRY, &got), -EBADF);
	each_error = -ENOBUFS;
	assert_int_equal(lan_look(NULL, INDEX, &pool, &lan), -ENOBUFS);
	each_error = 0;
	uplink_error = -ENOMEM;
	assert_int_equal(lan_look(NULL, INDEX, &pool, &lan), -ENOMEM);
	uplink_error = 0;
	for (i = 0; i < LAN_TAKEN_MAX + 1; i++) {
		many[i] = (struct own){ "192.0.2.65/24", RT_SCOPE_UNIVERSE };
	}
	own = many;
	own_count = LAN_TAKEN_MAX;
	assert_int_equal(lan_look(NULL, INDEX, &pool, &lan), 0);
	own_count = LAN_TAKEN_MAX + 1;
	assert_int_equal(lan_look(NULL, INDEX, &pool, &lan), -E2BIG);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_in_order, start),
		cmocka_unit_test_setup(test_ends, start),
		cmocka_unit_test_setup(test_six, start),
		cmocka_unit_test_setup(test_last, start),
		cmocka_unit_test_setup(test_elsewhere, start),
		cmocka_unit_test_setup(test_no_pool, start),
		cmocka_unit_test_setup(test_errors, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
