/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/decision.c lib/decision_network.c lib/pool.c lib/view.c lib/view_builder.c lib/view_keys.c lib/view_list.c lib/view_named.c lib/path.c lib/view_path.c lib/view_place.c lib/configuration.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * test_decision_network.c - from the keys of the network, in memory, to the network of a plan.
 */
#include "policy.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "configuration.h"
#include "count.h"
#include "pool.h"
#include "view.h"

static const struct policy_login ALICE = {
	.user = "alice", .uid = 1000, .service = "sshd", .rhost = ""
};

/* LINES of [default]. The plan is to be freed. */
static struct decision decide(const char *lines, bool nested, struct plan *plan)
{
	struct configuration configuration = { 0 };
	const struct match_login matched = {
		.uid = ALICE.uid,
		.service = ALICE.service,
		.names = &configuration.names,
	};
	struct problem problem = { .line = 0 };
	struct decision decision;
	struct policy policy;
	char *text = NULL; /* the configuration's from then on */

	assert_true(asprintf(&text, "[default]\n%s", lines) > 0);
	if (configuration_parse(&configuration, "x.conf", text, strlen(text), &problem) != 0) {
		fail_msg("%u: %s", problem.line, problem.text);
	}
	assert_int_equal(configuration_resolve(&configuration, &matched, &policy, &problem), 0);
	decision = policy_decide(&policy, &ALICE, nested, plan);
	configuration_free(&configuration);
	return decision;
}

struct kind_case {
	const char *lines;
	const char *name, *network;
	enum plan_network_kind kind;
	bool nested;
	bool namespace; /* of its own, or of somebody's: not the application's */
};

static const struct kind_case KINDS[] = {
	{ "", "", "loopback", NETWORK_LOOPBACK, false, true },
	{ "network = loopback\n", "", "loopback", NETWORK_LOOPBACK, true, true },
	{ "network = host\n", "", "host", NETWORK_HOST, false, false },
	{ "network = host\n", "", "outer", NETWORK_HOST, true, false },
	{ "namespaces =\nnamespaces = mount pid\n", "", "host", NETWORK_HOST, false, false },
	{ "network = nat\n", "", "nat", NETWORK_NAT, false, true },
	{ "network = pasta\n", "", "pasta", NETWORK_PASTA, false, true },
	{ "network = netns:lab\n", "lab", "netns:lab", NETWORK_NETNS, false, true },
	{ "network = device:eth1\n", "eth1", "device:eth1", NETWORK_DEVICE, false, true },
	{ "network = macvlan:eno1.7\n", "eno1.7", "macvlan:eno1.7", NETWORK_MACVLAN, false, true },
	/* A space in a space stays in the network of the one around it. */
	{ "network = nat\n", "", "outer", NETWORK_HOST, true, false },
	{ "network = pasta\n", "", "outer", NETWORK_HOST, true, false },
	{ "network = netns:lab\n", "lab", "outer", NETWORK_HOST, true, false },
	{ "network = device:eth1\n", "eth1", "outer", NETWORK_HOST, true, false },
};

static void kinds(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(KINDS); i++) {
		const struct kind_case *wanted = &KINDS[i];
		struct plan plan;
		const struct decision decision = decide(wanted->lines, wanted->nested, &plan);

		if (decision.verdict != VERDICT_JOIN || plan.net.kind != wanted->kind ||
		    ((plan.namespaces & CLONE_NEWNET) != 0) != wanted->namespace ||
		    strcmp(plan.net.name, wanted->name) != 0 ||
		    strcmp(plan.network, wanted->network) != 0) {
			fail_msg("%s-> %d %s, kind %d, name %s, %s, %x", wanted->lines,
				 decision.verdict, decision.reason, plan.net.kind, plan.net.name,
				 plan.network, plan.namespaces);
		}
		view_free(&plan);
	}
}

