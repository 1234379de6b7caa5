/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * named.c - the network namespaces that have a name. Runs in the helper, as root of the host.
 *
 * `ip netns add` and `ip netns attach` bind a file of nsfs over one in /run/netns, a folder that is
 * root's.
 */
#include "named.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "message.h"
#include "scope.h"

#define FOLDER "/run/netns"

/* No links: where one leads to, such as /proc/PID/ns/net, may be another's by now. */
static int file_open(const char *name, int *ret_file)
{
	SCOPE_FD int folder = -1;
	struct stat about;
	int file;

	folder = open(FOLDER, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder < 0 || fstat(folder, &about) < 0) {
		return -errno;
	}
	if (about.st_uid != 0 || (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		return -EPERM;
	}
	file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (file < 0) {
		return -errno;
	}
	*ret_file = file;
	return 0;
}

static int same_file(int file, const char *path, bool *ret_same)
{
	struct stat a, b;

	if (fstat(file, &a) < 0 || stat(path, &b) < 0) {
		return -errno;
	}
	*ret_same = a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	return 0;
}

/*
 * One that belongs to a user namespace of somebody's is his: he may change all of it at any time,
 * and the module would not believe that the space is ours.
 */
static int is_roots(int file)
{
	SCOPE_FD int user = ioctl(file, NS_GET_USERNS);
	bool same = false;
	int err = user < 0 ? -errno : same_file(user, "/proc/self/ns/user", &same);

	return err == 0 && !same ? -EACCES : err;
}

static int namespace_check(int file)
{
	struct statfs about;
	bool same = false;
	int err;

	if (fstatfs(file, &about) < 0) {
		return -errno;
	}
	if (about.f_type != NSFS_MAGIC || ioctl(file, NS_GET_NSTYPE) != CLONE_NEWNET) {
		return -EINVAL;
	}
	err = same_file(file, "/proc/self/ns/net", &same);
	if (err == 0 && same) {
		err = -EEXIST;
	}
	return err == 0 ? is_roots(file) : err;
}

static const struct {
	int err;
	const char *why;
} REFUSALS[] = {
	{ -EPERM, "the folder must be root's, and nobody else may write to it" },
	{ -ELOOP, "it is a link: ip netns attach gives a running network a name" },
	{ -EINVAL, "it is no network namespace: ip netns add makes one" },
	{ -EEXIST, "it is the host's own network: network = host" },
	{ -EACCES, "it belongs to a user's own user namespace: ip netns add makes one of root's" },
};

/* Returns ERR. */
static int say(int err, const char *name, char *detail)
{
	const char *why = "it cannot be opened";
	size_t i;

	if (err == -ENOENT) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE,
			       "there is no network namespace %s: ip netns add %s makes it", name,
			       name);
		return err;
	}
	for (i = 0; i < sizeof(REFUSALS) / sizeof(REFUSALS[0]); i++) {
		if (REFUSALS[i].err == err) {
			why = REFUSALS[i].why;
		}
	}
	(void)snprintf(detail, MESSAGE_DETAIL_SIZE, FOLDER "/%s: %s", name, why);
	return err;
}

int named_open(const char *name, int *ret_namespace, char *detail)
{
	int file = -1;
	int err;

	err = file_open(name, &file);
	if (err == 0) {
		err = namespace_check(file);
	}
	if (err < 0) {
		scope_close(&file);
		return say(err, name, detail);
	}
	*ret_namespace = file;
	return 0;
}
