/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_list.c - the mounts of a view while it is worked out, and the contradictions among them.
 * Pure.
 */
#include "view_list.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "path.h"
#include "view_path.h"

/* What an entry does to its place. */
enum phase {
	PHASE_KEEP,
	PHASE_PLACE,
	PHASE_USE,
};

static enum phase phase_of(const struct view_entry *entry)
{
	switch (entry->mount.kind) {
	case MOUNT_KEEP:
		return PHASE_KEEP;
	case MOUNT_READ_ONLY:
	case MOUNT_WRITABLE:
		return PHASE_USE;
	default:
		return PHASE_PLACE;
	}
}

void view_list_about(char *text, size_t size, enum key key, const struct policy_item *item)
{
	/* What does not fit is cut: the text is for people. */
	if (item->file == NULL) {
		(void)snprintf(text, size, "%s = %s", key_about(key)->name, item->text);
	} else {
		(void)snprintf(text, size, "%s = %s (%s:%u)", key_about(key)->name, item->text,
			       item->file, item->line);
	}
}

int view_list_wrong(struct problem *problem, enum key key, const struct policy_item *item,
		    const char *what)
{
	problem_set(problem, item->file, item->line, "%s = %s %s", key_about(key)->name, item->text,
		    what);
	return -EINVAL;
}

/* In one file the line tells; a default is never what has to be mended. */
static bool is_later(const struct policy_item *one, const struct policy_item *other)
{
	if (one->file == NULL || other->file == NULL) {
		return one->file != NULL;
	}
	return strcmp(one->file, other->file) != 0 || one->line >= other->line;
}

int view_list_clash(struct problem *problem, const struct view_entry *one, const char *what,
		    enum key key, const struct policy_item *item, const char *reverse)
{
	const bool later = is_later(one->item, item);
	char about[PLAN_ABOUT_SIZE], sentence[PLAN_ABOUT_SIZE + 64];

	view_list_about(about, sizeof(about), later ? key : one->key, later ? item : one->item);
	(void)snprintf(sentence, sizeof(sentence), "%s %s", later ? what : reverse, about);
	return view_list_wrong(problem, later ? one->key : key, later ? one->item : item, sentence);
}

static int clash(struct view_list *list, const struct view_entry *about, const char *what,
		 const struct view_entry *against, const char *reverse)
{
	return view_list_clash(list->problem, about, what, against->key, against->item, reverse);
}

static bool is_same(const struct plan_mount *one, const struct plan_mount *other)
{
	return one->kind == other->kind && strcmp(one->source, other->source) == 0 &&
	       strcmp(one->size, other->size) == 0;
}

/* May LISTED stand for what another key would put there? */
static bool replaces(const struct view_entry *listed, const struct view_entry *key)
{
	switch (key->mount.kind) {
	case MOUNT_COVER: /* the same for those who look: empty */
		return listed->mount.kind == MOUNT_TMPFS;
	case MOUNT_BIND: /* another home in the place of the home */
		return listed->mount.kind == MOUNT_TMPFS || listed->mount.kind == MOUNT_BIND;
	case MOUNT_HIDE:
		return listed->mount.kind == MOUNT_HIDE;
	default:
		return false;
	}
}

/* ENTRY is about a place that KNOWN is about already: 0: KNOWN says it all. */
static int meet(struct view_list *list, struct view_entry *known, const struct view_entry *entry)
{
	if (is_same(&known->mount, &entry->mount)) {
		known->mount.optional = known->mount.optional && entry->mount.optional;
		if (entry->writes && !known->writes) { /* so that a problem names that line */
			known->writes = true;
			known->item = entry->item;
		}
		return 0;
	}
	if (entry->rank == VIEW_HOST ||
	    (known->rank == VIEW_LISTED && entry->rank == VIEW_KEY && replaces(known, entry))) {
		return 0;
	}
	return clash(list, entry, "contradicts", known, "contradicts");
}

static int room_make(struct view_list *list)
{
	struct view_entry *bigger;
	const size_t room = list->room == 0 ? 16 : 2 * list->room;

	if (list->count < list->room) {
		return 0;
	}
	bigger = reallocarray(list->entries, room, sizeof(*bigger));
	if (bigger == NULL) {
		problem_set(list->problem, NULL, 0, "out of memory");
		return -ENOMEM;
	}
	list->entries = bigger;
	list->room = room;
	return 0;
}

int view_list_add(struct view_list *list, const struct view_entry *entry)
{
	size_t i;
	int err;

	for (i = 0; i < list->count; i++) {
		struct view_entry *known = &list->entries[i];

		if (phase_of(known) == phase_of(entry) &&
		    strcmp(known->mount.target, entry->mount.target) == 0) {
			return meet(list, known, entry);
		}
	}
	if (list->count == PLAN_MOUNTS_MAX) {
		(void)view_list_wrong(list->problem, entry->key, entry->item,
				      "is one path too many: with those of all keys a login has "
				      "at most 256");
		return -E2BIG;
	}
	err = room_make(list);
	if (err == 0) {
		list->entries[list->count] = *entry;
		view_list_about(list->entries[list->count].mount.about, sizeof(entry->mount.about),
				entry->key, entry->item);
		list->count++;
	}
	return err;
}

