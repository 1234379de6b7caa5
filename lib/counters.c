/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * counters.c - how often things happened since the machine started. The module adds, in the PAM
 * application, as root; the administrator's command reads.
 *
 * The application must survive whatever lies at the path: the file is opened without following a
 * link or waiting for a FIFO, and mapped only when it is root's alone, on a tmpfs, and all its
 * bytes have memory already. Who could change it after that is root.
 */
#include "counters.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "scope.h"

#define COUNTERS_MAGIC 0x4c534354u /* "LSCT" */

/* How often the file may be missing when it is opened, and there when it is made. */
#define TRIES 4

/* Of st_blocks, see stat(3type). */
#define BLOCK_SIZE 512

struct page {
	uint32_t magic;
	uint32_t version; /* of the words of all counters, see words_version */
	struct counters counters;
};

_Static_assert(sizeof(struct page) <= COUNTERS_SIZE, "the counters have their place in the file");
_Static_assert(__atomic_always_lock_free(sizeof(uint64_t), 0), "no lock behind an addition");

static const char *const NAMES[COUNTER_COUNT] = {
	[COUNTER_OPENS] = "opens",   [COUNTER_JOINS] = "joins",     [COUNTER_IGNORED] = "ignored",
	[COUNTER_AUDITS] = "audits", [COUNTER_EXEMPT] = "exempt",   [COUNTER_LENIENT] = "lenient",
	[COUNTER_OFF] = "off",       [COUNTER_DENIALS] = "denials",
};

const char *counters_name(unsigned int counter)
{
	return counter < COUNTER_COUNT ? NAMES[counter] : "unknown";
}

static uint32_t hash_word(uint32_t hash, const char *word)
{
	do {
		hash = (hash ^ (uint8_t)*word) * 16777619u; /* FNV-1a; the NUL counts, too */
	} while (*word++ != '\0');
	return hash;
}

/* Another order or number of counters is another version, with nobody having to think of it. */
static uint32_t words_version(void)
{
	uint32_t hash = 2166136261u;
	unsigned int i;

	for (i = 0; i < COUNTER_COUNT; i++) {
		hash = hash_word(hash, counters_name(i));
	}
	for (i = 0; i < STEP_COUNT; i++) {
		hash = hash_word(hash, step_name(i));
	}
	return hash;
}

/* Which count is meant, as its offset in the file. */
static int place_of(enum counter counter, unsigned int step, size_t *ret)
{
	if (counter < COUNTER_DENIALS) {
		*ret = offsetof(struct page, counters.events) + counter * sizeof(uint64_t);
		return 0;
	}
	if (counter == COUNTER_DENIALS && step < STEP_COUNT) {
		*ret = offsetof(struct page, counters.denials) + step * sizeof(uint64_t);
		return 0;
	}
	return -EINVAL;
}

