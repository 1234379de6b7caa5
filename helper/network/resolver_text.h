/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolver_text.h - what a resolv.conf(5) says, and what one of ours says. Pure.
 */
#ifndef LOGINSPACE_RESOLVER_TEXT_H
#define LOGINSPACE_RESOLVER_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "value.h"

#define RESOLVER_SIZE         4096 /* of a text of ours, with its NUL */
#define RESOLVER_SERVERS_MAX  16   /* the C library uses three */
#define RESOLVER_KEPT_SIZE    2048
#define RESOLVER_OPTIONS_SIZE 512

struct resolver_file {
	struct value_address servers[RESOLVER_SERVERS_MAX];
	size_t count;
	char kept[RESOLVER_KEPT_SIZE];       /* lines: "search", "domain", "sortlist" */
	char options[RESOLVER_OPTIONS_SIZE]; /* words */
	bool trust_ad; /* among the options: the servers' word on DNSSEC counts */
};

/*
 * resolver_text_parse - the parts of TEXT, read as the C library reads it: a keyword begins its
 * line, the rest of which is words. What has no meaning is left out, and so are name servers above
 * RESOLVER_SERVERS_MAX. Returns 0 or -E2BIG: what is to be kept does not fit.
 */
int resolver_text_parse(const char *text, struct resolver_file *ret_file);

/*
 * resolver_text_make - a resolv.conf with COUNT SERVERS, at most RESOLVER_SERVERS_MAX, and all else
 * as in FILE; but trust-ad, which speaks of the servers beside it, only if they are still the same.
 */
void resolver_text_make(const struct resolver_file *file, const struct value_address *servers,
			size_t count, char text[RESOLVER_SIZE]);

/* resolver_text_is_loopback - the server is on this very machine; as is one without an address. */
bool resolver_text_is_loopback(const struct value_address *server);

/* resolver_text_is_near - it has a meaning on one interface alone: link-local IPv6, multicast. */
bool resolver_text_is_near(const struct value_address *server);

#endif
