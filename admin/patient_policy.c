/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * patient_policy.c - what the configuration of the machine that `loginspace doctor` looks at asks
 * for. Mistakes in it are another part's finding.
 */
#include "doctor.h"

#include <string.h>

void patient_configuration(const struct patient *patient, struct configuration *configuration)
{
	struct configuration_list list = { 0 };
	struct problem problem;
	size_t i;

	*configuration = (struct configuration){ 0 };
	if (configuration_list(patient->path, &list, &problem) < 0) {
		return;
	}
	for (i = 0; i < list.count; i++) {
		size_t size;
		char *data;

		if (configuration_load(list.paths[i], &data, &size, &problem) == 0) {
			(void)configuration_parse(configuration, list.paths[i], data, size,
						  &problem);
		}
	}
	configuration_list_free(&list);
}

static void section_show(struct configuration *configuration, const struct section *section,
			 void (*take)(const struct policy *policy, void *data), void *data)
{
	struct problem problem;
	struct policy policy;

	if (configuration_preview(configuration, section, &policy, &problem) == 0 &&
	    strcmp(policy.values[KEY_ISOLATE].items[0].text, "no") != 0) {
		take(&policy, data);
	}
}

void patient_policies(const struct patient *patient,
		      void (*take)(const struct policy *policy, void *data), void *data)
{
	struct configuration configuration;
	size_t i;

	patient_configuration(patient, &configuration);
	section_show(&configuration, NULL, take, data);
	for (i = 0; i < configuration.section_count; i++) {
		section_show(&configuration, &configuration.sections[i], take, data);
	}
	configuration_free(&configuration);
}
