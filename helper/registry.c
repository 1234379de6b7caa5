/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry.c - which spaces live. Used by the helper before it clones, and by init.
 */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fds.h"
#include "plan.h"
#include "scope.h"

#define REGISTRY_PATH "/run/loginspace"

int registry_open(int *ret_registry)
{
	struct stat about;
	int err, fd;

	if (mkdir(REGISTRY_PATH, 0700) < 0 && errno != EEXIST && errno != EROFS) {
		return -errno;
	}
	fd = open(REGISTRY_PATH, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	/* Now, as no lock is held yet: init needs the low numbers, and closing would release it. */
	err = fd_raise(&fd);
	if (err == 0 && fstat(fd, &about) < 0) {
		err = -errno;
	}
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	if (about.st_uid != 0 || (about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		(void)close(fd);
		return -EPERM;
	}
	*ret_registry = fd;
	return 0;
}

static struct flock byte_of(uid_t uid, uint32_t number, short type)
{
	return (struct flock){
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = (off_t)uid * PLAN_MAX_SPACES_LIMIT + number,
		.l_len = 1,
	};
}

/* F_GETLK asks what a write lock would collide with: any lock of another process. */
static int lives(int registry, uid_t uid, uint32_t number, bool *ret_lives)
{
	struct flock lock = byte_of(uid, number, F_WRLCK);

	if (fcntl(registry, F_GETLK, &lock) < 0) {
		return -errno;
	}
	*ret_lives = lock.l_type != F_UNLCK;
	return 0;
}

static int lowest_free(int registry, uid_t uid, unsigned int max, uint32_t *ret_number)
{
	uint32_t number;

	for (number = 0; number < max; number++) {
		bool alive = false;
		int err = lives(registry, uid, number, &alive);

		if (err < 0) {
			return err;
		}
		if (!alive) {
			*ret_number = number;
			return 0;
		}
	}
	return -EUSERS;
}

int registry_has_room(int registry, uid_t uid, unsigned int max)
{
	uint32_t number;

	return lowest_free(registry, uid, max, &number);
}

/* A folder cannot be opened for writing, so the byte gets a read lock: taken alone, under flock. */
static int take_locked(int registry, uid_t uid, unsigned int max, uint32_t *ret_number)
{
	struct flock lock;
	uint32_t number;
	int err;

	err = lowest_free(registry, uid, max, &number);
	if (err < 0) {
		return err;
	}
	lock = byte_of(uid, number, F_RDLCK);
	if (fcntl(registry, F_SETLK, &lock) < 0) {
		return -errno;
	}
	*ret_number = number;
	return 0;
}

int registry_take(int registry, uid_t uid, unsigned int max, uint32_t *ret_number)
{
	int err;

	/* Held for a few microseconds, by root only; released by the kernel if we die. */
	if (flock(registry, LOCK_EX) < 0) {
		return -errno;
	}
	err = take_locked(registry, uid, max, ret_number);
	if (flock(registry, LOCK_UN) < 0 && err == 0) {
		err = -errno;
	}
	return err;
}
