/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * contents.c - reads a file to its end. Used by loginspace(8), as whoever calls it.
 */
#include "contents.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "scope.h"

#define ROOM_FIRST 4096

/* Twice as much; one byte is for the NUL. */
static int contents_grow(struct contents *contents)
{
	const size_t room = contents->room == 0 ? ROOM_FIRST : contents->room * 2;
	char *text = reallocarray(contents->text, room, 1);

	if (text == NULL) {
		return -ENOMEM;
	}
	contents->text = text;
	contents->room = room;
	return 0;
}

static int contents_fill(struct contents *contents, int fd, size_t max)
{
	ssize_t got = 1;
	int err = 0;

	while (err == 0 && got != 0) {
		if (contents->length + 1 >= contents->room) {
			err = contents_grow(contents);
			continue;
		}
		got = read(fd, contents->text + contents->length,
			   contents->room - 1 - contents->length);
		if (got < 0) {
			return -errno;
		}
		contents->length += (size_t)got;
		err = contents->length > max ? -EFBIG : 0;
	}
	return err;
}

int contents_read(struct contents *contents, int folder, const char *path, size_t max)
{
	SCOPE_FD int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int err;

	contents->length = 0;
	err = fd < 0 ? -errno : contents_fill(contents, fd, max);
	if (err < 0) {
		contents->length = 0;
	}
	if (contents->text != NULL) {
		contents->text[contents->length] = '\0';
	}
	return err;
}

void contents_free(struct contents *contents)
{
	free(contents->text);
	*contents = (struct contents){ 0 };
}
