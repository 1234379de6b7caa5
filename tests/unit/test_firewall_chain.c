/* SPDX-License-Identifier: BSD-2-Clause */
/* links: admin/doctor/firewall_chain.c -ljson-c */
/*
 * test_firewall_chain.c - others' firewalls, as nft(8) prints them.
 */
#include "firewall_chain.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHAIN(family, table, name, rest) \
	"{\"chain\": {\"family\": \"" family "\", \"table\": \"" table "\", \"name\": \"" name \
	"\"" rest "}}"
#define RULE(chain, statements) "{\"rule\": {\"chain\": \"" chain "\", \"expr\": [" statements "]}}"
#define LIST(items)             "{\"nftables\": [{\"metainfo\": {}}, " items "]}"

#define FORWARD(policy) ", \"hook\": \"forward\", \"policy\": \"" policy "\""
#define FROM(interface) \
	"{\"match\": {\"op\": \"==\", \"left\": {\"meta\": {\"key\": \"iifname\"}}, " \
	"\"right\": \"" interface "\"}}"
#define COUNTER "{\"counter\": {\"packets\": 0, \"bytes\": 0}}"
#define ACCEPT  "{\"accept\": null}"
#define DROP    "{\"drop\": null}"
#define REJECT  "{\"reject\": {\"type\": \"icmpx\"}}"

static void chains_on_forward(void **state)
{
	static const char TEXT[] = LIST(
		CHAIN("ip", "filter", "FORWARD", FORWARD("drop")) ", " CHAIN("ip", "filter", "INPUT", ", \"hook\": \"input\", \"policy\": \"drop\"") ", " CHAIN(
			"inet", "loginspace", "forward",
			FORWARD("accept")) ", " CHAIN("ip6", "loginspace", "forward",
						      FORWARD("accept")) ", " CHAIN("bridge", "b",
										    "forward",
										    FORWARD("drop")) ", " CHAIN("inet",
														"x",
														"regular",
														""));
	struct firewall_chain *chains;
	size_t count;

	(void)state;
	assert_int_equal(firewall_chains(TEXT, &chains, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(chains[0].family, "ip");
	assert_string_equal(chains[0].table, "filter");
	assert_string_equal(chains[0].name, "FORWARD");
	assert_true(chains[0].drops);
	assert_string_equal(chains[1].family, "ip6");
	assert_false(chains[1].drops);
	free(chains);
}

static void no_chains(void **state)
{
	struct firewall_chain *chains;
	size_t count;

	(void)state;
	assert_int_equal(firewall_chains("{\"nftables\": []}", &chains, &count), 0);
	assert_int_equal(count, 0);
	free(chains);
	assert_int_equal(firewall_chains("", &chains, &count), -EBADMSG);
	assert_int_equal(firewall_chains("[1]", &chains, &count), -EBADMSG);
	assert_int_equal(firewall_chains("{\"nftables\": 7}", &chains, &count), -EBADMSG);
}

static void fates(void **state)
{
	static const struct firewall_chain DROPS = { .name = "f", .drops = true };
	static const struct firewall_chain ACCEPTS = { .name = "f" };

	(void)state;
	assert_int_equal(firewall_fate(LIST(RULE("f", COUNTER)), &ACCEPTS), FIREWALL_PASSES);
	assert_int_equal(firewall_fate(LIST(RULE("f", COUNTER)), &DROPS), FIREWALL_DROPS);
	assert_int_equal(firewall_fate(LIST(RULE("f", COUNTER ", " REJECT)), &ACCEPTS),
			 FIREWALL_DROPS);
	assert_int_equal(firewall_fate(LIST(RULE("f", FROM("eth0") ", " DROP)), &ACCEPTS),
			 FIREWALL_PASSES);
	/* Another chain of the table is another matter. */
	assert_int_equal(firewall_fate(LIST(RULE("g", DROP)), &ACCEPTS), FIREWALL_PASSES);
	assert_int_equal(firewall_fate(LIST(RULE("g", FROM("ls*") ", " ACCEPT)), &DROPS),
			 FIREWALL_ACCEPTS_OURS);
	assert_int_equal(firewall_fate(LIST(RULE("f", FROM("ls*") ", " DROP)), &DROPS),
			 FIREWALL_DROPS);
	assert_int_equal(firewall_fate(LIST(RULE("f", FROM("eth0") ", " ACCEPT)), &DROPS),
			 FIREWALL_DROPS);
	assert_int_equal(firewall_fate("nonsense", &DROPS), FIREWALL_DROPS);
	assert_int_equal(firewall_fate("nonsense", &ACCEPTS), FIREWALL_UNKNOWN);
}

static void names(void **state)
{
	(void)state;
	assert_true(firewall_name_is_plain("filter_FORWARD-1.x"));
	assert_false(firewall_name_is_plain(""));
	assert_false(firewall_name_is_plain("-f"));
	assert_false(firewall_name_is_plain("x; flush ruleset"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_on_forward),
		cmocka_unit_test(no_chains),
		cmocka_unit_test(fates),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
