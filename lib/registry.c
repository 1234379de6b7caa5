/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry.c - which spaces live. Used by the helper before it clones, by its child that becomes
 * init, and by loginspace(8).
 *
 * A folder cannot be opened for writing, so its bytes can only get read locks, and two processes
 * may hold one on the same byte. Hence: lock, then look. Of two that try for a number at the same
 * time the later one sees the other's lock, or both see each other; who sees one lets go. So a
 * number never has two owners, and nobody waits for a lock.
 */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fds.h"
#include "plan.h"

/* The first byte of each range, see registry.h. */
#define SHARED_BYTES  ((off_t)1 << 49)
#define MARKED_BYTES  ((off_t)1 << 50)
#define ADDRESS_BYTES ((off_t)1 << 51)

/* How often two logins may run into each other before one of them looks further. */
#define TRIES     8
#define JITTER_NS 100000

int registry_check(int fd)
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

	fd = open(REGISTRY_PATH, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	/* Now, as no lock is held yet: init needs the low numbers, and closing would release it. */
	err = fd_raise(&fd);
	if (err == 0) {
		err = registry_check(fd);
	}
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	*ret_registry = fd;
	return 0;
}

int registry_provide(void)
{
	/* On a /run that is read-only, too, the kernel says EEXIST of one that is there. */
	if (mkdir(REGISTRY_PATH, 0700) < 0 && errno != EEXIST) {
		return -errno;
	}
	return 0;
}

/* Root's own bits, which a strange umask or hand has taken: later there is no capability to do without. */
static int mode_mend(int registry)
{
	struct stat about;

	if (fstat(registry, &about) < 0) {
		return -errno;
	}
	if ((about.st_mode & S_IRWXU) == S_IRWXU) {
		return 0;
	}
	return fchmod(registry, S_IRWXU) < 0 ? -errno : 0;
}

int registry_make(int *ret_registry)
{
	int err = registry_provide();

	if (err == 0) {
		err = registry_open(ret_registry);
	}
	if (err < 0) {
		return err;
	}
	err = mode_mend(*ret_registry);
	if (err < 0) {
		(void)close(*ret_registry);
		*ret_registry = -1;
	}
	return err;
}

static off_t number_byte(uid_t uid, uint32_t number)
{
	return (off_t)uid * PLAN_MAX_SPACES_LIMIT + number;
}

static struct flock lock_of(off_t byte, short type)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
}

static int set_lock(int registry, off_t byte, short type)
{
	const struct flock lock = lock_of(byte, type);

	return fcntl(registry, F_SETLK, &lock) < 0 ? -errno : 0;
}

/*
 * F_GETLK asks what a write lock would collide with: any lock of another process. *RET_PID is that
 * process, or 0 when it is not below our PID namespace.
 */
static int holder_of(int registry, off_t byte, bool *ret_taken, pid_t *ret_pid)
{
	struct flock lock = lock_of(byte, F_WRLCK);

	if (fcntl(registry, F_GETLK, &lock) < 0) {
		return -errno;
	}
	*ret_taken = lock.l_type != F_UNLCK;
	*ret_pid = lock.l_type != F_UNLCK ? lock.l_pid : 0;
	return 0;
}

static int is_taken(int registry, off_t byte, bool *ret_taken)
{
	pid_t pid;

	return holder_of(registry, byte, ret_taken, &pid);
}

/*
 * *RET_NUMBER is a number of UID below MAX that is free and has a taken one before it, or 0; MAX
 * when this has found none, though there may be one. As each question takes the kernel as long as
 * there are locks, it asks about 0, 1, 3, 7... and then between the last two: numbers are given
 * from below, so what is found is the lowest one but for gaps.
 */
static int find_free(int registry, uid_t uid, uint32_t max, uint32_t *ret_number)
{
	uint32_t begin = 0, end; /* what is before BEGIN is taken, or a gap; END is free */
	bool taken = true;
	int err = 0;

	for (end = 0; end < max; end = 2 * end + 1) {
		err = is_taken(registry, number_byte(uid, end), &taken);
		if (err < 0 || !taken) {
			break;
		}
		begin = end + 1;
	}
	while (err == 0 && end < max && begin < end) {
		uint32_t middle = begin + (end - begin) / 2;

		err = is_taken(registry, number_byte(uid, middle), &taken);
		if (taken) {
			begin = middle + 1;
		} else {
			end = middle;
		}
	}
	*ret_number = end < max ? end : max;
	return err;
}

