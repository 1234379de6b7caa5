/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * application.c - can the process we are a guest in be confined? Looks only, changes nothing.
 */
#include "application.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "proc.h"
#include "scope.h"

/* user_namespaces(7): the initial map, and an identity map over all ids, is "0 0 4294967295". */
static int ids_are_real(int proc)
{
	unsigned int inside, outside, count;
	char text[128];
	int err;

	err = file_read(proc, "self/uid_map", text, sizeof(text));
	if (err < 0) {
		return err;
	}
	if (sscanf(text, "%u %u %u", &inside, &outside, &count) != 3 || inside != 0 ||
	    outside != 0 || count != 4294967295u) {
		return -EUSERS;
	}
	return 0;
}

static int children_stay(int proc)
{
	SCOPE_FD int own = -1;
	SCOPE_FD int children = -1;
	struct stat own_about, children_about;
	int err;

	err = proc_namespace_open(proc, 0, "pid", &own);
	if (err < 0) {
		return err;
	}
	err = proc_namespace_open(proc, 0, "pid_for_children", &children);
	if (err < 0) {
		return err == -ENOENT ? -EBUSY : err; /* unshared, and no child yet */
	}
	if (fstat(own, &own_about) < 0 || fstat(children, &children_about) < 0) {
		return -errno;
	}
	return own_about.st_ino == children_about.st_ino ? 0 : -EBUSY;
}

static bool is_name(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	size_t length = strlen(name);

	/* proc_pid_exe(5): "PATH (deleted)" where a newer systemd has been installed. */
	return slash != NULL && strncmp(slash + 1, name, length) == 0 &&
	       (slash[1 + length] == '\0' || slash[1 + length] == ' ');
}

/*
 * systemd opens the session of a unit with PAMName= and then itself becomes the unit's program
 * (systemd.exec(5)), since version 255 from a program of its own. setns(2) moves children only.
 */
static int program_is_child(int proc)
{
	char path[PATH_MAX];
	const ssize_t length = readlinkat(proc, "self/exe", path, sizeof(path) - 1);

	if (length < 0) {
		return -errno; /* who cannot be told apart from systemd is not let in by half either */
	}
	path[length] = '\0';
	return is_name(path, "systemd") || is_name(path, "systemd-executor") ? -EINVAL : 0;
}

int application_check(int *ret_proc, const char **ret_detail)
{
	int err;

	if (geteuid() != 0) {
		*ret_detail = "the application does not run as root";
		return -EPERM;
	}
	/* unshare(2): a single-threaded caller has nothing to part with, others get EINVAL. */
	if (unshare(CLONE_THREAD) < 0) {
		*ret_detail = "the application has more than one thread";
		return -errno;
	}
	err = proc_open(ret_proc);
	if (err == 0) {
		err = ids_are_real(*ret_proc);
	}
	if (err == 0) {
		err = children_stay(*ret_proc);
	}
	if (err == 0) {
		err = program_is_child(*ret_proc);
		if (err == -EINVAL) {
			*ret_detail = "systemd would execute the program outside the PID namespace";
			return err;
		}
	}
	if (err == -EUSERS) {
		*ret_detail = "the application runs in a user namespace with mapped ids";
	} else if (err == -EBUSY) {
		*ret_detail = "the children of the application go to another PID namespace already";
	} else {
		*ret_detail = "the application has no use of /proc";
	}
	return err;
}
