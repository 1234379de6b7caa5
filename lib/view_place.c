/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_place.c - where a line of the configuration must not put anything. Pure.
 */
#include "view_place.h"

#include <stdio.h>
#include <string.h>

#include "count.h"
#include "path.h"
#include "view_builder.h"
#include "view_path.h"

/* Which lines are about the place. */
enum reach {
	REACH_BELOW, /* whatever is said of it, or of what is in it */
	REACH_SAME,  /* whatever is said of it */
	REACH_USED,  /* what would be put there or be made read-only; it is writable anyhow */
	REACH_PUT,   /* what would be put there */
	REACH_ABOVE, /* what would be put there, or on a folder that it is in */
};

struct place {
	const char *path;
	enum reach reach;
	const char *what; /* "is not possible" and why */
};

/* /proc with a part of it covered is one that no user can have a new one of: the kernel says no. */
static const struct place PLACES[] = {
	{ "/", REACH_SAME, "is not possible: that is all there is" },
	{ "/proc", REACH_BELOW, "is not possible: programs need /proc as a whole" },
	{ "/run/loginspace", REACH_BELOW, "is not possible: logins from inside need that folder" },
	{ "/run", REACH_PUT, "is not possible: logins from inside need /run/loginspace" },
	{ "/dev", REACH_USED, "is not possible: a space has mounts of its own in there" },
	{ "/sys", REACH_PUT, "is not possible: a space has mounts of its own in there" },
	{ "/sys/fs", REACH_PUT, "is not possible: a space has mounts of its own in there" },
	{ "/dev/shm", REACH_USED, "is not possible: a space has its own there" },
	{ "/dev/mqueue", REACH_USED, "is not possible: a space has its own there" },
	{ "/dev/pts", REACH_USED, "is not possible: see devpts" },
};

static bool is_put(const struct view_entry *entry)
{
	return entry->rank != VIEW_KEY && entry->mount.kind != MOUNT_KEEP &&
	       entry->mount.kind != MOUNT_READ_ONLY && entry->mount.kind != MOUNT_WRITABLE;
}

static bool is_meant(const struct view_entry *entry, const char *place, enum reach reach)
{
	const char *target = entry->mount.target;

	switch (reach) {
	case REACH_BELOW:
		return path_is_within(target, place);
	case REACH_SAME:
		return strcmp(target, place) == 0;
	case REACH_USED:
		return (is_put(entry) || entry->mount.kind == MOUNT_READ_ONLY) &&
		       strcmp(target, place) == 0;
	case REACH_PUT:
		return is_put(entry) && strcmp(target, place) == 0;
	default:
		return is_put(entry) && path_is_within(place, target);
	}
}

/* /tmp and /var/tmp are there before all that lists say; folders of the user's come with it. */
static int tmp_check(const struct policy *policy, const struct plan *plan,
		     const struct view_entry *entry, struct problem *problem)
{
	static const char *const places[] = { "/tmp", "/var/tmp" };
	const enum reach reach = plan->tmp == TMP_TMPFS ? REACH_ABOVE : REACH_PUT;
	size_t i;

	for (i = 0; i < COUNT(places) && plan->tmp != TMP_HOST; i++) {
		if (is_meant(entry, places[i], reach)) {
			return view_list_clash(problem, entry, "contradicts", KEY_PRIVATE_TMP,
					       policy->values[KEY_PRIVATE_TMP].items,
					       "contradicts");
		}
	}
	return 0;
}

int view_place_check(const struct policy *policy, const struct plan *plan,
		     const struct view_entry *entry, struct problem *problem)
{
	/* What makes /dev a private one. */
	const enum key dev =
		view_key_is(policy, KEY_PRIVATE_DEV, "yes") ? KEY_PRIVATE_DEV : KEY_NAMESPACES;
	size_t i;

	if (entry->rank == VIEW_LISTED && plan->private_dev && is_meant(entry, "/dev", REACH_PUT)) {
		return view_list_clash(problem, entry, "contradicts", dev, view_item(policy, dev),
				       "contradicts");
	}
	for (i = 0; i < COUNT(PLACES) && entry->rank == VIEW_LISTED; i++) {
		if (is_meant(entry, PLACES[i].path, PLACES[i].reach)) {
			return view_list_wrong(problem, entry->key, entry->item, PLACES[i].what);
		}
	}
	return tmp_check(policy, plan, entry, problem);
}
