/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sources.c - what is taken from the host's tree. Runs in the child inside the new mount namespace,
 * with CAP_SYS_ADMIN, and CAP_DAC_READ_SEARCH where the administrator names paths.
 *
 * A tree that is taken keeps its file system busy on the host until the space ends.
 */
#include "sources.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "mounts.h"
#include "scope.h"
#include "walk.h"

static int fail(char *detail, const struct plan_mount *mount, int err, const char *text)
{
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s: %.64s: %s", mount->about, mount->source,
		       text);
	return err;
}

static int bind_take(const struct plan_mount *mount, int *ret_tree, char *detail)
{
	SCOPE_FD int source = -1;
	int err;

	err = walk_open(mount->source, &source);
	if (err == -ENOENT && mount->optional) {
		return 0;
	}
	if (err < 0) {
		return fail(detail, mount, err, walk_phrase(err));
	}
	err = tree_clone(source, ret_tree);
	return err < 0 ? fail(detail, mount, err, "it cannot be cloned") : 0;
}

static int folder_make(int parent, const char *name, int *ret_folder)
{
	int folder;

	if (mkdirat(parent, name, 0700) < 0 && errno != EEXIST) {
		return -errno;
	}
	folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0) {
		return -errno;
	}
	*ret_folder = folder;
	return 0;
}

/* As /tmp is: everybody's to write, and sticky. Only a folder of root's is made so. */
static int sticky_make(int parent, const char *name, int *ret_folder)
{
	SCOPE_FD int folder = -1;
	struct stat about;
	int err;

	err = folder_make(parent, name, &folder);
	if (err < 0) {
		return err;
	}
	if (fstat(folder, &about) < 0) {
		return -errno;
	}
	if (about.st_uid != 0) {
		return -EPERM;
	}
	if ((about.st_mode & 07777) != 01777 && fchmod(folder, 01777) < 0) {
		return -errno;
	}
	*ret_folder = folder;
	folder = -1;
	return 0;
}

/* SOURCE/UID/tmp or SOURCE/UID/var_tmp. The folders stay; nothing is ever removed from them. */
static int instance_open(const struct plan *plan, const struct plan_mount *mount, int *ret_folder)
{
	const char *name = strcmp(mount->target, "/tmp") == 0 ? "tmp" : "var_tmp";
	SCOPE_FD int base = -1;
	SCOPE_FD int own = -1;
	char uid[16];
	int err;

	err = walk_open(mount->source, &base);
	if (err == 0) {
		err = folder_check(base, S_IWGRP | S_IWOTH);
	}
	if (err < 0) {
		return err;
	}
	(void)snprintf(uid, sizeof(uid), "%" PRIu32, (uint32_t)plan->uid);
	err = folder_make(base, uid, &own);
	if (err == 0) {
		err = folder_check(own, S_IWGRP | S_IWOTH);
	}
	return err < 0 ? err : sticky_make(own, name, ret_folder);
}

static const char *explain_instance(int err)
{
	switch (err) {
	case -EPERM:
		return "the folder, and those in it, have to be root's, and nobody else's to write";
	case -EACCES:
		return "root has to be able to write in the folder; see chmod(1), u+rwx";
	case -EROFS:
	case -ENOSPC:
	case -EDQUOT:
		return "the user's folder cannot be made in it";
	default:
		return walk_phrase(err);
	}
}

static int instance_take(const struct plan *plan, const struct plan_mount *mount, int *ret_tree,
			 char *detail)
{
	SCOPE_FD int folder = -1;
	SCOPE_FD int tree = -1;
	int err;

	err = instance_open(plan, mount, &folder);
	if (err < 0) {
		return fail(detail, mount, err, explain_instance(err));
	}
	err = tree_clone(folder, &tree);
	if (err == 0) {
		err = mount_set(tree, true, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
	}
	if (err < 0) {
		return fail(detail, mount, err, "the user's folder cannot be cloned");
	}
	*ret_tree = tree;
	tree = -1;
	return 0;
}

/* A look that fails fails again where the mount is made. */
static void covered_look(const struct plan_mount *mount, struct covered *ret)
{
	SCOPE_FD int fd = -1;
	struct stat about;

	if (walk_open(mount->target, &fd) == 0 && fstat(fd, &about) == 0 &&
	    S_ISDIR(about.st_mode)) {
		*ret = (struct covered){ about.st_uid, about.st_gid, about.st_mode };
	}
}

void sources_init(struct sources *sources)
{
	size_t i;

	for (i = 0; i < PLAN_MOUNTS_MAX; i++) {
		sources->trees[i] = -1;
	}
}

int sources_take(const struct plan *plan, struct sources *sources, char *detail)
{
	size_t i;
	int err = 0;

	for (i = 0; i < plan->mount_count && err == 0; i++) {
		const struct plan_mount *mount = &plan->mounts[i];

		if (mount->kind == MOUNT_BIND) {
			err = bind_take(mount, &sources->trees[i], detail);
		} else if (mount->kind == MOUNT_INSTANCE) {
			err = instance_take(plan, mount, &sources->trees[i], detail);
		} else if (mount->kind == MOUNT_TMPFS) {
			covered_look(mount, &sources->covered[i]);
		}
	}
	return err;
}

void sources_drop(struct sources *sources)
{
	size_t i;

	for (i = 0; i < PLAN_MOUNTS_MAX; i++) {
		if (sources->trees[i] >= 0) {
			(void)close(sources->trees[i]);
			sources->trees[i] = -1;
		}
	}
}
