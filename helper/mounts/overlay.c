/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * overlay.c - overlayfs for a root file system. Runs in the child inside the new mount namespace,
 * with CAP_SYS_ADMIN and, as the overlay keeps the capabilities of who makes it for all that it
 * writes, those of a file server; see the table in privileges.c.
 *
 * The layers are named through /proc/self/fd: no character of a path has a meaning to overlayfs,
 * and what was checked is what is used.
 */
#include "overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "channel.h"
#include "message.h"
#include "mounts.h"
#include "scope.h"
#include "walk.h"

#define UPPER "upper"
#define WORK  "work"

/* So long the last space of the same user may take to let go of the folder. */
#define BUSY_PATIENCE_MS 3000
#define BUSY_PAUSE_NS    (20L * 1000 * 1000)

static int fail(char *detail, const struct plan *plan, int err, const char *text)
{
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s: %s", plan->overlay_about, text);
	return err;
}

/* Mode and all: the umask is not asked. What is there already stays as it is. */
static int folder_make(int parent, const char *name, mode_t mode)
{
	if (mkdirat(parent, name, 0700) < 0) {
		return errno == EEXIST ? 0 : -errno;
	}
	return fchmodat(parent, name, mode, 0) < 0 ? -errno : 0;
}

static int layers_make(int parent)
{
	int err = folder_make(parent, UPPER, 0755);

	return err < 0 ? err : folder_make(parent, WORK, 0700);
}

/* Nobody but root may enter it: what a space wrote, with suid bits and all, is not for the host. */
static int own_open(int base, uid_t uid, int *ret_own)
{
	SCOPE_FD int own = -1;
	char name[16];
	int err;

	(void)snprintf(name, sizeof(name), "%" PRIu32, (uint32_t)uid);
	err = folder_make(base, name, 0700);
	if (err < 0) {
		return err;
	}
	own = openat(base, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (own < 0) {
		return -errno;
	}
	err = folder_check(own, S_IRWXG | S_IRWXO);
	if (err == 0) {
		err = layers_make(own);
	}
	if (err == 0) {
		*ret_own = own;
		own = -1;
	}
	return err;
}

static const char *explain_folder(int err)
{
	switch (err) {
	case -EPERM:
		return "the folder has to be root's and nobody else's to write, and what is in it "
		       "for each user has to be root's alone";
	case -ENOENT:
		return "the folder does not exist";
	case -ELOOP:
		return "a link, or behind one, in a folder that others than root may write";
	case -ENOTDIR:
		return "it, or what is in it for this user, is no folder";
	default:
		return "the folder of this user cannot be made in it";
	}
}

static int folder_open_own(const struct plan *plan, int *ret_own, char *detail)
{
	SCOPE_FD int base = -1;
	int err;

	err = walk_open(plan->overlay_folder, &base);
	if (err == 0) {
		err = folder_check(base, S_IWGRP | S_IWOTH);
	}
	if (err == 0) {
		err = own_open(base, plan->uid, ret_own);
	}
	return err < 0 ? fail(detail, plan, err, explain_folder(err)) : 0;
}

/* What is on the lower layer's mount goes for what is read through the overlay, too. */
static int attributes_of(int lower, uint64_t *ret_attributes)
{
	struct statvfs about;

	if (fstatvfs(lower, &about) < 0) {
		return -errno;
	}
	*ret_attributes = ((about.f_flag & ST_NOSUID) != 0 ? (uint64_t)MOUNT_ATTR_NOSUID : 0) |
			  ((about.f_flag & ST_NODEV) != 0 ? (uint64_t)MOUNT_ATTR_NODEV : 0) |
			  ((about.f_flag & ST_NOEXEC) != 0 ? (uint64_t)MOUNT_ATTR_NOEXEC : 0);
	return 0;
}

static int layers_join(bool kept, int lower, int layers, int *ret_mount)
{
	char lower_path[32], upper_path[40], work_path[40];
	struct fresh_mount mount = {
		.type = "overlay",
		.options = { { "lowerdir", lower_path },
			     { "upperdir", upper_path },
			     { "workdir", work_path },
			     /* With it, an upper layer that is in use is an error, not a warning:
			      * Documentation/filesystems/overlayfs.rst of the kernel. */
			     { "index", kept ? "on" : NULL } },
	};
	int err;

	(void)snprintf(lower_path, sizeof(lower_path), "/proc/self/fd/%d", lower);
	(void)snprintf(upper_path, sizeof(upper_path), "/proc/self/fd/%d/" UPPER, layers);
	(void)snprintf(work_path, sizeof(work_path), "/proc/self/fd/%d/" WORK, layers);
	err = attributes_of(lower, &mount.attributes);
	return err < 0 ? err : mount_make(&mount, ret_mount);
}

static const char *explain_join(int err)
{
	switch (err) {
	case -EBUSY:
		return "another space of this user still writes to it";
	case -ESTALE:
		return "what was kept belongs to another root file system";
	case -ENODEV:
		return "the kernel has no overlayfs";
	case -EINVAL:
		return "the kernel refuses an overlay on this root file system; on one that is "
		       "made of two overlays already it always does";
	default:
		return "the kernel cannot make the overlay";
	}
}

/* A session that has just ended: its application lets go of the old space a moment later. */
static int join_patiently(const struct plan *plan, int lower, int layers, int *ret_mount,
			  char *detail)
{
	const struct timespec pause = { .tv_nsec = BUSY_PAUSE_NS };
	const int64_t until_ms = channel_now_ms() + BUSY_PATIENCE_MS;
	const bool kept = plan->overlay == OVERLAY_FOLDER;
	int err;

	err = layers_join(kept, lower, layers, ret_mount);
	while (err == -EBUSY && kept && channel_now_ms() < until_ms) {
		(void)nanosleep(&pause, NULL);
		err = layers_join(kept, lower, layers, ret_mount);
	}
	return err < 0 ? fail(detail, plan, err, explain_join(err)) : 0;
}

/*
 * The layers have to be in a mount of this namespace before Linux 6.15: the memory is attached for
 * a moment over "/", where no path leads to it. The overlay has a mount of it of its own.
 */
static int join_in_memory(const struct plan *plan, int lower, int memory, int *ret_mount,
			  char *detail)
{
	SCOPE_FD int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	SCOPE_FD int joined = -1;
	int err;

	if (root < 0) {
		return -errno;
	}
	err = mount_put(memory, root);
	if (err < 0) {
		return err;
	}
	err = join_patiently(plan, lower, memory, &joined, detail);
	if (fchdir(memory) < 0 || umount2(".", MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ||
	    chdir("/") < 0) {
		return -errno;
	}
	if (err == 0) {
		*ret_mount = joined;
		joined = -1;
	}
	return err;
}

int overlay_make(const struct plan *plan, int lower, int *ret_mount, char *detail)
{
	const struct fresh_mount memory = {
		.type = "tmpfs",
		.options = { { "mode", "0700" }, { "size", plan->tmp_size } },
	};
	SCOPE_FD int layers = -1;
	int err;

	if (plan->overlay == OVERLAY_FOLDER) {
		err = folder_open_own(plan, &layers, detail);
		return err < 0 ? err : join_patiently(plan, lower, layers, ret_mount, detail);
	}
	err = mount_make(&memory, &layers);
	if (err == 0) {
		err = layers_make(layers);
	}
	return err < 0 ? fail(detail, plan, err, "no file system in memory can be made")
		       : join_in_memory(plan, lower, layers, ret_mount, detail);
}
