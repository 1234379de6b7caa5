/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/network/lan.c lib/value.c lib/value_network.c lib/hostname.c */
/*
 * test_lan.c - which addresses of a pool are for spaces, and what goes with them. The host and the
 * registry are made of the tables below.
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
#define KEYS_MAX 8

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

/* The address with that number, or NULL: it is none for a space. */
static void gives(const struct lan *lan, const struct value_prefix *pool, uint32_t number,
		  const char *text)
{
	struct value_prefix got = { .bits = 4711 }, wanted;

	if (text == NULL) {
		assert_int_equal(lan_address(lan, pool, number, &got), -EADDRINUSE);
		assert_int_equal(got.bits, 4711);
		return;
	}
	wanted = prefix(text);
	assert_int_equal(lan_address(lan, pool, number, &got), 0);
	assert_memory_equal(&got, &wanted, sizeof(got));
}

static void test_in_order(void **state)
{
	static const struct own OWN[] = { { "192.0.2.1/24", RT_SCOPE_UNIVERSE },
					  { "192.0.2.66/32", RT_SCOPE_UNIVERSE } };
	static const char *const WANTED[] = {
		"192.0.2.64/24", "192.0.2.65/24", NULL,           NULL, "192.0.2.68/24",
		"192.0.2.69/24", "192.0.2.70/24", "192.0.2.71/24"
	};
	struct value_prefix pool;
	struct lan lan;
	uint32_t i;

	(void)state;
	gateway = "192.0.2.67";
	LOOK(OWN, "192.0.2.64/29", &lan, &pool);
	assert_true(lan.has_gateway);
	assert_int_equal(lan_room(&pool), sizeof(WANTED) / sizeof(WANTED[0]));
	for (i = 0; i < lan_room(&pool); i++) {
		gives(&lan, &pool, i, WANTED[i]);
	}
}

/* The whole network: neither its first address nor its last. */
static void test_ends(void **state)
{
	static const struct own OWN[] = { { "192.0.2.9/29", RT_SCOPE_UNIVERSE } };
	static const char *const WANTED[] = { NULL,
					      NULL,
					      "192.0.2.10/29",
					      "192.0.2.11/29",
					      "192.0.2.12/29",
					      "192.0.2.13/29",
					      "192.0.2.14/29",
					      NULL };
	struct value_prefix pool;
	struct lan lan;
	uint32_t i;

	(void)state;
	LOOK(OWN, "192.0.2.8/29", &lan, &pool);
	assert_false(lan.has_gateway);
	for (i = 0; i < sizeof(WANTED) / sizeof(WANTED[0]); i++) {
		gives(&lan, &pool, i, WANTED[i]);
	}
}

/* Of IPv6 the last address is one like others. */
static void test_six(void **state)
{
	static const struct own OWN[] = { { "fe80::1/64", RT_SCOPE_LINK },
					  { "2001:db8::1/64", RT_SCOPE_UNIVERSE } };
	struct value_prefix pool;
	struct lan lan;

	(void)state;
	LOOK(OWN, "2001:db8::/119", &lan, &pool);
	assert_int_equal(lan_room(&pool), 512);
	gives(&lan, &pool, 0, NULL);
	gives(&lan, &pool, 1, NULL);
	gives(&lan, &pool, 2, "2001:db8::2/64");
	gives(&lan, &pool, 0x100, "2001:db8::100/64");
	gives(&lan, &pool, 0x1ff, "2001:db8::1ff/64");
	LOOK(OWN, "2001:db8::/64", &lan, &pool);
	assert_true(lan_room(&pool) == UINT32_MAX);
	gives(&lan, &pool, UINT32_MAX - 1, "2001:db8::ffff:fffe/64");
}

