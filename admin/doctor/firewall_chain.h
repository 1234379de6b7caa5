/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * firewall_chain.h - what nft(8) prints as JSON, libnftables-json(5), as far as it is about chains
 * that forwarded packets pass. Pure.
 */
#ifndef LOGINSPACE_ADMIN_FIREWALL_CHAIN_H
#define LOGINSPACE_ADMIN_FIREWALL_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#define FIREWALL_NAME_SIZE 256 /* NFT_NAME_MAXLEN of <linux/netfilter/nf_tables.h> */

/* A literal: what lets through what spaces send, and the answers. */
#define FIREWALL_MEND(program) \
	program " -I FORWARD -i ls+ -j ACCEPT; " program \
		" -I FORWARD -o ls+ -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"

struct firewall_chain {
	char family[16];
	char table[FIREWALL_NAME_SIZE];
	char name[FIREWALL_NAME_SIZE];
	bool drops; /* its policy */
};

/*
 * firewall_chains - those on the hook "forward" of IPv4 and IPv6, but not ours, in the output of
 * `nft -j list chains`. *RET_CHAINS is to be freed with free(3). Returns 0; -EBADMSG; -ENOMEM.
 */
int firewall_chains(const char *text, struct firewall_chain **ret_chains, size_t *ret_count);

enum firewall_fate {
	FIREWALL_PASSES,
	FIREWALL_ACCEPTS_OURS, /* would drop, and the table has a rule that accepts from ls* */
	FIREWALL_DROPS,        /* by its policy, or by a rule that has no condition */
	FIREWALL_UNKNOWN,      /* the text cannot be read */
};

/* firewall_fate - of a packet that none of the chain's other rules concern. TEXT: `nft -j list table`. */
enum firewall_fate firewall_fate(const char *text, const struct firewall_chain *chain);

/* firewall_name_is_plain - no name that nft would take for something else. */
bool firewall_name_is_plain(const char *name);

#endif
