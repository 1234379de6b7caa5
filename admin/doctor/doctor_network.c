/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_network.c - `loginspace doctor`: can this host give spaces the networks that the
 * configuration speaks of? Where it speaks of none, nothing is said.
 */
#include "doctor.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "doctor_firewall.h"
#include "network_files.h"
#include "pool.h"
#include "scope.h"
#include "text.h"

#define SUBJECT "network"
#define TRY_MS  5000
#define PASTA   "/usr/bin/pasta"
#define TUN     "/dev/net/tun"

#define RESOLV_CONF   "/etc/resolv.conf"
#define RESOLVED_CONF "/run/systemd/resolve/resolv.conf"

/* What the sections add up to. */
struct wishes {
	bool nat, pasta;
	bool ipv4, ipv6; /* of nat */
	bool host_dns;   /* some nat or pasta has no dns of its own */
	struct findings *findings;
	const struct patient *patient;
};

/* A file of /proc, whose size nobody knows before it is read. NULL: it is not there. To be freed. */
static char *state_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	if (file == NULL) {
		return NULL;
	}
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	(void)fclose(file);
	return text;
}

static char *file_read(const struct patient *patient, const char *path)
{
	char *text;

	return patient_read(patient, path, &text) < 0 ? NULL : text;
}

static void overlap_look(const struct wishes *wishes, const struct value_prefix *pool,
			 const char *path,
			 int (*find)(const char *, const struct value_prefix *, char *))
{
	char *text = wishes->patient->path == NULL ? state_read(path) : NULL;
	char interface[NETWORK_INTERFACE_SIZE], shown[POOL_TEXT_SIZE], quoted[64];

	if (text != NULL && find(text, pool, interface) == 0) {
		finding_add(wishes->findings, FINDING_FAIL, SUBJECT,
			    "name another prefix with address_pool or address_pool6",
			    "the pool %s overlaps with what the host reaches through %s",
			    pool_text(shown, pool), text_show(quoted, sizeof(quoted), interface));
	}
	free(text);
}

static bool pool_take(const struct policy *policy, enum key key, struct value_prefix *ret_pool)
{
	const char *text = policy->values[key].items[0].text;

	return value_prefix(text, strlen(text), ret_pool) == 0 && pool_is(ret_pool);
}

static void pools_take(const struct policy *policy, struct wishes *wishes)
{
	struct value_prefix pool = { 0 };

	if (pool_take(policy, KEY_ADDRESS_POOL, &pool)) {
		wishes->ipv4 = true;
		overlap_look(wishes, &pool, "/proc/net/route", network_route4_find);
	}
	if (pool_take(policy, KEY_ADDRESS_POOL6, &pool)) {
		wishes->ipv6 = true;
		overlap_look(wishes, &pool, "/proc/net/ipv6_route", network_route6_find);
	}
}

static void policy_take(const struct policy *policy, void *data)
{
	struct wishes *wishes = (struct wishes *)data;
	const char *network = policy->values[KEY_NETWORK].items[0].text;

	wishes->pasta = wishes->pasta || strcmp(network, "pasta") == 0;
	if (strcmp(network, "nat") == 0) {
		wishes->nat = true;
		pools_take(policy, wishes);
		wishes->host_dns = wishes->host_dns || policy->values[KEY_DNS].count == 0;
	}
}

static const struct {
	const char *path;
	const char *wanted; /* what the file begins with */
	bool ipv6;
	const char *name;
	const char *mend;
} SETTINGS[] = {
	{ "/proc/sys/net/ipv4/ip_forward", "1", false, "net.ipv4.ip_forward",
	  "sysctl -w net.ipv4.ip_forward=1, and a file in /etc/sysctl.d for the next boot" },
	{ "/proc/sys/net/ipv6/conf/all/disable_ipv6", "0", true, "net.ipv6.conf.all.disable_ipv6",
	  "sysctl -w net.ipv6.conf.all.disable_ipv6=0, or address_pool6 = none" },
	{ "/proc/sys/net/ipv6/conf/all/forwarding", "1", true, "net.ipv6.conf.all.forwarding",
	  "sysctl -w net.ipv6.conf.all.forwarding=1, or address_pool6 = none" },
};

static void forwarding_look(const struct wishes *wishes)
{
	bool forwards = true;
	size_t i;

	for (i = 0; i < sizeof(SETTINGS) / sizeof(SETTINGS[0]); i++) {
		char *text;

		if (!(SETTINGS[i].ipv6 ? wishes->ipv6 : wishes->ipv4)) {
			continue;
		}
		text = state_read(SETTINGS[i].path);
		if (text == NULL) {
			finding_add(wishes->findings, FINDING_FAIL, SUBJECT,
				    "set address_pool6 = none, or boot a kernel with IPv6",
				    "%s is not there", SETTINGS[i].name);
			forwards = false;
		} else if (text[0] != SETTINGS[i].wanted[0]) {
			finding_add(wishes->findings, FINDING_FAIL, SUBJECT, SETTINGS[i].mend,
				    "%s is not %s: the host forwards nothing for spaces",
				    SETTINGS[i].name, SETTINGS[i].wanted);
			forwards = false;
		}
		free(text);
	}
	if (forwards) {
		finding_add(wishes->findings, FINDING_OK, SUBJECT, NULL,
			    "the host forwards packets");
	}
}

