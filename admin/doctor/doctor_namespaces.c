/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_namespaces.c - `loginspace doctor`: the namespaces that only some configurations ask for.
 * Where none does, nothing is said.
 */
#include "doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "count.h"

/* A user has that many spaces at a time, max_spaces, unless the configuration says more. */
#define SPACES_USUAL 64

#define GROUPS "/sys/fs/cgroup"

struct wishes {
	bool user, cgroup; /* namespaces = ... */
	bool pasta;        /* makes a user namespace of root's, for its network */
};

static void policy_take(const struct policy *policy, void *data)
{
	const struct policy_value *names = &policy->values[KEY_NAMESPACES];
	struct wishes *wishes = (struct wishes *)data;
	size_t i;

	for (i = 0; i < names->count; i++) {
		wishes->user = wishes->user || strcmp(names->items[i].text, "user") == 0;
		wishes->cgroup = wishes->cgroup || strcmp(names->items[i].text, "cgroup") == 0;
	}
	wishes->pasta =
		wishes->pasta || strcmp(policy->values[KEY_NETWORK].items[0].text, "pasta") == 0;
}

struct kind {
	const char *name;
	bool wanted;
	uint64_t enough;   /* of user.max_NAME_namespaces */
	const char *whose; /* of whom that many */
	const char *asks;
};

static void limit_look(const struct kind *kind, struct findings *findings)
{
	char path[64];
	uint64_t most = 0;

	(void)snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces", kind->name);
	if (doctor_number(path, &most) < 0) {
		finding_add(findings, FINDING_WARN, "limits", "mount /proc", "%s cannot be read",
			    path);
	} else if (most < kind->enough) {
		finding_add(findings, most == 0 ? FINDING_FAIL : FINDING_WARN, "limits",
			    "raise it in a file of sysctl.d(5)",
			    "user.max_%s_namespaces is %" PRIu64
			    ", and %s may not have more, which "
			    "%s needs",
			    kind->name, most, kind->whose, kind->asks);
	}
}

static void kind_look(const struct kind *kind, struct findings *findings)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", kind->name);
	if (access(path, F_OK) < 0) {
		finding_add(findings, FINDING_FAIL, "namespaces",
			    "boot a kernel that is configured with them",
			    "this kernel has no %s namespaces, which %s needs", kind->name,
			    kind->asks);
		return;
	}
	finding_add(findings, FINDING_OK, "namespaces", NULL, "%s is there, which %s needs",
		    kind->name, kind->asks);
	limit_look(kind, findings);
}

/* What begins with the login's own control group is a cgroup2 alone; cgroups(7). */
static void cgroup_look(struct findings *findings)
{
	struct statfs about;

	if (statfs(GROUPS, &about) < 0 || about.f_type != CGROUP2_SUPER_MAGIC) {
		finding_add(findings, FINDING_FAIL, "namespaces",
			    "boot with cgroup v2 alone, or take cgroup off the namespaces",
			    "cgroup among the namespaces needs cgroup v2 on " GROUPS
			    ": logins that have it are denied");
	}
}

void doctor_namespaces(const struct patient *patient, struct findings *findings)
{
	struct wishes wishes = { 0 };
	size_t i;

	patient_policies(patient, policy_take, &wishes);

	/* That of a login belongs to an id of its own for each user, see plan_userns_owner(). */
	const struct kind kinds[] = {
		{ "user", wishes.user, SPACES_USUAL, "all spaces of a user together",
		  "user among the namespaces" },
		{ "user", wishes.pasta, NAMESPACES_ENOUGH, "all spaces together",
		  "network = pasta" },
		{ "cgroup", wishes.cgroup, NAMESPACES_ENOUGH, "all spaces together",
		  "cgroup among the namespaces" },
	};

	for (i = 0; i < COUNT(kinds); i++) {
		if (kinds[i].wanted) {
			kind_look(&kinds[i], findings);
		}
	}
	if (wishes.cgroup && patient->path == NULL) {
		cgroup_look(findings);
	}
}
