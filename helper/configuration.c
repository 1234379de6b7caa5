/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * configuration.c - is there a configuration that this build would have to honour? Runs in the
 * helper, as root.
 */
#include "configuration.h"

#include <errno.h>
#include <sys/stat.h>

int configuration_check(const char *conf)
{
	struct stat about;

	if (lstat(conf[0] == '\0' ? LOGINSPACE_CONF : conf, &about) == 0) {
		return -EOPNOTSUPP;
	}
	return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
}