static bool roots_alone(const struct stat *about)
{
	return about->st_uid == 0 && (about->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static int folder_open(const char *folder, int *ret)
{
	SCOPE_FD int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat about;

	if (fd < 0 || fstat(fd, &about) < 0) {
		return -errno;
	}
	if (!roots_alone(&about)) {
		return -EPERM;
	}
	*ret = fd;
	fd = -1;
	return 0;
}

/*
 * The umask is the application's, and may take from root what the helper needs once it has given up
 * CAP_DAC_OVERRIDE.
 */
static int folder_make(const char *folder, int *ret)
{
	int err = folder_open(folder, ret);

	if (err != -ENOENT) {
		return err;
	}
	if (mkdir(folder, S_IRWXU) < 0) {
		return errno == EEXIST ? folder_open(folder, ret) : -errno;
	}
	err = folder_open(folder, ret);
	if (err < 0) {
		return err;
	}
	(void)fchmod(*ret, S_IRWXU); /* registry_make mends it as well */
	return 0;
}

/* May this file be mapped and written to, with no surprise? Its content is another question. */
static int file_check(int fd)
{
	struct statfs filesystem;
	struct stat about;

	if (fstat(fd, &about) < 0 || fstatfs(fd, &filesystem) < 0) {
		return -errno;
	}
	if (!S_ISREG(about.st_mode) || filesystem.f_type != TMPFS_MAGIC) {
		return -EMEDIUMTYPE; /* elsewhere a write may need room, whatever was reserved */
	}
	if (!roots_alone(&about)) {
		return -EPERM;
	}
	if (about.st_size != COUNTERS_SIZE || about.st_blocks < COUNTERS_SIZE / BLOCK_SIZE) {
		return -EBADMSG;
	}
	return 0;
}

static int content_read(int fd, struct page *ret)
{
	struct page page = { 0 };

	if (pread(fd, &page, sizeof(page), 0) != sizeof(page) || page.magic != COUNTERS_MAGIC) {
		return -EBADMSG;
	}
	if (page.version != words_version()) {
		return -EPROTO;
	}
	*ret = page;
	return 0;
}

static int file_open(int folder, int mode, int *ret, struct page *ret_page)
{
	SCOPE_FD int fd = openat(folder, COUNTERS_NAME,
				 mode | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	int err;

	if (fd < 0) {
		return -errno;
	}
	err = file_check(fd);
	if (err == 0) {
		err = content_read(fd, ret_page);
	}
	if (err < 0) {
		return err;
	}
	*ret = fd;
	fd = -1;
	return 0;
}

/* To make a file beyond the limit would not only fail: SIGXFSZ ends the application. */
static int limit_allows(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) < 0) {
		return -errno;
	}
	return limit.rlim_cur < COUNTERS_SIZE ? -EFBIG : 0;
}

static int file_fill(int fd)
{
	const struct page page = { .magic = COUNTERS_MAGIC, .version = words_version() };
	ssize_t written;

	if (fchmod(fd, S_IRUSR | S_IWUSR) < 0) { /* whatever the umask is */
		return -errno;
	}
	while (fallocate(fd, 0, 0, COUNTERS_SIZE) < 0) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	written = pwrite(fd, &page, sizeof(page), 0);
	if (written < 0) {
		return -errno;
	}
	return written == sizeof(page) ? file_check(fd) : -EIO;
}

static int file_publish(int folder, int fd)
{
	char path[32];

	/* By the fd itself where CAP_DAC_READ_SEARCH allows it: inside a space /proc has no self. */
	if (linkat(fd, "", folder, COUNTERS_NAME, AT_EMPTY_PATH) == 0) {
		return 0;
	}
	if (errno != ENOENT) {
		return -errno;
	}
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, path, folder, COUNTERS_NAME, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}

/* The file has its name only when it is whole. Another login may have been faster: fine. */
static int file_make(int folder)
{
	SCOPE_FD int fd = -1;
	int err;

	err = limit_allows();
	if (err < 0) {
		return err;
	}
	fd = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd < 0) {
		return -errno;
	}
	err = file_fill(fd);
	if (err == 0) {
		err = file_publish(folder, fd);
	}
	return err == -EEXIST ? 0 : err;
}

/* What an upgrade finds. Of two that do this at once one may lose the other's first counts. */
static int file_drop(int folder)
{
	return unlinkat(folder, COUNTERS_NAME, 0) < 0 && errno != ENOENT ? -errno : 0;
}

static int file_have(int folder, int *ret)
{
	struct page page;
	int tries, err = -ENOENT;

	for (tries = 0; tries < TRIES; tries++) {
		err = file_open(folder, O_RDWR, ret, &page);
		if (err != -ENOENT && err != -EPROTO) {
			return err;
		}
		if (err == -EPROTO && file_drop(folder) < 0) {
			return err;
		}
		err = file_make(folder);
		if (err < 0) {
			return err;
		}
	}
	return -EAGAIN;
}

static int page_add(int fd, size_t place)
{
	char *page;

	page = mmap(NULL, COUNTERS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED) {
		return -errno;
	}
	(void)__atomic_fetch_add((uint64_t *)(void *)(page + place), 1, __ATOMIC_RELAXED);
	(void)munmap(page, COUNTERS_SIZE); /* cannot fail: it is the whole mapping just made */
	return 0;
}

int counters_hold(const char *folder, int *ret_folder)
{
	const int errno_before = errno;
	int err = folder_make(folder, ret_folder);

	errno = errno_before;
	return err;
}

int counters_add_in(int folder, enum counter counter, unsigned int step)
{
	const int errno_before = errno;
	SCOPE_FD int fd = -1;
	size_t place;
	int err;

	err = place_of(counter, step, &place);
	if (err == 0) {
		err = file_have(folder, &fd);
	}
	if (err == 0) {
		err = page_add(fd, place);
	}
	errno = errno_before;
	return err;
}

int counters_add(const char *folder, enum counter counter, unsigned int step)
{
	SCOPE_FD int held = -1;
	size_t place;
	int err = place_of(counter, step, &place); /* before a folder is made for nothing */

	if (err == 0) {
		err = counters_hold(folder, &held);
	}
	return err < 0 ? err : counters_add_in(held, counter, step);
}

int counters_read(const char *folder, struct counters *ret)
{
	SCOPE_FD int at = -1;
	SCOPE_FD int fd = -1;
	struct page page = { 0 };
	int err;

	err = folder_open(folder, &at);
	if (err == 0) {
		err = file_open(at, O_RDONLY, &fd, &page);
	}
	if (err < 0) {
		return err;
	}
	*ret = page.counters;
	return 0;
}
