/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_named.c - the keys that are lists of paths: read_only, writable, hide, tmpfs, bind. Pure.
 */
#include "view_builder.h"

#include <string.h>

#include "count.h"

static int writable_add(struct builder *builder, const struct view_entry *entry)
{
	int err = builder_add(builder, entry);

	if (err == 0 && builder->plan->system_ro) {
		err = builder_add_as(builder, entry, MOUNT_KEEP, VIEW_LISTED, true);
	}
	return err;
}

/* SRC:DST[:ro|:rw] */
static int bind_add(struct builder *builder, struct view_entry *entry, const char *text)
{
	const size_t source = strcspn(text, ":");
	const char *target = text + source + 1;
	const size_t length = strcspn(target, ":");
	int err = builder_path(builder, entry->key, entry->item, text, source, entry->mount.source);

	if (err == 0) {
		err = builder_path(builder, entry->key, entry->item, target, length,
				   entry->mount.target);
	}
	entry->writes = strcmp(target + length, ":rw") == 0;
	if (err == 0) {
		err = builder_add(builder, entry);
	}
	if (err == 0 && strcmp(target + length, ":ro") == 0) {
		err = builder_add_as(builder, entry, MOUNT_READ_ONLY, VIEW_LISTED,
				     entry->mount.optional);
	}
	return err;
}

static int item_add(struct builder *builder, enum key key, enum plan_mount_kind kind,
		    const struct policy_item *item)
{
	struct view_entry entry = {
		.mount = { .kind = kind, .optional = item->text[0] == '-' },
		.rank = VIEW_LISTED,
		.key = key,
		.item = item,
	};
	const char *text = item->text + (entry.mount.optional ? 1 : 0);
	const size_t length = strcspn(text, ":");
	int err;

	if (kind == MOUNT_BIND) {
		return bind_add(builder, &entry, text);
	}
	err = builder_path(builder, key, item, text, length, entry.mount.target);
	if (err < 0) {
		return err;
	}
	if (kind == MOUNT_TMPFS) {
		builder_size(builder, text[length] == ':' ? text + length + 1 : NULL, &entry.mount);
	}
	return kind == MOUNT_WRITABLE ? writable_add(builder, &entry)
				      : builder_add(builder, &entry);
}

int view_named_add(struct builder *builder)
{
	static const struct {
		enum key key;
		enum plan_mount_kind kind;
	} LISTS[] = {
		{ KEY_READ_ONLY, MOUNT_READ_ONLY }, { KEY_WRITABLE, MOUNT_WRITABLE },
		{ KEY_HIDE, MOUNT_HIDE },           { KEY_TMPFS, MOUNT_TMPFS },
		{ KEY_BIND, MOUNT_BIND },
	};
	size_t i, j;
	int err = 0;

	for (i = 0; i < COUNT(LISTS); i++) {
		const struct policy_value *value = &builder->policy->values[LISTS[i].key];

		for (j = 0; j < value->count && err == 0; j++) {
			err = item_add(builder, LISTS[i].key, LISTS[i].kind, &value->items[j]);
		}
		builder->plan->has_paths = builder->plan->has_paths || value->count > 0;
	}
	return err;
}
