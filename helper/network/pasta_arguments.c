/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pasta_arguments.c - how pasta(1) is called. Runs in the helper. Pure.
 */
#include "pasta_arguments.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "pasta.h"
#include "pool.h"

/* clang-format off */
static const char *const ALWAYS[] = {
	"pasta",
	"--quiet",		/* errors only */
	"--foreground",		/* one process: the one that is on the leash */
	"--netns", "/proc/self/fd/0",
	"--no-netns-quit",	/* that path tells it nothing of the space's end */
	"--pid", "/proc/self/fd/1",
	"--config-net",		/* addresses and routes, too, as the host has them */
	"--ns-ifname", PASTA_INTERFACE,
	"--no-dhcp", "--no-dhcpv6",	/* so nobody has to ask for them */
	/* The default, "auto", puts the loopback services of the host on that of the space. */
	"--tcp-ns", "none",
	"--udp-ns", "none",
};
/* clang-format on */

#define ALWAYS_COUNT (sizeof(ALWAYS) / sizeof(ALWAYS[0]))

_Static_assert(ALWAYS_COUNT + 1 + 2 + 4 + (size_t)(2 * PLAN_PUBLISH_MAX) < PASTA_ARGUMENTS_MAX,
	       "room for --no-map-gw, --dns-forward, none and none, each port and NULL");

struct words {
	struct pasta_arguments *arguments;
	size_t count;
};

static void add(struct words *words, const char *word)
{
	words->arguments->argv[words->count++] = word;
}

static void spec_write(char *spec, const struct value_publish *publish)
{
	char address[POOL_TEXT_SIZE] = "";

	if (!publish->any) {
		(void)pool_address_text(address, &publish->address);
	}
	(void)snprintf(spec, PASTA_SPEC_SIZE, "%.45s%s%u:%u", address, publish->any ? "" : "/",
		       publish->host_port, publish->port);
}

/* Its default, "auto", is whatever port is listened on inside, on all of the host's addresses. */
static void add_ports(struct words *words, const struct plan_network *net, bool udp)
{
	const char *option = udp ? "--udp-ports" : "--tcp-ports";
	bool none = true;
	size_t i;

	for (i = 0; i < net->publish_count && i < PLAN_PUBLISH_MAX; i++) {
		if (net->publish[i].udp == udp) {
			char *spec = words->arguments->specs[i];

			spec_write(spec, &net->publish[i]);
			add(words, option);
			add(words, spec);
			none = false;
		}
	}
	if (none) {
		add(words, option);
		add(words, "none");
	}
}

void pasta_arguments_make(const struct plan_network *net, bool forward_dns,
			  struct pasta_arguments *ret)
{
	struct words words = { .arguments = ret };
	size_t i;

	for (i = 0; i < ALWAYS_COUNT; i++) {
		add(&words, ALWAYS[i]);
	}
	/* Without it the address of the gateway is the host's loopback. */
	if (!net->reach_host) {
		add(&words, "--no-map-gw");
	}
	/*
	 * Not without need: the version of 2023 then says of all answers of the host's first server,
	 * also of one that was asked directly, that they come from there.
	 */
	if (forward_dns) {
		add(&words, "--dns-forward");
		add(&words, PASTA_DNS);
	}
	add_ports(&words, net, false);
	add_ports(&words, net, true);
	add(&words, NULL);
}