/* The number may be that of another family: the bits that the pool leaves free count. */
static void test_twins(void **state)
{
	static const struct own OWN[] = { { "192.0.2.1/24", RT_SCOPE_UNIVERSE },
					  { "2001:db8::1/64", RT_SCOPE_UNIVERSE } };
	static const char four[] = "192.0.2.77";
	struct value_address address;
	struct value_prefix pool;
	struct lan lan;

	(void)state;
	assert_int_equal(value_address(four, strlen(four), &address), 0);
	assert_true(lan_number(&address) == 0xc000024d);
	LOOK(OWN, "2001:db8::100/120", &lan, &pool);
	gives(&lan, &pool, lan_number(&address), "2001:db8::14d/64");
	LOOK(OWN, "2001:db8::/64", &lan, &pool);
	gives(&lan, &pool, lan_number(&address), "2001:db8::c000:24d/64");
	LOOK(OWN, "2001:db8::/96", &lan, &pool);
	gives(&lan, &pool, lan_number(&address), "2001:db8::c000:24d/64");
	LOOK(OWN, "2001:db8::/97", &lan, &pool);
	gives(&lan, &pool, lan_number(&address), "2001:db8::4000:24d/64");
	LOOK(OWN, "192.0.2.64/30", &lan, &pool);
	gives(&lan, &pool, lan_number(&address), "192.0.2.65/24");
}

/* A pool that ends where all addresses end. */
static void test_last(void **state)
{
	static const struct own OWN[] = { { "ffff::1/16", RT_SCOPE_UNIVERSE } };
	struct value_prefix pool;
	struct lan lan;

	(void)state;
	LOOK(OWN, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00/120", &lan, &pool);
	assert_int_equal(lan_room(&pool), 256);
	gives(&lan, &pool, 255, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/16");
}

static void hardware_of(const char *text, uint8_t ret_hardware[LINK_ADDRESS_SIZE])
{
	struct value_address address;

	assert_int_equal(value_address(text, strlen(text), &address), 0);
	lan_hardware(&address, ret_hardware);
}

/* Nobody's who has bought it, for one station, and another one for each address. */
static void test_hardware(void **state)
{
	static const uint8_t FOUR[] = { 0x02, 0x6c, 192, 0, 2, 64 };
	static const char *const SIX[] = { "2001:db8::1", "2001:db8::2", "2001:db8::101",
					   "2001:db8:1::1", "fd00::1" };
	uint8_t six[sizeof(SIX) / sizeof(SIX[0])][LINK_ADDRESS_SIZE];
	uint8_t got[LINK_ADDRESS_SIZE];
	size_t i, j;

	(void)state;
	hardware_of("192.0.2.64", got);
	assert_memory_equal(got, FOUR, sizeof(got));
	for (i = 0; i < sizeof(SIX) / sizeof(SIX[0]); i++) {
		hardware_of(SIX[i], six[i]);
		assert_int_equal(six[i][0], 0x02);
		hardware_of(SIX[i], got);
		assert_memory_equal(got, six[i], sizeof(got));
		for (j = 0; j < i; j++) {
			assert_memory_not_equal(six[i], six[j], sizeof(got));
		}
	}
}

static void test_take(void **state)
{
	static const char text[] = "192.0.2.64", other[] = "192.0.2.65";
	struct value_address address;

	(void)state;
	assert_int_equal(value_address(text, strlen(text), &address), 0);
	assert_int_equal(lan_take(&address, REGISTRY), 0);
	assert_true(keys[0] == UINT64_C(0xffffc0000240));
	assert_int_equal(lan_take(&address, REGISTRY), -EADDRINUSE);
	take_error = -EBADF;
	assert_int_equal(value_address(other, strlen(other), &address), 0);
	assert_int_equal(lan_take(&address, REGISTRY), -EBADF);
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
	struct value_prefix pool;
	struct lan lan;
	size_t i;

	(void)state;
	LOOK(OWN, "192.0.2.64/29", &lan, &pool);
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
		cmocka_unit_test_setup(test_twins, start),
		cmocka_unit_test_setup(test_last, start),
		cmocka_unit_test_setup(test_hardware, start),
		cmocka_unit_test_setup(test_take, start),
		cmocka_unit_test_setup(test_elsewhere, start),
		cmocka_unit_test_setup(test_no_pool, start),
		cmocka_unit_test_setup(test_errors, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
