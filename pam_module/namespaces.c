/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namespaces.c - the application's own namespaces. Runs in the PAM application; going back needs
 * CAP_SYS_ADMIN, so the fds are of no use in a user's hands.
 */
#include "namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"

const struct namespace_kind NAMESPACE_KINDS[NAMESPACES_COUNT] = {
	{ CLONE_NEWPID, "pid", "pid_for_children" },
	{ CLONE_NEWIPC, "ipc", "ipc" },
	{ CLONE_NEWUTS, "uts", "uts" },
	{ CLONE_NEWNET, "net", "net" },
	{ CLONE_NEWCGROUP, "cgroup", "cgroup" },
	{ CLONE_NEWNS, "mnt", "mnt" },
};

const struct namespaces NAMESPACES_NONE = { .fds = { -1, -1, -1, -1, -1, -1 } };

/* An application that has closed its standard fds must not find one of ours in their place. */
static int above_standard(int fd)
{
	int copy;

	if (fd > STDERR_FILENO) {
		return fd;
	}
	copy = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (copy < 0) {
		copy = -errno;
	}
	(void)close(fd);
	return copy;
}

static int remember_one(int proc, size_t i, struct namespaces *namespaces)
{
	struct stat about;
	int err, fd;

	err = proc_namespace_open(proc, 0, NAMESPACE_KINDS[i].return_name, &fd);
	if (err < 0) {
		return err;
	}
	fd = above_standard(fd);
	if (fd < 0) {
		return fd;
	}
	if (fstat(fd, &about) < 0) {
		err = -errno;
		(void)close(fd);
		return err;
	}
	namespaces->fds[i] = fd;
	namespaces->device = about.st_dev;
	namespaces->inodes[i] = about.st_ino;
	return 0;
}

int namespaces_remember(int proc, struct namespaces *ret)
{
	struct namespaces namespaces = NAMESPACES_NONE;
	size_t i;
	int err;

	for (i = 0; i < NAMESPACES_COUNT; i++) {
		err = remember_one(proc, i, &namespaces);
		if (err < 0) {
			namespaces_forget(&namespaces);
			return err;
		}
	}
	*ret = namespaces;
	return 0;
}

static bool still_ours(const struct namespaces *namespaces, size_t i)
{
	struct stat about;

	return fstat(namespaces->fds[i], &about) == 0 && about.st_dev == namespaces->device &&
	       about.st_ino == namespaces->inodes[i];
}

int namespaces_return(const struct namespaces *namespaces)
{
	int first = 0;
	size_t i;

	for (i = 0; i < NAMESPACES_COUNT; i++) {
		int err = 0;

		if (namespaces->fds[i] < 0) {
			continue;
		}
		if (!still_ours(namespaces, i)) {
			err = -EBADF;
		} else if (setns(namespaces->fds[i], (int)NAMESPACE_KINDS[i].flag) < 0) {
			err = -errno;
		}
		if (first == 0) {
			first = err;
		}
	}
	return first;
}

static void forget_one(struct namespaces *namespaces, size_t i)
{
	if (namespaces->fds[i] >= 0 && still_ours(namespaces, i)) {
		(void)close(namespaces->fds[i]);
	}
	namespaces->fds[i] = -1;
}

void namespaces_keep(struct namespaces *namespaces, uint32_t flags)
{
	size_t i;

	for (i = 0; i < NAMESPACES_COUNT; i++) {
		if ((flags & NAMESPACE_KINDS[i].flag) == 0) {
			forget_one(namespaces, i);
		}
	}
}

void namespaces_forget(struct namespaces *namespaces)
{
	namespaces_keep(namespaces, 0);
}
