/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.c - `loginspace check`: is the configuration right? As anybody who may read it; the exit
 * status is for configuration management.
 *
 * Each file is read for itself, so that a mistake in one does not hide those in others. Logins stop
 * at the first mistake.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "accounts.h"
#include "check.h"
#include "complaint.h"
#include "configuration.h"
#include "decision_network.h"
#include "json.h"
#include "options.h"
#include "policy.h"
#include "quote.h"
#include "text.h"
#include "value.h"
#include "verbs.h"
#include "view.h"
#include "weakness.h"

#define ROOT "root"

/* What was found, as it goes on. */
struct report {
	bool json;
	struct json_object *array;
	size_t problems;
	size_t files;
	const struct configuration_list *list; /* what is being looked at */
	bool bad[CONFIGURATION_FILES_MAX];     /* files of that list */
	struct problem *first; /* of doctor: the first problem goes there, and nothing is written */
	struct problem last;   /* that a view has: the same in [default] shows with each section */
	struct problem *warnings; /* that there were: the same for these */
	size_t warning_count;
};

static void objects_add(struct json_object *objects, const char *level,
			const struct problem *problem)
{
	struct json_object *object = json_object_new_object();

	json_put(object, "level", json_text(level));
	json_put(object, "file", problem->file[0] != '\0' ? json_text(problem->file) : NULL);
	json_put(object, "line", problem->line > 0 ? json_number(problem->line) : NULL);
	json_put(object, "text", json_text(problem->text));
	(void)json_object_array_add(objects, object);
}

static void report_add(struct report *report, const struct problem *problem)
{
	size_t i;

	report->problems++;
	/* What names no file is about all of them. */
	for (i = 0; report->list != NULL && i < report->list->count; i++) {
		report->bad[i] = report->bad[i] || problem->file[0] == '\0' ||
				 strcmp(report->list->paths[i], problem->file) == 0;
	}
	if (report->first != NULL) {
		if (report->problems == 1) {
			*report->first = *problem;
		}
		return;
	}
	if (report->json) {
		objects_add(report->array, "fail", problem);
	} else {
		complaint_problem(problem);
	}
}

/* Was there none like it? Without memory to know, there was not. */
static bool warning_is_new(struct report *report, const struct problem *warning)
{
	struct problem *warnings;
	size_t i;

	for (i = 0; i < report->warning_count; i++) {
		if (memcmp(&report->warnings[i], warning, sizeof(*warning)) == 0) {
			return false;
		}
	}
	warnings = reallocarray(report->warnings, report->warning_count + 1, sizeof(*warning));
	if (warnings != NULL) {
		warnings[report->warning_count++] = *warning;
		report->warnings = warnings;
	}
	return true;
}

/* What is no mistake, and changes no exit status. */
static void report_warn(struct report *report, const struct policy *policy)
{
	struct problem warnings[WEAKNESS_MAX] = { 0 };
	const size_t count = report->first == NULL ? weakness_find(policy, warnings) : 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!warning_is_new(report, &warnings[i])) {
			continue;
		}
		if (report->json) {
			objects_add(report->array, "warn", &warnings[i]);
		} else {
			complaint_warning(&warnings[i]);
		}
	}
}

/* False: something is wrong. */
static bool file_check(const char *path, struct report *report)
{
	struct configuration configuration = { 0 };
	size_t before = report->problems, size;
	struct problem problem = { 0 };
	char *data;
	int err;

	report->files++;
	err = configuration_load(path, &data, &size, &problem);
	if (err == 0) {
		err = configuration_parse(&configuration, path, data, size, &problem);
	}
	if (err == 0) {
		err = accounts_look_up(&configuration.names, ROOT, &problem);
	}
	if (err < 0) {
		report_add(report, &problem);
	}
	configuration_free(&configuration);
	return report->problems == before;
}

static void good_print(const struct report *report)
{
	char shown[QUOTE_SIZE(MESSAGE_PATH_SIZE)];
	size_t i;

	for (i = 0; i < report->list->count && !report->json && report->first == NULL; i++) {
		if (!report->bad[i]) {
			(void)printf("%s: ok\n",
				     text_line(shown, sizeof(shown), report->list->paths[i]));
		}
	}
}

