/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * members.c - which of some PID namespaces a process belongs to. As root: looking at another's
 * namespaces takes CAP_SYS_PTRACE. Users may make namespaces in their space, and some more in
 * those: each is walked upwards once, ioctl_ns(2), and remembered.
 */
#include "members.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "process.h"
#include "scope.h"

#define NOT_LISTED ((size_t)-1)

struct member {
	ino_t inode;
	size_t index; /* or NOT_LISTED */
};

struct members {
	struct member *items; /* sorted by inode */
	size_t count;
};

/* The place of INODE, or the one where it would be. */
static size_t place_of(const struct members *members, ino_t inode)
{
	size_t low = 0, high = members->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (members->items[middle].inode < inode) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static const struct member *member_of(const struct members *members, ino_t inode)
{
	size_t place = place_of(members, inode);

	return place < members->count && members->items[place].inode == inode
		       ? &members->items[place]
		       : NULL;
}

static int member_add(struct members *members, ino_t inode, size_t index)
{
	size_t place = place_of(members, inode);
	struct member *items;

	items = reallocarray(members->items, members->count + 1, sizeof(*items));
	if (items == NULL) {
		return -ENOMEM;
	}
	members->items = items;
	memmove(items + place + 1, items + place, (members->count - place) * sizeof(*items));
	items[place] = (struct member){ .inode = inode, .index = index };
	members->count++;
	return 0;
}

int members_new(const ino_t *namespaces, size_t count, struct members **ret)
{
	struct members *members = calloc(1, sizeof(*members));
	size_t i;

	if (members == NULL) {
		return -ENOMEM;
	}
	for (i = 0; i < count; i++) {
		if (member_add(members, namespaces[i], i) < 0) {
			members_free(members);
			return -ENOMEM;
		}
	}
	*ret = members;
	return 0;
}

void members_free(struct members *members)
{
	if (members != NULL) {
		free(members->items);
		free(members);
	}
}

/* From the namespace behind FD upwards, up to the caller's own: above that nobody may look. */
static int ancestor_find(const struct members *members, int fd, size_t *ret_index)
{
	SCOPE_FD int below = -1;
	size_t level;

	for (level = 0; level < PROCESS_LEVELS; level++) {
		const struct member *known;
		struct stat about;
		int above = ioctl(below >= 0 ? below : fd, NS_GET_PARENT);

		if (above < 0) {
			*ret_index = NOT_LISTED;
			return errno == EPERM ? 0 : -errno;
		}
		scope_close(&below);
		below = above;
		if (fstat(below, &about) < 0) {
			return -errno;
		}
		known = member_of(members, about.st_ino);
		if (known != NULL) {
			*ret_index = known->index;
			return 0;
		}
	}
	*ret_index = NOT_LISTED;
	return 0;
}

static int unknown_find(struct members *members, int process, size_t *ret_index)
{
	SCOPE_FD int fd = openat(process, "ns/pid", O_RDONLY | O_CLOEXEC);
	size_t index = NOT_LISTED;
	struct stat about;
	int err;

	if (fd < 0 || fstat(fd, &about) < 0) {
		return -errno;
	}
	err = ancestor_find(members, fd, &index);
	if (err == 0) {
		err = member_add(members, about.st_ino, index);
	}
	if (err == 0) {
		*ret_index = index;
	}
	return err;
}

int members_find(struct members *members, int process, size_t *ret_index)
{
	const struct member *known;
	size_t index = NOT_LISTED;
	struct stat about;
	int err;

	if (fstatat(process, "ns/pid", &about, 0) < 0) {
		return errno == ESRCH ? -ENOENT : -errno;
	}
	known = member_of(members, about.st_ino);
	if (known != NULL) {
		index = known->index;
	} else {
		err = unknown_find(members, process, &index);
		if (err < 0) {
			return err == -ESRCH ? -ENOENT : err;
		}
	}
	if (index == NOT_LISTED) {
		return -ENOENT;
	}
	*ret_index = index;
	return 0;
}
