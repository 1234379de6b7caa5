/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * switch.c - the kill switch. For the module, in the PAM application before anything else is done,
 * and for loginspace(8). The file is looked at, never opened.
 */
#include "switch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry.h"
#include "scope.h"

static int refuse(int err, const char *reason, const char **ret_reason)
{
	*ret_reason = reason;
	return err;
}

/* *RET is -1 when there is no such folder. */
static int folder_open(const char *path, int *ret, const char **ret_reason)
{
	SCOPE_FD int fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat about;

	if (fd < 0 && errno == ENOENT) {
		*ret = -1;
		return 0;
	}
	if (fd < 0 || fstat(fd, &about) < 0) {
		return refuse(-errno, "its folder cannot be looked at", ret_reason);
	}
	if (about.st_uid != 0) {
		return refuse(-EPERM, "its folder is not root's", ret_reason);
	}
	if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		return refuse(-EPERM, "others than root may write to its folder", ret_reason);
	}
	*ret = fd;
	fd = -1;
	return 0;
}

static int file_check(const struct stat *about, const char **ret_reason)
{
	if (!S_ISREG(about->st_mode)) {
		return refuse(-EMEDIUMTYPE, "it is not a regular file", ret_reason);
	}
	if (about->st_uid != 0) {
		return refuse(-EPERM, "it is not root's", ret_reason);
	}
	if (about->st_size != 0) {
		return refuse(-EFBIG, "it is not empty", ret_reason);
	}
	return 0;
}

static int file_look(int folder, bool *ret_off, const char **ret_reason)
{
	struct stat about;
	int err;

	if (folder < 0) {
		*ret_off = false;
		return 0;
	}
	if (fstatat(folder, SWITCH_NAME, &about, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT) {
			return refuse(-errno, "it cannot be looked at", ret_reason);
		}
		*ret_off = false;
		return 0;
	}
	err = file_check(&about, ret_reason);
	if (err == 0) {
		*ret_off = true;
	}
	return err;
}

int switch_look_in(const char *folder, bool *ret_off, const char **ret_reason)
{
	const int errno_before = errno;
	SCOPE_FD int fd = -1;
	int err;

	err = folder_open(folder, &fd, ret_reason);
	if (err == 0) {
		err = file_look(fd, ret_off, ret_reason);
	}
	errno = errno_before;
	return err;
}

int switch_look(bool *ret_off, const char **ret_reason)
{
	return switch_look_in(REGISTRY_PATH, ret_off, ret_reason);
}
