/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/counters.c lib/steps.c */
/*
 * test_counters.c - counters that many processes share, in a /run of the test's own, and all that
 * may lie in their place.
 */
#include "counters.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "sandbox.h"

#define FOLDER   "/run/loginspace"
#define COUNTERS FOLDER "/counters"

#define WORKERS 8
#define ROUNDS  10000

/* Where the version stands in the file. */
#define VERSION_AT 4

/* Over an empty /run: as root, where files can have other owners, or as a sandbox's root. */
static int own_run(const char *type, const char *options)
{
	int err = geteuid() == 0 ? unshare(CLONE_NEWNS) : sandbox_enter(CLONE_NEWNS);

	if (err < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/run", type, 0, options) < 0) {
		return CHILD_SKIP;
	}
	return CHILD_PASS;
}

static int own_file(void)
{
	if (own_run("tmpfs", "mode=755") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(counters_add(FOLDER, COUNTER_OPENS, 0) == 0);
	return CHILD_PASS;
}

static int total(const struct counters *counters, uint64_t *ret)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < COUNTER_DENIALS; i++) {
		sum += counters->events[i];
	}
	for (i = 0; i < STEP_COUNT; i++) {
		sum += counters->denials[i];
	}
	*ret = sum;
	return CHILD_PASS;
}

/* Neither way does it count, nor change what is there. */
static int refused(int add_err, int read_err)
{
	const size_t before = fds_count();
	struct counters counters;

	memset(&counters, 0x5a, sizeof(counters));
	errno = EXDEV;
	CHECK(counters_add(FOLDER, COUNTER_OPENS, 0) == add_err);
	CHECK(errno == EXDEV);
	CHECK(counters_read(FOLDER, &counters) == read_err);
	CHECK(counters.events[0] == 0x5a5a5a5a5a5a5a5aull);
	CHECK(fds_count() == before);
	return CHILD_PASS;
}

