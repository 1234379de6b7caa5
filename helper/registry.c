/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry.c - which spaces live. Used by the helper before it clones, and by init.
 */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fds.h"
#include "plan.h"
#include "scope.h"

#define REGISTRY_FOLDER "/run/loginspace"
#define REGISTRY_FILE   ".lock"

/* Root's alone, and of this kind? */
static int only_roots(int fd, mode_t kind)
{
	struct stat about;

	if (fstat(fd, &about) < 0) {
		return -errno;
	}
	if ((about.st_mode & S_IFMT) != kind || about.st_uid != 0 ||
	    (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		return -EPERM;
	}
	return 0;
}

static int folder_open(int *ret_folder)
{
	int err, fd;

	if (mkdir(REGISTRY_FOLDER, 0700) < 0 && errno != EEXIST && errno != EROFS) {
		return -errno;
	}
	fd = open(REGISTRY_FOLDER, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	err = only_roots(fd, S_IFDIR);
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	*ret_folder = fd;
	return 0;
}

int registry_open(int *ret_registry)
{
	SCOPE_FD int folder = -1;
	int err, fd;

	err = folder_open(&folder);
	if (err < 0) {
		return err;
	}
	fd = openat(folder, REGISTRY_FILE, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		    0600);
	if (fd < 0) {
		return -errno;
	}
	/* Now, as no lock is held yet: init needs the low numbers, and closing would release it. */
	err = fd_raise(&fd);
	if (err == 0) {
		err = only_roots(fd, S_IFREG);
	}
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	*ret_registry = fd;
	return 0;
}

static struct flock byte_of(uid_t uid, uint32_t number)
{
	return (struct flock){
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)uid * PLAN_MAX_SPACES_LIMIT + number,
		.l_len = 1,
	};
}

int registry_has_room(int registry, uid_t uid, unsigned int max)
{
	uint32_t number;

	for (number = 0; number < max; number++) {
		struct flock lock = byte_of(uid, number);

		if (fcntl(registry, F_GETLK, &lock) < 0) {
			return -errno;
		}
		if (lock.l_type == F_UNLCK) {
			return 0;
		}
	}
	return -EUSERS;
}

int registry_take(int registry, uid_t uid, unsigned int max, uint32_t *ret_number)
{
	uint32_t number;

	for (number = 0; number < max; number++) {
		const struct flock lock = byte_of(uid, number);

		if (fcntl(registry, F_SETLK, &lock) == 0) {
			*ret_number = number;
			return 0;
		}
		if (errno != EAGAIN && errno != EACCES) { /* either may mean "taken", fcntl(2) */
			return -errno;
		}
	}
	return -EUSERS;
}
