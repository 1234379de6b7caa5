/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/network/device.c lib/pool.c lib/value.c lib/value_network.c lib/hostname.c */
/*
 * test_device.c - which interfaces of the host are given away, and what is said of the others. The
 * host is made of the tables below: what rtnetlink would tell of it.
 */
#include "device.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "address.h"
#include "message.h"
#include "uplink.h"

#define INIT 4711

#define LO   1
#define NIC  2
#define TEAM 3

/* A host with one NIC that nobody needs; each test changes something. */
static struct host {
	struct link links[4];
	struct value_prefix address; /* of the NIC */
	unsigned int scope;
	int uplink_family;
	int find_error, dump_error, move_error, up_error;
	int moved, up; /* results: the index */
} host;

static int start(void **state)
{
	(void)state;
	host = (struct host){
		.links = { { .index = LO, .flags = IFF_LOOPBACK | IFF_UP, .name = "lo" },
			   { .index = NIC, .name = "eth1" } },
		.scope = RT_SCOPE_NOWHERE,
	};
	return 0;
}

/* --- what rtnetlink tells ----------------------------------------------------------------------- */

int link_find(struct rtnl *rtnl, const char *name, struct link *ret_link)
{
	size_t i;

	(void)rtnl;
	if (host.find_error < 0) {
		return host.find_error;
	}
	for (i = 0; i < sizeof(host.links) / sizeof(host.links[0]); i++) {
		if (strcmp(host.links[i].name, name) == 0) {
			*ret_link = host.links[i];
			return 0;
		}
	}
	return -ENODEV;
}

int link_look(struct rtnl *rtnl, int index, struct link *ret_link)
{
	size_t i;

	(void)rtnl;
	for (i = 0; i < sizeof(host.links) / sizeof(host.links[0]); i++) {
		if (host.links[i].index == index) {
			*ret_link = host.links[i];
			return 0;
		}
	}
	return -ENODEV;
}

int link_each(struct rtnl *rtnl, int (*call)(const struct link *link, void *data), void *data)
{
	int err = host.dump_error;
	size_t i;

	(void)rtnl;
	for (i = 0; err == 0 && i < sizeof(host.links) / sizeof(host.links[0]); i++) {
		err = call(&host.links[i], data);
	}
	return err;
}

int link_up(struct rtnl *rtnl, int index)
{
	(void)rtnl;
	host.up = index;
	return host.up_error;
}

int link_move(struct rtnl *rtnl, int index, pid_t pid, int fd)
{
	(void)rtnl;
	assert_int_equal(pid, INIT);
	assert_int_equal(fd, -1);
	host.moved = index;
	return host.move_error;
}

int address_each(struct rtnl *rtnl, int index,
		 int (*call)(const struct value_prefix *address, unsigned int scope, void *data),
		 void *data)
{
	(void)rtnl;
	assert_int_equal(index, NIC);
	return call(&host.address, host.scope, data);
}

int uplink_find(struct rtnl *rtnl, int index, int family, struct uplink *ret_uplink)
{
	(void)rtnl;
	assert_int_equal(index, NIC);
	*ret_uplink = (struct uplink){ .is = family == host.uplink_family };
	return 0;
}

/* --- the tests ---------------------------------------------------------------------------------- */

static int prepare(const char *name, char *detail)
{
	struct plan plan = { .uid = 1000 };
	struct network network = NETWORK_NONE;

	(void)snprintf(plan.net.name, sizeof(plan.net.name), "%s", name);
	detail[0] = '\0';
	return device_prepare(&plan, &network, detail);
}

static void refused(const char *name, int err, const char *why)
{
	char detail[MESSAGE_DETAIL_SIZE];

	assert_int_equal(prepare(name, detail), err);
	assert_string_equal(detail, why);
}

static void taken(void)
{
	char detail[MESSAGE_DETAIL_SIZE];

	assert_int_equal(prepare("eth1", detail), 0);
	assert_string_equal(detail, "");
}

static void kind_is(const char *kind)
{
	(void)snprintf(host.links[1].kind, sizeof(host.links[1].kind), "%s", kind);
}

static void test_spare(void **state)
{
	(void)state;
	taken();
	host.scope = RT_SCOPE_LINK; /* fe80::, 169.254. */
	taken();
	kind_is("can");
	taken();
	kind_is("dsa");
	taken();
}

static void test_missing(void **state)
{
	(void)state;
	refused("eth9", -ENODEV, "there is no interface eth9 here; another space may have it");
	host.find_error = -ENOBUFS;
	refused("eth1", -ENOBUFS, "");
}

