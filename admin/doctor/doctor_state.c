/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_state.c - `loginspace doctor`: /run/loginspace, and the kill switch in it.
 */
#include "doctor.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "registry.h"
#include "switch.h"
#include "scope.h"

/* What the registry is in. */
#define REGISTRY_FOLDER "/run"

static void registry_look(struct findings *findings)
{
	SCOPE_FD int registry = -1;
	int err = registry_open(&registry);

	if (err == -ENOENT && access(REGISTRY_FOLDER, W_OK) < 0 && errno == EROFS) {
		finding_add(findings, FINDING_FAIL, "registry", "make /run writable",
			    REGISTRY_PATH " cannot be made: %s", strerror(EROFS));
	} else if (err == -ENOENT) {
		finding_add(findings, FINDING_OK, "registry", NULL,
			    REGISTRY_PATH " is not there yet: the first login makes it");
	} else if (err == -EPERM) {
		finding_add(findings, FINDING_FAIL, "registry",
			    "chown root: " REGISTRY_PATH "; chmod 700 " REGISTRY_PATH,
			    "others than root may use " REGISTRY_PATH);
	} else if (err < 0) {
		finding_add(findings, geteuid() == 0 ? FINDING_FAIL : FINDING_WARN, "registry",
			    geteuid() == 0 ? "remove what is there" : "run this as root",
			    REGISTRY_PATH ": %s", strerror(-err));
	} else {
		finding_add(findings, FINDING_OK, "registry", NULL,
			    REGISTRY_PATH " is root's alone");
	}
}

static void switch_report(struct findings *findings)
{
	const char *reason = NULL;
	bool off = false;
	int err = switch_look(&off, &reason);

	if (err < 0) {
		finding_add(findings, FINDING_WARN, "switch",
			    geteuid() == 0 ? "remove it, or make it an empty file of root's"
					   : "run this as root",
			    SWITCH_PATH " has no effect: %s", reason);
	} else if (off) {
		finding_add(findings, FINDING_WARN, "switch", "rm " SWITCH_PATH,
			    SWITCH_PATH " IS THERE: NO LOGIN GETS A SPACE, all are let in as is");
	} else {
		finding_add(findings, FINDING_OK, "switch", NULL, "the kill switch is not thrown");
	}
}

void doctor_state(const struct patient *patient, struct findings *findings)
{
	if (patient->path != NULL) {
		return; /* a machine that does not run has none */
	}
	registry_look(findings);
	switch_report(findings);
}
