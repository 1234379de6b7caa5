/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_sshd.c - `loginspace doctor`: does sshd ask PAM, and does it give PAM addresses? sshd
 * itself knows best (`sshd -T`, which needs its host keys); else its configuration is read.
 */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "capture.h"
#include "scope.h"
#include "sshd_config.h"

#define SUBJECT     "sshd"
#define SSHD        "/usr/sbin/sshd"
#define SSHD_CONFIG "/etc/ssh/sshd_config"
#define SSHD_MS     5000

/* Only to be asked on its own machine, by root: the keys are root's. */
static int effective_read(const struct patient *patient, char **ret_text)
{
	static char path[] = SSHD, test[] = "-T";
	char *const argv[] = { path, test, NULL };

	if (patient->path != NULL || geteuid() != 0) {
		return -EPERM;
	}
	return capture_run(argv, SSHD_MS, ret_text);
}

/* Does the configuration compare remote hosts? */
static bool rhosts_compared(const struct patient *patient)
{
	struct configuration configuration;
	bool compared = false;
	size_t i;

	patient_configuration(patient, &configuration);
	for (i = 0; i < configuration.section_count; i++) {
		compared = compared || configuration.sections[i].match.values[MATCH_RHOST] != NULL;
	}
	configuration_free(&configuration);
	return compared;
}

/* KNOWN: what stands in the text is all there is; else an include may say more. */
static void pam_look(const char *text, bool known, struct findings *findings)
{
	static const char MEND[] = "set UsePAM yes in " SSHD_CONFIG;
	char value[16];

	if (sshd_config_find(text, "UsePAM", value, sizeof(value)) < 0) {
		finding_add(findings, known ? FINDING_FAIL : FINDING_WARN, SUBJECT, MEND,
			    "UsePAM is not set in " SSHD_CONFIG ": sshd does not ask PAM, unless a "
			    "file that is included there sets it");
	} else if (strcasecmp(value, "yes") == 0) {
		finding_add(findings, FINDING_OK, SUBJECT, NULL, "UsePAM is yes");
	} else {
		finding_add(findings, FINDING_FAIL, SUBJECT, MEND,
			    "UsePAM is not yes: ssh logins get no space");
	}
}

static void names_look(const struct patient *patient, const char *text, struct findings *findings)
{
	char value[16];

	if (sshd_config_find(text, "UseDNS", value, sizeof(value)) == 0 &&
	    strcasecmp(value, "yes") == 0 && rhosts_compared(patient)) {
		finding_add(findings, FINDING_WARN, SUBJECT, "set UseDNS no in " SSHD_CONFIG,
			    "UseDNS is yes, and the configuration compares remote hosts (rhost=): "
			    "logins that come with a name instead of an address are denied");
	}
}

void doctor_sshd(const struct patient *patient, struct findings *findings)
{
	SCOPE_FD int program = patient_open(patient, SSHD, O_PATH);
	char *text = NULL;
	bool known = true;
	int err;

	if (program == -ENOENT) {
		finding_add(findings, FINDING_OK, SUBJECT, NULL, "there is no " SSHD);
		return;
	}
	err = effective_read(patient, &text);
	if (err < 0) {
		known = false;
		err = patient_read(patient, SSHD_CONFIG, &text);
	}
	if (err < 0) {
		finding_add(findings, FINDING_WARN, SUBJECT, NULL, SSHD_CONFIG ": %s",
			    strerror(-err));
		return;
	}
	pam_look(text, known, findings);
	names_look(patient, text, findings);
	free(text);
}