static const struct {
	const char *lines;
	const char *reason;
} REFUSALS[] = {
	{ "network = nat\npublish = 80:80\n",
	  "x.conf:3: publish = 80:80: works with network = pasta, and not with nat" },
	{ "network = pasta\npublish = 80:80\npublish = 192.0.2.1:80:81\n",
	  "x.conf:4: publish = 192.0.2.1:80:81: this port of the host is listed already" },
	{ "network = nat\nnamespaces =\nnamespaces = mount pid\n",
	  "x.conf:2: network = nat: needs net among the namespaces" },
	{ "network = netns:lab\nnamespaces =\nnamespaces = mount pid ipc\n",
	  "x.conf:2: network = netns:lab: needs net among the namespaces" },
	{ "network = nat\naddress_pool = none\naddress_pool6 = none\n",
	  "x.conf:2: network = nat: needs address_pool or address_pool6" },
	{ "dns = 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5\ndns = 192.0.2.6 192.0.2.7 "
	  "192.0.2.8 2001:db8::9\n",
	  "x.conf:3: dns = 2001:db8::9: more than 8 name servers" },
};

static void refusals(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(REFUSALS); i++) {
		struct plan plan;
		const struct decision decision = decide(REFUSALS[i].lines, false, &plan);

		assert_int_equal(decision.verdict, VERDICT_DENY);
		assert_string_equal(decision.reason, REFUSALS[i].reason);
		view_free(&plan);
	}
}

static void ports(void **state)
{
	char lines[2048] = "network = pasta\n";
	size_t length = strlen(lines);
	struct decision decision;
	struct plan plan;
	unsigned int i;

	(void)state;
	for (i = 0; i < PLAN_PUBLISH_MAX; i++) {
		length += (size_t)snprintf(lines + length, sizeof(lines) - length,
					   "publish = %u:80\n", 1000 + i);
	}
	decision = decide(lines, false, &plan);
	assert_int_equal(decision.verdict, VERDICT_JOIN);
	assert_int_equal(plan.net.publish_count, PLAN_PUBLISH_MAX);
	view_free(&plan);
	(void)snprintf(lines + length, sizeof(lines) - length, "publish = 81:81\n");
	decision = decide(lines, false, &plan);
	assert_int_equal(decision.verdict, VERDICT_DENY);
	assert_string_equal(decision.reason, "x.conf:67: publish = 81:81: more than 64 ports");
	view_free(&plan);
}

static void values(void **state)
{
	char text[POOL_TEXT_SIZE];
	struct plan plan;

	(void)state;
	(void)decide("network = pasta\ndns = 192.0.2.53, 2001:db8::53\nreach_host = yes\n"
		     "publish = 8080:80 [2001:db8::1]:5353:53/udp 192.0.2.7:22:2222/tcp\n"
		     "address_pool = none\naddress_pool6 = fd00:1::/64\n",
		     false, &plan);
	assert_int_equal(plan.net.dns_count, 2);
	assert_string_equal(pool_address_text(text, &plan.net.dns[0]), "192.0.2.53");
	assert_string_equal(pool_address_text(text, &plan.net.dns[1]), "2001:db8::53");
	assert_true(plan.net.reach_host);
	assert_false(plan.net.reach_spaces);
	assert_false(pool_is(&plan.net.pool4));
	assert_string_equal(pool_text(text, &plan.net.pool6), "fd00:1::/64");
	assert_true(plan.net.pool_named);
	assert_int_equal(plan.net.publish_count, 3);
	assert_true(plan.net.publish[0].any && !plan.net.publish[0].udp);
	assert_int_equal(plan.net.publish[0].host_port, 8080);
	assert_int_equal(plan.net.publish[0].port, 80);
	assert_true(!plan.net.publish[1].any && plan.net.publish[1].udp);
	assert_string_equal(pool_address_text(text, &plan.net.publish[1].address), "2001:db8::1");
	assert_int_equal(plan.net.publish[1].host_port, 5353);
	assert_string_equal(pool_address_text(text, &plan.net.publish[2].address), "192.0.2.7");
	assert_int_equal(plan.net.publish[2].port, 2222);
	view_free(&plan);
}

static void defaults(void **state)
{
	char text[POOL_TEXT_SIZE];
	struct plan plan;

	(void)state;
	(void)decide("network = nat\n", false, &plan);
	assert_string_equal(pool_text(text, &plan.net.pool4), "10.213.0.0/16");
	assert_string_equal(pool_text(text, &plan.net.pool6), "fd6c:7370:6163::/48");
	assert_false(plan.net.pool_named || plan.net.reach_host || plan.net.reach_spaces);
	assert_int_equal(plan.net.dns_count + plan.net.publish_count, 0);
	view_free(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),  cmocka_unit_test(refusals), cmocka_unit_test(ports),
		cmocka_unit_test(values), cmocka_unit_test(defaults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
