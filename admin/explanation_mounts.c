/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explanation_mounts.c - the mounts that keys of the configuration ask for, in words. Pure.
 */
#include "explanation_mounts.h"

#include <stdio.h>

#include "count.h"
#include "json.h"
#include "quote.h"
#include "table.h"
#include "text.h"

static const struct table_column COLUMNS[] = {
	{ .title = "TARGET" }, { .title = "KIND" },    { .title = "SOURCE" },
	{ .title = "FLAGS" },  { .title = "BECAUSE" },
};

static const char *kind_word(enum plan_mount_kind kind)
{
	static const char *const WORDS[MOUNT_COUNT] = {
		[MOUNT_KEEP] = "keep",         [MOUNT_COVER] = "cover",
		[MOUNT_RUNTIME] = "runtime",   [MOUNT_TMPFS] = "tmpfs",
		[MOUNT_HIDE] = "hide",         [MOUNT_BIND] = "bind",
		[MOUNT_INSTANCE] = "instance", [MOUNT_READ_ONLY] = "read_only",
		[MOUNT_WRITABLE] = "writable",
	};

	return WORDS[kind];
}

static int mount_add(struct table *table, const struct plan_mount *mount)
{
	char target[QUOTE_SIZE(PLAN_PATH_SIZE)], source[QUOTE_SIZE(PLAN_PATH_SIZE)];
	char about[QUOTE_SIZE(PLAN_ABOUT_SIZE)], flags[PLAN_TMPFS_SIZE_SIZE + 32];
	const char *const cells[] = {
		text_line(target, sizeof(target), mount->target),
		kind_word(mount->kind),
		mount->source[0] != '\0' ? text_line(source, sizeof(source), mount->source) : "-",
		flags,
		text_line(about, sizeof(about), mount->about),
	};

	(void)snprintf(flags, sizeof(flags), "%s%s%s%s%s", mount->optional ? "optional" : "",
		       mount->optional && mount->size[0] != '\0' ? "," : "",
		       mount->size[0] != '\0' ? "size=" : "", mount->size,
		       !mount->optional && mount->size[0] == '\0' ? "-" : "");
	return table_add(table, cells);
}

char *explanation_mounts(const struct plan *plan)
{
	struct table *table;
	char *text = NULL;
	int err = table_new(COLUMNS, COUNT(COLUMNS), &table);
	size_t i;

	if (err < 0) {
		return NULL;
	}
	for (i = 0; i < plan->mount_count && err == 0; i++) {
		err = mount_add(table, &plan->mounts[i]);
	}
	if (err == 0) {
		(void)table_format(table, 0, &text); /* or there is none */
	}
	table_free(table);
	return text;
}

struct json_object *explanation_mounts_json(const struct plan *plan)
{
	struct json_object *list = json_object_new_array();
	size_t i;

	for (i = 0; i < plan->mount_count; i++) {
		const struct plan_mount *mount = &plan->mounts[i];
		struct json_object *item = json_object_new_object();

		json_put(item, "target", json_text(mount->target));
		json_put(item, "kind", json_text(kind_word(mount->kind)));
		json_put(item, "source",
			 mount->source[0] != '\0' ? json_text(mount->source) : NULL);
		json_put(item, "size", mount->size[0] != '\0' ? json_text(mount->size) : NULL);
		json_put(item, "optional", json_object_new_boolean(mount->optional));
		json_put(item, "because", json_text(mount->about));
		(void)json_object_array_add(list, item);
	}
	return list;
}
