/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * controllers.c - what the kernel says of control groups. Called by resources.c in the helper, as
 * root; only reads.
 */
#include "controllers.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

#include "file.h"
#include "message.h"
#include "scope.h"
#include "value.h"

#define TEXT_SIZE 4096

static bool has_word(const char *words, const char *word)
{
	const char *item;
	size_t length;

	while (value_next(&words, " \n", &item, &length)) {
		if (length == strlen(word) && memcmp(item, word, length) == 0) {
			return true;
		}
	}
	return false;
}

int controllers_check(const struct figures *figures, char *detail)
{
	char words[TEXT_SIZE] = "";
	struct statfs about;
	unsigned int i;

	if (statfs(CONTROLLERS_ROOT, &about) == 0 && about.f_type == CGROUP2_SUPER_MAGIC) {
		/* What cannot be read has no controllers. */
		(void)file_read(AT_FDCWD, CONTROLLERS_ROOT "/cgroup.controllers", words,
				sizeof(words));
	}
	for (i = 0; i < FIGURE_COUNT; i++) {
		const struct figure_about *row = figure_about((enum figure)i);

		if (figures->values[i] != 0 && !has_word(words, row->controller)) {
			(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
				       "%s needs cgroup v2 with the %s controller", row->key,
				       row->controller);
			return -EOPNOTSUPP;
		}
	}
	return 0;
}

int controllers_place(pid_t pid, char ret_place[PLACE_SIZE])
{
	char path[64], text[TEXT_SIZE];
	int err;

	(void)snprintf(path, sizeof(path), "/proc/%d/cgroup", pid);
	err = file_read(AT_FDCWD, path, text, sizeof(text));
	return err < 0 ? err : place_read(text, ret_place);
}

/* Swap would make of a limit of memory none at all. A kernel without swap has no such file. */
static int swap_is_none(int group)
{
	char text[FIGURE_TEXT_SIZE];
	int err = file_read(group, "memory.swap.max", text, sizeof(text));

	if (err < 0) {
		return err == -ENOENT ? 0 : err;
	}
	return strcmp(text, "0\n") == 0 ? 0 : -EAGAIN;
}

int controllers_hold(int group, const struct figures *figures)
{
	char text[FIGURE_TEXT_SIZE];
	unsigned int i;
	int err;

	for (i = 0; i < FIGURE_COUNT; i++) {
		if (figures->values[i] == 0) {
			continue;
		}
		err = file_read(group, figure_about((enum figure)i)->file, text, sizeof(text));
		/* The file comes with the controller, which systemd turns on where it is needed. */
		if (err == -ENOENT) {
			return -EAGAIN;
		}
		if (err < 0) {
			return err;
		}
		if (!figure_holds((enum figure)i, figures->values[i], text)) {
			return -EAGAIN;
		}
	}
	return figures->values[FIGURE_MEMORY] == 0 ? 0 : swap_is_none(group);
}

int controllers_hold_at(const char *place, const struct figures *figures)
{
	SCOPE_FD int group = -1;
	char path[PLACE_SIZE + 64];

	(void)snprintf(path, sizeof(path), "%s%s", CONTROLLERS_ROOT, place);
	group = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (group < 0) {
		return errno == ENOENT ? -EAGAIN : -errno;
	}
	return controllers_hold(group, figures);
}
