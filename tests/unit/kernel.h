/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kernel.h - a cgroup v2 of the test's own on /sys/fs/cgroup, in a sandbox, and a systemd that keeps it: they
 * stand in for lib/file.c, mounts.c, tool.c, the clock and statfs(2). Before each of their acts
 * kernel_at_act may end the process that the test calls the owner, whose number is somebody else's
 * from then on. Include after cmocka.h, in one file of a program.
 */
#ifndef LOGINSPACE_TEST_KERNEL_H
#define LOGINSPACE_TEST_KERNEL_H

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/magic.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "controllers.h"
#include "file.h"
#include "mounts.h"
#include "sandbox.h"
#include "tool.h"

#define KERNEL_PATH_SIZE 1024

static struct {
	pid_t owner;
	const char *owner_place;
	const char *other_place;          /* of who has the owner's number, once that has ended */
	char own_place[KERNEL_PATH_SIZE]; /* the caller's */
	const char *stuck;                /* a file that does not take what it is given */
	int acts, fatal;                  /* the owner ends before act FATAL, from 1 */
	bool ended;
	bool moved_alive;       /* the owner was moved before it ended */
	bool number_told;       /* systemd has been told another number than the caller's */
	char asked[PLACE_SIZE]; /* the last unit whose properties were set */
	int64_t clock;
} kernel;

static pid_t kernel_number; /* what kernel_look has found */

static int kernel_look(const char *path, const struct stat *about, int type, struct FTW *where)
{
	FILE *stream;

	(void)about;
	if (type != FTW_F || strcmp(path + where->base, "cgroup.procs") != 0) {
		return 0;
	}
	stream = fopen(path, "re");
	if (stream != NULL) {
		char line[16];

		if (fgets(line, sizeof(line), stream) != NULL) {
			kernel_number = (pid_t)strtol(line, NULL, 10);
		}
		(void)fclose(stream);
	}
	return 0;
}

/* Whose number has been written to any cgroup.procs, or 0. */
static pid_t kernel_moved(void)
{
	kernel_number = 0;
	(void)nftw(CONTROLLERS_ROOT, kernel_look, 8, FTW_PHYS);
	return kernel_number;
}

static void kernel_act(void)
{
	if (++kernel.acts == kernel.fatal && !kernel.ended) {
		kernel.moved_alive = kernel_moved() != 0;
		(void)kill(kernel.owner, SIGKILL);
		(void)waitpid(kernel.owner, NULL, 0);
		kernel.ended = true;
	}
}

/* A file of the kernel's, which is there with its folder. */
static int kernel_put(int folder, const char *path, const char *text)
{
	const bool stuck = kernel.stuck != NULL && strstr(path, kernel.stuck) != NULL;
	int fd = openat(folder, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0) {
		return -errno;
	}
	(void)dprintf(fd, "%s\n", stuck ? "max" : text);
	return close(fd);
}

int file_write(int folder, const char *path, int flags, const char *text)
{
	int fd;

	(void)flags;
	kernel_act();
	if (strncmp(path, "/proc/", 6) == 0) {
		return 0;
	}
	if (folder != AT_FDCWD) {
		fd = openat(folder, "cgroup.procs", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0) {
			return -errno;
		}
		(void)close(fd);
	}
	return kernel_put(folder, path, text);
}

static const char *kernel_place(pid_t pid)
{
	if (pid == 1) {
		return "/init.scope";
	}
	if (pid == getpid()) {
		return kernel.own_place;
	}
	return kernel.ended ? kernel.other_place : kernel.owner_place;
}

int file_read(int folder, const char *path, char *text, size_t size)
{
	ssize_t length;
	int fd, pid;

	kernel_act();
	if (sscanf(path, "/proc/%d/cgroup", &pid) == 1) {
		(void)snprintf(text, size, "0::%s\n", kernel_place(pid));
		return 0;
	}
	fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	length = read(fd, text, size - 1);
	text[length > 0 ? length : 0] = '\0';
	return close(fd);
}

