/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * floor: what the kernel alone asks for one space. The same namespaces, mounts and loopback as
 * loginspace makes by default, joined by one setns(), with no exec, no policy, no privilege
 * dropped, nothing read back. Every other figure of the benchmark is held against this one.
 * Run as root, by hand or by the bench script; leaves nothing behind.
 */
#include "driver/arguments.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/if.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* <sched.h> cannot be had together with <linux/sched.h>. */
int setns(int fd, int nstype);

#define SPACE_FLAGS    (CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET)
#define LOOPBACK_INDEX 1 /* the kernel registers lo first in every network namespace */
#define CGROUP_TREE    "/sys/fs/cgroup"
#define TMPFS_MODE     "1777"

struct fresh_mount {
	const char *type;
	const char *path;
	const char *mode; /* of a tmpfs, else NULL */
	const char *size;
	unsigned int attributes;
	bool optional; /* left out where the folder or the file system is missing */
};

#define NO_DANGER (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

/* In this order: the rtnetlink part and what follows need nothing of it. */
static const struct fresh_mount fresh_mounts[] = {
	{ "proc", "/proc", NULL, NULL, NO_DANGER | MOUNT_ATTR_NOEXEC, false },
	{ "sysfs", "/sys", NULL, NULL, NO_DANGER | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_RDONLY, false },
	{ "tmpfs", "/dev/shm", TMPFS_MODE, NULL, NO_DANGER, true },
	{ "mqueue", "/dev/mqueue", NULL, NULL, NO_DANGER | MOUNT_ATTR_NOEXEC, true },
	{ "tmpfs", "/tmp", TMPFS_MODE, "25%", NO_DANGER, false },
	{ "tmpfs", "/var/tmp", TMPFS_MODE, "25%", NO_DANGER, false },
};

static const char *const namespaces[] = { "mnt", "pid", "ipc", "uts", "net" };

#define NAMESPACE_COUNT (sizeof(namespaces) / sizeof(namespaces[0]))

/* One application's session. */
struct floor {
	int home[NAMESPACE_COUNT]; /* the namespaces to come back to */
	int init;                  /* pidfd */
	int word;                  /* init ends when this is closed */
};

static int fresh_configure(int context, const struct fresh_mount *mount)
{
	if (mount->mode && fsconfig(context, FSCONFIG_SET_STRING, "mode", mount->mode, 0)) {
		return -errno;
	}
	if (mount->size && fsconfig(context, FSCONFIG_SET_STRING, "size", mount->size, 0)) {
		return -errno;
	}
	return fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) ? -errno : 0;
}

static int fresh_place(const struct fresh_mount *mount)
{
	int context = fsopen(mount->type, FSOPEN_CLOEXEC);

	if (context < 0) {
		return -errno;
	}
	int r = fresh_configure(context, mount);
	int tree = r ? -1 : fsmount(context, FSMOUNT_CLOEXEC, mount->attributes);
	if (r == 0 && tree < 0) {
		r = -errno;
	}
	if (r == 0 && move_mount(tree, "", AT_FDCWD, mount->path, MOVE_MOUNT_F_EMPTY_PATH)) {
		r = -errno;
	}
	if (tree >= 0) {
		close(tree);
	}
	close(context);
	return r;
}

/* A fresh sysfs hides the cgroup tree: kept is a copy of that tree to lay over it again. */
static int mounts_make(void)
{
	struct mount_attr slave = { .propagation = MS_SLAVE };

	if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &slave, sizeof(slave))) {
		return -errno;
	}
	int cgroup = open_tree(AT_FDCWD, CGROUP_TREE,
			       OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	for (size_t i = 0; i < sizeof(fresh_mounts) / sizeof(fresh_mounts[0]); i++) {
		const struct fresh_mount *mount = &fresh_mounts[i];

		if (mount->optional && access(mount->path, F_OK)) {
			continue;
		}
		int r = fresh_place(mount);
		if (r && !(mount->optional && r == -ENODEV)) {
			return r;
		}
	}
	if (cgroup < 0) {
		return 0; /* a kernel without cgroups */
	}
	if (move_mount(cgroup, "", AT_FDCWD, CGROUP_TREE, MOVE_MOUNT_F_EMPTY_PATH)) {
		return -errno;
	}
	close(cgroup);
	return 0;
}

