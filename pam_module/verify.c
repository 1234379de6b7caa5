/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.c - is what the helper answered really a space of ours? Runs in the PAM application
 * before it joins; looks only.
 */
#include "verify.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/stat.h>

#include "file.h"
#include "plan.h"
#include "proc.h"
#include "scope.h"

/* The number behind a pidfd, from its fdinfo; see pidfd_open(2). */
static int pidfd_number(int proc, int pidfd, pid_t *ret_pid)
{
	char path[64], text[1024];
	const char *line;
	int err, pid;

	(void)snprintf(path, sizeof(path), "self/fdinfo/%d", pidfd);
	err = file_read(proc, path, text, sizeof(text));
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

static int is_namespace(int fd, const struct stat *wanted)
{
	struct stat about;

	if (fd < 0 || fstat(fd, &about) < 0) {
		return -errno;
	}
	return is_file(&about, wanted->st_dev, wanted->st_ino) ? 1 : 0;
}

/* Is the user namespace USER directly below ours, and does OWNER own it? No user can make it so. */
static bool is_owned(int user, const struct stat *own_user, uid_t wanted)
{
	SCOPE_FD int parent = ioctl(user, NS_GET_PARENT);
	uid_t owner;

	return is_namespace(parent, own_user) == 1 && ioctl(user, NS_GET_OWNER_UID, &owner) == 0 &&
	       owner == wanted;
}

/* What the namespaces of a space may belong to. */
struct owners {
	struct stat own;    /* the application's user namespace */
	struct stat joined; /* with CLONE_NEWUSER that of the space; else the same */
};

/*
 * The user namespace that THEIRS, another namespace, belongs to. That of a network may belong to one
 * of root's: with network = pasta the program pasta(1), and nobody else, has a power there. The
 * mounts belong to the user namespace that is joined.
 */
static int verify_owner(int theirs, uint32_t flag, const struct owners *owners)
{
	SCOPE_FD int user = ioctl(theirs, NS_GET_USERNS);
	int right = is_namespace(user, flag == CLONE_NEWNS ? &owners->joined : &owners->own);

	if (right < 0) {
		return right;
	}
	return right == 1 || (flag == CLONE_NEWNET && is_owned(user, &owners->own, 0)) ? 0 : -EPERM;
}

/* That of the space: another one than ours. */
static int verify_user(int proc, pid_t pid, uid_t uid, struct owners *owners)
{
	SCOPE_FD int user = -1;
	int err = proc_namespace_open(proc, pid, "user", &user);

	if (err < 0) {
		return err == -ENOENT ? -ESRCH : err; /* dead meanwhile */
	}
	if (fstat(user, &owners->joined) < 0) {
		return -errno;
	}
	return is_owned(user, &owners->own, plan_userns_owner(uid)) ? 0 : -EPERM;
}

static int verify_one(int proc, pid_t pid, size_t kind, const struct namespaces *own,
		      const struct owners *owners)
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
	return verify_owner(theirs, NAMESPACE_KINDS[kind].flag, owners);
}

int space_verify(int proc, int init, uint32_t flags, uid_t uid, const struct namespaces *own)
{
	struct owners owners;
	pid_t pid;
	size_t i;
	int err;

	err = pidfd_number(proc, init, &pid);
	if (err < 0) {
		return err;
	}
	if (fstatat(proc, "self/ns/user", &owners.own, 0) < 0) {
		return -errno;
	}
	owners.joined = owners.own;
	err = (flags & CLONE_NEWUSER) != 0 ? verify_user(proc, pid, uid, &owners) : 0;
	if (err < 0) {
		return err;
	}
	for (i = 0; i < NAMESPACES_COUNT; i++) {
		if ((flags & NAMESPACE_KINDS[i].flag) == 0) {
			continue;
		}
		err = verify_one(proc, pid, i, own, &owners);
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
