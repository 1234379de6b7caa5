/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_configuration.c - `loginspace doctor`: is the configuration one that logins get past?
 */
#include "doctor.h"

#include "check.h"
#include "configuration.h"

void doctor_configuration(const struct patient *patient, struct findings *findings)
{
	char text[PROBLEM_FILE_SIZE + PROBLEM_TEXT_SIZE + 16];
	struct configuration_list list = { 0 };
	struct problem problem;

	if (check_configuration(patient->path, &problem) > 0) {
		/* As check says it: names from outside are quoted in it. */
		finding_add(findings, FINDING_FAIL, "configuration",
			    "mend it, until loginspace check is content", "%s",
			    problem_format(text, sizeof(text), &problem));
		return;
	}
	if (configuration_list(patient->path, &list, &problem) < 0 || list.count == 0) {
		finding_add(findings, FINDING_OK, "configuration", NULL,
			    "there is no file: the defaults hold");
	} else {
		finding_add(findings, FINDING_OK, "configuration", NULL, "%zu file%s, can be read",
			    list.count, list.count == 1 ? "" : "s");
	}
	configuration_list_free(&list);
}
