/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scratch.c - files of ours in memory. Runs in the child inside the new mount namespace, with
 * CAP_SYS_ADMIN.
 *
 * What is in a mount that is not attached cannot be cloned by open_tree(2) before Linux 6.15, so
 * the file system is attached for a moment: over "/", where no path leads to it, as a path starts
 * below what is mounted there.
 */
#include "scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mounts.h"
#include "scope.h"

#define FILE_NAME "file"

static const struct fresh_mount SCRATCH = {
	.type = "tmpfs",
	.options = { { "mode", "0700" }, { "size", "2m" } },
	.attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC,
};

int scratch_make(int *ret_mount)
{
	return mount_make(&SCRATCH, ret_mount);
}

static int trees_open(int mount, const char *const *names, size_t count, int *ret_trees)
{
	size_t i;

	for (i = 0; i < count; i++) {
		ret_trees[i] = open_tree(mount, names[i], OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
		if (ret_trees[i] < 0) {
			int err = -errno;

			while (i > 0) {
				(void)close(ret_trees[--i]);
			}
			return err;
		}
	}
	return 0;
}

static int detach(int mount)
{
	/* "/" would be what the scratch covers. */
	if (fchdir(mount) < 0 || umount2(".", MNT_DETACH | UMOUNT_NOFOLLOW) < 0 || chdir("/") < 0) {
		return -errno;
	}
	return 0;
}

int scratch_take(int mount, const char *const *names, size_t count, int *ret_trees)
{
	int err, detached;

	if (move_mount(mount, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH) < 0) {
		return -errno;
	}
	err = trees_open(mount, names, count, ret_trees);
	detached = detach(mount);
	if (err == 0 && detached < 0) {
		err = detached;
		while (count > 0) {
			(void)close(ret_trees[--count]);
		}
	}
	return err;
}

int scratch_file(int (*fill)(int file, const void *data), const void *data, int *ret_tree)
{
	SCOPE_FD int mount = -1;
	SCOPE_FD int file = -1;
	const char *const names[] = { FILE_NAME };
	int err;

	err = scratch_make(&mount);
	if (err < 0) {
		return err;
	}
	file = openat(mount, FILE_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0) {
		return -errno;
	}
	err = fill(file, data);
	if (err < 0) {
		return err;
	}
	return fchmod(file, 0644) < 0 ? -errno : scratch_take(mount, names, 1, ret_tree);
}
