/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_firewall.c - `loginspace doctor`: is our nftables table whole, and does anybody else's
 * drop what spaces send and get? As root; without, nft(8) shows nothing.
 */
#include "doctor_firewall.h"

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "firewall_chain.h"
#include "ruleset.h"
#include "text.h"

#define SUBJECT "firewall"
#define NFT_MS  5000
#define REMAKE  "log in once with network = nat: the table is made anew"

#define ARGUMENTS_MAX 8

/* What `nft WORDS` prints. Returns 0; -ECHILD (it fails); another negative errno. */
static int nft_ask(const char *nft, const char *const words[], char **ret_text)
{
	char copies[ARGUMENTS_MAX][FIREWALL_NAME_SIZE];
	char *arguments[ARGUMENTS_MAX + 1] = { NULL };
	size_t i;

	(void)snprintf(copies[0], sizeof(copies[0]), "%s", nft);
	arguments[0] = copies[0];
	for (i = 1; i < ARGUMENTS_MAX && words[i - 1] != NULL; i++) {
		(void)snprintf(copies[i], sizeof(copies[i]), "%s", words[i - 1]);
		arguments[i] = copies[i];
	}
	return capture_run(arguments, NFT_MS, ret_text);
}

/* Are there pairs of spaces that live? By the interfaces' names: doctor may be anybody. */
static bool pairs_live(void)
{
	glob_t found;
	bool live;

	live = glob("/sys/class/net/ls[0-9]*", GLOB_NOSORT, NULL, &found) == 0;
	globfree(&found);
	return live;
}

/* The lines of a chain in TEXT, as nft prints them, without the one that says what hook it has. */
static uint32_t rules_count(const char *text, const char *chain)
{
	char head[FIREWALL_NAME_SIZE + 16];
	const char *at;
	uint32_t lines = 0;

	(void)snprintf(head, sizeof(head), "\tchain %s {\n", chain);
	at = strstr(text, head);
	if (at == NULL) {
		return 0;
	}
	for (at += strlen(head); at != NULL && strncmp(at, "\t\t", 2) == 0; lines++) {
		at = strchr(at, '\n');
		at = at == NULL ? NULL : at + 1;
	}
	return lines > 0 ? lines - 1 : 0;
}

static void ours_examine(const char *text, struct findings *findings)
{
	char mark[RULESET_MARK_SIZE];
	bool whole = true;
	size_t i;

	if (strstr(text, ruleset_mark(mark)) == NULL) {
		finding_add(findings, FINDING_WARN, SUBJECT, REMAKE,
			    "the table inet " RULESET_TABLE " is not of this version: it does not "
			    "say \"%s\"",
			    mark);
		return;
	}
	for (i = 0; i < RULESET_CHAINS; i++) {
		const struct ruleset_chain *chain = &RULESET_CHAIN[i];
		const uint32_t rules = rules_count(text, chain->name);

		if (rules != chain->rules) {
			finding_add(findings, FINDING_FAIL, SUBJECT, REMAKE,
				    "the table inet " RULESET_TABLE ": the chain %s has %u rules "
				    "instead of %u",
				    chain->name, rules, chain->rules);
			whole = false;
		}
	}
	if (strstr(text, "flags dormant") != NULL) {
		finding_add(findings, FINDING_FAIL, SUBJECT, REMAKE,
			    "the table inet " RULESET_TABLE " is dormant: none of it holds");
		whole = false;
	}
	if (whole) {
		finding_add(findings, FINDING_OK, SUBJECT, NULL,
			    "the table inet " RULESET_TABLE " is there, and whole");
	}
}

static void ours_look(const char *nft, struct findings *findings)
{
	static const char *const WORDS[] = { "list", "table", "inet", RULESET_TABLE, NULL };
	char *text;
	int err = nft_ask(nft, WORDS, &text);

	if (err == 0) {
		ours_examine(text, findings);
		free(text);
	} else if (err != -ECHILD) {
		finding_add(findings, FINDING_WARN, SUBJECT, "try nft list ruleset",
			    "nft cannot be asked: %s", strerror(-err));
	} else if (pairs_live()) {
		finding_add(findings, FINDING_FAIL, SUBJECT, REMAKE,
			    "the table inet " RULESET_TABLE " is gone, and spaces with network = "
			    "nat live: nothing keeps them from one another and from the host");
	} else {
		finding_add(findings, FINDING_OK, SUBJECT, NULL,
			    "the table inet " RULESET_TABLE " is not there: the first login with "
			    "network = nat makes it");
	}
}

static const char *mend_of(const struct firewall_chain *chain)
{
	if (strcmp(chain->table, "firewalld") == 0) {
		return "firewall-cmd --permanent --zone=trusted --add-interface=ls+; firewall-cmd "
		       "--reload (our own table still keeps spaces from the host)";
	}
	if (strcmp(chain->name, "FORWARD") == 0 && strcmp(chain->family, "ip") == 0) {
		return FIREWALL_MEND("iptables");
	}
	if (strcmp(chain->name, "FORWARD") == 0 && strcmp(chain->family, "ip6") == 0) {
		return FIREWALL_MEND("ip6tables");
	}
	return "in front of its other rules: iifname \"ls*\" accept; oifname \"ls*\" ct state "
	       "established,related accept";
}

