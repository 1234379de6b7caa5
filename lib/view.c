/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view.c - from the keys of the sections "Files" and "Buses" to the mounts of a plan. Pure.
 */
#include "view.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "count.h"
#include "view_builder.h"
#include "view_list.h"
#include "view_path.h"

/* The keys that have paths in them; what else they take has no "%h". */
static const enum key PATH_KEYS[] = { KEY_READ_ONLY, KEY_WRITABLE,    KEY_HIDE, KEY_TMPFS,
				      KEY_BIND,      KEY_PRIVATE_TMP, KEY_ROOT, KEY_ROOT_OVERLAY };

bool view_needs_home(const struct policy *policy)
{
	size_t i, j;

	for (i = 0; i < COUNT(PATH_KEYS); i++) {
		const struct policy_value *value = &policy->values[PATH_KEYS[i]];

		for (j = 0; j < value->count; j++) {
			if (view_path_names_home(value->items[j].text)) {
				return true;
			}
		}
	}
	return view_key_is(policy, KEY_HOME, "own") || view_key_is(policy, KEY_SYSTEM, "ro") ||
	       !view_key_is(policy, KEY_ROOT, "none") ||
	       !view_key_is(policy, KEY_ROOT_OVERLAY, "none");
}

/* Root inside a user namespace is uid 0, and may open whatever device file or terminal there is. */
static bool is_user(const struct plan *plan)
{
	return (plan->namespaces & CLONE_NEWUSER) != 0;
}

/* A terminal of the host's, as PAM_TTY names it; sshd says "ssh" until there is one. */
static bool is_terminal(const char *tty)
{
	return strncmp(tty, "/dev/", 5) == 0 || strncmp(tty, "pts/", 4) == 0 ||
	       (strncmp(tty, "tty", 3) == 0 && tty[3] != '\0');
}

static bool has_private_devpts(const struct policy *policy, const struct plan *plan)
{
	if (view_key_is(policy, KEY_DEVPTS, "auto")) {
		return is_user(plan) || (plan->scope == SCOPE_LOGIN && !is_terminal(plan->tty));
	}
	return view_key_is(policy, KEY_DEVPTS, "private");
}

static void words_plan(const struct policy *policy, struct plan *plan)
{
	plan->tmp = TMP_FOLDER;
	if (view_key_is(policy, KEY_PRIVATE_TMP, "tmpfs")) {
		plan->tmp = TMP_TMPFS;
	} else if (view_key_is(policy, KEY_PRIVATE_TMP, "no")) {
		plan->tmp = TMP_HOST;
	}
	plan->overlay = OVERLAY_FOLDER;
	if (view_key_is(policy, KEY_ROOT_OVERLAY, "none")) {
		plan->overlay = OVERLAY_NONE;
	} else if (view_key_is(policy, KEY_ROOT_OVERLAY, "tmpfs")) {
		plan->overlay = OVERLAY_TMPFS;
	}
	plan->hidepid = view_key_is(policy, KEY_HIDEPID, "yes");
	plan->private_dev = view_key_is(policy, KEY_PRIVATE_DEV, "yes") || is_user(plan);
	plan->private_devpts = has_private_devpts(policy, plan);
	plan->system_ro = view_key_is(policy, KEY_SYSTEM, "ro");
	plan->has_paths = plan->tmp == TMP_FOLDER || plan->overlay == OVERLAY_FOLDER ||
			  !view_key_is(policy, KEY_ROOT, "none");
}

static int root_plan(struct builder *builder)
{
	const struct policy_item *root = view_item(builder->policy, KEY_ROOT);
	const struct policy_item *overlay = view_item(builder->policy, KEY_ROOT_OVERLAY);
	struct plan *plan = builder->plan;
	int err = 0;

	view_list_about(plan->root_about, sizeof(plan->root_about), KEY_ROOT, root);
	view_list_about(plan->overlay_about, sizeof(plan->overlay_about), KEY_ROOT_OVERLAY,
			overlay);
	if (!view_key_is(builder->policy, KEY_ROOT, "none")) {
		err = builder_path(builder, KEY_ROOT, root, root->text, strlen(root->text),
				   plan->root);
	}
	if (err == 0 && strcmp(plan->root, "/") == 0) {
		return view_list_wrong(builder->problem, KEY_ROOT, root,
				       "is the host's own root; that is root = none");
	}
	if (err == 0 && plan->overlay == OVERLAY_FOLDER) {
		err = builder_path(builder, KEY_ROOT_OVERLAY, overlay, overlay->text,
				   strlen(overlay->text), plan->overlay_folder);
	}
	if (err == 0 && plan->overlay == OVERLAY_FOLDER && plan->scope != SCOPE_USER) {
		return view_list_wrong(builder->problem, KEY_ROOT_OVERLAY, overlay,
				       "needs scope = user: two spaces cannot write to one folder");
	}
	return err;
}

static int builder_run(struct builder *builder)
{
	static int (*const STEPS[])(struct builder *) = {
		root_plan,      view_named_add,  view_tmp_add,     view_home_add,
		view_buses_add, view_system_add, view_overlay_add,
	};
	size_t i;
	int err = 0;

	for (i = 0; i < COUNT(STEPS) && err == 0; i++) {
		err = STEPS[i](builder);
	}
	return err < 0 ? err : view_list_finish(&builder->list);
}

static int mounts_plan(struct builder *builder)
{
	const struct view_list *list = &builder->list;
	size_t i;

	if (list->count == 0) {
		return 0;
	}
	builder->plan->mounts = calloc(list->count, sizeof(*builder->plan->mounts));
	if (builder->plan->mounts == NULL) {
		problem_set(builder->problem, NULL, 0, "out of memory");
		return -ENOMEM;
	}
	for (i = 0; i < list->count; i++) {
		builder->plan->mounts[i] = list->entries[i].mount;
	}
	builder->plan->mount_count = list->count;
	return 0;
}

int view_plan(const struct policy *policy, const struct view_words *words, struct plan *plan,
	      struct problem *problem)
{
	const bool needs_home = view_needs_home(policy);
	char home[PLAN_PATH_SIZE] = "";
	struct builder builder = {
		.policy = policy,
		.words = { .user = words->user, .uid = words->uid, .home = home },
		.home_text = words->home,
		.plan = plan,
		.list = { .problem = problem },
		.problem = problem,
	};
	int err;

	plan->mounts = NULL;
	plan->mount_count = 0;
	plan->root[0] = '\0';
	plan->overlay_folder[0] = '\0';
	builder.home_bad = needs_home && view_path_home(words->home, home) < 0;
	(void)snprintf(plan->home, sizeof(plan->home), "%s", home);
	words_plan(policy, plan);
	err = builder_run(&builder);
	if (err == 0) {
		err = mounts_plan(&builder);
	}
	view_list_free(&builder.list);
	return err;
}

void view_free(struct plan *plan)
{
	free(plan->mounts);
	plan->mounts = NULL;
	plan->mount_count = 0;
}

int view_check(const struct policy *policy, struct problem *problem)
{
	/* No user is called so: what stands for one is a folder of nobody else's. */
	const struct view_words words = { .user = "%u", .uid = "%U", .home = "/%h" };
	const bool user = view_key_is(policy, KEY_NAMESPACES, "user");
	struct plan plan = {
		.uid = (uid_t)-1,
		.scope = view_key_is(policy, KEY_SCOPE, "user") ? SCOPE_USER : SCOPE_LOGIN,
		.namespaces = user ? CLONE_NEWUSER : 0,
	};
	const int err = view_plan(policy, &words, &plan, problem);

	view_free(&plan);
	return err;
}