static void resolver_look(const struct wishes *wishes)
{
	char *text = file_read(wishes->patient, RESOLV_CONF);
	char *other = file_read(wishes->patient, RESOLVED_CONF);
	char server[NETWORK_SERVER_SIZE];

	if (text != NULL && network_loopback_find(text, server) == 0 &&
	    (other == NULL || network_loopback_find(other, server) == 0)) {
		finding_add(wishes->findings, FINDING_FAIL, SUBJECT,
			    "name servers that a space reaches: dns = ADDRESS",
			    "the host's name server %s is on its own loopback, which a space does "
			    "not reach",
			    server);
	}
	free(other);
	free(text);
}

/* A program that can be run. */
static bool is_there(const struct patient *patient, const char *path)
{
	SCOPE_FD int fd = patient_open(patient, path, O_PATH);
	struct stat about;

	return fd >= 0 && fstat(fd, &about) == 0 && (about.st_mode & S_IXUSR) != 0;
}

/* In a network namespace of its own, which is gone at once. Needs root, unshare(1) and ip(8). */
static void veth_look(const struct wishes *wishes)
{
	static char unshare[] = "/usr/bin/unshare", net[] = "--net", ip[] = "/sbin/ip",
		    link[] = "link", add[] = "add", type[] = "type", veth[] = "veth";
	char *const arguments[] = { unshare, net, ip, link, add, type, veth, NULL };
	char *text;

	if (geteuid() != 0 || !is_there(wishes->patient, unshare) ||
	    !is_there(wishes->patient, ip)) {
		return;
	}
	if (capture_run(arguments, TRY_MS, &text) < 0) {
		finding_add(wishes->findings, FINDING_FAIL, SUBJECT,
			    "load the module veth, or boot a kernel that has it",
			    "no veth pair can be made in a new network namespace");
		return;
	}
	free(text);
	finding_add(wishes->findings, FINDING_OK, SUBJECT, NULL, "the kernel has veth");
}

static void nat_look(const struct wishes *wishes)
{
	static const char *const PROGRAMS[] = { "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft" };
	const char *nft = NULL;
	size_t i;

	for (i = 0; nft == NULL && i < sizeof(PROGRAMS) / sizeof(PROGRAMS[0]); i++) {
		nft = is_there(wishes->patient, PROGRAMS[i]) ? PROGRAMS[i] : NULL;
	}
	if (nft == NULL) {
		finding_add(wishes->findings, FINDING_FAIL, SUBJECT, "install nftables",
			    "nft is not there, which network = nat needs");
	}
	if (wishes->host_dns) {
		resolver_look(wishes);
	}
	/* What the kernel says is about the machine that this runs on. */
	if (wishes->patient->path != NULL) {
		return;
	}
	forwarding_look(wishes);
	veth_look(wishes);
	if (nft != NULL) {
		doctor_firewall(nft, wishes->findings);
	}
}

static void pasta_look(const struct wishes *wishes)
{
	struct stat about;

	if (!is_there(wishes->patient, PASTA)) {
		finding_add(wishes->findings, FINDING_FAIL, SUBJECT, "install the package passt",
			    PASTA " is not there, which network = pasta needs");
	} else {
		finding_add(wishes->findings, FINDING_OK, SUBJECT, NULL, PASTA " is there");
	}
	if (wishes->patient->path != NULL) {
		return;
	}
	if (stat(TUN, &about) < 0 || !S_ISCHR(about.st_mode)) {
		finding_add(wishes->findings, FINDING_FAIL, SUBJECT,
			    "modprobe tun, and a file in /etc/modules-load.d for the next boot",
			    TUN " is not there, which network = pasta needs");
	} else if ((about.st_mode & (S_IROTH | S_IWOTH)) != (S_IROTH | S_IWOTH)) {
		finding_add(wishes->findings, FINDING_FAIL, SUBJECT, "chmod 0666 " TUN,
			    TUN " is closed to users, as whom pasta runs");
	} else {
		finding_add(wishes->findings, FINDING_OK, SUBJECT, NULL, TUN " is there");
	}
}

void doctor_network(const struct patient *patient, struct findings *findings)
{
	struct wishes wishes = { .patient = patient, .findings = findings };

	patient_policies(patient, policy_take, &wishes);
	if (wishes.nat) {
		nat_look(&wishes);
	}
	if (wishes.pasta) {
		pasta_look(&wishes);
	}
}
