/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view_keys.c - the keys that are no lists of paths, and yet put mounts somewhere: private_tmp,
 * home, root, system, root_overlay, user_bus, system_bus. Pure.
 */
#include "view_builder.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "count.h"
#include "path.h"
#include "view_path.h"

/* Is PATH in something that a space has of its own, before any line puts something there? */
static bool is_fresh(const struct builder *builder, const char *path)
{
	return path_is_within(path, "/dev") || path_is_within(path, "/proc") ||
	       path_is_within(path, "/sys") ||
	       (builder->plan->tmp != TMP_HOST &&
		(path_is_within(path, "/tmp") || path_is_within(path, "/var/tmp")));
}

/* Under an overlay of the host's own root: what is written here is meant for the host. */
static int host_add(struct builder *builder, enum key key, const struct policy_item *item,
		    const char *path, bool optional)
{
	struct view_entry entry = { .rank = VIEW_HOST, .key = key, .item = item };

	if (is_fresh(builder, path)) {
		return 0;
	}
	(void)snprintf(entry.mount.target, sizeof(entry.mount.target), "%s", path);
	return builder_add_as(builder, &entry, MOUNT_BIND, VIEW_HOST, optional);
}

int view_tmp_add(struct builder *builder)
{
	const struct policy_item *item = view_item(builder->policy, KEY_PRIVATE_TMP);
	char source[PLAN_PATH_SIZE];
	int err;

	if (builder->plan->tmp != TMP_FOLDER) {
		return 0;
	}
	err = builder_path(builder, KEY_PRIVATE_TMP, item, item->text, strlen(item->text), source);
	if (err == 0 && strcmp(source, "/") == 0) {
		return view_list_wrong(builder->problem, KEY_PRIVATE_TMP, item,
				       "is not possible: that is all there is");
	}
	if (err == 0) {
		err = builder_add_key(builder, KEY_PRIVATE_TMP, MOUNT_INSTANCE, "/tmp", source,
				      false);
	}
	if (err == 0) {
		err = builder_add_key(builder, KEY_PRIVATE_TMP, MOUNT_INSTANCE, "/var/tmp", source,
				      false);
	}
	/* For logins from inside: they find the folder in this view. */
	if (err == 0 && builder->plan->system_ro) {
		err = builder_add_key(builder, KEY_PRIVATE_TMP, MOUNT_KEEP, source, NULL, true);
	}
	if (err == 0 && builder->plan->overlay != OVERLAY_NONE && builder->plan->root[0] == '\0') {
		err = host_add(builder, KEY_PRIVATE_TMP, item, source, true);
	}
	return err;
}

/* The folder that HOME is in, or "" when it must not be covered. */
static void parent_of(const char *home, char ret_parent[PLAN_PATH_SIZE])
{
	const char *slash = strrchr(home, '/');
	const size_t length = slash == NULL ? 0 : (size_t)(slash - home);

	memcpy(ret_parent, home, length);
	ret_parent[length] = '\0';
	if (length > 0 && view_path_is_system(ret_parent)) {
		ret_parent[0] = '\0';
	}
}

/* No other homes show, and the user's does. With another root even that one is not the host's. */
int view_home_add(struct builder *builder)
{
	const bool rooted = builder->plan->root[0] != '\0';
	const enum key key = rooted ? KEY_ROOT : KEY_HOME;
	const char *home = builder->words.home;
	const bool own = view_path_is_own(home) && builder->plan->uid != 0;
	const bool outside = own && !path_is_below(home, "/home");
	char parent[PLAN_PATH_SIZE] = "";
	int err = 0;

	if (!rooted && !view_key_is(builder->policy, KEY_HOME, "own")) {
		return 0;
	}
	if (builder->home_bad) {
		return builder_home_wrong(builder, key, view_item(builder->policy, key));
	}
	if (outside) {
		parent_of(home, parent);
	}
	if (!rooted || !outside) {
		err = builder_add_key(builder, key, MOUNT_COVER, "/home", NULL, !rooted || !own);
	}
	if (err == 0 && parent[0] != '\0') {
		err = builder_add_key(builder, key, MOUNT_COVER, parent, NULL, !rooted);
	}
	if (err == 0 && own) {
		err = builder_add_key(builder, key, MOUNT_BIND, home, home, true);
	}
	return err;
}

