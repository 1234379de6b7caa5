/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * etcfiles.c - the files of /etc/netns/NAME. Runs in the child inside the new mount namespace, with
 * CAP_SYS_ADMIN.
 */
#include "etcfiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "detail.h"
#include "message.h"
#include "mounts.h"
#include "scope.h"
#include "walk.h"

#define ETC          "/etc/"
#define NETNS_FOLDER "/etc/netns/"
#define ATTRIBUTES   ((uint64_t)(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV))
#define SOURCE_SIZE  (sizeof(NETNS_FOLDER) + PLAN_NETWORK_SIZE + NAME_MAX + 1)

void etcfiles_init(struct etcfiles *files)
{
	files->count = 0;
}

static int folder_read(const char *path, DIR **ret_folder)
{
	SCOPE_FD int place = -1;
	DIR *folder;
	int err, fd;

	err = walk_open(path, &place);
	if (err == 0) {
		err = folder_check(place, S_IWGRP | S_IWOTH);
	}
	if (err < 0) {
		return err;
	}
	fd = openat(place, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	folder = fdopendir(fd);
	if (folder == NULL) {
		err = -errno;
		(void)close(fd);
		return err;
	}
	*ret_folder = folder;
	return 0;
}

/* A copy of what is at SOURCE; without an error but with RET_TREE as it was: it is left out. */
static int source_clone(const char *source, struct etcfile *file)
{
	SCOPE_FD int place = -1;
	SCOPE_FD int tree = -1;
	struct stat about;
	int err = walk_open(source, &place);

	if (err < 0) {
		return err;
	}
	if (fstat(place, &about) < 0) {
		return -errno;
	}
	if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) {
		return 0;
	}
	err = tree_clone(place, &tree);
	if (err == 0) {
		err = mount_set(tree, true, ATTRIBUTES);
	}
	if (err == 0) {
		file->is_folder = S_ISDIR(about.st_mode);
		file->tree = tree;
		tree = -1;
	}
	return err;
}

static int take_one(const char *folder, const char *name, struct etcfiles *files, char *detail)
{
	struct etcfile file = { .tree = -1 };
	char source[SOURCE_SIZE];
	int err;

	if (name[0] == '.') {
		return 0;
	}
	(void)snprintf(source, sizeof(source), "%s/%s", folder, name);
	(void)snprintf(file.path, sizeof(file.path), ETC "%s", name);
	err = source_clone(source, &file);
	if (err < 0) {
		return detail_fail(detail, err, "%.350s: %s", source, walk_phrase(err));
	}
	if (file.tree < 0) {
		return 0;
	}
	if (files->count == ETCFILES_MAX) {
		(void)close(file.tree);
		return detail_fail(detail, -E2BIG,
				   "%.350s has more than %d files for /etc: remove some", folder,
				   ETCFILES_MAX);
	}
	files->files[files->count++] = file;
	return 0;
}

static int take_all(const char *path, DIR *folder, struct etcfiles *files, char *detail)
{
	const struct dirent *entry;
	int err = 0;

	while (err == 0) {
		errno = 0;
		entry = readdir(folder);
		if (entry == NULL) {
			return errno == 0 ? 0
					  : detail_fail(detail, -errno, "%s cannot be read", path);
		}
		err = take_one(path, entry->d_name, files, detail);
	}
	return err;
}

int etcfiles_take(const struct plan *plan, struct etcfiles *files, char *detail)
{
	char path[sizeof(NETNS_FOLDER) + PLAN_NETWORK_SIZE];
	DIR *folder = NULL;
	int err;

	if (plan->net.kind != NETWORK_NETNS) {
		return 0;
	}
	(void)snprintf(path, sizeof(path), NETNS_FOLDER "%s", plan->net.name);
	err = folder_read(path, &folder);
	if (folder == NULL) {
		return err == -ENOENT ? 0
				      : detail_fail(detail, err, "%s: %s", path, walk_phrase(err));
	}
	err = take_all(path, folder, files, detail);
	(void)closedir(folder);
	if (err < 0) {
		etcfiles_drop(files);
	}
	return err;
}

int etc_target(const char *path, int *ret_target)
{
	SCOPE_FD int etc = -1;
	int err, target;

	if (strncmp(path, ETC, strlen(ETC)) != 0 || strchr(path + strlen(ETC), '/') != NULL) {
		return -EINVAL;
	}
	err = folder_open(ETC, &etc);
	if (err < 0) {
		return err;
	}
	target = openat(etc, path + strlen(ETC), O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (target < 0) {
		return -errno;
	}
	*ret_target = target;
	return 0;
}

/* A folder cannot be mounted over a link. */
static int target_open(const struct etcfile *file, int *ret_target)
{
	return file->is_folder ? folder_open(file->path, ret_target)
			       : etc_target(file->path, ret_target);
}

static int put_one(const struct etcfile *file, struct ledger *ledger)
{
	SCOPE_FD int target = -1;
	int err = target_open(file, &target);

	if (err == -ENOENT) {
		return 0;
	}
	return err < 0 ? err : ledger_put(ledger, file->tree, target, file->path, ATTRIBUTES);
}

int etcfiles_put(const struct etcfiles *files, struct ledger *ledger, char *detail)
{
	size_t i;

	for (i = 0; i < files->count; i++) {
		const struct etcfile *file = &files->files[i];
		int err = put_one(file, ledger);

		if (err == -EINVAL || err == -ENOTDIR) {
			return detail_fail(detail, err,
					   "%s: it and what " NETNS_FOLDER
					   " has in its place have to be two files or two folders",
					   file->path);
		}
		if (err < 0) {
			return detail_fail(detail, err,
					   "%s: what " NETNS_FOLDER
					   " has in its place cannot be mounted",
					   file->path);
		}
	}
	return 0;
}

void etcfiles_drop(struct etcfiles *files)
{
	size_t i;

	for (i = 0; i < files->count; i++) {
		scope_close(&files->files[i].tree);
		files->files[i].tree = -1;
	}
	files->count = 0;
}