static int loopback_raise(void)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = {
		.header = { .nlmsg_len = sizeof(request),
			    .nlmsg_type = RTM_NEWLINK,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK },
		.link = { .ifi_index = LOOPBACK_INDEX, .ifi_flags = IFF_UP, .ifi_change = IFF_UP },
	};
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
	} answer;
	int link = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (link < 0) {
		return -errno;
	}
	int r = 0;
	if (send(link, &request, sizeof(request), 0) < 0 ||
	    recv(link, &answer, sizeof(answer), 0) < 0) {
		r = -errno;
	} else if (answer.header.nlmsg_type == NLMSG_ERROR) {
		r = answer.error.error;
	}
	close(link);
	return r;
}

/* Process 1 of the space: sets it up, says how that went, and stays until its word ends. */
static void init_run(int word)
{
	char end;
	int r = mounts_make();

	if (r == 0) {
		r = loopback_raise();
	}
	if (send(word, &r, sizeof(r), MSG_NOSIGNAL) == (ssize_t)sizeof(r)) {
		(void)recv(word, &end, 1, 0); /* 0 bytes: the end */
	}
	_exit(0);
}

static pid_t space_clone(int *ret_pidfd)
{
	struct clone_args args = {
		.flags = SPACE_FLAGS | CLONE_PIDFD,
		.pidfd = (uintptr_t)ret_pidfd,
		.exit_signal = SIGCHLD,
	};

	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

static int step_failed(const char *step, int r)
{
	(void)fprintf(stderr, "floor: %s: %s\n", step, strerror(-r));
	return r;
}

static int floor_prepare(void *ctx)
{
	struct floor *floor = ctx;

	for (size_t i = 0; i < NAMESPACE_COUNT; i++) {
		char path[64];

		(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", namespaces[i]);
		floor->home[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (floor->home[i] < 0) {
			return step_failed(path, -errno);
		}
	}
	return 0;
}

static int floor_open(void *ctx)
{
	struct floor *floor = ctx;
	int pair[2];
	int answer;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
		return step_failed("socketpair", -errno);
	}
	pid_t pid = space_clone(&floor->init);
	if (pid == 0) {
		close(pair[0]);
		init_run(pair[1]);
	}
	close(pair[1]);
	floor->word = pair[0];
	if (pid < 0) {
		return step_failed("clone3", -errno);
	}
	if (recv(floor->word, &answer, sizeof(answer), 0) != (ssize_t)sizeof(answer)) {
		return step_failed("init's answer", -EPIPE);
	}
	if (answer) {
		return step_failed("init", answer);
	}
	return setns(floor->init, SPACE_FLAGS) ? step_failed("setns", -errno) : 0;
}

static int floor_close(void *ctx)
{
	struct floor *floor = ctx;

	close(floor->word);
	for (size_t i = 0; i < NAMESPACE_COUNT; i++) {
		if (setns(floor->home[i], 0)) {
			return step_failed("setns back", -errno);
		}
	}
	return 0;
}

static void floor_end(void *ctx)
{
	struct floor *floor = ctx;
	siginfo_t info;

	(void)waitid(P_PIDFD, (id_t)floor->init, &info, WEXITED); /* only to leave no zombie */
}

int main(int argc, char **argv)
{
	struct floor floor = { .init = -1, .word = -1 };
	struct app_work work = { &floor, floor_prepare, floor_open, floor_close, floor_end };
	struct app_options options;

	if (arguments_read(argc, argv, &options) || optind != argc) {
		(void)fprintf(stderr, "usage: floor " ARGUMENTS_HELP "\n");
		return 2;
	}
	return apps_run(&work, &options) ? 1 : 0;
}
