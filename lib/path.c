/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.c - absolute paths, compared part by part. Pure.
 */
#include "path.h"

#include <string.h>

bool path_is_below(const char *path, const char *folder)
{
	const size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);

	return strncmp(path, folder, length) == 0 && path[length] == '/' &&
	       path[length + 1] != '\0';
}

bool path_is_within(const char *path, const char *folder)
{
	return strcmp(path, folder) == 0 || path_is_below(path, folder);
}
