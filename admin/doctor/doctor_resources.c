/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_resources.c - `loginspace doctor`: can this machine keep the limits that the configuration
 * sets? Where it sets none, nothing is said.
 */
#include "doctor.h"

#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "file.h"
#include "keys.h"
#include "value.h"

#define SUBJECT "resources"
#define GROUPS  "/sys/fs/cgroup"
#define BUSCTL  "/usr/bin/busctl"

static const struct {
	enum key key;
	const char *controller;
} LIMITS[] = {
	{ KEY_MEMORY_MAX, "memory" },
	{ KEY_TASKS_MAX, "pids" },
	{ KEY_CPU_MAX, "cpu" },
};

#define LIMITS_COUNT (sizeof(LIMITS) / sizeof(LIMITS[0]))

static void policy_take(const struct policy *policy, void *data)
{
	bool *wanted = data;
	size_t i;

	for (i = 0; i < LIMITS_COUNT; i++) {
		const char *value = policy->values[LIMITS[i].key].items[0].text;

		wanted[i] = wanted[i] || strcmp(value, "unlimited") != 0;
	}
}

/* WORDS: of cgroup.controllers. */
static bool has_controller(const char *words, const char *controller)
{
	const char *item;
	size_t length;

	while (value_next(&words, " \n", &item, &length)) {
		if (strlen(controller) == length && memcmp(controller, item, length) == 0) {
			return true;
		}
	}
	return false;
}

static void manager_look(struct findings *findings)
{
	struct stat about;

	if (lstat("/run/systemd/system", &about) == 0 && S_ISDIR(about.st_mode) &&
	    access(BUSCTL, X_OK) < 0) {
		finding_add(findings, FINDING_FAIL, SUBJECT, "install it, it comes with systemd",
			    "%s is not there, by which systemd is asked for limits", BUSCTL);
	}
}

void doctor_resources(const struct patient *patient, struct findings *findings)
{
	bool wanted[LIMITS_COUNT] = { false };
	char words[1024] = "";
	struct statfs about;
	size_t i, kept = 0, asked = 0;

	patient_policies(patient, policy_take, wanted);
	if (patient->path != NULL) {
		return; /* another machine's kernel is not here to be asked */
	}
	if (statfs(GROUPS, &about) == 0 && about.f_type == CGROUP2_SUPER_MAGIC) {
		(void)file_read(patient->root, "sys/fs/cgroup/cgroup.controllers", words,
				sizeof(words)); /* what cannot be read has none */
	}
	for (i = 0; i < LIMITS_COUNT; i++) {
		asked += wanted[i] ? 1u : 0u;
		if (wanted[i] && !has_controller(words, LIMITS[i].controller)) {
			finding_add(findings, FINDING_FAIL, SUBJECT,
				    "boot with cgroup v2 alone, or do without the limit",
				    "%s needs cgroup v2 with the %s controller: logins that have "
				    "it are denied",
				    key_about(LIMITS[i].key)->name, LIMITS[i].controller);
		} else if (wanted[i]) {
			kept++;
		}
	}
	if (asked > 0 && kept == asked) {
		finding_add(findings, FINDING_OK, SUBJECT, NULL,
			    "cgroup v2 has what the limits need");
	}
	if (asked > 0) {
		manager_look(findings);
	}
}
