/* SPDX-License-Identifier: BSD-2-Clause */
/* links: helper/network/pasta_arguments.c lib/hostname.c lib/pool.c lib/value.c lib/value_network.c lib/value_path.c */
/*
 * test_pasta_arguments.c - helper/network/pasta_arguments.c: how pasta(1) is called.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pasta_arguments.h"

#define LINE_SIZE 16384

static char line[LINE_SIZE];
static bool forward_dns;

/* All of them, with a blank on both sides of each. */
static const char *line_of(const struct plan_network *net)
{
	static struct pasta_arguments arguments;
	size_t i, length = 1;

	pasta_arguments_make(net, forward_dns, &arguments);
	strcpy(line, " ");
	for (i = 0; arguments.argv[i] != NULL; i++) {
		assert_true(i < PASTA_ARGUMENTS_MAX);
		length += (size_t)snprintf(line + length, sizeof(line) - length, "%s ",
					   arguments.argv[i]);
	}
	return line;
}

static void publish(struct plan_network *net, const char *text)
{
	assert_int_equal(value_publish(text, &net->publish[net->publish_count++]), 0);
}

static void has(const struct plan_network *net, const char *words)
{
	if (strstr(line_of(net), words) == NULL) {
		fail_msg("\"%s\" is not in \"%s\"", words, line);
	}
}

static void has_not(const struct plan_network *net, const char *words)
{
	if (strstr(line_of(net), words) != NULL) {
		fail_msg("\"%s\" is in \"%s\"", words, line);
	}
}

static void test_always(void **state)
{
	const struct plan_network net = { .kind = NETWORK_PASTA };

	(void)state;
	has(&net, " pasta --");
	has(&net, " --foreground ");
	has(&net, " --config-net ");
	has(&net, " --netns /proc/self/fd/0 ");
	has(&net, " --pid /proc/self/fd/1 ");
	has(&net, " --ns-ifname eth0 ");
}

/* A default of the program's is "auto" for each of the four. */
static void test_nothing_shows(void **state)
{
	const struct plan_network net = { .kind = NETWORK_PASTA };

	(void)state;
	has(&net, " --tcp-ns none ");
	has(&net, " --udp-ns none ");
	has(&net, " --tcp-ports none ");
	has(&net, " --udp-ports none ");
	has(&net, " --no-map-gw ");
}

static void test_reach_host(void **state)
{
	const struct plan_network net = { .kind = NETWORK_PASTA, .reach_host = true };

	(void)state;
	has_not(&net, "--no-map-gw");
	/* Its services are at the gateway's address, and never on the space's loopback. */
	has(&net, " --tcp-ns none ");
	has(&net, " --udp-ns none ");
}

static void test_dns(void **state)
{
	const struct plan_network net = { .kind = NETWORK_PASTA };

	(void)state;
	has_not(&net, "--dns-forward");
	forward_dns = true;
	has(&net, " --dns-forward 169.254.1.1 ");
	forward_dns = false;
}

static void test_publish(void **state)
{
	struct plan_network net = { .kind = NETWORK_PASTA };

	(void)state;
	publish(&net, "8080:80");
	has(&net, " --tcp-ports 8080:80 ");
	has(&net, " --udp-ports none ");
	publish(&net, "192.0.2.7:60001:60001/udp");
	has(&net, " --udp-ports 192.0.2.7/60001:60001 ");
	publish(&net, "[2001:db8::7]:65535:1/tcp");
	has(&net, " --tcp-ports 8080:80 --tcp-ports 2001:db8::7/65535:1 --udp-ports ");
	has_not(&net, "none --udp-ports");
	has_not(&net, "--udp-ports none");
}

/* As many as a plan has, each as long as it can be. */
static void test_many(void **state)
{
	struct plan_network net = { .kind = NETWORK_PASTA };
	size_t i, count = 0;
	const char *next;

	(void)state;
	for (i = 0; i < PLAN_PUBLISH_MAX; i++) {
		publish(&net, "[2001:db8:1111:2222:3333:4444:5555:6666]:65535:65534/udp");
	}
	for (next = line_of(&net); next != NULL; count++) {
		next = strstr(next + 1, "2001:db8:1111:2222:3333:4444:5555:6666/65535:65534 ");
	}
	assert_int_equal(count - 1, PLAN_PUBLISH_MAX);
	has(&net, " --tcp-ports none ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_always),     cmocka_unit_test(test_nothing_shows),
		cmocka_unit_test(test_reach_host), cmocka_unit_test(test_dns),
		cmocka_unit_test(test_publish),    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
