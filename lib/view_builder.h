/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_builder.h - what the files of a view share while it is worked out: from the words of one
 * line to one entry of the list. Pure. Internal to lib/.
 */
#ifndef LOGINSPACE_LIB_VIEW_BUILDER_H
#define LOGINSPACE_LIB_VIEW_BUILDER_H

#include <stdbool.h>
#include <stddef.h>

#include "plan.h"
#include "policy.h"
#include "problem.h"
#include "view.h"
#include "view_list.h"

/* All that the lowering of a key needs. */
struct builder {
	const struct policy *policy;
	struct view_words words; /* home as a path of a plan */
	bool home_bad;           /* the user's entry has one that is no path */
	const char *home_text;   /* as it is in there */
	struct plan *plan;
	struct view_list list;
	struct problem *problem;
};

/*
 * view_item - the value of a key that is no list; view_key_is - is it VALUE? Of the namespaces it is user,
 * which makes other keys hold that nobody has written.
 */
const struct policy_item *view_item(const struct policy *policy, enum key key);
bool view_key_is(const struct policy *policy, enum key key, const char *value);

/* All of these return 0 or a negative errno of view_plan, with the problem set. */

/* builder_home_wrong - -EINVAL: ITEM needs the user's home folder, and that is no path. */
int builder_home_wrong(const struct builder *builder, enum key key, const struct policy_item *item);

/* builder_path - a path of ITEM, for this user: the first LENGTH bytes of TEXT. */
int builder_path(const struct builder *builder, enum key key, const struct policy_item *item,
		 const char *text, size_t length, char ret_path[PLAN_PATH_SIZE]);

/* builder_size - the size of a file system in memory; TEXT NULL: tmp_size. */
void builder_size(const struct builder *builder, const char *text, struct plan_mount *mount);

/* builder_add - adds the entry, unless its place is spoken for. */
int builder_add(struct builder *builder, const struct view_entry *entry);

/* builder_add_as - the place of ENTRY again, as another kind; a bind is of the same path. */
int builder_add_as(struct builder *builder, const struct view_entry *entry,
		   enum plan_mount_kind kind, enum view_rank rank, bool optional);

/* builder_add_key - what follows from a key, see view_item. SOURCE may be NULL. */
int builder_add_key(struct builder *builder, enum key key, enum plan_mount_kind kind,
		    const char *target, const char *source, bool optional);

/* In the order in which they are called: a later one gives way to an earlier one. */
int view_named_add(struct builder *builder);
int view_tmp_add(struct builder *builder);
int view_home_add(struct builder *builder);
int view_buses_add(struct builder *builder);
int view_system_add(struct builder *builder);
int view_overlay_add(struct builder *builder);

#endif
