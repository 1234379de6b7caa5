/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mounts.c - mounts by fd. Runs in the child inside the new namespaces, with CAP_SYS_ADMIN.
 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scope.h"

int mounts_detach_host(void)
{
	struct mount_attr attr = { .propagation = MS_SLAVE };

	return mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int folder_open(const char *path, int *ret_fd)
{
	/* A host may link /var/tmp to /tmp, or /dev/shm to /run/shm. */
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				.resolve = RESOLVE_NO_MAGICLINKS };
	struct stat about;
	int err, fd;

	fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
	if (fd < 0) {
		return -errno;
	}
	if (fstat(fd, &about) < 0) {
		err = -errno;
	} else if (about.st_uid != 0 ||
		   ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (about.st_mode & S_ISVTX) == 0)) {
		err = -EPERM;
	} else {
		*ret_fd = fd;
		return 0;
	}
	(void)close(fd);
	return err;
}

static int about_mount(int fd, struct statx *ret)
{
	const int flags = AT_EMPTY_PATH | AT_NO_AUTOMOUNT | AT_STATX_DONT_SYNC;

	/* What is asked for here the kernel tells in any case; the file system is asked nothing. */
	return statx(fd, "", flags, 0, ret) < 0 ? -errno : 0;
}

int mount_is(int fd, bool *ret_is_mount)
{
	struct statx about;
	int err = about_mount(fd, &about);

	if (err < 0) {
		return err;
	}
	if ((about.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0) {
		return -EOPNOTSUPP; /* Linux before 5.8 */
	}
	*ret_is_mount = (about.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
	return 0;
}

int mount_id(int fd, uint64_t *ret_id)
{
	struct statx about;
	int err = about_mount(fd, &about);

	if (err < 0) {
		return err;
	}
	if ((about.stx_mask & STATX_MNT_ID) == 0) {
		return -EOPNOTSUPP; /* Linux before 5.8 */
	}
	*ret_id = about.stx_mnt_id;
	return 0;
}

static int set_options(int context, const struct mount_option options[MOUNT_OPTIONS_MAX])
{
	int i;

	for (i = 0; i < MOUNT_OPTIONS_MAX && options[i].key != NULL; i++) {
		if (options[i].value != NULL && fsconfig(context, FSCONFIG_SET_STRING,
							 options[i].key, options[i].value, 0) < 0) {
			return -errno;
		}
	}
	return 0;
}

int mount_make(const struct fresh_mount *mount, int *ret_mount)
{
	SCOPE_FD int context = fsopen(mount->type, FSOPEN_CLOEXEC);
	int err, fd;

	if (context < 0) {
		return -errno;
	}
	if (fsconfig(context, FSCONFIG_SET_STRING, "source", mount->type, 0) < 0) {
		return -errno;
	}
	err = set_options(context, mount->options);
	if (err < 0) {
		return err;
	}
	if (fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
		return -errno;
	}
	fd = fsmount(context, FSMOUNT_CLOEXEC, (unsigned int)mount->attributes);
	if (fd < 0) {
		return -errno;
	}
	*ret_mount = fd;
	return 0;
}

int tree_clone(int fd, int *ret_tree)
{
	int tree = open_tree(fd, "",
			     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH);

	if (tree < 0) {
		return -errno;
	}
	*ret_tree = tree;
	return 0;
}

int mount_set(int fd, bool deep, uint64_t set)
{
	struct mount_attr attr = { .attr_set = set };
	const unsigned int flags = AT_EMPTY_PATH | (deep ? AT_RECURSIVE : 0u);

	return mount_setattr(fd, "", flags, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int mount_clear(int fd, uint64_t clear)
{
	struct mount_attr attr = { .attr_clr = clear };

	return mount_setattr(fd, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

int mount_put(int mount, int target)
{
	return move_mount(mount, "", target, "",
			  MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0
		       ? -errno
		       : 0;
}
