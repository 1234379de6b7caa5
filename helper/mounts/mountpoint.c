/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mountpoint.c - folders and files to mount on. Runs in the child inside the new mount namespace;
 * no user can be in one of our file systems yet.
 */
#include "mountpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plan.h"
#include "scope.h"
#include "walk.h"

/* NAME below FOLDER, which is on a file system of ours; the umask is not asked. */
static int part_make(int folder, const char *name, bool is_folder, int *ret_fd)
{
	const mode_t mode = is_folder ? 0755 : 0644;
	int fd;

	if (is_folder ? mkdirat(folder, name, mode) < 0
		      : mknodat(folder, name, S_IFREG | mode, 0) < 0) {
		return -errno;
	}
	if (fchmodat(folder, name, mode, 0) < 0) {
		return -errno;
	}
	fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	*ret_fd = fd;
	return 0;
}

/* The longest part of PATH that is there, and where what is missing begins. */
static int deepest(char *path, int *ret_fd, char **ret_missing)
{
	char *slash = strrchr(path, '/');
	int err = -ENOENT;

	while (err == -ENOENT && slash != NULL && slash != path) {
		*slash = '\0';
		err = walk_open(path, ret_fd);
		*slash = '/';
		*ret_missing = slash + 1;
		if (err == -ENOENT) {
			slash = memrchr(path, '/', (size_t)(slash - path));
		}
	}
	if (err == -ENOENT && slash == path) {
		*ret_missing = path + 1;
		err = walk_open("/", ret_fd);
	}
	return err;
}

int mountpoint_make(const struct ledger *ledger, const char *path, bool folder, int *ret_fd)
{
	char text[PLAN_PATH_SIZE];
	SCOPE_FD int at = -1;
	char *missing = text;
	bool ours = false;
	int err;

	(void)strncpy(text, path, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err = deepest(text, &at, &missing);
	if (err == 0) {
		err = ledger_is_own(ledger, at, &ours);
	}
	if (err < 0 || !ours) {
		return err < 0 ? err : -ENOENT;
	}
	while (missing != NULL) {
		char *slash = strchr(missing, '/');
		int next = -1;

		if (slash != NULL) {
			*slash = '\0';
		}
		err = part_make(at, missing, slash != NULL || folder, &next);
		if (err < 0) {
			return err;
		}
		(void)close(at);
		at = next;
		missing = slash == NULL ? NULL : slash + 1;
	}
	*ret_fd = at;
	at = -1;
	return 0;
}

int mountpoint_is_own(const struct ledger *ledger, const char *path, bool *ret_own)
{
	char text[PLAN_PATH_SIZE];
	SCOPE_FD int at = -1;
	char *missing;
	int err;

	(void)strncpy(text, path, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err = deepest(text, &at, &missing);
	return err < 0 ? err : ledger_is_own(ledger, at, ret_own);
}