static int bus_add(struct builder *builder, enum key key, enum plan_mount_kind kind,
		   const char *target)
{
	return builder_add_key(builder, key, kind, target, NULL, true);
}

/*
 * Behind these sockets uid 0 is the host's root, whatever user namespace it is in. So with one they
 * are hidden, unless the administrator has written system_bus = keep.
 */
static bool hides_system_bus(const struct builder *builder)
{
	return view_key_is(builder->policy, KEY_SYSTEM_BUS, "hide") ||
	       ((builder->plan->namespaces & CLONE_NEWUSER) != 0 &&
		view_item(builder->policy, KEY_SYSTEM_BUS)->file == NULL);
}

int view_buses_add(struct builder *builder)
{
	/* A problem names what has been written. */
	const enum key key = view_key_is(builder->policy, KEY_SYSTEM_BUS, "hide") ? KEY_SYSTEM_BUS
										  : KEY_NAMESPACES;
	int err = 0;

	if (view_key_is(builder->policy, KEY_USER_BUS, "hide")) {
		err = bus_add(builder, KEY_USER_BUS, MOUNT_RUNTIME, "/run/user");
	}
	if (err == 0 && hides_system_bus(builder)) {
		err = bus_add(builder, key, MOUNT_HIDE, "/run/dbus");
		if (err == 0 && (builder->plan->namespaces & CLONE_NEWUSER) != 0) {
			err = bus_add(builder, key, MOUNT_HIDE, "/run/systemd/private");
		}
	}
	return err;
}

/*
 * Of a read-only system: what every login needs to write to, and the records that the application
 * writes after the switch: lastlog(8), wtmp(5), btmp. utmp is in /run.
 */
static const char *const KEPT[] = {
	"/dev",
	"/home",
	"/proc",
	"/sys",
	"/tmp",
	"/run",
	"/var/tmp",
	"/var/log",
	"/var/lib/lastlog",
	"/var/lib/wtmpdb",
};

int view_system_add(struct builder *builder)
{
	const struct policy_item *item = view_item(builder->policy, KEY_SYSTEM);
	int err = 0;
	size_t i;

	if (!builder->plan->system_ro) {
		return 0;
	}
	if (builder->home_bad) {
		return builder_home_wrong(builder, KEY_SYSTEM, item);
	}
	for (i = 0; i < COUNT(KEPT) && err == 0; i++) {
		err = builder_add_key(builder, KEY_SYSTEM, MOUNT_KEEP, KEPT[i], NULL, true);
	}
	if (err == 0 && view_path_is_own(builder->words.home)) {
		err = builder_add_key(builder, KEY_SYSTEM, MOUNT_KEEP, builder->words.home, NULL,
				      true);
	}
	return err;
}

/* By place in the list, as that grows. */
static int writable_through(struct builder *builder)
{
	const size_t count = builder->list.count;
	size_t i;
	int err = 0;

	for (i = 0; i < count && err == 0; i++) {
		const struct view_entry entry = builder->list.entries[i];

		if (entry.mount.kind == MOUNT_WRITABLE) {
			err = host_add(builder, entry.key, entry.item, entry.mount.target,
				       entry.mount.optional);
		}
	}
	return err;
}

int view_overlay_add(struct builder *builder)
{
	const struct policy_item *item = view_item(builder->policy, KEY_ROOT_OVERLAY);
	const char *const places[] = {
		"/home",
		"/run",
		"/tmp",
		"/var/tmp",
		/* The records of logins, which the application writes after the switch. */
		"/var/lib/lastlog",
		"/var/lib/wtmpdb",
		"/var/log/btmp",
		"/var/log/lastlog",
		"/var/log/wtmp",
		view_path_is_own(builder->words.home) ? builder->words.home : NULL,
	};
	int err = 0;
	size_t i;

	if (builder->plan->overlay == OVERLAY_NONE || builder->plan->root[0] != '\0') {
		return 0;
	}
	if (builder->home_bad) {
		return builder_home_wrong(builder, KEY_ROOT_OVERLAY, item);
	}
	for (i = 0; i < COUNT(places) && err == 0; i++) {
		if (places[i] != NULL) {
			err = host_add(builder, KEY_ROOT_OVERLAY, item, places[i], true);
		}
	}
	return err < 0 ? err : writable_through(builder);
}
