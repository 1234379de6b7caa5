/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * configuration.c - is there a configuration that this build would have to honour? Runs in the
 * helper, as root.
 */
#include "configuration.h"

#include <errno.h>
#include <glob.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"

/* Everywhere that loginspace reads from, below the root folder that conf= may name. */
static const char *const PLACES[] = {
	"/usr/lib/loginspace/*.conf",
	"/etc/security/loginspace.conf",
	"/etc/security/loginspace.conf.d/*.conf",
};

/* A folder that is not there holds no file; one that cannot be read might. */
static int stop_unless_missing(const char *path, int error)
{
	(void)path;
	return error != ENOENT && error != ENOTDIR;
}

static int place_is_empty(const char *root, const char *place)
{
	char pattern[MESSAGE_PATH_SIZE + 64];
	glob_t found;
	int length, status;

	length = snprintf(pattern, sizeof(pattern), "%s%s", root, place);
	if (length < 0 || (size_t)length >= sizeof(pattern)) {
		return -ENAMETOOLONG;
	}
	status = glob(pattern, GLOB_NOSORT, stop_unless_missing, &found);
	globfree(&found);
	switch (status) {
	case GLOB_NOMATCH:
		return 0;
	case 0:
		return -EOPNOTSUPP;
	case GLOB_NOSPACE:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

int configuration_check(const char *conf)
{
	struct stat about;
	size_t i;

	if (conf[0] != '\0') {
		if (conf[strcspn(conf, "*?[\\")] != '\0') {
			return -EINVAL; /* it becomes part of a pattern of glob(3) */
		}
		if (stat(conf, &about) < 0) {
			return -errno;
		}
		if (!S_ISDIR(about.st_mode)) {
			return -EOPNOTSUPP;
		}
	}
	for (i = 0; i < sizeof(PLACES) / sizeof(PLACES[0]); i++) {
		int err = place_is_empty(conf, PLACES[i]);

		if (err < 0) {
			return err;
		}
	}
	return 0;
}
