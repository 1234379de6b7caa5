/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rootdir.c - is "/" the root of the mount namespace? Called by the helper, which has the root
 * folder of its caller, before it gives up CAP_SYS_CHROOT.
 */
#include "rootdir.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "scope.h"

static int about_root(struct statx *ret)
{
	if (statx(AT_FDCWD, "/", AT_NO_AUTOMOUNT, STATX_INO | STATX_MNT_ID, ret) < 0) {
		return -errno;
	}
	return 0;
}

int rootdir_check(void)
{
	SCOPE_FD int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	struct statx before, after;
	struct statfs about;
	int err;

	if (own < 0 || fstatfs(own, &about) < 0) {
		return -errno;
	}
	if (about.f_type != NSFS_MAGIC) {
		return -ENODEV;
	}
	err = about_root(&before);
	if (err < 0) {
		return err;
	}
	/* To where we are: changes nothing but the root folder, setns(2). */
	if (setns(own, CLONE_NEWNS) < 0) {
		return -errno;
	}
	err = about_root(&after);
	if (err < 0) {
		return err;
	}
	return before.stx_mnt_id == after.stx_mnt_id && before.stx_ino == after.stx_ino ? 0
											: -EXDEV;
}
