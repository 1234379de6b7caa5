/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_limits.c - `loginspace doctor`: limits of the kernel that an administrator sets.
 */
#include "doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int doctor_number(const char *path, uint64_t *ret)
{
	FILE *file = fopen(path, "re");
	int got;

	if (file == NULL) {
		return -errno;
	}
	got = fscanf(file, "%" SCNu64, ret);
	(void)fclose(file);
	return got == 1 ? 0 : -EBADMSG;
}

static void namespaces_look(struct findings *findings)
{
	static const char *const KINDS[] = { "mnt", "pid", "ipc", "uts", "net" };
	static const char MEND[] = "raise it in a file of sysctl.d(5)";
	bool enough = true;
	char path[64];
	uint64_t most = 0;
	size_t i;

	for (i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
		(void)snprintf(path, sizeof(path), "/proc/sys/user/max_%s_namespaces", KINDS[i]);
		if (doctor_number(path, &most) < 0) {
			finding_add(findings, FINDING_WARN, "limits", "mount /proc",
				    "%s cannot be read", path);
			enough = false;
		} else if (most < NAMESPACES_ENOUGH) {
			finding_add(findings, most == 0 ? FINDING_FAIL : FINDING_WARN, "limits",
				    MEND,
				    "user.max_%s_namespaces is %" PRIu64
				    ", and all spaces together may not have more",
				    KINDS[i], most);
			enough = false;
		}
	}
	if (enough) {
		finding_add(findings, FINDING_OK, "limits", NULL,
			    "user.max_*_namespaces allow for 1024 spaces and more");
	}
}

static void yama_look(struct findings *findings)
{
	uint64_t scope = 0;
	int err = doctor_number("/proc/sys/kernel/yama/ptrace_scope", &scope);

	if (err == -ENOENT) {
		finding_add(findings, FINDING_OK, "yama", NULL, "there is no Yama");
	} else if (err < 0) {
		finding_add(findings, FINDING_WARN, "yama", NULL,
			    "kernel.yama.ptrace_scope cannot be read");
	} else if (scope >= 3) {
		finding_add(findings, FINDING_FAIL, "yama",
			    "set it to 2 in sysctl.d(5), and boot: it cannot be lowered before",
			    "kernel.yama.ptrace_scope is %" PRIu64
			    ": nobody can join a space of scope = user, nor look into one",
			    scope);
	} else {
		finding_add(findings, FINDING_OK, "yama", NULL,
			    "kernel.yama.ptrace_scope is %" PRIu64 ", below 3", scope);
	}
}

void doctor_limits(const struct patient *patient, struct findings *findings)
{
	(void)patient;
	namespaces_look(findings);
	yama_look(findings);
}
