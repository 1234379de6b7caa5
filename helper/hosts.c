/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hosts.c - the space's own /etc/hosts. Runs in the child inside the new mount namespace, with
 * CAP_SYS_ADMIN.
 *
 * The file lives in a scratch that nobody sees but through the one mount.
 */
#include "hosts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scope.h"
#include "scratch.h"

#define HOSTS_PATH "/etc/hosts"
#define HOSTS_NAME "hosts"
#define HOSTS_MAX  ((off_t)1024 * 1024)

/* The machine's file: read, and then covered, by this one fd. */
static int source_open(int *ret_source, size_t *ret_size)
{
	struct stat about;
	int fd, err = 0;

	fd = open(HOSTS_PATH, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	if (fstat(fd, &about) < 0) {
		err = -errno;
	} else if (!S_ISREG(about.st_mode)) {
		err = -EINVAL;
	} else if (about.st_uid != 0 || (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		err = -EPERM;
	} else if (about.st_size > HOSTS_MAX) {
		err = -EFBIG;
	}
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	*ret_source = fd;
	*ret_size = (size_t)about.st_size;
	return 0;
}

/* The line comes first: a file whose last line has no newline stays what it is. */
static int file_fill(int file, const char *name, int source, size_t size)
{
	if (dprintf(file, "127.0.1.1\t%s\n", name) < 0 || fchmod(file, 0644) < 0) {
		return -errno;
	}
	while (size > 0) {
		ssize_t sent = sendfile(file, source, NULL, size);

		if (sent < 0) {
			return -errno;
		}
		if (sent == 0) {
			break; /* shorter by now */
		}
		size -= (size_t)sent;
	}
	return 0;
}

static int put(const char *name, int source, size_t size, struct ledger *ledger)
{
	SCOPE_FD int mount = -1;
	SCOPE_FD int file = -1;
	SCOPE_FD int tree = -1;
	const char *const names[] = { HOSTS_NAME };
	int err;

	err = scratch_make(&mount);
	if (err < 0) {
		return err;
	}
	file = openat(mount, HOSTS_NAME, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0) {
		return -errno;
	}
	err = file_fill(file, name, source, size);
	if (err == 0) {
		err = scratch_take(mount, names, 1, &tree);
	}
	if (err < 0) {
		return err;
	}
	return ledger_put(ledger, tree, source, HOSTS_PATH, 0);
}

int hosts_put(const char *name, struct ledger *ledger)
{
	SCOPE_FD int source = -1;
	size_t size = 0;
	int err;

	err = source_open(&source, &size);
	if (err < 0) {
		return err == -ENOENT ? 0 : err;
	}
	return put(name, source, size, ledger);
}
