/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolver_host.c - the host's resolv.conf. Runs in the helper, as root.
 *
 * Where the host keeps them is the administrator's choice, or a daemon's: only what is certainly a
 * file is opened, and only what has a meaning in it goes any further.
 */
#include "resolver_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "message.h"
#include "scope.h"
#include "walk.h"

/* The servers that systemd-resolved(8) asks itself. */
#define UPLINK_PATH "/run/systemd/resolve/resolv.conf"
#define FILE_SIZE   16384

static const char *explain(int err)
{
	switch (err) {
	case -ELOOP:
		return "it is a link, or behind one, in a folder that others than root may write";
	case -EINVAL:
		return "it is no regular file";
	case -EFBIG:
		return "it is longer than 16 KiB";
	case -E2BIG:
		return "its lines \"search\" and \"options\" are too long";
	default:
		return "it cannot be opened";
	}
}

static int file_open(const char *path, int *ret_file)
{
	SCOPE_FD int place = -1;
	struct stat about;
	char self[32];
	int err, file;

	err = walk_open(path, &place);
	if (err < 0) {
		return err;
	}
	if (fstat(place, &about) < 0) {
		return -errno;
	}
	if (!S_ISREG(about.st_mode)) {
		return -EINVAL;
	}
	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", place);
	file = open(self, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (file < 0) {
		return -errno;
	}
	*ret_file = file;
	return 0;
}

static int file_read(const char *path, struct resolver_file *ret_file)
{
	SCOPE_FD int file = -1;
	char text[FILE_SIZE];
	size_t used = 0;
	ssize_t got = 1;
	int err;

	err = file_open(path, &file);
	while (err == 0 && got > 0) {
		if (used == sizeof(text) - 1) {
			return -EFBIG;
		}
		got = read(file, text + used, sizeof(text) - 1 - used);
		err = got < 0 ? -errno : 0;
		used += got < 0 ? 0 : (size_t)got;
	}
	if (err < 0) {
		return err;
	}
	text[used] = '\0';
	return resolver_text_parse(text, ret_file);
}

int resolver_host_read(struct resolver_file *ret_file, char *detail)
{
	int err = file_read(RESOLVER_PATH, ret_file);

	/* systemd-resolved without its stub has a link in its own folder: to the uplinks. */
	if (err == -ELOOP && resolver_uplink_read(ret_file) == 0) {
		return 0;
	}
	if (err == -ENOENT) {
		*ret_file = (struct resolver_file){ .count = 0 };
		return 0;
	}
	if (err < 0) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "the host's " RESOLVER_PATH ": %s",
			       explain(err));
	}
	return err;
}

int resolver_uplink_read(struct resolver_file *ret_file)
{
	return file_read(UPLINK_PATH, ret_file);
}
