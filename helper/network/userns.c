/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * userns.c - a user namespace of root's and its network namespace. Runs in the helper, as root with
 * all privileges.
 *
 * A user namespace that a user has made is his: he has every capability in it, and so over each
 * network namespace that it owns. This one is made by root, so the user has none.
 */
#include "userns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "scope.h"

#define PATH_SIZE 64

static int file_write(const char *path, const char *text)
{
	SCOPE_FD int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		return -errno;
	}
	return 0;
}

/*
 * The one process of both, until they are open. On the link to pasta nobody else is: to look for
 * another one with the same IPv6 address would only make the login wait, for a second.
 */
static _Noreturn void keep(int channel)
{
	char word = 0;

	/* No such file: no IPv6. */
	(void)file_write("/proc/sys/net/ipv6/conf/default/accept_dad", "0");
	(void)send(channel, &word, sizeof(word), MSG_NOSIGNAL);
	/* Nothing comes but the end: the helper has what it wants, or is gone. */
	(void)recv(channel, &word, sizeof(word), 0);
	_exit(0);
}

static int map(pid_t keeper, const char *file, unsigned int id)
{
	char path[PATH_SIZE], text[PATH_SIZE];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", keeper, file);
	(void)snprintf(text, sizeof(text), "%u %u 1", id, id);
	return file_write(path, text);
}

static int namespace_open(pid_t keeper, const char *kind, int *ret)
{
	char path[PATH_SIZE];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/%s", keeper, kind);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	*ret = fd;
	return 0;
}

static int take(pid_t keeper, int channel, uid_t uid, gid_t gid, int *ret_user, int *ret_network)
{
	int err, user = -1, network = -1;
	char word;

	if (recv(channel, &word, sizeof(word), 0) != (ssize_t)sizeof(word)) {
		return -ECHILD;
	}
	err = map(keeper, "uid_map", uid);
	if (err == 0) {
		err = map(keeper, "gid_map", gid);
	}
	if (err == 0) {
		err = namespace_open(keeper, "user", &user);
	}
	if (err < 0) {
		return err;
	}
	err = namespace_open(keeper, "net", &network);
	if (err < 0) {
		(void)close(user);
		return err;
	}
	*ret_user = user;
	*ret_network = network;
	return 0;
}

int userns_make(uid_t uid, gid_t gid, int *ret_user, int *ret_network)
{
	struct clone_args args = { .flags = CLONE_NEWUSER | CLONE_NEWNET, .exit_signal = SIGCHLD };
	SCOPE_FD int ours = -1;
	int ends[2], err;
	long keeper;

	err = channel_pair(ends);
	if (err < 0) {
		return err;
	}
	ours = ends[0];
	keeper = syscall(SYS_clone3, &args, sizeof(args));
	if (keeper == 0) {
		(void)close(ends[0]);
		keep(ends[1]);
	}
	err = keeper < 0 ? -errno : 0;
	(void)close(ends[1]);
	if (err == 0) {
		err = take((pid_t)keeper, ours, uid, gid, ret_user, ret_network);
		(void)kill((pid_t)keeper, SIGKILL); /* our child, and not waited for yet */
		(void)waitpid((pid_t)keeper, NULL, 0);
	}
	return err;
}
