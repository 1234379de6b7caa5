/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ruleset.c - the text of the table "inet loginspace". Used by the helper, which has nft(8) load
 * it, and by `loginspace doctor`. Pure.
 *
 * Each base chain accepts what has nothing to do with a space: to accept ends a chain, not the way
 * of a packet, so whatever other tables say holds as before, and their drops hold for spaces, too.
 *
 * Nothing here asks what a connection was allowed to do when it began, but for answers that come
 * in from elsewhere: addresses are given again at once, and the kernel remembers connections for
 * days. Whoever has another's address next has none of his rights.
 */
#include "ruleset.h"

#include <inttypes.h>
#include <stdio.h>

const struct ruleset_chain RULESET_CHAIN[RULESET_CHAINS] = {
	{ "prerouting", 9 }, { "input", 4 },       { "forward", 5 },
	{ "output", 5 },     { "postrouting", 2 },
};

/* To add a table that is there is no error, to delete one that is not would be. */
#define HEAD \
	"add table inet " RULESET_TABLE "\n" \
	"delete table inet " RULESET_TABLE "\n" \
	"table inet " RULESET_TABLE " {\n" \
	"	comment \"%s\"\n"

#define NEIGHBOURS "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }"

/*
 * The four groups, written as nft lists them. Not as a set: every packet that the host forwards is
 * asked for it twice or three times, and to look into a set takes several times as long.
 */
#define SPACES "7107328/30"
_Static_assert(RULESET_GROUP == 7107328 && RULESET_REACH_ALL == 3, "SPACES has all groups");

/*
 * The rules are in an order in which a packet of a connection has few of them to pass.
 *
 * prerouting: "raw" is before connection tracking and before anybody's dnat, so "an address of the
 * host" means what the space has written on the packet, also where a container's port is published
 * there. The reverse path: the space's own address is all that the host has a route to through
 * that interface. Link-local and unspecified addresses have no such route, and neighbour discovery
 * uses them. 127.0.0.0/8 is reachable from without where route_localnet is on.
 *
 * input: what gets there in spite of that, by multicast or by a "redirect" of the administrator's.
 *
 * forward: to be new is enough for what leaves a space, and for others' packets. What connection
 * tracking does not know is not masqueraded either.
 *
 * postrouting: a port of the host that nobody has a connection from is no free one: a service may
 * listen there, and whoever gets it by masquerading gets what is sent to the service. So the space's
 * own choice of a port is not kept, CVE-2021-3773.
 *
 * output: errors, such as "fragmentation needed", are how the host speaks as a router.
 */
#define CHAINS \
	"	chain prerouting {\n" \
	"		type filter hook prerouting priority raw; policy accept;\n" \
	"		iifgroup != " SPACES " accept comment \"not from a space\"\n" \
	"		icmp type redirect drop comment \"spaces are no routers\"\n" \
	"		icmpv6 type { nd-router-advert, nd-redirect } drop comment \"nor here\"\n" \
	"		ip6 saddr { ::, fe80::/10 } " NEIGHBOURS " accept\n" \
	"		fib saddr . iif oif missing drop comment \"not its own address\"\n" \
	"		ip daddr 127.0.0.0/8 drop comment \"route_localnet or not\"\n" \
	"		fib daddr type != local accept comment \"not for the host\"\n" \
	"		" NEIGHBOURS " accept\n" \
	"		iifgroup != @reach_host drop comment \"reach_host = no\"\n" \
	"	}\n" \
	"	chain input {\n" \
	"		type filter hook input priority filter; policy accept;\n" \
	"		iifgroup != " SPACES " accept comment \"not from a space\"\n" \
	"		" NEIGHBOURS " accept\n" \
	"		iifgroup @reach_host fib daddr type local accept comment \"reach_host = " \
	"yes\"\n" \
	"		drop comment \"broadcasts, and what others redirect to the host\"\n" \
	"	}\n" \
	"	chain forward {\n" \
	"		type filter hook forward priority filter; policy accept;\n" \
	"		oifgroup != " SPACES " ct state established,related,new accept comment " \
	"\"not to a space\"\n" \
	"		iifgroup != " SPACES " ct state established,related accept comment " \
	"\"answers\"\n" \
	"		iifgroup != " SPACES " oifgroup != " SPACES " accept comment \"no " \
	"space's\"\n" \
	"		iifgroup @reach_spaces oifgroup @reach_spaces accept comment " \
	"\"reach_spaces = yes\"\n" \
	"		drop comment \"to another space, uninvited, or not to be masqueraded\"\n" \
	"	}\n" \
	"	chain output {\n" \
	"		type filter hook output priority filter; policy accept;\n" \
	"		oifgroup != " SPACES " accept comment \"not to a space\"\n" \
	"		oifgroup @reach_host accept comment \"reach_host = yes\"\n" \
	"		" NEIGHBOURS " accept\n" \
	"		meta l4proto { 1, 58 } ct state related accept comment " \
	"\"errors\"\n" \
	"		drop comment \"nor does the host reach a space\"\n" \
	"	}\n" \
	"	chain postrouting {\n" \
	"		type nat hook postrouting priority srcnat; policy accept;\n" \
	"		iifgroup " SPACES " oifgroup != " SPACES " meta l4proto { 6, 17 } " \
	"masquerade to :32768-60999 fully-random\n" \
	"		iifgroup " SPACES " oifgroup != " SPACES " masquerade\n" \
	"	}\n"

/* A set is constant: it cannot be emptied behind the back of the rules. */
#define SET(name, about, elements) \
	"	set " name " {\n" \
	"		type devgroup; flags constant; comment \"" about "\"\n" \
	"		elements = { " elements " }\n" \
	"	}\n"

static int rules_print(char *text, size_t size)
{
	const unsigned int host = RULESET_GROUP | RULESET_REACH_HOST,
			   spaces = RULESET_GROUP | RULESET_REACH_SPACES,
			   all = RULESET_GROUP | RULESET_REACH_ALL;

	return snprintf(text, size,
			SET("reach_host", "groups of spaces with reach_host = yes", "%u, %u")
				SET("reach_spaces", "groups of those with reach_spaces = yes",
				    "%u, %u") CHAINS "}\n",
			host, all, spaces, all);
}

/* FNV-1a, of 64 bits: it tells versions apart, it keeps nobody out. */
static uint64_t text_sum(const char *text)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++) {
		sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	}
	return sum;
}

const char *ruleset_mark(char *mark)
{
	char text[RULESET_TEXT_SIZE];

	(void)rules_print(text, sizeof(text));
	(void)snprintf(mark, RULESET_MARK_SIZE, "loginspace %016" PRIx64, text_sum(text));
	return mark;
}

const char *ruleset_text(char *text)
{
	char mark[RULESET_MARK_SIZE];
	int length;

	length = snprintf(text, RULESET_TEXT_SIZE, HEAD, ruleset_mark(mark));
	(void)rules_print(text + length, RULESET_TEXT_SIZE - (size_t)length);
	return text;
}
