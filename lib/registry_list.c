/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry_list.c - all living spaces. Used by loginspace(8).
 *
 * Not by proc_locks(5): the kernel gives that in pieces, each from a place in the list on, and the
 * list is that of all locks of the machine. Somebody who drops locks of his own between two pieces
 * shifts it, and what moves up over the gap is never seen.
 *
 * F_GETLK gives one lock of a range. What is before and what is behind it are ranges to ask about in
 * turn; so what is locked all the time is found, whatever else comes and goes.
 */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "plan.h"

/* The bytes that stand for numbers: those of the largest uid end here. */
#define NUMBER_BYTES ((off_t)UINT32_MAX * PLAN_MAX_SPACES_LIMIT)

/* From BEGIN to before END. */
struct range {
	off_t begin;
	off_t end;
};

struct ranges {
	struct range *items;
	size_t count;
	size_t room;
};

struct list {
	struct registry_entry *entries;
	size_t count;
	size_t room;
};

/* ITEMS with room for one more than COUNT, or NULL; *ROOM is how many there is room for. */
static void *room_make(void *items, size_t count, size_t *room, size_t size)
{
	const size_t more = *room == 0 ? 64 : *room * 2;

	if (count < *room) {
		return items;
	}
	items = reallocarray(items, more, size);
	*room = items != NULL ? more : *room;
	return items;
}

static int ranges_push(struct ranges *ranges, off_t begin, off_t end)
{
	struct range *items;

	if (begin >= end) {
		return 0;
	}
	items = room_make(ranges->items, ranges->count, &ranges->room, sizeof(*items));
	if (items == NULL) {
		return -ENOMEM;
	}
	ranges->items = items;
	items[ranges->count++] = (struct range){ .begin = begin, .end = end };
	return 0;
}

/* A lock of one byte by a process that shows here is a space. */
static int list_add(struct list *list, const struct flock *lock)
{
	struct registry_entry *entries;

	if (lock->l_len != 1 || lock->l_pid <= 0) {
		return 0;
	}
	entries = room_make(list->entries, list->count, &list->room, sizeof(*entries));
	if (entries == NULL) {
		return -ENOMEM;
	}
	list->entries = entries;
	entries[list->count++] = (struct registry_entry){
		.uid = (uid_t)(lock->l_start / PLAN_MAX_SPACES_LIMIT),
		.number = (uint32_t)(lock->l_start % PLAN_MAX_SPACES_LIMIT),
		.init = lock->l_pid,
	};
	return 0;
}

/* Some lock of RANGE, if there is one, goes to the list, and the rest of RANGE to RANGES. */
static int range_ask(int registry, const struct range *range, struct ranges *ranges,
		     struct list *list)
{
	struct flock lock = { .l_type = F_WRLCK,
			      .l_whence = SEEK_SET,
			      .l_start = range->begin,
			      .l_len = range->end - range->begin };
	int err;

	if (fcntl(registry, F_GETLK, &lock) < 0) {
		return -errno;
	}
	if (lock.l_type == F_UNLCK) {
		return 0;
	}
	err = ranges_push(ranges, range->begin, lock.l_start);
	if (err == 0 && lock.l_len > 0) { /* 0: up to the end of all */
		err = ranges_push(ranges, lock.l_start + lock.l_len, range->end);
	}
	return err < 0 ? err : list_add(list, &lock);
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

int registry_list(int registry, const uid_t *uid, struct registry_entry **ret_entries,
		  size_t *ret_count)
{
	const off_t begin = uid != NULL ? (off_t)*uid * PLAN_MAX_SPACES_LIMIT : 0;
	struct ranges ranges = { 0 };
	struct list list = { 0 };
	int err;

	err = ranges_push(&ranges, begin,
			  uid != NULL ? begin + PLAN_MAX_SPACES_LIMIT : NUMBER_BYTES);
	while (err == 0 && ranges.count > 0) {
		const struct range range = ranges.items[--ranges.count];

		err = range_ask(registry, &range, &ranges, &list);
	}
	free(ranges.items);
	if (err < 0) {
		free(list.entries);
		return err;
	}
	if (list.count > 0) {
		qsort(list.entries, list.count, sizeof(list.entries[0]), compare);
	}
	*ret_entries = list.entries;
	*ret_count = list.count;
	return 0;
}
