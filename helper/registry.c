/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry.c - which spaces live. Used by the helper before it clones, and by init.
 *
 * A folder cannot be opened for writing, so its bytes can only get read locks, and two processes
 * may hold one on the same byte. Hence: lock, then look. Of two that try for a number at the same
 * time the later one sees the other's lock, or both see each other; who sees one lets go. So a
 * number never has two owners, and nobody waits for a lock.
 */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fds.h"
#include "plan.h"

#define REGISTRY_PATH "/run/loginspace"

/* How often two logins may run into each other before one of them looks further. */
#define TRIES     8
#define JITTER_NS 100000

static int only_roots(int fd)
{
	struct stat about;

	if (fstat(fd, &about) < 0) {
		return -errno;
	}
	return about.st_uid == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)) == 0 ? 0 : -EPERM;
}

int registry_open(int *ret_registry)
{
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
	if (err == 0) {
		err = only_roots(fd);
	}
	if (err < 0) {
		(void)close(fd);
		return err;
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

static int set_lock(int registry, uid_t uid, uint32_t number, short type)
{
	const struct flock lock = byte_of(uid, number, type);

	return fcntl(registry, F_SETLK, &lock) < 0 ? -errno : 0;
}

/* F_GETLK asks what a write lock would collide with: any lock of another process. */
static int is_taken(int registry, uid_t uid, uint32_t number, bool *ret_taken)
{
	struct flock lock = byte_of(uid, number, F_WRLCK);

	if (fcntl(registry, F_GETLK, &lock) < 0) {
		return -errno;
	}
	*ret_taken = lock.l_type != F_UNLCK;
	return 0;
}

int registry_has_room(int registry, uid_t uid, unsigned int max)
{
	uint32_t number;

	for (number = 0; number < max; number++) {
		bool taken = false;
		int err = is_taken(registry, uid, number, &taken);

		if (err < 0 || !taken) {
			return err;
		}
	}
	return -EUSERS;
}

/* Two that run into each other must not do so in step. */
static void pause_a_little(void)
{
	struct timespec time;

	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec = 0;
	time.tv_nsec %= JITTER_NS;
	(void)nanosleep(&time, NULL);
}

/* *RET_OURS is false when another process has the number, or keeps trying for it. */
static int try_number(int registry, uid_t uid, uint32_t number, bool *ret_ours)
{
	bool taken = false;
	int err, i;

	*ret_ours = false;
	for (i = 0; i < TRIES; i++) {
		err = is_taken(registry, uid, number, &taken);
		if (err < 0 || taken) {
			return err;
		}
		err = set_lock(registry, uid, number, F_RDLCK);
		if (err == 0) {
			err = is_taken(registry, uid, number, &taken);
		}
		if (err < 0 || !taken) {
			*ret_ours = err == 0;
			return err;
		}
		err = set_lock(registry, uid, number, F_UNLCK);
		if (err < 0) {
			return err;
		}
		pause_a_little();
	}
	return 0;
}

int registry_take(int registry, uid_t uid, unsigned int max, uint32_t *ret_number)
{
	uint32_t number;

	for (number = 0; number < max; number++) {
		bool ours;
		int err = try_number(registry, uid, number, &ours);

		if (err < 0) {
			return err;
		}
		if (ours) {
			*ret_number = number;
			return 0;
		}
	}
	return -EUSERS;
}
