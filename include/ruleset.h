/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ruleset.h - the one nftables table of ours, "inet loginspace": masquerading, and who may reach
 * whom. Its size does not depend on how many spaces there are: a rule speaks of the group that the
 * host's side of a pair is in, IFLA_GROUP of rtnetlink(7). Pure.
 */
#ifndef LOGINSPACE_RULESET_H
#define LOGINSPACE_RULESET_H

#include <stddef.h>
#include <stdint.h>

#define RULESET_TABLE "loginspace"

/* The groups are four: RULESET_GROUP and what is added to it. */
#define RULESET_GROUP        0x6c7300u /* "ls" */
#define RULESET_REACH_HOST   0x1u
#define RULESET_REACH_SPACES 0x2u
#define RULESET_REACH_ALL    (RULESET_REACH_HOST | RULESET_REACH_SPACES)

/*
 * ruleset_text - the whole of it, for nft(8): removes what is there, and makes it anew, in one
 * transaction. TEXT has RULESET_TEXT_SIZE bytes. Returns TEXT.
 */
#define RULESET_TEXT_SIZE 8192
const char *ruleset_text(char *text);

/*
 * ruleset_mark - the comment of the table, with a sum of the rules in it: a table with another
 * comment is not of this version. MARK has RULESET_MARK_SIZE bytes. Returns MARK.
 */
#define RULESET_MARK_SIZE 32
const char *ruleset_mark(char *mark);

/* The chains, and how many rules each has: by these a table that was emptied is told from ours. */
struct ruleset_chain {
	const char *name;
	uint32_t rules;
};

#define RULESET_CHAINS 5
extern const struct ruleset_chain RULESET_CHAIN[RULESET_CHAINS];

#endif
