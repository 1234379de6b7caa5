/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exempt.c - what stays writable. Runs in the child inside the new mount namespace, with
 * CAP_SYS_ADMIN.
 */
#include "exempt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "cached.h"
#include "mountinfo.h"
#include "mounts.h"
#include "path.h"
#include "scope.h"
#include "walk.h"

/* Where an fd really is, links and all: proc_pid_fd(5). */
static int path_of(int fd, char **ret_path)
{
	char name[32], where[PATH_MAX];
	ssize_t length;

	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	length = readlink(name, where, sizeof(where) - 1);
	if (length < 0) {
		return -errno;
	}
	where[length] = '\0';
	*ret_path = strdup(where);
	return *ret_path == NULL ? -ENOMEM : 0;
}

int exempt_add(struct exempt *exempt, const struct plan_mount *mount)
{
	struct exempt_place place = { .mount = mount, .tree = -1 };
	SCOPE_FD int fd = -1;
	bool whole = false;
	size_t i;
	int err;

	for (i = 0; i < exempt->count; i++) {
		if (path_is_within(mount->target, exempt->places[i].mount->target)) {
			return 0;
		}
	}
	if (exempt->count == PLAN_MOUNTS_MAX) {
		return -E2BIG;
	}
	err = walk_open(mount->target, &fd);
	if (err == 0) {
		err = mount_is(fd, &whole);
	}
	if (err == 0) {
		err = whole ? path_of(fd, &place.path) : tree_clone(fd, &place.tree);
	}
	if (err == 0) {
		exempt->places[exempt->count++] = place;
	}
	return err;
}

static int mount_add(struct exempt *exempt, uint64_t id, const char *path)
{
	const size_t count = exempt->mount_count;

	/* Doubled whenever it is full: at each power of two. */
	if ((count & (count - 1)) == 0) {
		struct exempt_mount *more =
			reallocarray(exempt->mounts, count == 0 ? 1 : 2 * count, sizeof(*more));

		if (more == NULL) {
			return -ENOMEM;
		}
		exempt->mounts = more;
	}
	exempt->mounts[count].id = id;
	exempt->mounts[count].path = strdup(path);
	if (exempt->mounts[count].path == NULL) {
		return -ENOMEM;
	}
	exempt->mount_count++;
	return 0;
}

static bool is_in_whole(const struct exempt *exempt, const char *path)
{
	size_t i;

	for (i = 0; i < exempt->count; i++) {
		if (exempt->places[i].path != NULL &&
		    path_is_within(path, exempt->places[i].path)) {
			return true;
		}
	}
	return false;
}

static bool has_whole(const struct exempt *exempt)
{
	size_t i;

	for (i = 0; i < exempt->count; i++) {
		if (exempt->places[i].path != NULL) {
			return true;
		}
	}
	return false;
}

/*
 * sysfs asks itself at each name on the way, kernfs_dop_revalidate() of the kernel's
 * fs/kernfs/dir.c, so what is mounted below it cannot be had at once.
 */
static bool can_be_had(const struct mountinfo *info, const struct ledger *ledger)
{
	return !path_is_below(info->path, "/sys") &&
	       !ledger_hides(ledger, info->path, info->id, info->parent);
}

int exempt_find(struct exempt *exempt, const struct ledger *ledger)
{
	struct mountinfo info = { 0 };
	int err;

	if (!has_whole(exempt)) {
		return 0;
	}
	err = mountinfo_open(&info);
	while (err == 0 && (err = mountinfo_next(&info)) == 1) {
		err = 0;
		if (!info.read_only && is_in_whole(exempt, info.path) &&
		    can_be_had(&info, ledger)) {
			err = mount_add(exempt, info.id, info.path);
		}
	}
	mountinfo_close(&info);
	return err;
}

/* What is gone by now, is under something else, or cannot be had at once stays read-only. */
static int mount_release(const struct exempt_mount *mount)
{
	SCOPE_FD int fd = cached_open(mount->path, 0); /* the folders above a mount are cached */
	uint64_t id = 0;

	if (fd < 0 || mount_id(fd, &id) < 0 || id != mount->id) {
		return 0;
	}
	return mount_clear(fd, MOUNT_ATTR_RDONLY);
}

/* A whole mount is in the ledger, too: with the number that it has had. */
static int whole_release(const struct exempt_place *place, struct ledger *ledger)
{
	SCOPE_FD int target = -1;
	int err = walk_open(place->mount->target, &target);

	return err < 0 ? err : ledger_add(ledger, target, place->mount->target, 0);
}

static int place_release(const struct exempt_place *place, struct ledger *ledger)
{
	SCOPE_FD int target = -1;
	int err;

	if (place->tree < 0) {
		return whole_release(place, ledger);
	}
	err = walk_open(place->mount->target, &target);
	return err < 0 ? err : ledger_put(ledger, place->tree, target, place->mount->target, 0);
}

int exempt_release(const struct exempt *exempt, struct ledger *ledger,
		   const struct plan_mount **ret_mount)
{
	size_t i;
	int err = 0;

	*ret_mount = NULL;
	for (i = 0; i < exempt->mount_count && err == 0; i++) {
		err = mount_release(&exempt->mounts[i]);
	}
	for (i = 0; i < exempt->count && err == 0; i++) {
		*ret_mount = exempt->places[i].mount;
		err = place_release(&exempt->places[i], ledger);
	}
	return err;
}

void exempt_drop(struct exempt *exempt)
{
	while (exempt->count > 0) {
		exempt->count--;
		scope_close(&exempt->places[exempt->count].tree);
		free(exempt->places[exempt->count].path);
	}
	while (exempt->mount_count > 0) {
		free(exempt->mounts[--exempt->mount_count].path);
	}
	free(exempt->mounts);
	exempt->mounts = NULL;
}