/* A chain on the hook "forward" that is somebody else's. */
static void chain_look(const char *nft, const struct firewall_chain *chain,
		       struct findings *findings)
{
	const char *const words[] = { "-j", "list", "table", chain->family, chain->table, NULL };
	enum firewall_fate fate = chain->drops ? FIREWALL_DROPS : FIREWALL_UNKNOWN;
	char shown[3 * FIREWALL_NAME_SIZE], name[3 * FIREWALL_NAME_SIZE];
	char *text;

	(void)snprintf(name, sizeof(name), "%s %s %s", chain->family, chain->table, chain->name);
	(void)text_line(shown, sizeof(shown), name);
	if (firewall_name_is_plain(chain->table) && nft_ask(nft, words, &text) == 0) {
		fate = firewall_fate(text, chain);
		free(text);
	}
	switch (fate) {
	case FIREWALL_DROPS:
		finding_add(findings, FINDING_WARN, SUBJECT, mend_of(chain),
			    "the chain %.200s drops what it does not know, and so what spaces with "
			    "network = nat send",
			    shown);
		break;
	case FIREWALL_UNKNOWN:
		finding_add(findings, FINDING_WARN, SUBJECT, mend_of(chain),
			    "the chain %.200s cannot be read: it may drop what spaces with network "
			    "= nat send",
			    shown);
		break;
	case FIREWALL_ACCEPTS_OURS:
		finding_add(findings, FINDING_OK, SUBJECT, NULL,
			    "the chain %.200s has a rule for the interfaces ls*", shown);
		break;
	case FIREWALL_PASSES:
		break;
	}
}

static void others_look(const char *nft, struct findings *findings)
{
	static const char *const WORDS[] = { "-j", "list", "chains", NULL };
	struct firewall_chain *chains;
	size_t count, i;
	char *text;

	if (nft_ask(nft, WORDS, &text) < 0) {
		finding_add(
			findings, FINDING_WARN, SUBJECT, "try nft list chains",
			"nft -j list chains fails: network = nat needs nf_tables in the kernel");
		return;
	}
	if (firewall_chains(text, &chains, &count) < 0) {
		finding_add(findings, FINDING_WARN, SUBJECT, "see nft list chains",
			    "what nft says of the chains cannot be read");
		count = 0;
		chains = NULL;
	}
	for (i = 0; i < count; i++) {
		chain_look(nft, &chains[i], findings);
	}
	free(chains);
	free(text);
}

/* Does the file, one of /proc/net/ip_tables_names, name the table "filter"? */
static bool filter_listed(const char *names)
{
	FILE *file = fopen(names, "re");
	char line[FIREWALL_NAME_SIZE];
	bool listed = false;

	while (file != NULL && !listed && fgets(line, sizeof(line), file) != NULL) {
		listed = strcmp(line, "filter\n") == 0;
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	return listed;
}

/* The tables of the older interface, which nft does not show. */
static void legacy_look(const char *names, const char *program, const char *mend,
			struct findings *findings)
{
	char path[FIREWALL_NAME_SIZE], list[] = "-S", chain[] = "FORWARD";
	char *const arguments[] = { path, list, chain, NULL };
	char *text = NULL;

	if (!filter_listed(names)) {
		return;
	}
	(void)snprintf(path, sizeof(path), "%s", program);
	if (capture_run(arguments, NFT_MS, &text) < 0) {
		finding_add(findings, FINDING_WARN, SUBJECT, mend,
			    "%s lists a table that nft does not show: it may drop what spaces with "
			    "network = nat send",
			    names);
		return;
	}
	if (strstr(text, "-P FORWARD DROP") != NULL && strstr(text, "-i ls+ ") == NULL) {
		finding_add(findings, FINDING_WARN, SUBJECT, mend,
			    "the chain FORWARD of %s drops what it does not know, and so what "
			    "spaces with network = nat send",
			    program);
	}
	free(text);
}

void doctor_firewall(const char *nft, struct findings *findings)
{
	if (geteuid() != 0) {
		finding_add(findings, FINDING_WARN, SUBJECT, "run this as root",
			    "without root nft shows no tables");
		return;
	}
	ours_look(nft, findings);
	others_look(nft, findings);
	legacy_look("/proc/net/ip_tables_names", "/usr/sbin/iptables-legacy",
		    FIREWALL_MEND("iptables-legacy"), findings);
	legacy_look("/proc/net/ip6_tables_names", "/usr/sbin/ip6tables-legacy",
		    FIREWALL_MEND("ip6tables-legacy"), findings);
}
