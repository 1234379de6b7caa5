/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.c - is what the helper answered really a space of ours? Runs in the PAM application
 * before it joins; looks only.
 */
#include "verify.h"

#include <errno.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>

#include "namespaces.h"
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

static int same_file(int a, int b, int *ret_same)
{
	struct stat about_a, about_b;

	if (fstat(a, &about_a) < 0 || fstat(b, &about_b) < 0) {
		return -errno;
	}
	*ret_same = about_a.st_dev == about_b.st_dev && about_a.st_ino == about_b.st_ino;
	return 0;
}

static int verify_one(int proc, pid_t pid, const struct namespace_kind *kind, int own_user)
{
	SCOPE_FD int theirs = -1;
	SCOPE_FD int own = -1;
	SCOPE_FD int user = -1;
	int same = 0;
	int err;

	err = proc_namespace_open(proc, pid, kind->name, &theirs);
	if (err < 0) {
		return err == -ENOENT ? -ESRCH : err; /* dead meanwhile */
	}
	err = proc_namespace_open(proc, 0, kind->name, &own);
	if (err < 0) {
		return err;
	}
	err = same_file(theirs, own, &same);
	if (err < 0) {
		return err;
	}
	if (same || ioctl(theirs, NS_GET_NSTYPE) != (int)kind->flag) {
		return -EINVAL;
	}
	user = ioctl(theirs, NS_GET_USERNS);
	if (user < 0) {
		return -errno;
	}
	err = same_file(user, own_user, &same);
	if (err < 0) {
		return err;
	}
	return same ? 0 : -EPERM;
}

int space_verify(int proc, int init, uint32_t flags)
{
	SCOPE_FD int own_user = -1;
	pid_t pid;
	size_t i;
	int err;

	err = pidfd_number(proc, init, &pid);
	if (err < 0) {
		return err;
	}
	err = proc_namespace_open(proc, 0, "user", &own_user);
	if (err < 0) {
		return err;
	}
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		if ((flags & NAMESPACE_KINDS[i].flag) == 0) {
			continue;
		}
		err = verify_one(proc, pid, &NAMESPACE_KINDS[i], own_user);
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
