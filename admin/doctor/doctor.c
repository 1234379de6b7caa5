/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor.c - `loginspace doctor`: is the machine ready? The table of what is looked at, and the
 * report. Best as root. Changes nothing.
 */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "complaint.h"
#include "json.h"
#include "options.h"
#include "scope.h"
#include "text.h"
#include "verbs.h"

static void (*const PARTS[])(const struct patient *patient, struct findings *findings) = {
	doctor_kernel, doctor_limits,    doctor_namespaces,    doctor_programs,
	doctor_state,  doctor_sshd,      doctor_configuration, doctor_network,
	doctor_links,  doctor_resources, doctor_pam,
};

#define SUBJECT_WIDTH 14

static void text_print(const struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		(void)printf("%-4s  %-*s  %s\n", finding_word(finding->level), SUBJECT_WIDTH,
			     finding->subject, finding->text);
		if (finding->mend != NULL) {
			(void)printf("%-4s  %-*s  -> %s\n", "", SUBJECT_WIDTH, "", finding->mend);
		}
	}
	(void)printf("%zu ok, %zu warnings, %zu failures\n", findings_count(findings, FINDING_OK),
		     findings_count(findings, FINDING_WARN),
		     findings_count(findings, FINDING_FAIL));
}

static int array_print(const struct findings *findings)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		struct json_object *item = json_object_new_object();

		json_put(item, "level", json_text(finding_word(finding->level)));
		json_put(item, "subject", json_text(finding->subject));
		json_put(item, "text", json_text(finding->text));
		json_put(item, "mend", json_text(finding->mend));
		(void)json_object_array_add(list, item);
	}
	return json_print(list);
}

static int patient_examine(const struct patient *patient, bool json)
{
	struct findings findings = { 0 };
	bool healthy;
	size_t i;
	int err = 0;

	for (i = 0; i < sizeof(PARTS) / sizeof(PARTS[0]); i++) {
		PARTS[i](patient, &findings);
	}
	if (json) {
		err = array_print(&findings);
	} else {
		text_print(&findings);
	}
	healthy = err == 0 && findings_count(&findings, FINDING_FAIL) == 0;
	findings_free(&findings);
	return healthy ? VERB_DONE : VERB_FAILED;
}

int doctor_main(int argc, char **argv)
{
	const char *root = NULL, *wrong = NULL;
	struct patient patient;
	bool json = false;
	const struct option_rule rules[] = {
		{ .name = "json", .flag = &json },
		{ .name = "root", .value = &root },
	};
	SCOPE_FD int folder = -1;
	char shown[256];
	int err, first;

	err = options_read(argc, argv, rules, sizeof(rules) / sizeof(rules[0]), &first, &wrong);
	if (err < 0 || first < argc) {
		return verb_usage(argv[0], err < 0 ? wrong : argv[first]);
	}
	folder = open(root != NULL ? root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		complaint_say("%s: %s", text_line(shown, sizeof(shown), root != NULL ? root : "/"),
			      strerror(errno));
		return VERB_FAILED;
	}
	patient = (struct patient){ .root = folder, .path = root };
	return patient_examine(&patient, json);
}
