/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * subtree.c - control groups of our own. Called by resources.c in the helper: subtree_open as root
 * with all privileges, subtree_admit in PHASE_BUILD, as the groups are root's.
 *
 * A group goes with its space: PID 1 removes it, see group.c. What is left after a SIGKILL is
 * removed by the user's next login; and as that may see a group that is just being made, whoever
 * makes one begins anew when it is gone.
 */
#include "subtree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controllers.h"
#include "fds.h"
#include "file.h"
#include "member.h"
#include "message.h"
#include "mounts.h"
#include "scope.h"

#define TOP   CONTROLLERS_ROOT "/loginspace"
#define INITS "init"
#define TRIES 8

#define GROUP_MODE 0755

/* "+memory +pids", for cgroup.subtree_control. */
static void controllers_of(const struct figures *figures, char *text, size_t size)
{
	size_t length = 0;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < FIGURE_COUNT; i++) {
		if (figures->values[i] != 0) {
			length += (size_t)snprintf(text + length, size - length, "%s+%s",
						   length > 0 ? " " : "",
						   figure_about((enum figure)i)->controller);
		}
	}
}

/* For the groups in that of FOLDER. */
static int controllers_enable(const char *folder, const struct figures *figures, char *detail)
{
	char path[128], words[64];
	int err;

	controllers_of(figures, words, sizeof(words));
	(void)snprintf(path, sizeof(path), "%s/cgroup.subtree_control", folder);
	err = file_write(AT_FDCWD, path, 0, words);
	if (err < 0) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s does not take %s: %s", path, words,
			       strerror(-err));
	}
	return err;
}

/* For all to read what holds, as systemd's are; the umask is not asked. */
static int group_make(int folder, const char *path)
{
	if (mkdirat(folder, path, GROUP_MODE) < 0 && errno != EEXIST) {
		return -errno;
	}
	return fchmodat(folder, path, GROUP_MODE, 0) < 0 ? -errno : 0;
}

static int folder_make(const char *path, char *detail)
{
	int err = group_make(AT_FDCWD, path);

	if (err < 0) {
		(void)snprintf(detail, MESSAGE_DETAIL_SIZE, "%s cannot be made: %s", path,
			       strerror(-err));
	}
	return err;
}

static int tree_make(const struct figures *figures, char *detail)
{
	int err = controllers_enable(CONTROLLERS_ROOT, figures, detail);

	if (err == 0) {
		err = folder_make(TOP, detail);
	}
	if (err == 0) {
		err = controllers_enable(TOP, figures, detail);
	}
	return err < 0 ? err : folder_make(TOP "/" INITS, detail);
}

/* One that has processes is refused by the kernel, and stays. */
static void remains_remove(int folder, uid_t uid)
{
	char head[16];
	struct dirent *entry;
	DIR *stream;
	int copy;

	copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	stream = copy < 0 ? NULL : fdopendir(copy);
	if (stream == NULL) {
		(void)close(copy);
		return;
	}
	(void)snprintf(head, sizeof(head), "%u-", uid);
	for (entry = readdir(stream); entry != NULL; entry = readdir(stream)) {
		if (strncmp(entry->d_name, head, strlen(head)) == 0) {
			(void)unlinkat(folder, entry->d_name, AT_REMOVEDIR);
		}
	}
	(void)closedir(stream);
}

static int top_open(struct subtree *subtree)
{
	SCOPE_FD int folder = open(TOP, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int err;

	if (folder < 0) {
		return -errno;
	}
	err = tree_clone(folder, &subtree->folder);
	if (err < 0) {
		return err;
	}
	subtree->inits = openat(folder, INITS, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return subtree->inits < 0 ? -errno : 0;
}

int subtree_open(uid_t uid, const struct figures *figures, struct subtree *ret_subtree,
		 char *detail)
{
	struct subtree subtree = SUBTREE_NONE;
	int err = tree_make(figures, detail);

	if (err == 0) {
		err = top_open(&subtree);
	}
	if (err == 0) {
		err = fd_raise(&subtree.folder);
	}
	if (err == 0) {
		err = fd_raise(&subtree.inits);
	}
	if (err < 0) {
		subtree_drop(&subtree);
		return err;
	}
	remains_remove(subtree.folder, uid);
	*ret_subtree = subtree;
	return 0;
}

void subtree_drop(struct subtree *subtree)
{
	scope_close(&subtree->folder);
	scope_close(&subtree->inits);
	*subtree = (struct subtree)SUBTREE_NONE;
}

void subtree_name(uid_t uid, uint32_t number, char name[SUBTREE_NAME_SIZE])
{
	(void)snprintf(name, SUBTREE_NAME_SIZE, "%u-%u", uid, number);
}

static int group_limit(int group, const struct figures *figures)
{
	char text[FIGURE_TEXT_SIZE];
	unsigned int i;
	int err = 0;

	for (i = 0; i < FIGURE_COUNT && err == 0; i++) {
		if (figures->values[i] != 0) {
			figure_text((enum figure)i, figures->values[i], text);
			err = file_write(group, figure_about((enum figure)i)->file, 0, text);
		}
	}
	/* Swap would make of a limit of memory none at all. A kernel without swap has no such file. */
	if (err == 0 && figures->values[FIGURE_MEMORY] != 0) {
		err = file_write(group, "memory.swap.max", 0, "0");
		err = err == -ENOENT ? 0 : err;
	}
	return err < 0 ? err : controllers_hold(group, figures);
}

static int try_admit(int folder, const char *name, const struct figures *figures, int owner_fd,
		     pid_t owner)
{
	SCOPE_FD int group = -1;
	int err = group_make(folder, name);

	if (err < 0) {
		return err;
	}
	group = openat(folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (group < 0) {
		return -errno;
	}
	err = group_limit(group, figures);
	return err < 0 ? err : member_move(owner_fd, owner, group, "cgroup.procs");
}

int subtree_admit(const struct subtree *subtree, const char *name, const struct figures *figures,
		  int owner_fd, pid_t owner)
{
	int err = -ENOENT, i;

	/* Removed meanwhile; EAGAIN: or it does not hold what it was given. */
	for (i = 0; i < TRIES && (err == -ENOENT || err == -ENODEV || err == -EAGAIN); i++) {
		err = try_admit(subtree->folder, name, figures, owner_fd, owner);
	}
	if (err < 0) {
		(void)unlinkat(subtree->folder, name, AT_REMOVEDIR); /* if nobody else is in it */
	}
	return err == -EAGAIN ? -EIO : err;
}