/* Of one place: what was put there, and what may be done with it. */
static int uses_check(struct view_list *list, const struct view_entry *placed,
		      const struct view_entry *other)
{
	if (phase_of(other) != PHASE_USE ||
	    strcmp(placed->mount.target, other->mount.target) != 0) {
		return 0;
	}
	if (placed->mount.kind == MOUNT_HIDE ||
	    (placed->writes && other->mount.kind == MOUNT_READ_ONLY)) {
		return clash(list, other, "contradicts", placed, "contradicts");
	}
	return 0;
}

static int pairs_check(struct view_list *list, const struct view_entry *placed)
{
	size_t i;
	int err = 0;

	for (i = 0; i < list->count && err == 0; i++) {
		const struct view_entry *other = &list->entries[i];

		err = uses_check(list, placed, other);
		if (err == 0 && placed->mount.kind == MOUNT_HIDE && phase_of(other) != PHASE_KEEP &&
		    path_is_below(other->mount.target, placed->mount.target)) {
			err = clash(list, other, "lies below", placed, "hides what is in");
		}
	}
	return err;
}

/* What of the host comes through an overlay gives way to all that a key says of the place. */
static bool is_given_way(const struct view_list *list, const struct view_entry *entry)
{
	size_t i;

	for (i = 0; entry->rank == VIEW_HOST && i < list->count; i++) {
		const struct view_entry *other = &list->entries[i];

		if (phase_of(other) == PHASE_PLACE && other->rank != VIEW_HOST &&
		    path_is_within(entry->mount.target, other->mount.target)) {
			return true;
		}
	}
	return false;
}

/* A tree that stays as it is brings along all that is below. */
static bool is_kept_above(const struct view_list *list, const struct view_entry *entry)
{
	size_t i;

	for (i = 0; entry->mount.kind == MOUNT_KEEP && i < list->count; i++) {
		const struct view_entry *other = &list->entries[i];

		if (other->mount.kind == MOUNT_KEEP &&
		    path_is_below(entry->mount.target, other->mount.target)) {
			return true;
		}
	}
	return false;
}

/* In one go, as one that goes may be the reason why another does. */
static void needless_drop(struct view_list *list)
{
	bool drop[PLAN_MOUNTS_MAX];
	size_t i, kept = 0;

	for (i = 0; i < list->count; i++) {
		drop[i] = is_given_way(list, &list->entries[i]) ||
			  is_kept_above(list, &list->entries[i]);
	}
	for (i = 0; i < list->count; i++) {
		if (!drop[i]) {
			if (kept != i) {
				list->entries[kept] = list->entries[i];
			}
			kept++;
		}
	}
	list->count = kept;
}

/* Among what is said of the use of PATH and of folders above it, what counts: the longest path. */
static const struct view_entry *use_of(const struct view_list *list, const char *path)
{
	const struct view_entry *found = NULL;
	size_t i;

	for (i = 0; i < list->count; i++) {
		const struct view_entry *entry = &list->entries[i];

		if (phase_of(entry) == PHASE_USE && path_is_within(path, entry->mount.target) &&
		    (found == NULL || strlen(entry->mount.target) > strlen(found->mount.target))) {
			found = entry;
		}
	}
	return found;
}

/*
 * A bind may be written to though a folder above it is read-only, as its path is the longer one.
 * But the home, and what of the host comes through an overlay, is what would be there anyhow: that
 * somebody had to put it there makes no difference.
 */
static int uses_inherit(struct view_list *list)
{
	const size_t count = list->count;
	size_t i;
	int err = 0;

	for (i = 0; i < count && err == 0; i++) {
		const struct view_entry entry = list->entries[i];
		const struct view_entry *use = use_of(list, entry.mount.target);

		if (entry.mount.kind == MOUNT_BIND && entry.rank != VIEW_LISTED && use != NULL &&
		    use->mount.kind == MOUNT_READ_ONLY) {
			struct view_entry read_only = *use;

			memcpy(read_only.mount.target, entry.mount.target,
			       sizeof(read_only.mount.target));
			read_only.mount.optional = true;
			err = view_list_add(list, &read_only);
		}
	}
	return err;
}

/* A folder comes before what is in it: its path is the beginning of theirs. */
static int compare(const void *left, const void *right)
{
	const struct view_entry *one = (const struct view_entry *)left;
	const struct view_entry *other = (const struct view_entry *)right;

	const bool keeps = one->mount.kind == MOUNT_KEEP;
	int order;

	if (keeps != (other->mount.kind == MOUNT_KEEP)) {
		return keeps ? -1 : 1;
	}
	order = strcmp(one->mount.target, other->mount.target);
	return order != 0 ? order : (int)one->mount.kind - (int)other->mount.kind;
}

int view_list_finish(struct view_list *list)
{
	size_t i;
	int err = 0;

	needless_drop(list);
	for (i = 0; i < list->count && err == 0; i++) {
		if (phase_of(&list->entries[i]) == PHASE_PLACE) {
			err = pairs_check(list, &list->entries[i]);
		}
	}
	if (err == 0) {
		err = uses_inherit(list);
	}
	if (err == 0 && list->count > 1) {
		qsort(list->entries, list->count, sizeof(*list->entries), compare);
	}
	return err;
}

void view_list_free(struct view_list *list)
{
	free(list->entries);
	list->entries = NULL;
	list->count = 0;
	list->room = 0;
}
