/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_path.c - the PATH of a fake root. Used by `loginspace root`: what root runs, chroot(8) and
 * mount(8) among it, is not in every user's PATH. Pure.
 */
#include "root_path.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

static const char *const FOLDERS[] = { "/usr/local/sbin", "/usr/sbin", "/sbin" };

#define FOLDERS_COUNT (sizeof(FOLDERS) / sizeof(FOLDERS[0]))

static bool has_folder(const char *path, const char *folder)
{
	const size_t wanted = strlen(folder);

	for (;;) {
		const size_t length = strcspn(path, ":");

		if (length == wanted && strncmp(path, folder, length) == 0) {
			return true;
		}
		if (path[length] == '\0') {
			return false;
		}
		path += length + 1;
	}
}

char *path_extend(const char *path)
{
	const char *own = path != NULL && path[0] != '\0' ? path : RUN_PATH_ROOT;
	char *whole = strdup(own), *longer = NULL;
	size_t i;

	for (i = 0; i < FOLDERS_COUNT && whole != NULL; i++) {
		if (!has_folder(own, FOLDERS[i])) {
			longer = NULL;
			if (asprintf(&longer, "%s:%s", whole, FOLDERS[i]) < 0) {
				longer = NULL;
			}
			free(whole);
			whole = longer;
		}
	}
	return whole;
}
