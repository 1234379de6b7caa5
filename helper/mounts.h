/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mounts.h - the mount tree of a space, through the calls that act on fds: fsopen(2), fsmount(2),
 * open_tree(2), move_mount(2), mount_setattr(2).
 */
#ifndef LOGINSPACE_MOUNTS_H
#define LOGINSPACE_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A file system of its own for the space, and where it goes. */
struct fresh_mount {
	const char *target;  /* a folder of root's, such as "/proc" */
	const char *type;    /* as in /proc/filesystems */
	const char *mode;    /* tmpfs(5): octal text, or NULL */
	const char *size;    /* tmpfs(5): size=, or NULL */
	uint64_t attributes; /* MOUNT_ATTR_* of mount_setattr(2) */
	long magic;          /* f_type of statfs(2) */
	bool optional;       /* a host without this folder has nothing to keep apart */
};

/*
 * mounts_detach_host - from here on nothing mounted in this namespace shows on the host, while
 * what the host mounts and unmounts still arrives: recursive slave, mount_namespaces(7).
 */
int mounts_detach_host(void);

/*
 * mount_fresh - makes the file system and puts it over TARGET, and over what is mounted there
 * now: to uncover that takes root's own CAP_SYS_ADMIN, as a user who makes a user namespace finds
 * the mounts locked, mount_namespaces(7); and to unmount it first would take several times as
 * long as all else here. The flags are set before the mount becomes visible.
 * Returns 0; -ENOTDIR; -EPERM (the folder is not root's, or others may rename in it); another
 * negative errno. A missing optional target is a success without a mount.
 */
int mount_fresh(const struct fresh_mount *mount);

/* mount_verify - reads back what mount_fresh did: type and flags. -EBADE when it is not so. */
int mount_verify(const struct fresh_mount *mount);

/*
 * tree_take - a copy of the mount tree at PATH, detached. *RET_TREE is -1 when nothing is mounted
 * there. tree_put puts it at PATH again.
 */
int tree_take(const char *path, int *ret_tree);
int tree_put(int tree, const char *path);

#endif