int tree_clone(int fd, int *ret_tree)
{
	*ret_tree = openat(fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *ret_tree < 0 ? -errno : 0;
}

int64_t channel_now_ms(void)
{
	kernel.clock += 200;
	return kernel.clock;
}

int statfs(const char *file, struct statfs *buf)
{
	(void)file;
	*buf = (struct statfs){ .f_type = CGROUP2_SUPER_MAGIC };
	return 0;
}

const char *tool_find(const char *const *paths, size_t count)
{
	(void)count;
	return paths[0];
}

int tool_memory(const char *text, int *ret_file)
{
	(void)text;
	*ret_file = open("/dev/null", O_RDWR | O_CLOEXEC);
	return *ret_file < 0 ? -errno : 0;
}

void tool_line(int file, char *line)
{
	(void)file;
	line[0] = '\0';
}

static void kernel_group(const char *place)
{
	char path[KERNEL_PATH_SIZE];
	size_t i;

	(void)snprintf(path, sizeof(path), CONTROLLERS_ROOT "%s/", place);
	for (i = strlen(CONTROLLERS_ROOT) + 1; path[i] != '\0'; i++) {
		if (path[i] == '/') {
			path[i] = '\0';
			(void)mkdir(path, 0755);
			path[i] = '/';
		}
	}
	(void)snprintf(path + i, sizeof(path) - i, "cgroup.procs");
	(void)close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	(void)snprintf(path + i, sizeof(path) - i, "memory.swap.max");
	(void)kernel_put(AT_FDCWD, path, "max");
}

/* The properties among WORDS, as files of the group at PLACE. */
static void systemd_set(char *const *words, const char *place)
{
	char path[KERNEL_PATH_SIZE], text[FIGURE_TEXT_SIZE];
	unsigned int i;

	for (; words[0] != NULL && words[1] != NULL && words[2] != NULL; words++) {
		for (i = 0; i < FIGURE_COUNT; i++) {
			if (strcmp(words[0], figure_about((enum figure)i)->property) == 0) {
				figure_text((enum figure)i, strtoull(words[2], NULL, 10), text);
				(void)snprintf(path, sizeof(path), CONTROLLERS_ROOT "%s/%s", place,
					       figure_about((enum figure)i)->file);
				(void)kernel_put(AT_FDCWD, path, text);
			}
		}
		if (strcmp(words[0], "MemorySwapMax") == 0) {
			(void)snprintf(path, sizeof(path), CONTROLLERS_ROOT "%s/memory.swap.max",
				       place);
			(void)kernel_put(AT_FDCWD, path, words[2]);
		}
	}
}

/* busctl: words 6 and 8 are the method and the unit; of a scope 14 is the member, 17 the slice. */
int tool_run(const struct tool *tool)
{
	char *const *words = tool->argv;
	char place[KERNEL_PATH_SIZE];

	kernel_act();
	if (strcmp(words[6], "SetUnitProperties") == 0) {
		(void)snprintf(kernel.asked, sizeof(kernel.asked), "%s", words[8]);
		(void)snprintf(place, sizeof(place), "/user.slice%s%s",
			       strncmp(words[8], "user-", 5) == 0 ? "/" : "/user-1000.slice/",
			       words[8]);
		systemd_set(words + 9, place);
		return 0;
	}
	(void)snprintf(place, sizeof(place), "/user.slice/%s/%s", words[17], words[8]);
	kernel_group(place);
	systemd_set(words + 9, place);
	kernel.number_told = strtol(words[14], NULL, 10) != getpid();
	(void)snprintf(kernel.own_place, sizeof(kernel.own_place), "%s", place);
	return 0;
}

/* A fresh one, in a mount namespace of the caller's own. Returns 0 or a negative errno. */
static int kernel_enter(bool systemd)
{
	int err = sandbox_enter(CLONE_NEWNS);

	if (err == 0 && (mount("none", CONTROLLERS_ROOT, "tmpfs", 0, "mode=0755") < 0 ||
			 mount("none", "/run", "tmpfs", 0, "mode=0755") < 0)) {
		err = -errno;
	}
	if (err < 0) {
		return err;
	}
	memset(&kernel, 0, sizeof(kernel));
	(void)snprintf(kernel.own_place, sizeof(kernel.own_place),
		       "/user.slice/user-1000.slice/session-7.scope");
	(void)kernel_put(AT_FDCWD, CONTROLLERS_ROOT "/cgroup.controllers", "cpu memory pids");
	if (systemd) {
		kernel_group("/user.slice/user-1000.slice/session-7.scope");
		kernel_group("/user.slice/user-1000.slice/session-9.scope");
		err = mkdir("/run/systemd", 0755) < 0 || mkdir("/run/systemd/system", 0755) < 0
			      ? -errno
			      : 0;
	}
	return err;
}

/* A process that does nothing, as the owner. Returns its pidfd, or -1. */
static int kernel_owner(void)
{
	kernel.owner = fork();
	if (kernel.owner == 0) {
		(void)pause();
		_exit(0);
	}
	return pidfd_open(kernel.owner, 0);
}

#endif
