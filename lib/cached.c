/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cached.c - RESOLVE_CACHED of openat2(2). Used by the module and by the helper's child.
 */
#include "cached.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The kernel gives such a walk up also when somebody mounts, unmounts or renames at that moment,
 * wherever it is: Documentation/filesystems/path-lookup.rst, "RCU-walk". On a machine with many
 * logins somebody always does. What is really not in the cache costs some microseconds more.
 */
#define TRIES 64

int cached_open(const char *path, int flags)
{
	const struct open_how how = {
		.flags = (unsigned int)(O_PATH | O_CLOEXEC | flags),
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_CACHED,
	};
	long fd = -1;
	int i;

	for (i = 0; i < TRIES && fd < 0; i++) {
		fd = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
		if (fd < 0 && errno != EAGAIN) {
			return -errno;
		}
	}
	return fd < 0 ? -EAGAIN : (int)fd;
}
