/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * userns.c - user namespaces of root's. Runs in the helper, as root with all privileges.
 *
 * A user namespace that a user has made is his: he has every capability in it, and so over each
 * namespace that it owns. These are made by root, so the user has none.
 */
#include "userns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/securebits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "fds.h"
#include "file.h"
#include "scope.h"

#define PATH_SIZE 64

/* What can only be set from the inside; the ids have no meaning there yet. */
static int furnish(const struct userns_wanted *wanted, bool has_network)
{
	int err = 0;

	/*
	 * On the link to pasta nobody else is: to look for another one with the same IPv6 address
	 * would only make the login wait, for a second. No such file: no IPv6.
	 */
	if (has_network) {
		(void)file_write(AT_FDCWD, "/proc/sys/net/ipv6/conf/default/accept_dad", 0, "0");
	}
	/*
	 * The files of a control group are root's, and a namespace of them can be mounted by whoever
	 * is root in here. Nobody can make one below either, and the number cannot be raised: fence.c.
	 */
	if (wanted->ids == USERNS_ALL_IDS) {
		err = file_write(AT_FDCWD, "/proc/sys/user/max_cgroup_namespaces", 0, "0");
	}
	if (err < 0) {
		return err;
	}
	return wanted->barren ? file_write(AT_FDCWD, "/proc/sys/user/max_user_namespaces", 0, "0")
			      : 0;
}

/* Whose euid this is when the namespace is made, is its owner. The capabilities stay, for a while. */
static int enter(const struct userns_wanted *wanted, bool has_network)
{
	if (wanted->owner != 0 && (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0 ||
				   syscall(SYS_setresuid, -1, wanted->owner, -1) < 0)) {
		return -errno;
	}
	return unshare(CLONE_NEWUSER | (has_network ? CLONE_NEWNET : 0)) < 0 ? -errno : 0;
}

/* The one process of the namespaces, until they are open. */
static _Noreturn void keep(const struct userns_wanted *wanted, bool has_network, int channel)
{
	int word = enter(wanted, has_network);

	if (word == 0) {
		word = furnish(wanted, has_network);
	}

	(void)send(channel, &word, sizeof(word), MSG_NOSIGNAL);
	/* Nothing comes but the end: the helper has what it wants, or is gone. */
	(void)recv(channel, &word, sizeof(word), 0);
	_exit(0);
}

static int map(pid_t keeper, const char *file, uint32_t id, uint32_t ids)
{
	char path[PATH_SIZE], text[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", keeper, file);
	(void)snprintf(text, sizeof(text), "%u %u %u", id, id, ids);
	return file_write(AT_FDCWD, path, 0, text);
}

static int namespace_open(pid_t keeper, const char *kind, int *ret)
{
	char path[PATH_SIZE];
	int err, fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", keeper, kind);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	err = fd_raise(&fd);
	if (err < 0) {
		(void)close(fd);
		return err;
	}
	*ret = fd;
	return 0;
}

static int open_both(pid_t keeper, int *ret_user, int *ret_network)
{
	int user = -1;
	int err = namespace_open(keeper, "user", &user);

	if (err == 0 && ret_network != NULL) {
		err = namespace_open(keeper, "net", ret_network);
	}
	if (err < 0) {
		scope_close(&user);
		return err;
	}
	*ret_user = user;
	return 0;
}

static int take(pid_t keeper, int channel, const struct userns_wanted *wanted, int *ret_user,
		int *ret_network)
{
	int err;

	if (recv(channel, &err, sizeof(err), 0) != (ssize_t)sizeof(err)) {
		return -ECHILD;
	}
	if (err == 0) {
		err = map(keeper, "uid_map", wanted->uid, wanted->ids);
	}
	if (err == 0) {
		err = map(keeper, "gid_map", wanted->gid, wanted->ids);
	}
	return err < 0 ? err : open_both(keeper, ret_user, ret_network);
}

int userns_make(const struct userns_wanted *wanted, int *ret_user, int *ret_network)
{
	SCOPE_FD int ours = -1;
	int ends[2], err;
	pid_t keeper;

	err = channel_pair(ends);
	if (err < 0) {
		return err;
	}
	ours = ends[0];
	keeper = fork();
	if (keeper == 0) {
		(void)close(ends[0]);
		keep(wanted, ret_network != NULL, ends[1]);
	}
	err = keeper < 0 ? -errno : 0;
	(void)close(ends[1]);
	if (err == 0) {
		err = take(keeper, ours, wanted, ret_user, ret_network);
		(void)kill(keeper, SIGKILL); /* our child, and not waited for yet */
		(void)waitpid(keeper, NULL, 0);
	}
	return err;
}