static int first_login(void *data)
{
	struct counters counters;
	struct stat about;
	uint64_t sum;

	(void)data;
	if (own_run("tmpfs", "mode=755") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(counters_read(FOLDER, &counters) == -ENOENT);
	CHECK(access(FOLDER, F_OK) < 0 && errno == ENOENT); /* reading makes nothing */
	CHECK(counters_add(FOLDER, COUNTER_DENIALS, STEP_CLONE) == 0);
	CHECK(stat(FOLDER, &about) == 0 && S_ISDIR(about.st_mode));
	CHECK((about.st_mode & 07777) == 0700 && about.st_uid == 0);
	CHECK(stat(COUNTERS, &about) == 0 && S_ISREG(about.st_mode) && about.st_nlink == 1);
	CHECK((about.st_mode & 07777) == 0600 && about.st_uid == 0);
	CHECK(about.st_size == COUNTERS_SIZE && about.st_blocks * 512 >= COUNTERS_SIZE);
	CHECK(counters_read(FOLDER, &counters) == 0);
	CHECK(total(&counters, &sum) == CHILD_PASS && sum == 1);
	CHECK(counters.denials[STEP_CLONE] == 1);
	return CHILD_PASS;
}

static int every_counter(void *data)
{
	struct counters counters;
	unsigned int i, times;

	(void)data;
	if (own_run("tmpfs", "mode=755") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	for (i = 0; i < COUNTER_DENIALS; i++) {
		for (times = 0; times <= i; times++) {
			CHECK(counters_add(FOLDER, i, STEP_COUNT) == 0);
		}
	}
	for (i = 0; i < STEP_COUNT; i++) {
		for (times = 0; times <= i + 100; times++) {
			CHECK(counters_add(FOLDER, COUNTER_DENIALS, i) == 0);
		}
	}
	CHECK(counters_read(FOLDER, &counters) == 0);
	for (i = 0; i < COUNTER_DENIALS; i++) {
		CHECK(counters.events[i] == i + 1);
	}
	for (i = 0; i < STEP_COUNT; i++) {
		CHECK(counters.denials[i] == i + 101);
	}
	return CHILD_PASS;
}

static int no_such_counter(void *data)
{
	(void)data;
	if (own_run("tmpfs", "mode=755") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(counters_add(FOLDER, COUNTER_DENIALS, STEP_COUNT) == -EINVAL);
	CHECK(counters_add(FOLDER, COUNTER_COUNT, 0) == -EINVAL);
	CHECK(access(FOLDER, F_OK) < 0 && errno == ENOENT);
	return CHILD_PASS;
}

static int mapped(bool *ret)
{
	char line[512];
	FILE *maps = fopen("/proc/self/maps", "re");

	CHECK(maps != NULL);
	*ret = false;
	while (fgets(line, sizeof(line), maps) != NULL) {
		*ret = *ret || strstr(line, COUNTERS) != NULL;
	}
	CHECK(fclose(maps) == 0);
	return CHILD_PASS;
}

/* Nothing of the application's changes, and its umask changes nothing of ours. */
static int guest_manners(void *data)
{
	const size_t before = fds_count();
	struct stat about;
	int times;
	bool left;

	(void)data;
	if (own_run("tmpfs", "mode=755") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(umask(0777) != 0777);
	for (times = 0; times < 3; times++) {
		errno = EXDEV;
		CHECK(counters_add(FOLDER, COUNTER_OPENS, 0) == 0);
		CHECK(errno == EXDEV);
		CHECK(fds_count() == before);
		CHECK(mapped(&left) == CHILD_PASS && !left);
	}
	CHECK(umask(0) == 0777);
	CHECK(stat(COUNTERS, &about) == 0 && (about.st_mode & 07777) == 0600);
	return CHILD_PASS;
}

static int adding(int gate, bool for_ever)
{
	char byte;
	int i;

	if (read(gate, &byte, 1) != 0) { /* until all are there, and the other end is closed */
		return CHILD_FAIL;
	}
	for (i = 0; i < ROUNDS || for_ever; i++) {
		enum counter counter = i % 2 == 0 ? COUNTER_OPENS : COUNTER_DENIALS;

		if (counters_add(FOLDER, counter, STEP_JOIN) < 0) {
			return CHILD_FAIL;
		}
	}
	return CHILD_PASS;
}

static int worker_start(const int gate[2], bool for_ever, pid_t *ret)
{
	*ret = fork();
	CHECK(*ret >= 0);
	if (*ret == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing */
		(void)close(gate[1]);
		_exit(adding(gate[0], for_ever));
	}
	return CHILD_PASS;
}

/* No addition is lost, nor the first ones, when all find the file missing. */
static int many_at_once(void *data)
{
	struct counters counters;
	pid_t workers[WORKERS];
	int gate[2], status, i;
	uint64_t sum;

	(void)data;
	if (own_run("tmpfs", "mode=755") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(pipe2(gate, O_CLOEXEC) == 0);
	for (i = 0; i < WORKERS; i++) {
		CHECK(worker_start(gate, false, &workers[i]) == CHILD_PASS);
	}
	CHECK(close(gate[1]) == 0 && close(gate[0]) == 0);
	for (i = 0; i < WORKERS; i++) {
		CHECK(waitpid(workers[i], &status, 0) == workers[i]);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == CHILD_PASS);
	}
	CHECK(counters_read(FOLDER, &counters) == 0);
	CHECK(counters.events[COUNTER_OPENS] == WORKERS * ROUNDS / 2);
	CHECK(counters.denials[STEP_JOIN] == WORKERS * ROUNDS / 2);
	CHECK(total(&counters, &sum) == CHILD_PASS && sum == (uint64_t)WORKERS * ROUNDS);
	return CHILD_PASS;
}

/* Wherever a login is stopped, and killed, the others go on counting. */
static int stopped_login(void *data)
{
	struct counters before, after;
	int gate[2], status, i;
	pid_t worker;

	(void)data;
	if (own_file() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	for (i = 0; i < 50; i++) {
		CHECK(pipe2(gate, O_CLOEXEC) == 0);
		CHECK(worker_start(gate, true, &worker) == CHILD_PASS);
		CHECK(close(gate[1]) == 0 && close(gate[0]) == 0);
		CHECK(counters_read(FOLDER, &before) == 0);
		do { /* until it is at work */
			CHECK(waitpid(worker, &status, WNOHANG) == 0);
			CHECK(counters_read(FOLDER, &after) == 0);
		} while (after.events[COUNTER_OPENS] == before.events[COUNTER_OPENS]);
		CHECK(kill(worker, SIGSTOP) == 0);
		CHECK(waitpid(worker, &status, WUNTRACED) == worker && WIFSTOPPED(status));
		CHECK(counters_read(FOLDER, &before) == 0);
		CHECK(counters_add(FOLDER, COUNTER_JOINS, 0) == 0);
		CHECK(kill(worker, SIGKILL) == 0 && waitpid(worker, &status, 0) == worker);
		CHECK(counters_read(FOLDER, &after) == 0);
		CHECK(after.events[COUNTER_OPENS] == before.events[COUNTER_OPENS]);
		CHECK(after.events[COUNTER_JOINS] == before.events[COUNTER_JOINS] + 1);
	}
	return CHILD_PASS;
}

static int not_a_file(void *data)
{
	(void)data;
	if (own_file() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(rename(COUNTERS, FOLDER "/real") == 0 && symlink("real", COUNTERS) == 0);
	CHECK(refused(-ELOOP, -ELOOP) == CHILD_PASS);
	CHECK(unlink(COUNTERS) == 0 && symlink("nowhere", COUNTERS) == 0);
	CHECK(refused(-ELOOP, -ELOOP) == CHILD_PASS);
	CHECK(access(FOLDER "/nowhere", F_OK) < 0);
	CHECK(unlink(COUNTERS) == 0 && mkfifo(COUNTERS, 0600) == 0);
	CHECK(refused(-EMEDIUMTYPE, -EMEDIUMTYPE) == CHILD_PASS);
	CHECK(unlink(COUNTERS) == 0 && mkdir(COUNTERS, 0700) == 0);
	CHECK(refused(-EISDIR, -EMEDIUMTYPE) == CHILD_PASS);
	return CHILD_PASS;
}

static int wrong_size(void *data)
{
	static const off_t sizes[] = { COUNTERS_SIZE + 1, 1 << 20, COUNTERS_SIZE - 1, 1, 0 };
	size_t i;

	(void)data;
	if (own_file() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		CHECK(truncate(COUNTERS, sizes[i]) == 0);
		CHECK(refused(-EBADMSG, -EBADMSG) == CHILD_PASS);
	}
	CHECK(truncate(COUNTERS, 0) == 0 &&
	      truncate(COUNTERS, COUNTERS_SIZE) == 0); /* all a hole */
	CHECK(refused(-EBADMSG, -EBADMSG) == CHILD_PASS);
	return CHILD_PASS;
}

static int wrong_mode(void *data)
{
	static const mode_t modes[] = { 0640, 0604, 0620, 0602, 0644, 0666, 0610, 0601 };
	struct counters counters;
	size_t i;

	(void)data;
	if (own_file() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		CHECK(chmod(COUNTERS, modes[i]) == 0);
		CHECK(refused(-EPERM, -EPERM) == CHILD_PASS);
		CHECK(chmod(COUNTERS, 0600) == 0 && chmod(FOLDER, modes[i] | 0100) == 0);
		CHECK(refused(-EPERM, -EPERM) == CHILD_PASS);
		CHECK(chmod(FOLDER, 0700) == 0);
	}
	CHECK(counters_read(FOLDER, &counters) == 0 && counters.events[COUNTER_OPENS] == 1);
	return CHILD_PASS;
}

static int wrong_owner(void *data)
{
	(void)data;
	if (own_file() != CHILD_PASS || chown(COUNTERS, 1000, 0) < 0) {
		return CHILD_SKIP; /* a sandbox has one uid */
	}
	CHECK(refused(-EPERM, -EPERM) == CHILD_PASS);
	CHECK(chown(COUNTERS, 0, 1000) == 0); /* 0600: su's caller's group is of no account */
	CHECK(counters_add(FOLDER, COUNTER_OPENS, 0) == 0);
	CHECK(chown(FOLDER, 1000, 0) == 0);
	CHECK(refused(-EPERM, -EPERM) == CHILD_PASS);
	return CHILD_PASS;
}

static int not_a_folder(void *data)
{
	(void)data;
	if (own_file() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(rename(FOLDER, "/run/real") == 0 && symlink("real", FOLDER) == 0);
	CHECK(refused(-ENOTDIR, -ENOTDIR) == CHILD_PASS);
	CHECK(unlink(FOLDER) == 0 && symlink("nowhere", FOLDER) == 0);
	CHECK(refused(-ENOTDIR, -ENOTDIR) == CHILD_PASS);
	CHECK(unlink(FOLDER) == 0 && mknod(FOLDER, S_IFREG | 0600, 0) == 0);
	CHECK(refused(-ENOTDIR, -ENOTDIR) == CHILD_PASS);
	return CHILD_PASS;
}

static int content_set(off_t at, uint32_t number)
{
	int fd = open(COUNTERS, O_WRONLY | O_CLOEXEC);

	CHECK(fd >= 0 && pwrite(fd, &number, sizeof(number), at) == sizeof(number));
	CHECK(close(fd) == 0);
	return CHILD_PASS;
}

static int another_version(void *data)
{
	struct counters counters;
	struct stat before, after;
	uint64_t sum;

	(void)data;
	if (own_file() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(stat(COUNTERS, &before) == 0);
	CHECK(content_set(VERSION_AT, 1) == CHILD_PASS);
	CHECK(counters_read(FOLDER, &counters) == -EPROTO);
	CHECK(counters_add(FOLDER, COUNTER_OFF, 0) == 0);
	CHECK(stat(COUNTERS, &after) == 0 && before.st_ino != after.st_ino);
	CHECK(counters_read(FOLDER, &counters) == 0);
	CHECK(total(&counters, &sum) == CHILD_PASS && sum == 1);
	CHECK(counters.events[COUNTER_OFF] == 1);
	/* What is not a version of ours is not ours to replace. */
	CHECK(content_set(0, 0) == CHILD_PASS);
	CHECK(refused(-EBADMSG, -EBADMSG) == CHILD_PASS);
	return CHILD_PASS;
}

/* No room: no file, and room later. */
static int full_filesystem(void *data)
{
	char block[COUNTERS_SIZE] = { 0 };
	struct counters counters;
	int fd;

	(void)data;
	if (own_run("tmpfs", "mode=755,nr_blocks=2") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	fd = open("/run/other", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0) {
	}
	CHECK(errno == ENOSPC);
	CHECK(refused(-ENOSPC, -ENOENT) == CHILD_PASS);
	CHECK(access(COUNTERS, F_OK) < 0 && errno == ENOENT);
	CHECK(ftruncate(fd, 0) == 0);
	CHECK(counters_add(FOLDER, COUNTER_OPENS, 0) == 0);
	/* Once it is there, it does not matter how full it gets. */
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	while (write(fd, block, sizeof(block)) > 0) {
	}
	CHECK(errno == ENOSPC);
	CHECK(counters_add(FOLDER, COUNTER_OPENS, 0) == 0);
	CHECK(counters_read(FOLDER, &counters) == 0 && counters.events[COUNTER_OPENS] == 2);
	CHECK(close(fd) == 0);
	return CHILD_PASS;
}

/* "ulimit -f 0; su": SIGXFSZ would be the end of su. */
static int file_size_limit(void *data)
{
	struct rlimit limit = { .rlim_cur = COUNTERS_SIZE - 1, .rlim_max = RLIM_INFINITY };

	(void)data;
	if (own_run("tmpfs", "mode=755") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	limit.rlim_cur = COUNTERS_SIZE - 1;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CHECK(refused(-EFBIG, -ENOENT) == CHILD_PASS);
	limit.rlim_cur = COUNTERS_SIZE;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CHECK(counters_add(FOLDER, COUNTER_OPENS, 0) == 0);
	limit.rlim_cur = 0; /* what is there can be added to */
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CHECK(counters_add(FOLDER, COUNTER_OPENS, 0) == 0);
	return CHILD_PASS;
}

/* A file system that cannot reserve memory for a file. */
static int no_tmpfs(void *data)
{
	char block[COUNTERS_SIZE] = { 0 };
	int fd;

	(void)data;
	if (own_run("ramfs", NULL) != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(refused(-EOPNOTSUPP, -ENOENT) == CHILD_PASS);
	CHECK(access(COUNTERS, F_OK) < 0 && errno == ENOENT);
	fd = open(COUNTERS, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && write(fd, block, sizeof(block)) == sizeof(block) && close(fd) == 0);
	CHECK(refused(-EMEDIUMTYPE, -EMEDIUMTYPE) == CHILD_PASS);
	return CHILD_PASS;
}

static int unwritable(void *data)
{
	(void)data;
	if (own_run("tmpfs", "mode=755") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(mount("none", "/run", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0);
	CHECK(refused(-EROFS, -ENOENT) == CHILD_PASS);
	return CHILD_PASS;
}

/* An application that is not root counts nothing. */
static int not_root(void *data)
{
	(void)data;
	if (own_file() != CHILD_PASS || setresuid(1000, 1000, 1000) < 0) {
		return CHILD_SKIP;
	}
	CHECK(refused(-EACCES, -EACCES) == CHILD_PASS);
	return CHILD_PASS;
}

/* An application inside a space is not in its PID namespace: /proc/self is not there. */
static int without_proc(void *data)
{
	struct counters counters;

	(void)data;
	if (geteuid() != 0 || own_run("tmpfs", "mode=755") != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(mount("none", "/proc", "tmpfs", 0, NULL) == 0);
	CHECK(counters_add(FOLDER, COUNTER_OPENS, 0) == 0);
	CHECK(counters_read(FOLDER, &counters) == 0 && counters.events[COUNTER_OPENS] == 1);
	return CHILD_PASS;
}

static void test_names(void **state)
{
	unsigned int i, before;

	(void)state;
	for (i = 0; i < COUNTER_COUNT; i++) {
		assert_string_not_equal(counters_name(i), "unknown");
		for (before = 0; before < i; before++) {
			assert_string_not_equal(counters_name(i), counters_name(before));
		}
	}
	assert_string_equal(counters_name(COUNTER_COUNT), "unknown");
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(first_login)
IN_CHILD(every_counter)
IN_CHILD(no_such_counter)
IN_CHILD(guest_manners)
IN_CHILD(many_at_once)
IN_CHILD(stopped_login)
IN_CHILD(not_a_file)
IN_CHILD(wrong_size)
IN_CHILD(wrong_mode)
IN_CHILD(wrong_owner)
IN_CHILD(not_a_folder)
IN_CHILD(another_version)
IN_CHILD(full_filesystem)
IN_CHILD(file_size_limit)
IN_CHILD(no_tmpfs)
IN_CHILD(unwritable)
IN_CHILD(not_root)
IN_CHILD(without_proc)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),           cmocka_unit_test(test_first_login),
		cmocka_unit_test(test_every_counter),   cmocka_unit_test(test_no_such_counter),
		cmocka_unit_test(test_guest_manners),   cmocka_unit_test(test_many_at_once),
		cmocka_unit_test(test_stopped_login),   cmocka_unit_test(test_not_a_file),
		cmocka_unit_test(test_wrong_size),      cmocka_unit_test(test_wrong_mode),
		cmocka_unit_test(test_wrong_owner),     cmocka_unit_test(test_not_a_folder),
		cmocka_unit_test(test_another_version), cmocka_unit_test(test_full_filesystem),
		cmocka_unit_test(test_file_size_limit), cmocka_unit_test(test_no_tmpfs),
		cmocka_unit_test(test_unwritable),      cmocka_unit_test(test_not_root),
		cmocka_unit_test(test_without_proc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
