/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_pam.c - `loginspace doctor`: the PAM lines of the services that logins come by.
 */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "pam_lines.h"
#include "pam_order.h"
#include "scope.h"
#include "text.h"

#define SUBJECT "pam"

static const char *const SERVICES[] = { "sshd", "login", "su", "su-l", "remote" };

#define SERVICE_COUNT (sizeof(SERVICES) / sizeof(SERVICES[0]))

/* Where libpam looks for a file, in this order. */
static const char *const FOLDERS[] = { "/etc/pam.d", "/usr/lib/pam.d", "/usr/etc/pam.d" };

static int file_read(const struct pam_reader *reader, const char *name, char **ret_text)
{
	const struct patient *patient = reader->data;
	int err = -ENOENT;
	char path[512];
	size_t i;

	if (name[0] == '/') {
		return patient_read(patient, name, ret_text);
	}
	for (i = 0; i < sizeof(FOLDERS) / sizeof(FOLDERS[0]) && err == -ENOENT; i++) {
		if ((size_t)snprintf(path, sizeof(path), "%s/%s", FOLDERS[i], name) >=
		    sizeof(path)) {
			return -ENAMETOOLONG;
		}
		err = patient_read(patient, path, ret_text);
	}
	return err;
}

/* A line that cannot be read, in words. */
static void trouble_add(const char *service, const char *file, unsigned int line, int err,
			struct findings *findings)
{
	char shown[64], at[96];

	finding_add(findings, FINDING_WARN, SUBJECT, "mend the PAM file", "%s: %s:%u: %s",
		    text_show(shown, sizeof(shown), service), text_show(at, sizeof(at), file), line,
		    err == -EBADMSG ? "libpam does not take this line" : strerror(-err));
}

/* Another configuration than the usual one: what is wrong with it denies all logins of that line. */
static void line_conf(const struct patient *patient, const struct pam_line *line, const char *conf,
		      struct findings *findings)
{
	char path[PATH_MAX], text[PROBLEM_FILE_SIZE + PROBLEM_TEXT_SIZE + 16];
	struct problem problem;

	(void)snprintf(path, sizeof(path), "%s%s", patient->path != NULL ? patient->path : "",
		       conf);
	if (check_configuration(path, &problem) > 0) {
		finding_add(findings, FINDING_FAIL, SUBJECT,
			    "mend it, or take out conf=", "%s:%u, conf=: %s", line->file,
			    line->line, problem_format(text, sizeof(text), &problem));
	}
}

/* The files that a line of ours names: libpam and the module stop a login without them. */
static void line_files(const struct patient *patient, const struct pam_line *line,
		       struct findings *findings)
{
	const char *helper = pam_line_value(line, "helper=");
	const char *conf = pam_line_value(line, "conf=/");
	SCOPE_FD int module_fd = -1;
	SCOPE_FD int helper_fd = -1;
	char shown[256];

	if (line->module[0] == '/') {
		module_fd = patient_program(patient, line->module, "the module of the PAM line",
					    FINDING_FAIL, findings);
	}
	if (conf != NULL) {
		line_conf(patient, line, conf - 1, findings);
	}
	if (helper == NULL) {
		return;
	}
	helper_fd = patient_executable(patient, helper, "the helper of the PAM line", FINDING_FAIL,
				       findings);
	if (strcmp(helper, LOGINSPACE_HELPER) != 0) {
		finding_add(findings, FINDING_WARN, SUBJECT,
			    "take out helper=", "%s:%u: the helper is %s, not the installed one",
			    line->file, line->line, text_line(shown, sizeof(shown), helper));
	}
}

/* Is there a policy of SELinux in the kernel? Of a machine that does not run: is it set up? */
static bool selinux_on(const struct patient *patient)
{
	const char *path = patient->path == NULL ? "/sys/fs/selinux/policy" : "/etc/selinux/config";
	SCOPE_FD int fd = patient_open(patient, path, O_PATH);

	return fd != -ENOENT && fd != -ENOTDIR;
}

/* Returns whether the service has a line of ours. */
static bool service_judge(const struct patient *patient, const struct pam_reader *reader,
			  const char *service, struct findings *findings)
{
	struct pam_lines lines;
	const char *file = service;
	unsigned int line = 0;
	bool ours = false;
	size_t i;
	int err;

	err = pam_lines_read(reader, service, "session", &lines, &file, &line);
	if (err == 0) {
		pam_order_judge(service, &lines, selinux_on(patient), findings);
	} else if (err != -ENOENT || strcmp(file, service) != 0) {
		trouble_add(service, file, line, err, findings);
	}
	for (i = 0; i < lines.count; i++) {
		if (pam_line_is_ours(&lines.items[i])) {
			ours = true;
			line_files(patient, &lines.items[i], findings);
		}
	}
	pam_lines_free(&lines);
	return ours;
}

/* The module only knows sessions; elsewhere it logs a warning with each login. */
static void other_types(const struct pam_reader *reader, const char *service,
			struct findings *findings)
{
	static const char *const TYPES[] = { "auth", "account", "password" };
	const char *file;
	unsigned int number;
	struct pam_lines lines;
	size_t i, k;

	for (k = 0; k < sizeof(TYPES) / sizeof(TYPES[0]); k++) {
		/* What cannot be read was said with the session lines. */
		(void)pam_lines_read(reader, service, TYPES[k], &lines, &file, &number);
		for (i = 0; i < lines.count; i++) {
			if (pam_line_is_ours(&lines.items[i])) {
				finding_add(findings, FINDING_WARN, SUBJECT, "take the line out",
					    "%s:%u: pam_loginspace does nothing in %s",
					    lines.items[i].file, lines.items[i].line, TYPES[k]);
			}
		}
		pam_lines_free(&lines);
	}
}

/* Of Debian's packages. */
static bool profile_is_there(const struct patient *patient)
{
	SCOPE_FD int fd = patient_open(patient, "/usr/share/pam-configs/loginspace", O_PATH);

	return fd >= 0;
}

void doctor_pam(const struct patient *patient, struct findings *findings)
{
	const struct pam_reader reader = { .read = file_read, .data = patient };
	bool any = false;
	size_t i;

	for (i = 0; i < SERVICE_COUNT; i++) {
		any = service_judge(patient, &reader, SERVICES[i], findings) || any;
		other_types(&reader, SERVICES[i], findings);
	}
	if (!any) {
		finding_add(findings, FINDING_WARN, SUBJECT,
			    profile_is_there(patient)
				    ? "pam-auth-update --enable loginspace"
				    : "add the two lines of pam_loginspace(8) to /etc/pam.d/sshd",
			    "no service has a line of pam_loginspace: no login gets a space");
	}
}