int registry_find(int registry, uid_t uid, unsigned int max, uint32_t *ret_number)
{
	uint32_t number;
	bool taken = false;
	int err = find_free(registry, uid, max, &number);

	if (err == 0 && number < max) {
		*ret_number = number;
		return 0;
	}
	for (number = 0; err == 0 && number < max; number++) {
		err = is_taken(registry, number_byte(uid, number), &taken);
		if (err == 0 && !taken) {
			*ret_number = number;
			return 0;
		}
	}
	return err < 0 ? err : -EUSERS;
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

/*
 * *RET_OURS is false when another process has the byte, or keeps trying for it. LOOKED: it was free
 * a moment ago. To look once more would only save a lock that is let go again.
 */
static int try_byte(int registry, off_t byte, bool looked, bool *ret_ours)
{
	bool taken = false;
	int err = 0, i;

	*ret_ours = false;
	for (i = 0; i < TRIES; i++) {
		if (i > 0 || !looked) {
			err = is_taken(registry, byte, &taken);
		}
		if (err < 0 || taken) {
			return err;
		}
		err = set_lock(registry, byte, F_RDLCK);
		if (err == 0) {
			err = is_taken(registry, byte, &taken);
		}
		if (err < 0 || !taken) {
			*ret_ours = err == 0;
			return err;
		}
		err = set_lock(registry, byte, F_UNLCK);
		if (err < 0) {
			return err;
		}
		pause_a_little();
	}
	return 0;
}

int registry_take(int registry, uid_t uid, unsigned int max, uint32_t seen, uint32_t *ret_number)
{
	uint32_t i;
	int err = 0;

	for (i = 0; err == 0 && i < max; i++) {
		uint32_t number = (seen + i) % max;
		bool ours;

		err = try_byte(registry, number_byte(uid, number), i == 0, &ours);
		if (err == 0 && ours) {
			*ret_number = number;
			return 0;
		}
	}
	return err < 0 ? err : -EUSERS;
}

static int take_byte(int registry, off_t byte)
{
	bool ours;
	int err = try_byte(registry, byte, false, &ours);

	if (err < 0) {
		return err;
	}
	return ours ? 0 : -EEXIST;
}

int registry_take_shared(int registry, uid_t uid)
{
	return take_byte(registry, SHARED_BYTES + (off_t)uid);
}

int registry_take_address(int registry, uint64_t key)
{
	if (key >> REGISTRY_KEY_BITS != 0) {
		return -ERANGE;
	}
	return take_byte(registry, ADDRESS_BYTES + (off_t)key);
}

int registry_drop_shared(int registry, uid_t uid)
{
	return set_lock(registry, SHARED_BYTES + (off_t)uid, F_UNLCK);
}

/* Nobody else's: an inode number of nsfs names one living namespace. */
int registry_mark(int registry, ino_t pid_namespace)
{
	return set_lock(registry, MARKED_BYTES + (off_t)pid_namespace, F_RDLCK);
}

int registry_marked(int registry, ino_t pid_namespace, bool *ret_marked)
{
	return is_taken(registry, MARKED_BYTES + (off_t)pid_namespace, ret_marked);
}

/*
 * A pid may be another process's by the time it is opened: the lock must still be that one's.
 * -EAGAIN: the lock has changed hands meanwhile, as between two that try for one number.
 */
static int holder_look(int registry, off_t byte, int *ret_pidfd, pid_t *ret_pid)
{
	pid_t pid = 0, again = 0;
	bool taken = false;
	int err, fd;

	err = holder_of(registry, byte, &taken, &pid);
	if (err < 0) {
		return err;
	}
	if (!taken) {
		return -ENOENT;
	}
	if (pid <= 0) {
		return -EXDEV;
	}
	fd = pidfd_open(pid, 0);
	if (fd < 0) {
		return errno == ESRCH ? -EAGAIN : -errno;
	}
	err = holder_of(registry, byte, &taken, &again);
	if (err == 0 && (!taken || pidfd_send_signal(fd, 0, NULL, 0) < 0)) {
		err = -ENOENT;
	} else if (err == 0 && again != pid) {
		err = -EAGAIN;
	}
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	*ret_pidfd = fd;
	*ret_pid = pid;
	return 0;
}

static int holder_open(int registry, off_t byte, int *ret_pidfd, pid_t *ret_pid)
{
	int i, err = -EAGAIN;

	for (i = 0; i < TRIES && err == -EAGAIN; i++) {
		err = holder_look(registry, byte, ret_pidfd, ret_pid);
	}
	return err == -EAGAIN ? -ENOENT : err;
}

int registry_holder(int registry, uid_t uid, uint32_t number, int *ret_pidfd, pid_t *ret_pid)
{
	return holder_open(registry, number_byte(uid, number), ret_pidfd, ret_pid);
}

int registry_shared_holder(int registry, uid_t uid, int *ret_pidfd, pid_t *ret_pid)
{
	return holder_open(registry, SHARED_BYTES + (off_t)uid, ret_pidfd, ret_pid);
}
