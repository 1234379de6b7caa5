/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doctor_kernel.c - `loginspace doctor`: can this kernel, in this place, make spaces? What it
 * answers is about the machine that it runs on, also with --root.
 */
#include "doctor.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "count.h"
#include "view.h"

#define KERNEL_MAJOR 5
#define KERNEL_MINOR 14

#define CGROUP "/sys/fs/cgroup"

static void version_look(struct findings *findings)
{
	struct utsname name;
	int major = 0, minor = 0;

	if (uname(&name) < 0 || sscanf(name.release, "%d.%d", &major, &minor) != 2) {
		finding_add(findings, FINDING_WARN, "kernel", NULL,
			    "the version of the kernel cannot be read");
		return;
	}
	if (major < KERNEL_MAJOR || (major == KERNEL_MAJOR && minor < KERNEL_MINOR)) {
		finding_add(findings, FINDING_FAIL, "kernel", "boot Linux 5.14 or newer",
			    "Linux %d.%d is too old", major, minor);
		return;
	}
	finding_add(findings, FINDING_OK, "kernel", NULL, "Linux %d.%d is new enough", major,
		    minor);
}

static void namespaces_look(struct findings *findings)
{
	static const char *const KINDS[] = { "mnt", "pid", "ipc", "uts", "net" };
	bool all = true;
	char path[32];
	size_t i;

	for (i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
		(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", KINDS[i]);
		if (access(path, F_OK) < 0) {
			finding_add(findings, FINDING_FAIL, "namespaces",
				    "boot a kernel that is configured with them",
				    "this kernel has no %s namespaces", KINDS[i]);
			all = false;
		}
	}
	if (all) {
		finding_add(findings, FINDING_OK, "namespaces", NULL,
			    "mnt, pid, ipc, uts and net are there");
	}
}

/* What a login takes capabilities for, see the helper's privileges.c. */
enum need {
	NEED_ALWAYS = 1u << 0,
	NEED_RUNTIME = 1u << 1, /* user_bus = hide */
	NEED_PATHS = 1u << 2,   /* through folders closed to others */
	NEED_DEVICES = 1u << 3, /* private_dev */
	NEED_OVERLAY = 1u << 4, /* root_overlay */
};

static const struct {
	unsigned int number;
	unsigned int needs; /* of these, any */
	const char *name;
} CAPABILITIES[] = {
	{ CAP_SYS_ADMIN, NEED_ALWAYS, "CAP_SYS_ADMIN" },
	{ CAP_SYS_CHROOT, NEED_ALWAYS, "CAP_SYS_CHROOT" },
	{ CAP_SYS_PTRACE, NEED_ALWAYS, "CAP_SYS_PTRACE" },
	{ CAP_NET_ADMIN, NEED_ALWAYS, "CAP_NET_ADMIN" },
	{ CAP_SETPCAP, NEED_ALWAYS, "CAP_SETPCAP" },
	{ CAP_SETGID, NEED_ALWAYS, "CAP_SETGID" },
	{ CAP_KILL, NEED_ALWAYS, "CAP_KILL" },
	{ CAP_CHOWN, NEED_RUNTIME | NEED_OVERLAY, "CAP_CHOWN" },
	{ CAP_DAC_READ_SEARCH, NEED_PATHS | NEED_OVERLAY, "CAP_DAC_READ_SEARCH" },
	{ CAP_MKNOD, NEED_DEVICES | NEED_OVERLAY, "CAP_MKNOD" },
	{ CAP_DAC_OVERRIDE, NEED_OVERLAY, "CAP_DAC_OVERRIDE" },
	{ CAP_FOWNER, NEED_OVERLAY, "CAP_FOWNER" },
	{ CAP_FSETID, NEED_OVERLAY, "CAP_FSETID" },
	{ CAP_SETFCAP, NEED_OVERLAY, "CAP_SETFCAP" },
};

static bool has_paths(const struct policy *policy)
{
	static const enum key LISTS[] = { KEY_READ_ONLY, KEY_WRITABLE, KEY_HIDE, KEY_BIND,
					  KEY_TMPFS };
	size_t i;

	for (i = 0; i < COUNT(LISTS); i++) {
		if (policy->values[LISTS[i]].count > 0) {
			return true;
		}
	}
	return policy->values[KEY_PRIVATE_TMP].items[0].text[0] == '/' || view_needs_home(policy);
}

static void needs_take(const struct policy *policy, void *data)
{
	const struct policy_value *values = policy->values;
	unsigned int *needs = data;
	bool user = false;
	size_t i;

	for (i = 0; i < values[KEY_NAMESPACES].count; i++) {
		user = user || strcmp(values[KEY_NAMESPACES].items[i].text, "user") == 0;
	}
	*needs |= strcmp(values[KEY_USER_BUS].items[0].text, "hide") == 0 ? NEED_RUNTIME : 0u;
	*needs |= user || has_paths(policy) ? NEED_PATHS : 0u;
	*needs |= user || strcmp(values[KEY_PRIVATE_DEV].items[0].text, "yes") == 0 ? NEED_DEVICES
										    : 0u;
	*needs |= strcmp(values[KEY_ROOT_OVERLAY].items[0].text, "none") != 0 ? NEED_OVERLAY : 0u;
}

static int capabilities_read(uint64_t *ret)
{
	FILE *status = fopen("/proc/self/status", "re");
	char line[256];
	int err = -ENOENT;

	if (status == NULL) {
		return -errno;
	}
	while (err < 0 && fgets(line, sizeof(line), status) != NULL) {
		if (strncmp(line, "CapEff:", 7) == 0) {
			*ret = strtoull(line + 7, NULL, 16);
			err = 0;
		}
	}
	(void)fclose(status);
	return err;
}

/* Our own stand for those of sshd: both were started on this machine, as root. */
static void capabilities_look(const struct patient *patient, struct findings *findings)
{
	char missing[256] = "";
	unsigned int needs = NEED_ALWAYS;
	uint64_t held = 0;
	size_t at = 0, i;

	if (geteuid() != 0) {
		finding_add(findings, FINDING_WARN, "capabilities", "run this as root",
			    "without root some things cannot be looked at");
		return;
	}
	if (capabilities_read(&held) < 0) {
		finding_add(findings, FINDING_WARN, "capabilities", "mount /proc",
			    "/proc/self/status cannot be read");
		return;
	}
	patient_policies(patient, needs_take, &needs);
	for (i = 0; i < COUNT(CAPABILITIES); i++) {
		if ((CAPABILITIES[i].needs & needs) != 0 &&
		    (held >> CAPABILITIES[i].number & 1) == 0) {
			at += (size_t)snprintf(missing + at, sizeof(missing) - at, " %s",
					       CAPABILITIES[i].name);
		}
	}
	if (missing[0] != '\0') {
		finding_add(findings, FINDING_FAIL, "capabilities",
			    "give them to the container or the service unit that sshd runs in",
			    "root here lacks%s", missing);
		return;
	}
	finding_add(findings, FINDING_OK, "capabilities", NULL, "root here has all that it needs");
}

/* The optional fields of the line for "/", the last of them, proc_pid_mountinfo(5). */
static int propagation_read(char *fields, size_t size)
{
	FILE *mounts = fopen("/proc/self/mountinfo", "re");
	char *line = NULL;
	size_t room = 0;
	int err = -ENOENT;

	if (mounts == NULL) {
		return -errno;
	}
	while (getline(&line, &room, mounts) > 0) {
		char point[2];
		int at = 0;

		if (sscanf(line, "%*d %*d %*s %*s %1[/] %*s %n", point, &at) == 1 && at > 0) {
			const char *end = strstr(line + at, "- ");

			(void)snprintf(fields, size, "%.*s",
				       (int)(end != NULL ? end - (line + at) : 0), line + at);
			err = 0;
		}
	}
	free(line);
	(void)fclose(mounts);
	return err;
}

static void propagation_look(struct findings *findings)
{
	char fields[128];

	if (propagation_read(fields, sizeof(fields)) < 0) {
		finding_add(findings, FINDING_WARN, "propagation", "mount /proc",
			    "the propagation of / cannot be read");
	} else if (strstr(fields, "shared:") != NULL) {
		finding_add(findings, FINDING_OK, "propagation", NULL,
			    "/ is shared: what the host mounts later shows in the spaces");
	} else {
		finding_add(findings, FINDING_OK, "propagation", NULL,
			    "/ is not shared: what the host mounts later does not show in spaces "
			    "that live by then; mount --make-rshared / changes that");
	}
}

/* The helper gives up system calls before it does anything for a login. */
static void seccomp_look(struct findings *findings)
{
	static const uint32_t ACTIONS[] = { SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_ERRNO };
	size_t i;

	for (i = 0; i < COUNT(ACTIONS); i++) {
		if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &ACTIONS[i]) < 0) {
			finding_add(
				findings, FINDING_FAIL, "seccomp",
				"boot a kernel with CONFIG_SECCOMP_FILTER, or let the container "
				"that this runs in use seccomp",
				"there are no filters for system calls (seccomp: %s): every "
				"login is denied",
				strerror(errno));
			return;
		}
	}
	finding_add(findings, FINDING_OK, "seccomp", NULL,
		    "filters for system calls (seccomp) are there");
}

static bool is_cgroup2(const char *path)
{
	struct statfs about;

	return statfs(path, &about) == 0 && about.f_type == CGROUP2_SUPER_MAGIC;
}

/* Who asks for what it takes is told by doctor_resources.c: cgroups(7). */
static void cgroup_look(struct findings *findings)
{
	struct statfs about;
	const char *text = "no control groups are mounted";

	if (is_cgroup2(CGROUP)) {
		text = "control groups are of version 2 alone (unified)";
	} else if (is_cgroup2(CGROUP "/unified")) {
		text = "control groups are of version 1, with 2 beside it (hybrid); limits for "
		       "spaces need 2 alone";
	} else if (statfs(CGROUP, &about) == 0 && about.f_type == TMPFS_MAGIC) {
		text = "control groups are of version 1; limits for spaces need 2 alone";
	}
	finding_add(findings, FINDING_OK, "cgroup", NULL, "%s", text);
}

void doctor_kernel(const struct patient *patient, struct findings *findings)
{
	version_look(findings);
	namespaces_look(findings);
	capabilities_look(patient, findings);
	propagation_look(findings);
	if (LOGINSPACE_FILTERS) {
		seccomp_look(findings);
	}
	cgroup_look(findings);
}
