/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * companions.c - the host's other file systems in a root that is an overlay. Runs in the child
 * inside the new mount namespace, with CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH.
 *
 * A mount may be a user's own (FUSE), or a server's that does not answer: nothing here asks it
 * anything. It is opened from the folder above it, which is in the root file system, and copied.
 */
#include "companions.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mountinfo.h"
#include "mounts.h"
#include "path.h"
#include "scope.h"

/* Every root has its own, or the plan says what is there. */
static const char *const PLACED[] = { "/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp" };

#define PLACED_COUNT (sizeof(PLACED) / sizeof(PLACED[0]))

static bool is_placed(const struct plan *plan, const char *inside)
{
	size_t i;

	for (i = 0; i < PLACED_COUNT; i++) {
		if (path_is_within(inside, PLACED[i])) {
			return true;
		}
	}
	for (i = 0; i < plan->mount_count; i++) {
		const enum plan_mount_kind kind = plan->mounts[i].kind;

		/* Something else comes there, or nothing is to be seen there. */
		if (kind != MOUNT_KEEP && kind < MOUNT_READ_ONLY &&
		    path_is_within(inside, plan->mounts[i].target)) {
			return true;
		}
	}
	return false;
}

static int add(struct companions *companions, const char *path)
{
	const size_t count = companions->count;

	/* Doubled whenever it is full: at each power of two. */
	if ((count & (count - 1)) == 0) {
		struct companion *more =
			reallocarray(companions->list, count == 0 ? 1 : 2 * count, sizeof(*more));

		if (more == NULL) {
			return -ENOMEM;
		}
		companions->list = more;
	}
	companions->list[count].path = strdup(path);
	if (companions->list[count].path == NULL) {
		return -ENOMEM;
	}
	companions->count++;
	return 0;
}

/* TOP: where the lower layer begins in the host's tree. */
static int read_lines(const struct plan *plan, uint64_t parent, const char *top,
		      struct companions *companions)
{
	struct mountinfo info = { 0 };
	int err = mountinfo_open(&info);

	companions->prefix = strcmp(top, "/") == 0 ? 0 : strlen(top);
	while (err == 0 && (err = mountinfo_next(&info)) == 1) {
		err = 0;
		/* Root may not want to see copies of a mount. Whatever is mounted over the folder
		 * itself is no part of the lower layer. */
		if (info.parent == parent && !info.unbindable && path_is_within(info.path, top) &&
		    strlen(info.path) > companions->prefix + 1 &&
		    !is_placed(plan, info.path + companions->prefix)) {
			err = add(companions, info.path + companions->prefix + 1);
		}
	}
	mountinfo_close(&info);
	return err;
}

int companions_find(const struct plan *plan, int lower, struct companions *ret)
{
	struct companions found = COMPANIONS_NONE;
	char name[32], top[PATH_MAX];
	uint64_t parent = 0;
	ssize_t length;
	int err;

	err = mount_id(lower, &parent);
	if (err < 0) {
		return err;
	}
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", lower);
	length = readlink(name, top, sizeof(top) - 1);
	if (length < 0) {
		return -errno;
	}
	top[length] = '\0';
	err = read_lines(plan, parent, top, &found);
	if (err < 0) {
		companions_drop(&found);
		return err;
	}
	*ret = found;
	return 0;
}

/* Below FOLDER, in its own mount, and by no link. */
static int open_beneath(int folder, const char *path, uint64_t flags, uint64_t resolve)
{
	const struct open_how how = { .flags = O_PATH | O_CLOEXEC | flags,
				      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | resolve };
	int fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

/*
 * The mount itself, from the folder above it. That one is in the lower layer's mount, or something
 * covers it and the companion does not show: no file system but the root's is asked on the way.
 */
static int mount_open(const struct companion *companion, int lower, int *ret_mount)
{
	const char *slash = strrchr(companion->path, '/');
	SCOPE_FD int folder = -1;
	SCOPE_FD int mount = -1;
	char above[PATH_MAX];
	bool whole = false;
	int err;

	if ((size_t)snprintf(above, sizeof(above), "%.*s",
			     slash == NULL ? 0 : (int)(slash - companion->path),
			     companion->path) >= sizeof(above)) {
		return -ENAMETOOLONG;
	}
	folder = open_beneath(lower, slash == NULL ? "." : above, O_DIRECTORY, RESOLVE_NO_XDEV);
	if (folder < 0) {
		return folder;
	}
	mount = open_beneath(folder, slash == NULL ? companion->path : slash + 1, O_NOFOLLOW, 0);
	if (mount < 0) {
		return mount;
	}
	/* Whatever else is mounted over it by now: what shows there is meant. But not the folder. */
	err = mount_is(mount, &whole);
	if (err < 0 || !whole) {
		return err < 0 ? err : -ENOENT;
	}
	*ret_mount = mount;
	mount = -1;
	return 0;
}

static int copy_put(const struct companion *companion, int lower, int root)
{
	SCOPE_FD int mount = -1;
	SCOPE_FD int tree = -1;
	SCOPE_FD int target = -1;
	int err;

	err = mount_open(companion, lower, &mount);
	if (err == 0) {
		err = tree_clone(mount, &tree);
	}
	if (err == 0) {
		err = mount_set(tree, true, MOUNT_ATTR_RDONLY);
	}
	if (err < 0) {
		return err;
	}
	target = open_beneath(root, companion->path, 0, RESOLVE_NO_XDEV);
	return target < 0 ? target : mount_put(tree, target);
}

/*
 * What cannot be copied is left out: it may be a user's own, or lie in a folder where he moves
 * things about, and must not keep others from logging in. What is missing gives nobody more.
 */
static bool is_ours(int err)
{
	return err == -ENOMEM || err == -EMFILE || err == -ENFILE || err == -ENOSPC;
}

int companions_put(const struct companions *companions, int lower, int root, const char **ret_path)
{
	size_t i;

	for (i = 0; i < companions->count; i++) {
		const int err = copy_put(&companions->list[i], lower, root);

		if (is_ours(err)) {
			*ret_path = companions->list[i].path;
			return err;
		}
	}
	return 0;
}

void companions_drop(struct companions *companions)
{
	while (companions->count > 0) {
		free(companions->list[--companions->count].path);
	}
	free(companions->list);
	companions->list = NULL;
}
