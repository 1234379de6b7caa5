/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fence.c - what root inside a user namespace must not reach. Runs in the child that becomes init,
 * with CAP_SYS_ADMIN of the host.
 *
 * All ids mean in there what they mean outside, or sshd could not log anybody in. So root inside has
 * no capability on the host, but is uid 0; and for much that matters the kernel asks for the uid
 * only: /proc/sys/kernel/core_pattern is a file of root's. What is made here gets locked when the
 * user namespace is entered, mount_namespaces(7).
 *
 * The kernel makes no new /proc for somebody who has a part of his covered, so in such a space
 * nobody gets one: see loginspace.conf(5).
 */
#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "count.h"
#include "mountinfo.h"
#include "mounts.h"
#include "path.h"
#include "registry.h"
#include "scope.h"
#include "walk.h"

#define NO_SUID_DEV_EXEC (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

/* What root may write to in /proc, beside what belongs to a process; proc(5). */
static const char *const SETTINGS[] = {
	"/proc/sys",  "/proc/sysrq-trigger", "/proc/irq",     "/proc/bus",           "/proc/fs",
	"/proc/acpi", "/proc/scsi",          "/proc/asound",  "/proc/driver",        "/proc/mtrr",
	"/proc/tty",  "/proc/dynamic_debug", "/proc/lockdep", "/proc/latency_stats", "/sys",
};

/* For other logins from inside: the host's says who is joined to whose namespaces. */
static const struct fresh_mount REGISTRY = {
	.target = REGISTRY_PATH,
	.type = "tmpfs",
	.options = { { "mode", "0700" }, { "size", "64k" } },
	.attributes = NO_SUID_DEV_EXEC,
};

static int nodev_set(const char *path, bool devices)
{
	struct mount_attr attr = { .attr_set = devices ? 0 : (uint64_t)MOUNT_ATTR_NODEV,
				   .attr_clr = devices ? (uint64_t)MOUNT_ATTR_NODEV : 0 };
	SCOPE_FD int fd = -1;
	int err = walk_open(path, &fd);

	if (err < 0) {
		return err;
	}
	return mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)) < 0 ? -errno
											    : 0;
}

/*
 * Whoever is uid 0 may open the device file of a disk. Those of /dev are ours and harmless by now;
 * what else is mounted in there had none before.
 */
static int devices_fence(const char **ret_path)
{
	static const char *const WITHOUT[] = { "/dev/shm", "/dev/mqueue" };
	size_t i;
	int err;

	*ret_path = "/";
	err = nodev_set("/", false);
	if (err == 0) {
		*ret_path = "/dev";
		err = nodev_set("/dev", true);
	}
	for (i = 0; i < COUNT(WITHOUT) && err == 0; i++) {
		*ret_path = WITHOUT[i];
		err = nodev_set(WITHOUT[i], false);
		err = err == -ENOENT || err == -EINVAL ? 0 : err; /* EINVAL: no mount */
	}
	return err;
}

/* What is no mount yet becomes one. */
static int whole_make(struct ledger *ledger, const char *path, int *place)
{
	SCOPE_FD int tree = -1;
	bool whole = false;
	int err = mount_is(*place, &whole);

	if (err < 0 || whole) {
		return err;
	}
	err = tree_clone(*place, &tree);
	if (err == 0) {
		/* What was put below it is in the clone, as another mount. */
		ledger_forget(ledger, path);
		err = mount_put(tree, *place);
	}
	if (err == 0) {
		scope_close(place);
		*place = tree;
		tree = -1;
	}
	return err;
}

static int settings_fence(struct ledger *ledger, const char *path)
{
	SCOPE_FD int place = -1;
	int err = walk_open(path, &place);

	if (err < 0) {
		return err == -ENOENT ? 0 : err; /* not on every kernel */
	}
	err = whole_make(ledger, path, &place);
	if (err == 0) {
		err = mount_set(place, true, MOUNT_ATTR_RDONLY);
	}
	return err < 0 ? err : ledger_add(ledger, place, path, MOUNT_ATTR_RDONLY);
}

/* File systems that are the kernel itself, wherever the host has them, such as for a chroot. */
static const char *const KERNEL_TYPES[] = {
	"proc",     "sysfs",   "cgroup", "cgroup2",  "debugfs",     "tracefs", "securityfs",
	"configfs", "pstore",  "bpf",    "efivarfs", "binfmt_misc", "fusectl", "selinuxfs",
	"smackfs",  "resctrl", "nfsd",   "xenfs",    "rpc_pipefs",
};

static bool is_kernels(const struct mountinfo *info)
{
	size_t i;

	for (i = 0; i < COUNT(KERNEL_TYPES); i++) {
		if (strcmp(info->type, KERNEL_TYPES[i]) == 0) {
			/* What is there has been dealt with, or is the space's own. */
			return !path_is_within(info->path, "/proc") &&
			       !path_is_within(info->path, "/sys") &&
			       !path_is_within(info->path, "/dev");
		}
	}
	return false;
}

/* What the path does not lead to is covered; nor is anything to be reached where we may not go. */
static int kernel_fence(const struct mountinfo *info)
{
	SCOPE_FD int place = -1;
	uint64_t id = 0;
	int err = walk_open(info->path, &place);

	if (err == 0) {
		err = mount_id(place, &id);
	}
	if (err == 0 && id == info->id) {
		err = mount_set(place, false, MOUNT_ATTR_RDONLY);
	}
	return err == -ENOENT || err == -ENOTDIR || err == -EACCES ? 0 : err;
}

static int kernels_fence(const char **ret_path)
{
	struct mountinfo info = { .file = NULL };
	int more = 0, err = mountinfo_open(&info);

	while (err == 0 && (more = mountinfo_next(&info)) == 1) {
		if (is_kernels(&info)) {
			err = kernel_fence(&info);
		}
	}
	mountinfo_close(&info);
	*ret_path = "the host's mounts of /proc, /sys and the like";
	return err < 0 ? err : more;
}

static int registry_fence(struct ledger *ledger, int *ret_registry)
{
	SCOPE_FD int place = -1;
	SCOPE_FD int made = -1;
	struct stat about;
	int err;

	err = folder_open(REGISTRY_PATH, &place);
	if (err == 0) {
		err = mount_make(&REGISTRY, &made);
	}
	if (err == 0) {
		err = ledger_put(ledger, made, place, REGISTRY_PATH, REGISTRY.attributes);
	}
	if (err == 0) {
		err = registry_open(ret_registry);
	}
	if (err < 0) {
		return err;
	}
	return stat("/proc/self/ns/pid", &about) < 0 ? -errno
						     : registry_mark(*ret_registry, about.st_ino);
}

/* What the host mounts from now on, the /proc of a chroot or a disk, would come in unfenced. */
static int host_part(void)
{
	struct mount_attr attr = { .propagation = MS_PRIVATE };

	return mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int fence_make(struct ledger *ledger, int *ret_registry, const char **ret_path)
{
	size_t i;
	int err = host_part();

	*ret_path = "/";
	if (err == 0) {
		err = devices_fence(ret_path);
	}

	for (i = 0; i < COUNT(SETTINGS) && err == 0; i++) {
		*ret_path = SETTINGS[i];
		err = settings_fence(ledger, SETTINGS[i]);
	}
	if (err == 0) {
		err = kernels_fence(ret_path);
	}
	if (err == 0) {
		*ret_path = REGISTRY_PATH;
		err = registry_fence(ledger, ret_registry);
	}
	return err;
}
