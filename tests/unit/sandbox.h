/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sandbox.h - a user namespace of the test's own, in which it is root over new namespaces: what
 * needs capabilities can be tried there by anybody. Call it in a fork.
 */
#ifndef LOGINSPACE_TEST_SANDBOX_H
#define LOGINSPACE_TEST_SANDBOX_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

static inline int sandbox_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0) {
		return -errno;
	}
	if (dprintf(fd, "%s", text) < 0) {
		err = -errno;
	}
	(void)close(fd);
	return err;
}

/*
 * sandbox_enter - into a new user namespace and the namespaces in FLAGS (CLONE_NEW*), as its root.
 * Returns 0 or a negative errno: many machines do not allow it, and then a test is skipped.
 */
static inline int sandbox_enter(int flags)
{
	const unsigned int uid = geteuid(), gid = getegid();
	char map[32];
	int err;

	if (unshare(CLONE_NEWUSER | flags) < 0) {
		return -errno;
	}
	(void)snprintf(map, sizeof(map), "0 %u 1", uid);
	err = sandbox_write("/proc/self/uid_map", map);
	if (err == 0) {
		err = sandbox_write("/proc/self/setgroups", "deny");
	}
	if (err == 0) {
		(void)snprintf(map, sizeof(map), "0 %u 1", gid);
		err = sandbox_write("/proc/self/gid_map", map);
	}
	return err;
}

#endif
