/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.c - the space's own /etc/hosts. Runs in the child inside the new mount namespace, with
 * CAP_SYS_ADMIN.
 *
 * The file lives in a small tmpfs that nobody sees but through the one mount. A file of a mount
 * that is not attached cannot be cloned by open_tree(2) before Linux 6.15, so the tmpfs is attached
 * for a moment, over the registry's folder, which only root may enter.
 */
#include "hosts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry.h"
#include "scope.h"

#define HOSTS_PATH "/etc/hosts"
#define HOSTS_NAME "hosts"
#define HOSTS_MAX  ((off_t)1024 * 1024)

/* The machine's file: read, and then covered, by this one fd. */
static int source_open(int *ret_source, size_t *ret_size)
{
	struct stat about;
	int fd, err = 0;

	fd = open(HOSTS_PATH, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	if (fstat(fd, &about) < 0) {
		err = -errno;
	} else if (!S_ISREG(about.st_mode)) {
		err = -EINVAL;
	} else if (about.st_uid != 0 || (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		err = -EPERM;
	} else if (about.st_size > HOSTS_MAX) {
		err = -EFBIG;
	}
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	*ret_source = fd;
	*ret_size = (size_t)about.st_size;
	return 0;
}

static int tmpfs_make(int *ret_mount)
{
	SCOPE_FD int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
	int fd;

	if (context < 0 || fsconfig(context, FSCONFIG_SET_STRING, "source", "loginspace", 0) < 0 ||
	    fsconfig(context, FSCONFIG_SET_STRING, "mode", "0700", 0) < 0 ||
	    fsconfig(context, FSCONFIG_SET_STRING, "size", "2m", 0) < 0 ||
	    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0) {
		return -errno;
	}
	fd = fsmount(context, FSMOUNT_CLOEXEC,
		     MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	if (fd < 0) {
		return -errno;
	}
	*ret_mount = fd;
	return 0;
}

/* The line comes first: a file whose last line has no newline stays what it is. */
static int file_fill(int file, const char *name, int source, size_t size)
{
	if (dprintf(file, "127.0.1.1\t%s\n", name) < 0 || fchmod(file, 0644) < 0) {
		return -errno;
	}
	while (size > 0) {
		ssize_t sent = sendfile(file, source, NULL, size);

		if (sent < 0) {
			return -errno;
		}
		if (sent == 0) {
			break; /* shorter by now */
		}
		size -= (size_t)sent;
	}
	return 0;
}

/* A tree of the one file, from a tmpfs that is attached only meanwhile. */
static int tree_make(int mount, int *ret_tree)
{
	int tree, err = 0;

	if (move_mount(mount, "", AT_FDCWD, REGISTRY_PATH, MOVE_MOUNT_F_EMPTY_PATH) < 0) {
		return -errno;
	}
	tree = open_tree(mount, HOSTS_NAME, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree < 0) {
		err = -errno;
	}
	if (umount2(REGISTRY_PATH, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 && err == 0) {
		err = -errno;
		(void)close(tree);
	}
	if (err == 0) {
		*ret_tree = tree;
	}
	return err;
}

static int put(const char *name, int source, size_t size)
{
	SCOPE_FD int mount = -1;
	SCOPE_FD int file = -1;
	SCOPE_FD int tree = -1;
	int err;

	err = tmpfs_make(&mount);
	if (err < 0) {
		return err;
	}
	file = openat(mount, HOSTS_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0) {
		return -errno;
	}
	err = file_fill(file, name, source, size);
	if (err == 0) {
		err = tree_make(mount, &tree);
	}
	if (err < 0) {
		return err;
	}
	if (move_mount(tree, "", source, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) <
	    0) {
		return -errno;
	}
	return 0;
}

int hosts_put(const char *name)
{
	SCOPE_FD int source = -1;
	size_t size = 0;
	int err;

	err = source_open(&source, &size);
	if (err < 0) {
		return err == -ENOENT ? 0 : err;
	}
	return put(name, source, size);
}