static void test_kinds(void **state)
{
	(void)state;
	refused("lo", -EINVAL, "lo is the loopback interface: each space has its own");
	kind_is("veth");
	refused("eth1", -EINVAL,
		"eth1 is of the kind veth: the kernel would delete it together with the space; "
		"network = macvlan:eth1 leaves it here");
	kind_is("vcan");
	refused("eth1", -EINVAL,
		"eth1 is of the kind vcan: the kernel would delete it together with the space; "
		"network = macvlan:eth1 leaves it here");
}

static void test_master(void **state)
{
	(void)state;
	host.links[1].master = TEAM;
	refused("eth1", -EBUSY,
		"eth1 belongs to another interface: ip link set eth1 nomaster frees it");
	host.links[2] = (struct link){ .index = TEAM, .name = "br0" };
	refused("eth1", -EBUSY, "eth1 belongs to br0: ip link set eth1 nomaster frees it");
}

/* Who logs in remotely might come in through it. */
static void test_needed(void **state)
{
	(void)state;
	assert_int_equal(value_address("192.0.2.5", 9, &host.address.address), 0);
	host.address.bits = 120;
	host.scope = RT_SCOPE_UNIVERSE;
	refused("eth1", -EADDRINUSE,
		"eth1 has the host's address 192.0.2.5, and the host would lose it: take it off "
		"first");
	host.uplink_family = AF_INET6;
	refused("eth1", -EADDRINUSE,
		"a default route of the host leads through eth1: name another");
	host.scope = RT_SCOPE_LINK;
	refused("eth1", -EADDRINUSE,
		"a default route of the host leads through eth1: name another");
	host.uplink_family = AF_INET;
	refused("eth1", -EADDRINUSE,
		"a default route of the host leads through eth1: name another");
}

static void test_carrying(void **state)
{
	(void)state;
	host.links[2] = (struct link){ .index = 7, .name = "eth1.5", .lower = NIC };
	refused("eth1", -EBUSY,
		"eth1.5 of the host stands on eth1: ip link delete eth1.5 frees it");
	host.links[2].lower_elsewhere = true; /* a number of another namespace's */
	taken();
	host.links[2].lower = TEAM;
	host.links[2].lower_elsewhere = false;
	taken();
	host.links[1].lower = NIC; /* some drivers name themselves */
	taken();
	host.dump_error = -ENOBUFS;
	refused("eth1", -ENOBUFS, "");
}

static void moved(int move_error, int err, const char *why)
{
	struct network network = NETWORK_NONE;
	struct network_word word = { .name = "" };
	char detail[MESSAGE_DETAIL_SIZE] = "";

	network.link = host.links[1];
	host.move_error = move_error;
	assert_int_equal(device_attach(&network, INIT, &word, detail), err);
	assert_int_equal(host.moved, NIC);
	assert_string_equal(detail, why);
	assert_string_equal(word.name, err == 0 ? "eth1" : "");
}

static void test_moving(void **state)
{
	(void)state;
	moved(0, 0, "");
	moved(-ENODEV, -ENODEV, "there is no interface eth1 here; another space may have it");
	moved(-EINVAL, -EINVAL,
	      "the kernel does not let eth1 leave its network namespace, as with wireless "
	      "interfaces: name another");
	moved(-EPERM, -EPERM, "eth1 cannot be moved into the space");
}

static void test_inside(void **state)
{
	struct network_word word = { .name = "eth1" };
	struct rtnl rtnl = { .socket = NULL };
	char detail[MESSAGE_DETAIL_SIZE] = "";

	(void)state;
	assert_int_equal(device_furnish(&rtnl, &word, detail), 0);
	assert_int_equal(host.up, NIC);
	assert_string_equal(detail, "");
	host.up_error = -EIO;
	assert_int_equal(device_furnish(&rtnl, &word, detail), -EIO);
	assert_string_equal(detail, "eth1 cannot be brought up inside");
	host.find_error = -ENODEV;
	assert_int_equal(device_furnish(&rtnl, &word, detail), -ENODEV);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_spare, start),
		cmocka_unit_test_setup(test_missing, start),
		cmocka_unit_test_setup(test_kinds, start),
		cmocka_unit_test_setup(test_master, start),
		cmocka_unit_test_setup(test_needed, start),
		cmocka_unit_test_setup(test_carrying, start),
		cmocka_unit_test_setup(test_moving, start),
		cmocka_unit_test_setup(test_inside, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
