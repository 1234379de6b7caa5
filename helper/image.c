/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.c - the program that init goes on as. image_open runs in the helper, image_exec in its
 * child, after the space is ready and the module has been told so: nobody waits for the exec.
 */
#include "image.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fds.h"
#include "scope.h"

#define IMAGE_NAME "loginspace-init"

/* The helper's own folder, whatever the path was that it was started by. */
static int folder_open(int *ret_folder)
{
	char path[PATH_MAX];
	ssize_t length;
	char *slash;
	int fd;

	length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (length < 0) {
		return -errno;
	}
	path[length] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL) {
		return -ENOENT;
	}
	slash[1] = '\0';
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	*ret_folder = fd;
	return 0;
}

int image_open(int *ret_image)
{
	SCOPE_FD int folder = -1;
	struct stat about;
	int err, fd;

	err = folder_open(&folder);
	if (err < 0) {
		return err;
	}
	fd = openat(folder, IMAGE_NAME, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	err = fd_raise(&fd);
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	if (fstat(fd, &about) < 0) {
		err = -errno;
	} else if (!S_ISREG(about.st_mode) || about.st_uid != 0 ||
		   (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		err = -EPERM;
	} else {
		*ret_image = fd;
		return 0;
	}
	(void)close(fd);
	return err;
}

int image_exec(int image, char *group)
{
	static char name[] = IMAGE_NAME;
	char *const argv[] = { name, group, NULL };
	char *const envp[] = { NULL };

	if (image < 0) {
		return -ENOENT;
	}
	(void)execveat(image, "", argv, envp, AT_EMPTY_PATH);
	return -errno;
}
