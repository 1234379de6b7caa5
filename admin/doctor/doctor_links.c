/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_links.c - `loginspace doctor`: are the network namespaces and interfaces there that the
 * configuration names? What it answers is about the machine that it runs on.
 */
#include "doctor.h"

#include <errno.h>
#include <linux/magic.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>

#include "quote.h"
#include "text.h"

#define SUBJECT "network"
#define FOLDER  "/run/netns/"

static void namespace_look(const char *name, struct findings *findings)
{
	char path[sizeof(FOLDER) + PLAN_NETWORK_SIZE], shown[QUOTE_SIZE(PLAN_NETWORK_SIZE)];
	struct statfs about;

	(void)snprintf(path, sizeof(path), FOLDER "%s", name);
	(void)text_line(shown, sizeof(shown), name);
	if (statfs(path, &about) < 0) {
		finding_add(findings, FINDING_FAIL, SUBJECT, "ip netns add, before logins come",
			    "network = netns:%s: " FOLDER "%s: %s", shown, shown, strerror(errno));
	} else if (about.f_type != NSFS_MAGIC) {
		finding_add(findings, FINDING_FAIL, SUBJECT, "ip netns delete, and add it again",
			    "network = netns:%s: " FOLDER "%s is no namespace", shown, shown);
	} else {
		finding_add(findings, FINDING_OK, SUBJECT, NULL, "network = netns:%s is there",
			    shown);
	}
}

/* MISSING: how bad it is that there is no such interface, and MEND what to do. */
static void interface_look(const char *kind, const char *name, enum finding_level missing,
			   const char *mend, struct findings *findings)
{
	char shown[QUOTE_SIZE(PLAN_NETWORK_SIZE)];

	(void)text_line(shown, sizeof(shown), name);
	if (if_nametoindex(name) == 0) {
		finding_add(findings, missing, SUBJECT, mend,
			    "network = %s:%s: the host has no interface of that name", kind, shown);
	} else {
		finding_add(findings, FINDING_OK, SUBJECT, NULL, "network = %s:%s is there", kind,
			    shown);
	}
}

static void policy_take(const struct policy *policy, void *data)
{
	const char *network = policy->values[KEY_NETWORK].items[0].text;
	const char *name = strchr(network, ':');
	struct findings *findings = (struct findings *)data;

	if (name == NULL) {
		return;
	}
	name++;
	if (strncmp(network, "netns:", 6) == 0) {
		namespace_look(name, findings);
	} else if (strncmp(network, "macvlan:", 8) == 0) {
		interface_look("macvlan", name, FINDING_FAIL, "name one that is there, see ip link",
			       findings);
	} else if (strncmp(network, "device:", 7) == 0) {
		interface_look("device", name, FINDING_WARN,
			       "see loginspace list, whether a space has it", findings);
	}
}

void doctor_links(const struct patient *patient, struct findings *findings)
{
	if (patient->path == NULL) {
		patient_policies(patient, policy_take, findings);
	}
}
