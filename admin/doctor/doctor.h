/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor.h - the parts of `loginspace doctor`, one file each: what they look at, they only read.
 */
#ifndef LOGINSPACE_ADMIN_DOCTOR_H
#define LOGINSPACE_ADMIN_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "configuration.h"
#include "finding.h"
#include "policy.h"

/* The machine that is looked at. */
struct patient {
	int root;         /* an fd of its root folder: files are looked for below it */
	const char *path; /* of that folder, as it was given; NULL: this machine's own */
};

void doctor_kernel(const struct patient *patient, struct findings *findings);
void doctor_namespaces(const struct patient *patient, struct findings *findings);
void doctor_limits(const struct patient *patient, struct findings *findings);
void doctor_resources(const struct patient *patient, struct findings *findings);
void doctor_programs(const struct patient *patient, struct findings *findings);
void doctor_state(const struct patient *patient, struct findings *findings);
void doctor_configuration(const struct patient *patient, struct findings *findings);
void doctor_network(const struct patient *patient, struct findings *findings);
void doctor_links(const struct patient *patient, struct findings *findings);
void doctor_pam(const struct patient *patient, struct findings *findings);
void doctor_sshd(const struct patient *patient, struct findings *findings);

/* Each space takes one of each kind, and most of them count as root's, namespaces(7). */
#define NAMESPACES_ENOUGH 1024

/* doctor_number - the number in a file of /proc/sys. Returns 0; -EBADMSG; another negative errno. */
int doctor_number(const char *path, uint64_t *ret);

/* patient_configuration - as much of it as can be read; to be freed with configuration_free(). */
void patient_configuration(const struct patient *patient, struct configuration *configuration);

/*
 * patient_policies - calls TAKE, with DATA, for what [default] alone adds up to, and for [default] with
 * each other section on top, but not where isolate = no.
 */
void patient_policies(const struct patient *patient,
		      void (*take)(const struct policy *policy, void *data), void *data);

/*
 * patient_open - PATH, which begins with '/', below the patient's root folder, links in there
 * included, openat2(2). FLAGS of open(2). Returns an fd or a negative errno.
 */
int patient_open(const struct patient *patient, const char *path, int flags);

/* patient_read - a whole text file of up to 1 MiB; to be freed. Returns 0 or a negative errno. */
int patient_read(const struct patient *patient, const char *path, char **ret_text);

/*
 * patient_program - a finding when the file at PATH is missing or others than root may write to it.
 * *WHAT is a literal, "the helper". Returns an fd of it, the caller's, or a negative errno.
 */
int patient_program(const struct patient *patient, const char *path, const char *what,
		    enum finding_level missing, struct findings *findings);

/* patient_executable - likewise, and one when it cannot be executed. */
int patient_executable(const struct patient *patient, const char *path, const char *what,
		       enum finding_level missing, struct findings *findings);

#endif
