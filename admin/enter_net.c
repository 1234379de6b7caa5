/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * enter_net.c - `loginspace enter --net`: the network of a space for a program of the host's. As
 * root, with CAP_SYS_ADMIN (setns(2), mounts) and CAP_SYS_PTRACE (init's namespaces). No path and
 * no file of the space is used: the files, the processes and the environment are the caller's.
 */
#include "enter_net.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "complaint.h"
#include "quote.h"
#include "run.h"
#include "scope.h"

#define OWN_NET "/proc/self/ns/net"

/* What is mounted below /sys and has nothing to do with a network: put back into the fresh one. */
static const char *const SYSTEM[] = {
	"/sys/fs/cgroup",       "/sys/fs/selinux",   "/sys/fs/bpf",
	"/sys/kernel/security", "/sys/kernel/debug", "/sys/kernel/tracing",
};

#define SYSTEM_COUNT (sizeof(SYSTEM) / sizeof(SYSTEM[0]))

int net_enter(int init)
{
	struct stat before, after;

	if (stat(OWN_NET, &before) < 0 || setns(init, CLONE_NEWNET) < 0 ||
	    stat(OWN_NET, &after) < 0) {
		return -errno;
	}
	return before.st_ino == after.st_ino && before.st_dev == after.st_dev ? -EALREADY : 0;
}

/* A copy of what is mounted at PATH, or -1 when nothing is. */
static int tree_take(const char *path)
{
	struct statx about;

	if (statx(AT_FDCWD, path, 0, 0, &about) < 0 ||
	    (about.stx_attributes & STATX_ATTR_MOUNT_ROOT) == 0) {
		return -1;
	}
	/* One that cannot be copied is missed in there, and no more. */
	return open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
}

static void tree_put(int tree, const char *path)
{
	if (tree >= 0) {
		(void)move_mount(tree, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH); /* likewise */
		(void)close(tree);
	}
}

/* A sysfs shows the network namespace that it was mounted from, network_namespaces(7). */
static int sys_mount(void)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	struct statvfs about;
	int trees[SYSTEM_COUNT];
	size_t i;
	int err;

	if (statvfs("/sys", &about) < 0) {
		return -errno;
	}
	flags |= (about.f_flag & ST_RDONLY) != 0 ? MS_RDONLY : 0; /* a container's is */
	for (i = 0; i < SYSTEM_COUNT; i++) {
		trees[i] = tree_take(SYSTEM[i]);
	}
	err = mount("sysfs", "/sys", "sysfs", flags, NULL) < 0 ? -errno : 0;
	for (i = 0; i < SYSTEM_COUNT; i++) {
		tree_put(trees[i], SYSTEM[i]);
	}
	return err;
}

static int mounts_prepare(void)
{
	/* What the host mounts still arrives; nothing goes back. */
	struct mount_attr slave = { .propagation = MS_SLAVE };

	if (unshare(CLONE_NEWNS) < 0 ||
	    mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &slave, sizeof(slave)) < 0) {
		return -errno;
	}
	return sys_mount();
}

static const char *shell_name(void)
{
	const char *shell = getenv("SHELL"); /* of the caller, as all of the environment */

	return shell != NULL && shell[0] == '/' ? shell : "/bin/sh";
}

int net_exec(char *const *words)
{
	const char *file = words[0] != NULL ? words[0] : shell_name();
	char quoted[QUOTE_SIZE(256)];
	int err = mounts_prepare();

	if (err < 0) {
		complaint_say("cannot make a /sys of that network: %s", strerror(-err));
		return RUN_FAILED;
	}
	if (words[0] != NULL) {
		(void)execvp(file, words);
	} else {
		(void)execl(file, file, (char *)NULL);
	}
	err = errno;
	complaint_say("cannot run %s: %s", quote(quoted, sizeof(quoted), file), strerror(err));
	return err == ENOENT ? RUN_MISSING : RUN_CANNOT;
}
