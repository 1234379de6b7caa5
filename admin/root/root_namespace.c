/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_namespace.c - the namespaces of a fake root, see root_namespace.h. Runs in loginspace(8), as
 * a plain user; all power that it has is over what it has made itself.
 */
#include "root_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "capture.h"
#include "file.h"

#define PROGRAM_MS 10000

/* Where those two programs are, whatever PATH says. The last is NixOS's, for what is set-user-ID. */
static const char *const FOLDERS[] = { "/usr/bin", "/bin", "/usr/local/bin", "/run/wrappers/bin" };

#define FOLDERS_COUNT (sizeof(FOLDERS) / sizeof(FOLDERS[0]))

pid_t namespace_clone(int (*main)(void *), void *data)
{
	/* The child has a copy of all memory, so this is its stack and nobody else's. */
	static char stack[256 * 1024] __attribute__((aligned(16)));
	pid_t pid = clone(main, stack + sizeof(stack),
			  CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | SIGCHLD, data);

	return pid < 0 ? -errno : pid;
}

static int ids_write(pid_t pid, const char *name, const char *text)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return file_write(AT_FDCWD, path, 0, text);
}

static int map_write(pid_t pid, const char *name, uint32_t own)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "0 %u 1\n", own);
	return ids_write(pid, name, text);
}

int namespace_map_own(pid_t pid)
{
	/* Without that, who is kept out of a file by a group could leave it, user_namespaces(7). */
	int err = ids_write(pid, "setgroups", "deny");

	if (err == 0) {
		err = map_write(pid, "gid_map", getegid());
	}
	return err < 0 ? err : map_write(pid, "uid_map", geteuid());
}

static int program_run(const char *name, pid_t pid, uint32_t own, const struct ids *ids)
{
	struct ids_words words;
	char path[64], *text = NULL;
	size_t i;
	int err;

	for (i = 0; i < FOLDERS_COUNT; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", FOLDERS[i], name);
		if (access(path, X_OK) == 0) {
			ids_words_fill(path, pid, own, ids, &words);
			err = capture_run(words.argv, PROGRAM_MS, &text);
			free(text);
			return err;
		}
	}
	return -ENOENT;
}

int namespace_map_ranges(pid_t pid, const struct ids *users, const struct ids *groups)
{
	int err = program_run("newuidmap", pid, geteuid(), users);

	return err < 0 ? err : program_run("newgidmap", pid, getegid(), groups);
}

int namespace_settle(bool *ret_kept)
{
	/*
	 * The kernel has made it so already, as the tree is another user namespace's. What is
	 * mounted and unmounted outside arrives: to be cut off would pin what the host has put away.
	 */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0) {
		return -errno;
	}
	*ret_kept = mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0;
	return *ret_kept && errno != EPERM ? -errno : 0;
}
