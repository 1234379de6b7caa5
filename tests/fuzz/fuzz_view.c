/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/view.c lib/view_builder.c lib/view_keys.c lib/view_list.c lib/view_named.c lib/path.c lib/view_path.c lib/view_place.c lib/configuration.c lib/configuration_parse.c lib/configuration_resolve.c lib/match.c lib/names.c lib/keys.c lib/keys_nearest.c lib/value.c lib/value_network.c lib/value_path.c lib/hostname.c lib/problem.c lib/quote.c -linih */
/*
 * fuzz_view.c - any bytes as a user's name, a line end, his home folder, a line end, and a file of
 * the configuration: the mounts of that user.
 */
#include "fuzz.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "configuration.h"
#include "view.h"

/* The line at *CURSOR, cut out. */
static char *line_take(char **cursor)
{
	char *line = *cursor, *end = strchr(line, '\n');

	if (end == NULL) {
		*cursor = line + strlen(line);
	} else {
		*end = '\0';
		*cursor = end + 1;
	}
	return line;
}

static void must_be_path(const char *path, size_t room)
{
	const size_t length = strnlen(path, room);
	const char *part = path;

	MUST(length < room && path[0] == '/');
	if (length == 1) {
		return;
	}
	for (part = path; *part != '\0'; part += strcspn(part, "/")) {
		part++;
		MUST(*part != '/' && *part != '\0');
		MUST(strcspn(part, "/") != strspn(part, ".") || strcspn(part, "/") > 2);
	}
	for (part = path; *part != '\0'; part++) {
		MUST((unsigned char)*part >= ' ' && *part != 0x7f);
	}
}

static void must_be_mount(const struct plan_mount *mount)
{
	const bool sized = mount->kind == MOUNT_TMPFS || mount->kind == MOUNT_RUNTIME;
	const bool sourced = mount->kind == MOUNT_BIND || mount->kind == MOUNT_INSTANCE;

	must_be_path(mount->target, sizeof(mount->target));
	MUST(strcmp(mount->target, "/") != 0);
	MUST((mount->size[0] != '\0') == sized && (mount->source[0] != '\0') == sourced);
	if (sourced) {
		must_be_path(mount->source, sizeof(mount->source));
	}
	MUST(mount->about[0] != '\0' && strpbrk(mount->about, "\n\r\033") == NULL);
}

static void must_be_good(const struct plan *plan)
{
	size_t i;

	MUST(plan->mount_count <= PLAN_MOUNTS_MAX);
	MUST((plan->mounts != NULL) == (plan->mount_count > 0));
	for (i = 0; i < plan->mount_count; i++) {
		const struct plan_mount *one = &plan->mounts[i];

		must_be_mount(one);
		if (i > 0) {
			const struct plan_mount *before = &plan->mounts[i - 1];
			const int step = (before->kind == MOUNT_KEEP) - (one->kind == MOUNT_KEEP);
			const int order = strcmp(before->target, one->target);

			MUST(step > 0 || (step == 0 &&
					  (order < 0 || (order == 0 && before->kind < one->kind))));
		}
	}
	if (plan->home[0] != '\0') {
		must_be_path(plan->home, sizeof(plan->home));
	}
	if (plan->root[0] != '\0') {
		must_be_path(plan->root, sizeof(plan->root));
	}
	MUST((plan->overlay == OVERLAY_FOLDER) == (plan->overlay_folder[0] != '\0'));
}

static void must_plan(const struct policy *policy, const struct view_words *words)
{
	struct plan plan = { .uid = 1000, .scope = SCOPE_USER };
	struct problem problem = { .line = 0 };
	const int err = view_plan(policy, words, &plan, &problem);

	if (err == 0) {
		must_be_good(&plan);
	} else {
		MUST(err == -EINVAL || err == -ENAMETOOLONG || err == -E2BIG);
		MUST(plan.mounts == NULL && plan.mount_count == 0);
		MUST(problem.text[0] != '\0' && strpbrk(problem.text, "\n\r\033") == NULL);
		MUST(strcmp(problem.file, "fuzzed") == 0 && problem.line > 0);
	}
	view_free(&plan);
	(void)view_check(policy, &problem); /* may be right where this user is not */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct configuration configuration = { 0 };
	struct problem problem = { .line = 0 };
	struct policy policy;
	char *copy = malloc(size + 1), *rest = copy, *file;
	struct view_words words = { .uid = "1000" };

	MUST(copy != NULL);
	if (size > 0) {
		memcpy(copy, data, size);
	}
	copy[size] = '\0';
	words.user = line_take(&rest);
	words.home = line_take(&rest);
	file = strdup(rest); /* with room for its NUL, as configuration.h wants it */
	MUST(file != NULL);
	if (configuration_parse(&configuration, "fuzzed", file, strlen(rest), &problem) == 0) {
		MUST(configuration_preview(&configuration, NULL, &policy, &problem) == 0);
		must_plan(&policy, &words);
		if (configuration.section_count > 0) {
			MUST(configuration_preview(&configuration, configuration.sections, &policy,
						   &problem) == 0);
			must_plan(&policy, &words);
		}
	}
	configuration_free(&configuration);
	free(copy);
	return 0;
}
