/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * concern.c - may there be a configuration? Runs in the PAM application, root; looks only.
 */
#include "concern.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>

#include "places.h"

static const char *const PLACES[] = { PLACE_VENDOR, PLACE_FILE, PLACE_DROPINS };

#define PLACES_COUNT (sizeof(PLACES) / sizeof(PLACES[0]))

static bool may_be_there(const char *root, const char *path)
{
	char whole[PATH_MAX];
	struct stat about;
	int length = snprintf(whole, sizeof(whole), "%s%s", root, path);

	if (length < 0 || (size_t)length >= sizeof(whole)) {
		return true;
	}
	return lstat(whole, &about) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

bool concern_configured_below(const char *root)
{
	size_t i;

	for (i = 0; i < PLACES_COUNT; i++) {
		if (may_be_there(root, PLACES[i])) {
			return true;
		}
	}
	return false;
}

bool concern_configured(const struct arguments *arguments)
{
	return arguments->conf != NULL || concern_configured_below("");
}
