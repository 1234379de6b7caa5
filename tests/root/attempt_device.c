// SPDX-License-Identifier: BSD-2-Clause
/*
 * attempt_device: at control groups and devices. T_GROUP: a control group of the host's, "-" if
 * there is none; T_DEVICE: the node of a block device, root's, with nothing behind it, and
 * T_DEVICE_ELSEWHERE, in /srv; T_STAGE: an empty folder of the user's.
 */
#include "attempt.h"

#include <sys/sysmacros.h>

/* --- control groups --------------------------------------------------------------------------- */

/* This child goes into it, and ends there. */
static enum outcome group_enter(void)
{
	char path[PATH_MAX];

	if (strcmp(target("T_GROUP"), "-") == 0) {
		return UNKNOWN;
	}
	snprintf(path, sizeof(path), "%s/cgroup.procs", target("T_GROUP"));
	return judged(text_put(path, "0") ? 0 : -1, WORKS);
}

static enum outcome group_make(void)
{
	char path[PATH_MAX];
	enum outcome outcome;

	if (strcmp(target("T_GROUP"), "-") == 0) {
		return UNKNOWN;
	}
	snprintf(path, sizeof(path), "%s/new-%d", target("T_GROUP"), getpid());
	outcome = judged(mkdir(path, 0755), WORKS);
	(void)rmdir(path);
	return outcome;
}

/* Each file that kills or freezes others: opened only. */
static enum outcome group_freeze(void)
{
	char path[PATH_MAX];

	if (strcmp(target("T_GROUP"), "-") == 0) {
		return UNKNOWN;
	}
	snprintf(path, sizeof(path), "%s/cgroup.freeze", target("T_GROUP"));
	return opened(path, O_WRONLY);
}

/*
 * Of the first version: a program of the user's that the host runs. First by a hierarchy without
 * controllers, which goes with this process; then by one that may be there.
 */
static enum outcome release_agent(void)
{
	static const char *const options[] = { "none,name=loginspace-escape", "none,name=systemd",
					       "memory", "pids" };
	char path[PATH_MAX];
	enum outcome outcome = REFUSED;

	if (unshare(CLONE_NEWNS) == 0) {
		(void)mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	}
	snprintf(path, sizeof(path), "%s/release_agent", target("T_STAGE"));
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]) && outcome != WORKS; i++) {
		outcome =
			judged(mount("cgroup", target("T_STAGE"), "cgroup", 0, options[i]), WORKS);
		if (outcome == WORKS) {
			outcome = rewritten(path);
		} else if (i == 0) {
			(void)unshare(CLONE_NEWCGROUP);
		}
	}
	return outcome;
}
BOTH(release_agent)

/* A new mount of version 2: where it is, or NULL. */
static const char *groups_mount(void)
{
	const char *at = target("T_STAGE");

	if (unshare(CLONE_NEWNS) == 0) {
		(void)mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	}
	if (mount("cgroup2", at, "cgroup2", 0, NULL) < 0 &&
	    (unshare(CLONE_NEWCGROUP) < 0 || mount("cgroup2", at, "cgroup2", 0, NULL) < 0)) {
		why = errno;
		return NULL;
	}
	return at;
}

/* It shows what lies below the own group, or is the whole tree. */
static enum outcome group_mount(void)
{
	const char *at;
	char path[PATH_MAX];

	if (strcmp(target("T_GROUP"), "-") == 0) {
		return UNKNOWN;
	}
	at = groups_mount();
	if (!at) {
		return REFUSED;
	}
	snprintf(path, sizeof(path), "%s%s", at, strrchr(target("T_GROUP"), '/'));
	return access(path, F_OK) == 0 ? WORKS : OWN;
}
BOTH(group_mount)

/* Processes of another process namespace are 0 in there. */
static bool group_has_others(const char *path)
{
	FILE *file = fopen(path, "re");
	int pid;
	bool others = false;

	while (file && !others && fscanf(file, "%d", &pid) == 1) {
		others = pid == 0 || own_or_works("pid") == WORKS;
	}
	if (file) {
		fclose(file);
	}
	return others;
}

/* The group that the login is in may be that of sshd, with all others. Opened only. */
static enum outcome group_kill(void)
{
	const char *at;
	char path[PATH_MAX];
	enum outcome outcome;

	if (strcmp(target("T_GROUP"), "-") == 0) {
		return UNKNOWN;
	}
	at = groups_mount();
	if (!at) {
		return REFUSED;
	}
	snprintf(path, sizeof(path), "%s/cgroup.kill", at);
	outcome = opened(path, O_WRONLY);
	snprintf(path, sizeof(path), "%s/cgroup.procs", at);
	return outcome == NOT_THERE                          ? opened(path, O_WRONLY)
	       : outcome == WORKS && !group_has_others(path) ? OWN
							     : outcome;
}
BOTH(group_kill)

/* --- devices ---------------------------------------------------------------------------------- */

static enum outcome device_make(void)
{
	char path[PATH_MAX];
	enum outcome outcome;

	snprintf(path, sizeof(path), "%s/device-%d", target("T_STAGE"), getpid());
	outcome = judged(mknod(path, S_IFBLK | 0600, makedev(7, 77)), WORKS);
	(void)unlink(path);
	return outcome;
}

/* There is no such disk: ENXIO is what comes after the permissions. */
static enum outcome device_open(void)
{
	enum outcome outcome =
		probed(open(target("T_DEVICE"), O_RDWR | O_CLOEXEC | O_NONBLOCK), ENXIO);

	return outcome == UNKNOWN ? WORKS : outcome; /* ENODEV: likewise */
}

/* One that lies elsewhere than in /dev. */
static enum outcome device_elsewhere(void)
{
	struct mount_attr clear = { .attr_clr = MOUNT_ATTR_NODEV };
	enum outcome outcome;

	if (unshare(CLONE_NEWNS) == 0) {
		(void)mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL);
		(void)mount_setattr(AT_FDCWD, "/srv", 0, &clear, sizeof(clear));
	}
	outcome =
		probed(open(target("T_DEVICE_ELSEWHERE"), O_RDWR | O_CLOEXEC | O_NONBLOCK), ENXIO);
	return outcome == UNKNOWN ? WORKS : outcome;
}
BOTH(device_elsewhere)

static enum outcome memory_device(void)
{
	int fd = open("/dev/mem", O_RDONLY | O_CLOEXEC);

	return probed(fd, ENXIO);
}

static enum outcome log_device(void)
{
	return opened("/dev/kmsg", O_WRONLY);
}

static const struct attempt ATTEMPTS[] = {
	{ "ESC-04", "go into a control group of others", "SHU", group_enter },
	{ "ESC-04", "make a control group in that of others", "SHU", group_make },
	{ "ESC-04", "freeze a control group of others", "SHU", group_freeze },
	{ "ESC-04", "mount control groups of version 1, write release_agent", "SHU",
	  release_agent_b },
	{ "ESC-04", "mount all control groups", "SHU", group_mount_b },
	{ "ESC-04", "kill all that is in the own control group, sshd with it", "SHU",
	  group_kill_b },
	{ "ESC-04", "make a block device", "SHU", device_make },
	{ "ESC-04", "open a block device of root's", "SHU", device_open },
	{ "ESC-04", "open a block device outside of /dev", "SHU", device_elsewhere_b },
	{ "ESC-04", "read /dev/mem", "SHU", memory_device },
	{ "ESC-04", "write /dev/kmsg", "SHU", log_device },
};

int main(void)
{
	return attempts_run(ATTEMPTS, sizeof(ATTEMPTS) / sizeof(ATTEMPTS[0]));
}
