/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/doctor/network_files.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c */
/*
 * test_network_files.c - routes and name servers, as the kernel and the host write them.
 */
#include "network_files.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD4 \
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
#define DEFAULT4 "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
#define REST6 \
	" 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 " \
	"00000000 "

static struct value_prefix prefix(const char *text)
{
	struct value_prefix prefix;

	assert_int_equal(value_prefix(text, strlen(text), &prefix), 0);
	return prefix;
}

static int find4(const char *text, const char *pool, char *interface)
{
	const struct value_prefix wanted = prefix(pool);

	return network_route4_find(text, &wanted, interface);
}

static int find6(const char *text, const char *pool, char *interface)
{
	const struct value_prefix wanted = prefix(pool);

	return network_route6_find(text, &wanted, interface);
}

/* 192.0.2.0/24 and 10.213.7.0/24, as they lie in the memory of this machine. */
static void routes_of_4(void **state)
{
	static const char TEXT[] =
		HEAD4 DEFAULT4 "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
			       "ls7\t0900D50A\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n"
			       "*\t0000D60A\t00000000\t0201\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
			       "lsx\t0007D50A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
	char interface[NETWORK_INTERFACE_SIZE];

	(void)state;
	assert_int_equal(find4(TEXT, "10.213.0.0/16", interface), 0);
	assert_string_equal(interface, "lsx"); /* and not ls7, which is a space's */
	assert_int_equal(find4(TEXT, "192.0.2.128/25", interface), 0);
	assert_string_equal(interface, "eth0");
	assert_int_equal(find4(TEXT, "192.0.0.0/16", interface), 0);
	assert_int_equal(find4(TEXT, "10.214.0.0/16", interface), -ENOENT); /* unreachable */
	assert_int_equal(find4(TEXT, "192.0.3.0/24", interface), -ENOENT);
	assert_int_equal(find4("", "192.0.2.0/24", interface), -ENOENT);
	assert_int_equal(find4(HEAD4 DEFAULT4, "192.0.2.0/24", interface), -ENOENT);
}

static void routes_of_6(void **state)
{
	static const char TEXT[] =
		"20010db8000300000000000000000000 40" REST6 "00000001     eth0\n"
		"fd6c0000000000000000000000000002 80" REST6 "00000001      ls0\n"
		"fd000000000000000000000000000000 08" REST6 "00200200       lo\n"
		"00000000000000000000000000000000 00" REST6 "00450003     eth0\n";
	char interface[NETWORK_INTERFACE_SIZE];

	(void)state;
	assert_int_equal(find6(TEXT, "2001:db8:3::/64", interface), 0);
	assert_string_equal(interface, "eth0");
	assert_int_equal(find6(TEXT, "2001:db8:3::/120", interface), 0);
	assert_int_equal(find6(TEXT, "2001:db8::/32", interface), 0);
	assert_int_equal(find6(TEXT, "2001:db8:4::/64", interface), -ENOENT);
	assert_int_equal(find6(TEXT, "fd6c::/64", interface), -ENOENT);
	assert_int_equal(find6("nonsense\n", "fd6c::/64", interface), -ENOENT);
}

static void servers_on_loopback(void **state)
{
	char server[NETWORK_SERVER_SIZE];

	(void)state;
	assert_int_equal(network_loopback_find("# x\nnameserver 127.0.0.53\n", server), 0);
	assert_string_equal(server, "127.0.0.53");
	assert_int_equal(network_loopback_find("nameserver 192.0.2.1\nnameserver ::1", server), 0);
	assert_string_equal(server, "::1");
	assert_int_equal(network_loopback_find("nameserver 192.0.2.1\n", server), -ENOENT);
	assert_int_equal(network_loopback_find("#nameserver 127.0.0.1\n", server), -ENOENT);
	assert_int_equal(network_loopback_find("search nameserver 127.0.0.1\n", server), -ENOENT);
	assert_int_equal(network_loopback_find("", server), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_of_4),
		cmocka_unit_test(routes_of_6),
		cmocka_unit_test(servers_on_loopback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
