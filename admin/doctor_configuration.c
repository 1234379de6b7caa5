/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_configuration.c - `loginspace doctor`: can the configuration be read? `loginspace check`
 * says more.
 */
#include "doctor.h"

#include "configuration.h"
#include "policy.h"
#include "text.h"

void doctor_configuration(const struct patient *patient, struct findings *findings)
{
	const struct policy_login login = {
		.user = "root",
		.uid = 0,
		.service = "sshd",
		.rhost = "",
	};
	char text[PROBLEM_FILE_SIZE + PROBLEM_TEXT_SIZE + 16];
	char shown[FINDING_TEXT_SIZE];
	struct configuration_list list = { 0 };
	struct problem problem;
	struct policy *policy;

	if (policy_read(patient->path, &login, &policy, &problem) < 0) {
		(void)problem_format(text, sizeof(text), &problem);
		finding_add(findings, FINDING_FAIL, "configuration",
			    "mend it, until loginspace check is content", "%s",
			    text_line(shown, sizeof(shown), text));
		return;
	}
	policy_free(policy);
	if (configuration_list(patient->path, &list, &problem) < 0 || list.count == 0) {
		finding_add(findings, FINDING_OK, "configuration", NULL,
			    "there is no file: the defaults hold");
	} else {
		finding_add(findings, FINDING_OK, "configuration", NULL, "%zu file%s, can be read",
			    list.count, list.count == 1 ? "" : "s");
	}
	configuration_list_free(&list);
}