/* What a login does with it, in case that finds something that the files alone do not show. */
static void whole_check(const char *conf, struct report *report)
{
	const struct policy_login login = {
		.user = ROOT,
		.uid = 0,
		.service = "sshd",
		.rhost = "",
	};
	struct problem problem = { 0 };
	struct policy *policy;

	if (policy_read(conf, &login, &policy, &problem) < 0) {
		report_add(report, &problem);
		return;
	}
	policy_free(policy);
}

/* Lines that contradict each other deny the login that they both hold for. */
static void view_report(struct configuration *configuration, const struct section *section,
			struct report *report)
{
	struct problem problem = { 0 };
	struct policy policy;

	if (configuration_preview(configuration, section, &policy, &problem) == 0 &&
	    (strcmp(policy.values[KEY_ISOLATE].items[0].text, "no") == 0 ||
	     (decision_privileges_check(&policy, &problem) == 0 &&
	      decision_network_check(&policy, &problem) == 0 &&
	      view_check(&policy, &problem) == 0))) {
		report_warn(report, &policy);
		return;
	}
	if (memcmp(&problem, &report->last, sizeof(problem)) != 0) {
		report_add(report, &problem);
		report->last = problem;
	}
}

static int list_parse(struct configuration *configuration, const struct configuration_list *list,
		      struct problem *problem)
{
	int err = 0;
	size_t i;

	for (i = 0; i < list->count && err == 0; i++) {
		char *data;
		size_t size;

		err = configuration_load(list->paths[i], &data, &size, problem);
		if (err == 0) {
			err = configuration_parse(configuration, list->paths[i], data, size,
						  problem);
		}
	}
	return err;
}

/*
 * [default] for itself, and with each other section: not all that may come together, but what one
 * who writes a section has to know.
 */
static void views_check(const struct configuration_list *list, struct report *report)
{
	struct configuration configuration = { 0 };
	struct problem problem = { 0 };
	size_t i;

	if (list_parse(&configuration, list, &problem) < 0) {
		report_add(report, &problem);
	} else {
		view_report(&configuration, NULL, report);
		for (i = 0; i < configuration.section_count; i++) {
			if (!match_is_default(&configuration.sections[i].match)) {
				view_report(&configuration, &configuration.sections[i], report);
			}
		}
	}
	configuration_free(&configuration);
}

/* CONF: a file, a folder, or NULL: the usual places. */
static void conf_check(const char *conf, struct report *report)
{
	struct configuration_list list = { 0 };
	size_t before = report->problems, i;
	struct problem problem = { 0 };

	if (configuration_list(conf, &list, &problem) < 0) {
		report_add(report, &problem);
		return;
	}
	report->list = &list;
	memset(report->bad, 0, sizeof(report->bad));
	for (i = 0; i < list.count; i++) {
		report->bad[i] = !file_check(list.paths[i], report);
	}
	if (report->problems == before) {
		views_check(&list, report);
	}
	if (report->problems == before) {
		whole_check(conf, report);
	}
	good_print(report);
	report->list = NULL;
	configuration_list_free(&list);
}

size_t check_configuration(const char *conf, struct problem *ret_first)
{
	struct report report = { .first = ret_first };

	conf_check(conf, &report);
	return report.problems;
}

static int report_end(const struct report *report)
{
	free(report->warnings);
	if (report->json && json_print(report->array) < 0) {
		complaint_say("out of memory");
		return VERB_FAILED;
	}
	if (!report->json && report->files == 0 && report->problems == 0) {
		(void)puts("no configuration file: the defaults hold");
	}
	return report->problems > 0 ? VERB_FAILED : VERB_DONE;
}

int check_main(int argc, char **argv)
{
	struct report report = { 0 };
	const struct option_rule rules[] = { { .name = "json", .flag = &report.json } };
	const char *wrong = NULL;
	int err, first, i;

	err = options_read(argc, argv, rules, sizeof(rules) / sizeof(rules[0]), &first, &wrong);
	if (err < 0) {
		return verb_usage(argv[0], wrong);
	}
	report.array = report.json ? json_object_new_array() : NULL;
	if (first == argc) {
		conf_check(NULL, &report);
	}
	for (i = first; i < argc; i++) {
		conf_check(argv[i], &report);
	}
	return report_end(&report);
}
