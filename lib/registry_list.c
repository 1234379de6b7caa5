/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry_list.c - all living spaces. Used by loginspace(8).
 *
 * F_GETLK answers about one range at a time; the whole table is in proc_locks(5).
 */
#include "registry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "plan.h"

/* The bytes that stand for numbers: those of the largest uid end here. */
#define NUMBER_BYTES ((int64_t)UINT32_MAX * PLAN_MAX_SPACES_LIMIT)

struct list {
	struct registry_entry *entries;
	size_t count;
	size_t room;
};

static int list_add(struct list *list, const struct registry_entry *entry)
{
	if (list->count == list->room) {
		size_t room = list->room == 0 ? 64 : list->room * 2;
		struct registry_entry *entries;

		entries = reallocarray(list->entries, room, sizeof(*entries));
		if (entries == NULL) {
			return -ENOMEM;
		}
		list->entries = entries;
		list->room = room;
	}
	list->entries[list->count++] = *entry;
	return 0;
}

/* "1: POSIX  ADVISORY  READ 1234 00:1c:5 131137536 131137536". A waiting lock has "->" instead. */
static bool line_read(const char *line, const struct stat *folder, struct registry_entry *ret)
{
	unsigned int device_major, device_minor;
	unsigned long inode;
	int64_t start, end;
	char type[8];
	int pid;

	if (sscanf(line, "%*u: %7s ADVISORY READ %d %x:%x:%lu %" SCNd64 " %" SCNd64, type, &pid,
		   &device_major, &device_minor, &inode, &start, &end) != 7) {
		return false;
	}
	if (strcmp(type, "POSIX") != 0 || makedev(device_major, device_minor) != folder->st_dev ||
	    inode != folder->st_ino || start != end || start < 0 || start >= NUMBER_BYTES ||
	    pid <= 0) {
		return false;
	}
	*ret = (struct registry_entry){
		.uid = (uid_t)(start / PLAN_MAX_SPACES_LIMIT),
		.number = (uint32_t)(start % PLAN_MAX_SPACES_LIMIT),
		.init = pid,
	};
	return true;
}

static int list_fill(FILE *locks, const struct stat *folder, struct list *list)
{
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	while (err == 0 && getline(&line, &room, locks) > 0) {
		struct registry_entry entry;

		if (line_read(line, folder, &entry)) {
			err = list_add(list, &entry);
		}
	}
	if (err == 0 && ferror(locks)) {
		err = -EIO;
	}
	free(line);
	return err;
}

static int compare(const void *left, const void *right)
{
	const struct registry_entry *a = left;
	const struct registry_entry *b = right;

	if (a->uid != b->uid) {
		return a->uid < b->uid ? -1 : 1;
	}
	return a->number == b->number ? 0 : a->number < b->number ? -1 : 1;
}

/* Who tries for a number shows for a moment, beside another who tries or who has it. */
static void list_unique(struct list *list)
{
	size_t i, kept = 0;

	for (i = 0; i < list->count; i++) {
		if (kept == 0 || compare(&list->entries[kept - 1], &list->entries[i]) != 0) {
			list->entries[kept++] = list->entries[i];
		}
	}
	list->count = kept;
}

int registry_list(int registry, struct registry_entry **ret_entries, size_t *ret_count)
{
	struct list list = { 0 };
	struct stat folder;
	FILE *locks;
	int err;

	if (fstat(registry, &folder) < 0) {
		return -errno;
	}
	locks = fopen("/proc/locks", "re");
	if (locks == NULL) {
		return -errno;
	}
	err = list_fill(locks, &folder, &list);
	(void)fclose(locks);
	if (err < 0) {
		free(list.entries);
		return err;
	}
	if (list.count > 0) {
		qsort(list.entries, list.count, sizeof(list.entries[0]), compare);
	}
	list_unique(&list);
	*ret_entries = list.entries;
	*ret_count = list.count;
	return 0;
}
