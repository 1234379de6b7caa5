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
#define HOSTS_MAX  ((off_t)1024 * 1024)

struct source {
	const char *name; /* of the space */
	int file;
	size_t size;
};

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
static int fill(int file, const void *data)
{
	const struct source *source = data;
	size_t size = source->size;

	if (dprintf(file, "127.0.1.1\t%s\n", source->name) < 0) {
		return -errno;
	}
	while (size > 0) {
		ssize_t sent = sendfile(file, source->file, NULL, size);

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

int hosts_put(const char *name, struct ledger *ledger)
{
	SCOPE_FD int file = -1;
	SCOPE_FD int tree = -1;
	struct source source = { .name = name };
	int err;

	err = source_open(&file, &source.size);
	if (err < 0) {
		return err == -ENOENT ? 0 : err;
	}
	source.file = file;
	err = scratch_file(fill, &source, &tree);
	return err < 0 ? err : ledger_put(ledger, tree, file, HOSTS_PATH, 0);
}
