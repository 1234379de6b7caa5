/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * configuration_files.c - finds the files of the configuration, and reads those that are root's
 * alone to write. Runs as root: in the helper, and in the administrator's command.
 */
#include "configuration.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"
#include "places.h"
#include "scope.h"

struct place {
	const char *path;
	bool folder; /* of *.conf */
};

/* In the order of reading: what comes later wins. */
static const struct place PLACES_READ[] = {
	{ PLACE_VENDOR, true },
	{ PLACE_FILE, false },
	{ PLACE_DROPINS, true },
};

static int complain(struct problem *problem, const char *path, int error, const char *text)
{
	problem_set(problem, path, 0, "%s", text);
	return -error;
}

static int complain_errno(struct problem *problem, const char *path, int error)
{
	problem_set(problem, path, 0, "cannot be read: %s", strerror(error));
	return -error;
}

/* Whoever may write a file or folder of the configuration decides over everybody's logins. */
static int trust_check(const struct stat *about, const char *path, struct problem *problem)
{
	if (about->st_uid != 0) {
		return complain(problem, path, EPERM, "is not owned by root; see chown(1)");
	}
	if ((about->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		return complain(problem, path, EPERM,
				"may be written by others than root; see chmod(1), go-w");
	}
	return 0;
}

static int list_add(struct configuration_list *list, const char *folder, const char *name,
		    struct problem *problem)
{
	char **paths = reallocarray(list->paths, list->count + 1, sizeof(*paths));

	if (paths == NULL) {
		return complain(problem, folder, ENOMEM, "out of memory");
	}
	list->paths = paths;
	if (list->count >= CONFIGURATION_FILES_MAX) {
		return complain(problem, folder, EFBIG, "there are too many files");
	}
	if (asprintf(&paths[list->count], "%s%s%s", folder, name[0] == '\0' ? "" : "/", name) < 0) {
		return complain(problem, folder, ENOMEM, "out of memory");
	}
	list->count++;
	return 0;
}

static bool is_conf(const char *name)
{
	const size_t length = strlen(name);

	return name[0] != '.' && length > 5 && strcmp(name + length - 5, ".conf") == 0;
}

static int compare_paths(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static int stream_list(DIR *stream, const char *path, struct configuration_list *list,
		       struct problem *problem)
{
	const size_t first = list->count;
	struct dirent *entry;

	errno = 0;
	while ((entry = readdir(stream)) != NULL) {
		int err = is_conf(entry->d_name) ? list_add(list, path, entry->d_name, problem) : 0;

		if (err < 0) {
			return err;
		}
		errno = 0;
	}
	if (errno != 0) {
		return complain_errno(problem, path, errno);
	}
	if (list->count > first) {
		qsort(list->paths + first, list->count - first, sizeof(*list->paths),
		      compare_paths);
	}
	return 0;
}

/* The files are opened by path later: the folder is root's alone, so it is still the same. */
static int folder_list(const char *path, struct configuration_list *list, struct problem *problem)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat about;
	DIR *stream;
	int err;

	if (fd < 0) {
		return errno == ENOENT ? 0 : complain_errno(problem, path, errno);
	}
	stream = fdopendir(fd);
	if (stream == NULL) {
		err = complain_errno(problem, path, errno);
		(void)close(fd); /* was not read */
		return err;
	}
	if (fstat(fd, &about) < 0) {
		err = complain_errno(problem, path, errno);
	} else {
		err = trust_check(&about, path, problem);
	}
	if (err == 0) {
		err = stream_list(stream, path, list, problem);
	}
	(void)closedir(stream); /* was only read */
	return err;
}

/* A link to nowhere is a file, too: somebody meant a rule to be there. */
static int file_list(const char *path, struct configuration_list *list, struct problem *problem)
{
	struct stat about;

	if (lstat(path, &about) < 0) {
		return errno == ENOENT ? 0 : complain_errno(problem, path, errno);
	}
	return list_add(list, path, "", problem);
}

static int places_list(const char *root, struct configuration_list *list, struct problem *problem)
{
	size_t i;

	for (i = 0; i < sizeof(PLACES_READ) / sizeof(PLACES_READ[0]); i++) {
		char path[MESSAGE_PATH_SIZE + 64];
		int length = snprintf(path, sizeof(path), "%s%s", root, PLACES_READ[i].path);
		int err;

		if (length < 0 || (size_t)length >= sizeof(path)) {
			return complain(problem, root, ENAMETOOLONG, "the path is too long");
		}
		err = PLACES_READ[i].folder ? folder_list(path, list, problem)
					    : file_list(path, list, problem);
		if (err < 0) {
			return err;
		}
	}
	return 0;
}

int configuration_list(const char *conf, struct configuration_list *ret, struct problem *problem)
{
	struct configuration_list list = { 0 };
	struct stat about;
	int err;

	if (conf == NULL || conf[0] == '\0') {
		err = places_list("", &list, problem);
	} else if (lstat(conf, &about) < 0) {
		err = complain_errno(problem, conf, errno);
	} else if (S_ISDIR(about.st_mode)) {
		err = trust_check(&about, conf, problem);
		if (err == 0) {
			err = places_list(conf, &list, problem);
		}
	} else {
		err = list_add(&list, conf, "", problem);
	}
	if (err < 0) {
		configuration_list_free(&list);
		return err;
	}
	*ret = list;
	return 0;
}

static int file_check(int fd, const char *path, struct stat *about, struct problem *problem)
{
	if (fstat(fd, about) < 0) {
		return complain_errno(problem, path, errno);
	}
	if (!S_ISREG(about->st_mode)) {
		return complain(problem, path, EPERM, "is not a regular file");
	}
	if (about->st_size > (off_t)CONFIGURATION_SIZE_MAX) {
		return complain(problem, path, EFBIG, "is larger than 1 MiB");
	}
	return trust_check(about, path, problem);
}

/* SIZE bytes and no more: a file that changes meanwhile is neither the old one nor the new one. */
static int file_read(int fd, const char *path, char *data, size_t size, struct problem *problem)
{
	size_t done = 0;

	for (;;) {
		ssize_t length = read(fd, data + done, size + 1 - done);

		if (length < 0 && errno == EINTR) {
			continue;
		}
		if (length < 0) {
			return complain_errno(problem, path, errno);
		}
		if (length == 0 && done == size) {
			return 0;
		}
		done += (size_t)length;
		if (length == 0 || done > size) {
			return complain(problem, path, EAGAIN, "changed while it was read");
		}
	}
}

int configuration_load(const char *path, char **ret_data, size_t *ret_size, struct problem *problem)
{
	/* O_NONBLOCK: a FIFO must not keep a login waiting before it is refused. */
	SCOPE_FD int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat about;
	size_t size;
	char *data;
	int err;

	if (fd < 0 && errno == ELOOP) {
		return complain(problem, path, EPERM,
				"is a symbolic link; put the file itself there");
	}
	if (fd < 0) {
		return complain_errno(problem, path, errno);
	}
	err = file_check(fd, path, &about, problem);
	if (err < 0) {
		return err;
	}
	size = (size_t)about.st_size;
	data = malloc(size + 1);
	if (data == NULL) {
		return complain(problem, path, ENOMEM, "out of memory");
	}
	err = file_read(fd, path, data, size, problem);
	if (err < 0) {
		free(data);
		return err;
	}
	*ret_data = data;
	*ret_size = size;
	return 0;
}
