/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mounts.h - mounts by fd: fsopen(2), fsmount(2), open_tree(2), move_mount(2), mount_setattr(2).
 * What is made here is detached, and nobody sees it, until mount_put puts it somewhere; flags are
 * set before that.
 */
#ifndef LOGINSPACE_MOUNTS_H
#define LOGINSPACE_MOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mount_option {
	const char *key;   /* as after -o of mount(8); NULL: no option */
	const char *value; /* NULL: the option is left out */
};

#define MOUNT_OPTIONS_MAX 6

/* A file system of its own for the space, and where it goes. */
struct fresh_mount {
	const char *target; /* a folder of root's, such as "/proc" */
	const char *type;   /* as in /proc/filesystems */
	struct mount_option options[MOUNT_OPTIONS_MAX];
	uint64_t attributes; /* MOUNT_ATTR_* of mount_setattr(2) */
	bool optional;       /* a host without this folder has nothing to keep apart */
};

/*
 * mounts_detach_host - from here on nothing mounted in this namespace shows on the host, while
 * what the host mounts and unmounts still arrives: recursive slave, mount_namespaces(7).
 */
int mounts_detach_host(void);

/* mount_make - the file system, detached; its target plays no part. Returns 0 or a negative errno. */
int mount_make(const struct fresh_mount *mount, int *ret_mount);

/*
 * tree_clone - a copy of the mount that FD is in, from FD on, detached; with all that is mounted
 * below. FD may be of a file. Returns 0 or a negative errno.
 */
int tree_clone(int fd, int *ret_tree);

/* mount_set - sets the MOUNT_ATTR_* of SET on the mount of FD, and on all below it when DEEP. */
int mount_set(int fd, bool deep, uint64_t set);

/* mount_clear - takes the MOUNT_ATTR_* of CLEAR from the mount of FD, and from no other. */
int mount_clear(int fd, uint64_t clear);

/*
 * mount_put - a detached mount goes over TARGET, and over what is mounted there now: to uncover
 * that takes root's own CAP_SYS_ADMIN, as a user who makes a user namespace finds the mounts
 * locked, mount_namespaces(7); and to unmount it first would take several times as long as all
 * else here. Both are a folder, or neither is. Returns 0 or a negative errno.
 */
int mount_put(int mount, int target);

/* mount_is - is FD the root of a mount? -EOPNOTSUPP: Linux before 5.8. */
int mount_is(int fd, bool *ret_is_mount);

/* mount_id - the kernel's number of the mount that FD is in, STATX_MNT_ID of statx(2). */
int mount_id(int fd, uint64_t *ret_id);

/*
 * folder_open - a folder of the system that may be mounted on: root's own, sticky where others
 * write. Links of root's are followed, the magic ones of /proc never. Returns 0; -ENOENT; -ENOTDIR;
 * -EPERM (the folder is not root's, or others may rename in it); another negative errno.
 */
int folder_open(const char *path, int *ret_fd);

#endif
