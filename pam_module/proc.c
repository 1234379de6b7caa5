/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proc.c - the application's own /proc. Called by the module as root, before it joins a space:
 * afterwards the application has no entry in the /proc that it sees.
 */
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <unistd.h>

int proc_open(int *ret_proc)
{
	struct statfs about;
	int proc;

	proc = open("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (proc < 0) {
		return -errno;
	}
	if (fstatfs(proc, &about) < 0) {
		int err = -errno;

		(void)close(proc);
		return err;
	}
	if (about.f_type != PROC_SUPER_MAGIC) {
		(void)close(proc);
		return -ENODEV;
	}
	*ret_proc = proc;
	return 0;
}

int proc_namespace_open(int proc, pid_t pid, const char *name, int *ret_namespace)
{
	char path[64];
	int length, fd;

	if (pid == 0) {
		length = snprintf(path, sizeof(path), "self/ns/%s", name);
	} else {
		length = snprintf(path, sizeof(path), "%d/ns/%s", (int)pid, name);
	}
	if (length < 0 || (size_t)length >= sizeof(path)) {
		return -ENAMETOOLONG;
	}
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	*ret_namespace = fd;
	return 0;
}
