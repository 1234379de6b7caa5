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

#include "mounts.h"
#include "scope.h"
#include "walk.h"

/* Every root has its own, or the plan says what is there. */
static const char *const PLACED[] = { "/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp" };

#define PLACED_COUNT (sizeof(PLACED) / sizeof(PLACED[0]))

static bool is_at_or_below(const char *path, const char *top)
{
	const size_t length = strlen(top);

	return strncmp(path, top, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static bool is_placed(const struct plan *plan, const char *inside)
{
	size_t i;

	for (i = 0; i < PLACED_COUNT; i++) {
		if (is_at_or_below(inside, PLACED[i])) {
			return true;
		}
	}
	for (i = 0; i < plan->mount_count; i++) {
		if (plan->mounts[i].kind == MOUNT_BIND &&
		    is_at_or_below(inside, plan->mounts[i].target)) {
			return true;
		}
	}
	return false;
}

/* Space, tab, newline and backslash are written as \ooo: proc(5), mountinfo. */
static void unescape(char *text)
{
	const char *from = text;

	while (*from != '\0') {
		if (from[0] == '\\' && from[1] != '\0' && from[2] != '\0' && from[3] != '\0') {
			*text++ = (char)(((from[1] - '0') << 6) | ((from[2] - '0') << 3) |
					 (from[3] - '0'));
			from += 4;
		} else {
			*text++ = *from++;
		}
	}
	*text = '\0';
}

/* The path of a line of mountinfo, in LINE, if it is a mount on the mount PARENT; else NULL. */
static char *line_path(char *line, uint64_t parent)
{
	unsigned long long line_parent;
	int start = 0, end = 0;

	/* Its number, its parent's, device, root, path, options. */
	if (sscanf(line, "%*u %llu %*s %*s %n%*s%n", &line_parent, &start, &end) != 1 ||
	    end <= start || line_parent != parent) {
		return NULL;
	}
	/* Root may not want to see copies of a mount. */
	if (strstr(line + end, " unbindable ") != NULL) {
		return NULL;
	}
	line[end] = '\0';
	unescape(line + start);
	return line + start;
}

static int add(struct companions *companions, const char *path)
{
	/* Doubled whenever it is full: at each power of two. */
	if ((companions->count & (companions->count - 1)) == 0) {
		const size_t room = companions->count == 0 ? 1 : 2 * companions->count;
		char **more = reallocarray(companions->paths, room, sizeof(*more));

		if (more == NULL) {
			return -ENOMEM;
		}
		companions->paths = more;
	}
	companions->paths[companions->count] = strdup(path);
	if (companions->paths[companions->count] == NULL) {
		return -ENOMEM;
	}
	companions->count++;
	return 0;
}

static int read_lines(FILE *file, const struct plan *plan, uint64_t parent, const char *top,
		      struct companions *companions)
{
	char *line = NULL;
	size_t size = 0;
	int err = 0;

	companions->prefix = strcmp(top, "/") == 0 ? 0 : strlen(top);
	while (err == 0 && (errno = 0, getline(&line, &size, file)) >= 0) {
		const char *path = line_path(line, parent);

		/* Whatever is mounted over the folder itself is no part of the lower layer. */
		if (path != NULL && is_at_or_below(path, companions->prefix == 0 ? "" : top) &&
		    strlen(path) > companions->prefix + 1 &&
		    !is_placed(plan, path + companions->prefix)) {
			err = add(companions, path);
		}
	}
	if (err == 0 && ferror(file)) {
		err = errno > 0 ? -errno : -EIO;
	}
	free(line);
	return err;
}

int companions_find(const struct plan *plan, int lower, struct companions *ret)
{
	struct companions found = COMPANIONS_NONE;
	char link[32], top[PATH_MAX];
	uint64_t parent = 0;
	ssize_t length;
	FILE *file;
	int err;

	err = mount_id(lower, &parent);
	if (err < 0) {
		return err;
	}
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", lower);
	length = readlink(link, top, sizeof(top) - 1);
	if (length < 0) {
		return -errno;
	}
	top[length] = '\0';
	file = fopen("/proc/self/mountinfo", "re");
	if (file == NULL) {
		return -errno;
	}
	err = read_lines(file, plan, parent, top, &found);
	(void)fclose(file);
	if (err < 0) {
		companions_drop(&found);
		return err;
	}
	*ret = found;
	return 0;
}

/* The folder above the mount PATH, in LOWER's mount; NAME: that of the mount in it. */
static int parent_open(const char *path, uint64_t lower_id, int *ret_folder, const char **ret_name)
{
	SCOPE_FD int folder = -1;
	char above[PATH_MAX];
	const char *name = strrchr(path, '/') + 1;
	uint64_t id = 0;
	int err;

	if ((size_t)snprintf(above, sizeof(above), "%.*s", (int)(name - path), path) >=
	    sizeof(above)) {
		return -ENAMETOOLONG;
	}
	err = walk_open(above, &folder);
	if (err == 0) {
		err = mount_id(folder, &id);
	}
	if (err < 0) {
		return err;
	}
	if (id != lower_id) {
		return -ENOENT; /* something else is mounted above it, and comes along itself */
	}
	*ret_folder = folder;
	*ret_name = name;
	folder = -1;
	return 0;
}

static int copy_put(const char *path, size_t prefix, uint64_t lower_id, int root)
{
	const struct open_how how = { .flags = O_PATH | O_CLOEXEC,
				      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
						 RESOLVE_NO_XDEV };
	SCOPE_FD int folder = -1;
	SCOPE_FD int tree = -1;
	SCOPE_FD int target = -1;
	const char *name = NULL;
	int err;

	err = parent_open(path, lower_id, &folder, &name);
	if (err < 0) {
		return err;
	}
	tree = open_tree(folder, name,
			 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_NO_AUTOMOUNT |
				 AT_SYMLINK_NOFOLLOW);
	if (tree < 0) {
		return -errno;
	}
	err = mount_set(tree, true, MOUNT_ATTR_RDONLY);
	if (err < 0) {
		return err;
	}
	target = (int)syscall(SYS_openat2, root, path + prefix + 1, &how, sizeof(how));
	return target < 0 ? -errno : mount_put(tree, target);
}

/* On the way to a mount, in a folder of a user's, anything may happen meanwhile. */
static bool is_gone(int err)
{
	return err == -ENOENT || err == -ENOTDIR || err == -ELOOP || err == -EXDEV;
}

int companions_put(const struct companions *companions, int lower, int root, const char **ret_path)
{
	uint64_t lower_id = 0;
	size_t i;
	int err;

	*ret_path = "/";
	err = mount_id(lower, &lower_id);
	for (i = 0; i < companions->count && err == 0; i++) {
		err = copy_put(companions->paths[i], companions->prefix, lower_id, root);
		if (is_gone(err)) {
			err = 0;
		} else if (err < 0) {
			*ret_path = companions->paths[i];
		}
	}
	return err;
}

void companions_drop(struct companions *companions)
{
	while (companions->count > 0) {
		free(companions->paths[--companions->count]);
	}
	free(companions->paths);
	companions->paths = NULL;
}
