// SPDX-License-Identifier: BSD-2-Clause
/*
 * attempt_elsewhere before | later: at file systems of the kernel's that the host has mounted
 * elsewhere than in /proc and /sys, as it does for a chroot. T_BEFORE, T_LATER: a folder with
 * such mounts: proc, sys, group, and dev, where the node of a disk is, "disk"; the second is
 * filled after the login. T_ROOT: a process of the host's; T_SAME: one of the same user.
 */
#include "attempt.h"

static const char *folder;

static enum outcome below(const char *name, int flags)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return opened(path, flags);
}

static enum outcome settings(void)
{
	return below("proc/sys/kernel/core_pattern", O_WRONLY);
}

static enum outcome processes(void)
{
	char name[64];

	snprintf(name, sizeof(name), "proc/%d/stat", target_pid("T_ROOT"));
	return below(name, O_RDONLY);
}

static enum outcome root_of_own(void)
{
	char name[64];

	snprintf(name, sizeof(name), "proc/%d/root", target_pid("T_SAME"));
	return below(name, O_RDONLY | O_DIRECTORY);
}

static enum outcome objects(void)
{
	return below("sys/bus/platform/uevent", O_WRONLY);
}

static enum outcome groups(void)
{
	enum outcome outcome = below("group/cgroup.procs", O_WRONLY);

	return outcome == NOT_THERE && strcmp(target("T_GROUP"), "-") == 0 ? UNKNOWN : outcome;
}

static enum outcome device(void)
{
	char path[PATH_MAX];
	enum outcome outcome;

	snprintf(path, sizeof(path), "%s/dev/disk", folder);
	outcome = probed(open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK), ENXIO);
	return outcome == UNKNOWN ? WORKS : outcome;
}

static const struct attempt BEFORE[] = {
	{ "ESC-04", "see processes of the host by another /proc", "", processes },
	{ "ESC-07", "reach the host's files by another /proc, PID/root of an own process", "U",
	  root_of_own },
	{ "ESC-04", "write kernel.core_pattern by another /proc", "SHU", settings },
	{ "ESC-04", "write a file of another /sys", "SHU", objects },
	{ "ESC-04", "write another mount of the control groups", "SHU", groups },
	{ "ESC-04", "open a block device in another /dev", "SHU", device },
};

static const struct attempt LATER[] = {
	{ "ESC-04", "see processes of the host by another /proc, mounted later", "", processes },
	{ "ESC-07", "reach the host's files by another /proc, mounted later", "U", root_of_own },
	{ "ESC-04", "write kernel.core_pattern by another /proc, mounted later", "SHU", settings },
	{ "ESC-04", "write a file of another /sys, mounted later", "SHU", objects },
	{ "ESC-04", "write another mount of the control groups, mounted later", "SHU", groups },
	{ "ESC-04", "open a block device in another /dev, mounted later", "SHU", device },
};

int main(int argc, char **argv)
{
	const bool later = argc == 2 && strcmp(argv[1], "later") == 0;

	folder = target(later ? "T_LATER" : "T_BEFORE");
	return attempts_run(later ? LATER : BEFORE, sizeof(BEFORE) / sizeof(BEFORE[0]));
}
