/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_builder.c - one line of the configuration becomes one entry of the list. Pure.
 */
#include "view_builder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "quote.h"
#include "view_path.h"
#include "view_place.h"

const struct policy_item *view_item(const struct policy *policy, enum key key)
{
	const struct policy_value *value = &policy->values[key];
	size_t i = 0;

	while (key == KEY_NAMESPACES && i + 1 < value->count &&
	       strcmp(value->items[i].text, "user") != 0) {
		i++;
	}
	return &value->items[i];
}

bool view_key_is(const struct policy *policy, enum key key, const char *value)
{
	return strcmp(view_item(policy, key)->text, value) == 0;
}

int builder_home_wrong(const struct builder *builder, enum key key, const struct policy_item *item)
{
	char quoted[64], what[160];

	(void)snprintf(what, sizeof(what), "cannot be done: the user's home folder %s is no path",
		       quote(quoted, sizeof(quoted), builder->home_text));
	return view_list_wrong(builder->problem, key, item, what);
}

int builder_path(const struct builder *builder, enum key key, const struct policy_item *item,
		 const char *text, size_t length, char ret_path[PLAN_PATH_SIZE])
{
	const char *why = "";
	char what[160];
	int err;

	if (builder->home_bad && view_path_names_home(text)) {
		return builder_home_wrong(builder, key, item);
	}
	err = view_path_expand(text, length, &builder->words, ret_path, &why);
	if (err == -ENAMETOOLONG) {
		(void)view_list_wrong(builder->problem, key, item, "is too long for this user");
	} else if (err < 0) {
		(void)snprintf(what, sizeof(what), "cannot be used: %s", why);
		(void)view_list_wrong(builder->problem, key, item, what);
	}
	return err;
}

void builder_size(const struct builder *builder, const char *text, struct plan_mount *mount)
{
	(void)snprintf(mount->size, sizeof(mount->size), "%s",
		       text != NULL ? text : view_item(builder->policy, KEY_TMP_SIZE)->text);
}

int builder_add(struct builder *builder, const struct view_entry *entry)
{
	int err = view_place_check(builder->policy, builder->plan, entry, builder->problem);

	return err < 0 ? err : view_list_add(&builder->list, entry);
}

int builder_add_as(struct builder *builder, const struct view_entry *entry,
		   enum plan_mount_kind kind, enum view_rank rank, bool optional)
{
	struct view_entry other = {
		.mount = { .kind = kind, .optional = optional },
		.rank = rank,
		.key = entry->key,
		.item = entry->item,
	};

	memcpy(other.mount.target, entry->mount.target, sizeof(other.mount.target));
	if (kind == MOUNT_BIND) {
		memcpy(other.mount.source, entry->mount.target, sizeof(other.mount.source));
	}
	return builder_add(builder, &other);
}

/* Systemd's own socket is not: it is there before anybody logs in, or systemd is not. */
static bool is_anchored(enum plan_mount_kind kind, const char *target)
{
	return kind == MOUNT_RUNTIME || (kind == MOUNT_HIDE && strcmp(target, "/run/dbus") == 0);
}

int builder_add_key(struct builder *builder, enum key key, enum plan_mount_kind kind,
		    const char *target, const char *source, bool optional)
{
	struct view_entry entry = {
		.mount = { .kind = kind,
			   .optional = optional,
			   .anchored = is_anchored(kind, target) },
		.rank = VIEW_KEY,
		.key = key,
		.item = view_item(builder->policy, key),
	};

	(void)snprintf(entry.mount.target, sizeof(entry.mount.target), "%s", target);
	(void)snprintf(entry.mount.source, sizeof(entry.mount.source), "%s",
		       source != NULL ? source : "");
	if (kind == MOUNT_RUNTIME) {
		builder_size(builder, NULL, &entry.mount);
	}
	return builder_add(builder, &entry);
}
