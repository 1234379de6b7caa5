/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.c - reads or writes a small file in one go. As whoever calls it.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "scope.h"

int file_write(int folder, const char *path, int flags, const char *text)
{
	const size_t length = strlen(text);
	SCOPE_FD int fd = openat(folder, path, O_WRONLY | O_CLOEXEC | flags, 0600);
	ssize_t written;

	if (fd < 0) {
		return -errno;
	}
	written = write(fd, text, length);
	if (written < 0) {
		return -errno;
	}
	return (size_t)written == length ? 0 : -EIO;
}

int file_read(int folder, const char *path, char *text, size_t size)
{
	SCOPE_FD int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0) {
		return -errno;
	}
	length = read(fd, text, size - 1);
	if (length < 0) {
		return -errno;
	}
	text[length] = '\0';
	return 0;
}
