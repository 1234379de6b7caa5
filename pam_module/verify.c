/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.c - is what the helper answered really a space of ours? Runs in the PAM application
 * before it joins; looks only.
 */
#include "verify.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>

#include "proc.h"
#include "scope.h"

/* The number behind a pidfd, from its fdinfo; see pidfd_open(2). */
static int pidfd_number(int proc, int pidfd, pid_t *ret_pid)
{
	char path[64], text[1024];
	const char *line;
	int err, pid;

	(void)snprintf(path, sizeof(path), "self/fdinfo/%d", pidfd);
	err = proc_read(proc, path, text, sizeof(text));
	if (err < 0) {
		return err == -ENOENT ? -EBADF : err;
	}
	line = strstr(text, "\nPid:");
	if (line == NULL || sscanf(line, "\nPid: %d", &pid) != 1) {
		return -EBADF;
	}
	if (pid <= 0) {
		return -ESRCH; /* dead, or not below the PID namespace of this /proc */
	}
	*ret_pid = pid;
	return 0;
}

static bool is_file(const struct stat *about, dev_t device, ino_t inode)
{
	return about->st_dev == device && about->st_ino == inode;
}

/* The namespace of user ids that THEIRS, another namespace, belongs to. */
static int verify_owner(int theirs, const struct stat *own_user)
{
	SCOPE_FD int user = ioctl(theirs, NS_GET_USERNS);
	struct stat about;

	if (user < 0 || fstat(user, &about) < 0) {
		return -errno;
	}
	return is_file(&about, own_user->st_dev, own_user->st_ino) ? 0 : -EPERM;
}

static int verify_one(int proc, pid_t pid, size_t kind, const struct namespaces *own,
		      const struct stat *own_user)
{
	SCOPE_FD int theirs = -1;
	struct stat about;
	int err;

	err = proc_namespace_open(proc, pid, NAMESPACE_KINDS[kind].name, &theirs);
	if (err < 0) {
		return err == -ENOENT ? -ESRCH : err; /* dead meanwhile */
	}
	if (fstat(theirs, &about) < 0) {
		return -errno;
	}
	if (is_file(&about, own->device, own->inodes[kind]) ||
	    ioctl(theirs, NS_GET_NSTYPE) != (int)NAMESPACE_KINDS[kind].flag) {
		return -EINVAL;
	}
	return verify_owner(theirs, own_user);
}

int space_verify(int proc, int init, uint32_t flags, const struct namespaces *own)
{
	struct stat own_user;
	pid_t pid;
	size_t i;
	int err;

	err = pidfd_number(proc, init, &pid);
	if (err < 0) {
		return err;
	}
	if (fstatat(proc, "self/ns/user", &own_user, 0) < 0) {
		return -errno;
	}
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		if ((flags & NAMESPACE_KINDS[i].flag) == 0) {
			continue;
		}
		err = verify_one(proc, pid, i, own, &own_user);
		if (err < 0) {
			return err;
		}
	}
	/* Alive until here: the number was not somebody else's meanwhile. */
	if (pidfd_send_signal(init, 0, NULL, 0) < 0) {
		return -errno;
	}
	return 0;
}
