/* SPDX-License-Identifier: BSD-2-Clause */
/* links: lib/switch.c */
/*
 * test_switch.c - what counts as the kill switch, and what is only in its place.
 */
#include "switch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "child.h"
#include "fds.h"
#include "sandbox.h"

#define FOLDER "/run/loginspace"
#define OFF    FOLDER "/off"

#define UNTOUCHED ((const char *)-1)

/* Over an empty /run: as root, where files can have other owners, or as a sandbox's root. */
static int own_run(void)
{
	int err = geteuid() == 0 ? unshare(CLONE_NEWNS) : sandbox_enter(CLONE_NEWNS);

	if (err < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "/run", "tmpfs", 0, "mode=755") < 0) {
		return CHILD_SKIP;
	}
	return CHILD_PASS;
}

static int own_folder(void)
{
	if (own_run() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(mkdir(FOLDER, 0700) == 0);
	return CHILD_PASS;
}

static int file_make(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	CHECK(close(fd) == 0);
	return CHILD_PASS;
}

/* No fd left, errno as it was, and a result or a reason, never both. */
static int expect(int wanted_err, bool wanted_off, const char *wanted_reason)
{
	const size_t before = fds_count();
	const char *reason = UNTOUCHED;
	bool off = !wanted_off;

	errno = EXDEV;
	CHECK(switch_look(&off, &reason) == wanted_err);
	CHECK(errno == EXDEV);
	CHECK(fds_count() == before);
	if (wanted_err == 0) {
		CHECK(off == wanted_off && reason == UNTOUCHED);
	} else {
		CHECK(off == !wanted_off && strcmp(reason, wanted_reason) == 0);
	}
	return CHILD_PASS;
}

static int nothing_there(void *data)
{
	(void)data;
	if (own_run() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(expect(0, false, NULL) == CHILD_PASS);
	CHECK(mkdir(FOLDER, 0700) == 0);
	CHECK(expect(0, false, NULL) == CHILD_PASS);
	CHECK(file_make(FOLDER "/on", "") == CHILD_PASS);
	CHECK(expect(0, false, NULL) == CHILD_PASS);
	return CHILD_PASS;
}

static int switched_off(void *data)
{
	(void)data;
	if (own_folder() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(file_make(OFF, "") == CHILD_PASS);
	CHECK(expect(0, true, NULL) == CHILD_PASS);
	CHECK(chmod(FOLDER, 0755) == 0); /* to be seen is no harm */
	CHECK(expect(0, true, NULL) == CHILD_PASS);
	CHECK(chmod(OFF, 0) == 0); /* and it is never opened */
	CHECK(expect(0, true, NULL) == CHILD_PASS);
	CHECK(unlink(OFF) == 0);
	CHECK(expect(0, false, NULL) == CHILD_PASS);
	return CHILD_PASS;
}

static int not_a_switch(void *data)
{
	static const char IRREGULAR[] = "it is not a regular file";

	(void)data;
	if (own_folder() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(file_make(OFF, "1") == CHILD_PASS);
	CHECK(expect(-EFBIG, true, "it is not empty") == CHILD_PASS);
	CHECK(unlink(OFF) == 0 && file_make(FOLDER "/real", "") == CHILD_PASS);
	CHECK(symlink("real", OFF) == 0);
	CHECK(expect(-EMEDIUMTYPE, true, IRREGULAR) == CHILD_PASS);
	CHECK(unlink(OFF) == 0 && mkdir(OFF, 0700) == 0);
	CHECK(expect(-EMEDIUMTYPE, true, IRREGULAR) == CHILD_PASS);
	CHECK(rmdir(OFF) == 0 && mkfifo(OFF, 0600) == 0);
	CHECK(expect(-EMEDIUMTYPE, true, IRREGULAR) == CHILD_PASS);
	return CHILD_PASS;
}

static int open_folder(void *data)
{
	static const mode_t modes[] = { 0720, 0702, 0722, 01777, 0770 };
	size_t i;

	(void)data;
	if (own_folder() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(file_make(OFF, "") == CHILD_PASS);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		CHECK(chmod(FOLDER, modes[i]) == 0);
		CHECK(expect(-EPERM, true, "others than root may write to its folder") ==
		      CHILD_PASS);
	}
	return CHILD_PASS;
}

static int wrong_folder(void *data)
{
	static const char REASON[] = "its folder cannot be looked at";

	(void)data;
	if (own_folder() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(file_make(OFF, "") == CHILD_PASS && rename(FOLDER, "/run/real") == 0);
	CHECK(symlink("real", FOLDER) == 0);
	CHECK(expect(-ENOTDIR, true, REASON) == CHILD_PASS);
	CHECK(unlink(FOLDER) == 0 && file_make(FOLDER, "") == CHILD_PASS);
	CHECK(expect(-ENOTDIR, true, REASON) == CHILD_PASS);
	return CHILD_PASS;
}

static int another_owner(void *data)
{
	(void)data;
	if (own_folder() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(file_make(OFF, "") == CHILD_PASS);
	if (chown(OFF, 1000, 0) < 0) {
		return CHILD_SKIP; /* a sandbox has one uid */
	}
	CHECK(expect(-EPERM, true, "it is not root's") == CHILD_PASS);
	CHECK(chown(OFF, 0, 1000) == 0); /* a group is of no account */
	CHECK(expect(0, true, NULL) == CHILD_PASS);
	CHECK(chown(FOLDER, 1000, 0) == 0);
	CHECK(expect(-EPERM, true, "its folder is not root's") == CHILD_PASS);
	return CHILD_PASS;
}

/* Without the right to look into the folder. */
static int unreadable(void *data)
{
	(void)data;
	if (own_folder() != CHILD_PASS || geteuid() != 0) {
		return CHILD_SKIP;
	}
	CHECK(file_make(OFF, "") == CHILD_PASS);
	if (setresuid(1000, 1000, 1000) < 0) {
		return CHILD_SKIP;
	}
	CHECK(expect(-EACCES, true, "it cannot be looked at") == CHILD_PASS);
	return CHILD_PASS;
}

static int elsewhere(void *data)
{
	const char *reason = UNTOUCHED;
	bool off = false;

	(void)data;
	if (own_run() != CHILD_PASS) {
		return CHILD_SKIP;
	}
	CHECK(mkdir("/run/elsewhere", 0700) == 0);
	CHECK(file_make("/run/elsewhere/off", "") == CHILD_PASS);
	CHECK(switch_look_in("/run/elsewhere", &off, &reason) == 0 && off);
	CHECK(expect(0, false, NULL) == CHILD_PASS);
	return CHILD_PASS;
}

#define IN_CHILD(body) \
	static void test_##body(void **state) \
	{ \
		(void)state; \
		child_assert(body, NULL); \
	}

IN_CHILD(nothing_there)
IN_CHILD(switched_off)
IN_CHILD(not_a_switch)
IN_CHILD(open_folder)
IN_CHILD(wrong_folder)
IN_CHILD(another_owner)
IN_CHILD(unreadable)
IN_CHILD(elsewhere)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_there), cmocka_unit_test(test_switched_off),
		cmocka_unit_test(test_not_a_switch),  cmocka_unit_test(test_open_folder),
		cmocka_unit_test(test_wrong_folder),  cmocka_unit_test(test_another_owner),
		cmocka_unit_test(test_unreadable),    cmocka_unit_test(test_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
