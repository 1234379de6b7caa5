/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_list.h - the mounts of a view while it is worked out, each with the line that it comes from,
 * and what two lines must not say of one place. Pure. Internal to lib/.
 */
#ifndef LOGINSPACE_LIB_VIEW_LIST_H
#define LOGINSPACE_LIB_VIEW_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "plan.h"
#include "policy.h"
#include "problem.h"

/* Whose word counts when two say something of one place. They are added in this order. */
enum view_rank {
	VIEW_LISTED, /* an item of a list: the administrator means this very path */
	VIEW_KEY,    /* follows from another key, such as home = own */
	VIEW_HOST,   /* the host's own, put over an overlay of its root: where nothing else is */
};

struct view_entry {
	struct plan_mount mount;
	enum view_rank rank;
	bool writes; /* a bind that says ":rw" */
	enum key key;
	const struct policy_item *item; /* the policy's */
};

/* Born zeroed, but for problem. */
struct view_list {
	struct view_entry *entries;
	size_t count, room;
	struct problem *problem; /* the caller's; set by whatever fails */
};

/* view_list_about - "key = item (file:line)", or "key = value" for the default. */
void view_list_about(char *text, size_t size, enum key key, const struct policy_item *item);

/*
 * view_list_wrong - -EINVAL, with "key = item WHAT" at the item's place.
 */
int view_list_wrong(struct problem *problem, enum key key, const struct policy_item *item,
		    const char *what);

/*
 * view_list_clash - -EINVAL: ONE and ITEM of KEY cannot both be. At the place of the later one:
 * "ONE WHAT ITEM", or "ITEM REVERSE ONE", with the other's place behind.
 */
int view_list_clash(struct problem *problem, const struct view_entry *one, const char *what,
		    enum key key, const struct policy_item *item, const char *reverse);

/*
 * view_list_add - adds a copy of ENTRY, or leaves it out where a higher rank has spoken already or
 * the same is there. Returns 0; -EINVAL (a contradiction), -E2BIG, -ENOMEM.
 */
int view_list_add(struct view_list *list, const struct view_entry *entry);

/* view_list_finish - what shows only when all is there; sorts. Returns 0 or -EINVAL. */
int view_list_finish(struct view_list *list);

void view_list_free(struct view_list *list);

#endif
