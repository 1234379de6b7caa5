/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mounts.c - the mount tree of a space. Runs in the child inside the new namespaces, with
 * CAP_SYS_ADMIN; touches only paths of the system, in folders that no user can rename in.
 */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "scope.h"

#define ATTRIBUTES_RESTRICT \
	(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

int mounts_detach_host(void)
{
	struct mount_attr attr = { .propagation = MS_SLAVE };

	return mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof(attr)) < 0 ? -errno : 0;
}

/*
 * A host may link /var/tmp to /tmp, or /dev/shm to /run/shm: links of root's are followed, the
 * magic ones of /proc never. The folder itself must be root's, and sticky where others write.
 */
static int target_open(const char *path, int *ret_target)
{
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
		*ret_target = fd;
		return 0;
	}
	(void)close(fd);
	return err;
}

static int is_mount(int fd, bool *ret_is_mount)
{
	struct statx about;

	if (statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, 0, &about) < 0) {
		return -errno;
	}
	if ((about.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0) {
		return -EOPNOTSUPP; /* Linux before 5.8 */
	}
	*ret_is_mount = (about.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
	return 0;
}

static int set_option(int context, const char *key, const char *value)
{
	if (value != NULL && fsconfig(context, FSCONFIG_SET_STRING, key, value, 0) < 0) {
		return -errno;
	}
	return 0;
}

static int make(const struct fresh_mount *mount, int *ret_mount)
{
	SCOPE_FD int context = fsopen(mount->type, FSOPEN_CLOEXEC);
	int err, fd;

	if (context < 0) {
		return -errno;
	}
	err = set_option(context, "source", mount->type);
	if (err == 0) {
		err = set_option(context, "mode", mount->mode);
	}
	if (err == 0) {
		err = set_option(context, "size", mount->size);
	}
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

int mount_fresh(const struct fresh_mount *mount)
{
	SCOPE_FD int target = -1;
	SCOPE_FD int made = -1;
	int err;

	err = target_open(mount->target, &target);
	if (err < 0) {
		return mount->optional && err == -ENOENT ? 0 : err;
	}
	err = make(mount, &made);
	if (err < 0) {
		return err;
	}
	if (move_mount(made, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
	    0) {
		return -errno;
	}
	return 0;
}

/* The flags of statvfs(3) that go with MOUNT_ATTR_*. */
static unsigned long flags_of(uint64_t attributes)
{
	return ((attributes & MOUNT_ATTR_RDONLY) != 0 ? (unsigned long)ST_RDONLY : 0) |
	       ((attributes & MOUNT_ATTR_NOSUID) != 0 ? (unsigned long)ST_NOSUID : 0) |
	       ((attributes & MOUNT_ATTR_NODEV) != 0 ? (unsigned long)ST_NODEV : 0) |
	       ((attributes & MOUNT_ATTR_NOEXEC) != 0 ? (unsigned long)ST_NOEXEC : 0);
}

int mount_verify(const struct fresh_mount *mount)
{
	const unsigned long wanted = flags_of(mount->attributes & ATTRIBUTES_RESTRICT);
	SCOPE_FD int fd = -1;
	struct statfs about;
	bool mounted = false;
	int err;

	err = target_open(mount->target, &fd);
	if (err < 0) {
		return mount->optional && err == -ENOENT ? 0 : err;
	}
	err = is_mount(fd, &mounted);
	if (err < 0) {
		return err;
	}
	if (fstatfs(fd, &about) < 0) {
		return -errno;
	}
	if (!mounted || about.f_type != mount->magic ||
	    ((unsigned long)about.f_flags & wanted) != wanted) {
		return -EBADE;
	}
	return 0;
}

int tree_take(const char *path, int *ret_tree)
{
	SCOPE_FD int place = -1;
	bool mounted = false;
	int err, tree;

	err = target_open(path, &place);
	if (err == 0) {
		err = is_mount(place, &mounted);
	}
	if (err == -ENOENT || (err == 0 && !mounted)) {
		*ret_tree = -1;
		return 0;
	}
	if (err < 0) {
		return err;
	}
	tree = open_tree(place, "",
			 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH);
	if (tree < 0) {
		return -errno;
	}
	*ret_tree = tree;
	return 0;
}

int tree_put(int tree, const char *path)
{
	SCOPE_FD int target = -1;
	int err;

	if (tree < 0) {
		return 0;
	}
	err = target_open(path, &target);
	if (err < 0) {
		return err;
	}
	if (move_mount(tree, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
	    0) {
		return -errno;
	}
	return 0;
}
