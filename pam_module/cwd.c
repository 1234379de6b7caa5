/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cwd.c - the application's working folder. setns(2) to a mount namespace moves it to "/".
 */
#include "cwd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cached.h"
#include "scope.h"

void cwd_remember(struct cwd *ret)
{
	struct stat about;

	if (getcwd(ret->path, sizeof(ret->path)) == NULL || ret->path[0] != '/' ||
	    stat(".", &about) < 0) {
		strcpy(ret->path, "/");
		return;
	}
	ret->device = about.st_dev;
	ret->inode = about.st_ino;
}

/*
 * Where the user has been before us, a file system of his may be in the way that never answers: then
 * only what the kernel knows by itself counts, and neither opening nor statx asks anybody.
 */
static int go_back(const struct cwd *cwd, bool lived_in)
{
	/* getcwd(3) names no links, so a link on the way was put there since. */
	const struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				      .resolve = RESOLVE_NO_SYMLINKS };
	SCOPE_FD int fd = -1;
	struct statx about;

	fd = lived_in ? cached_open(cwd->path, O_DIRECTORY)
		      : (int)syscall(SYS_openat2, AT_FDCWD, cwd->path, &how, sizeof(how));
	if (fd < 0 || statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_INO, &about) < 0) {
		return -errno;
	}
	if (makedev(about.stx_dev_major, about.stx_dev_minor) != cwd->device ||
	    about.stx_ino != cwd->inode) {
		return -ESTALE;
	}
	return fchdir(fd) < 0 ? -errno : 0;
}

int cwd_restore(const struct cwd *cwd, bool lived_in)
{
	if (strcmp(cwd->path, "/") != 0 && go_back(cwd, lived_in) == 0) {
		return 0;
	}
	return chdir("/") < 0 ? -errno : 0;
}
