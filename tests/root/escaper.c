// SPDX-License-Identifier: BSD-2-Clause
/*
 * escaper [-c CANARY]... [-r FOLDER]... STAGE PLACE...: a user who is root of a user namespace of
 * his own, and tries to take away what lies over PLACE.
 *
 * Each way is tried for each place, in a mount namespace of its own, once
 * with one user namespace and once with two. A line "BREACH WAY PLACE PATH" for each CANARY (a
 * file) that shows then, and for each FOLDER that can be written to; last "ways N, of them M
 * possible". STAGE is an empty folder of the user's.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIST_MAX 64

static char *canaries[LIST_MAX], *folders[LIST_MAX];
static size_t canary_count, folder_count;
static char stage[PATH_MAX], way[64], place[PATH_MAX];

/* --- looking ---------------------------------------------------------------------------------- */

static void breach(const char *path)
{
	printf("BREACH %s %s %s\n", way, place, path);
	fflush(stdout);
}

/* PATH as it is named below PREFIX, where FOLDER of the tree is. NULL: it is not in there. */
static const char *moved(char *out, const char *prefix, const char *folder, const char *path)
{
	size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);

	if (strncmp(path, folder, length) != 0 || (path[length] != '/' && path[length] != '\0')) {
		return NULL;
	}
	snprintf(out, PATH_MAX, "%s%s", prefix, path + length);
	return out;
}

/* What hides a file is another one; a folder in its place is ours. */
static void file_look(const char *path)
{
	char text[16] = "";
	int fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && strncmp(text, "canary", 6) == 0) {
		breach(path);
	}
	if (fd >= 0) {
		close(fd);
	}
}

static void folder_look(const char *path)
{
	char file[PATH_MAX + 32];
	int fd;

	snprintf(file, sizeof(file), "%s/new-%d", path, getpid());
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		close(fd);
		unlink(file);
		breach(path);
	}
	snprintf(file, sizeof(file), "%s/old", path);
	fd = open(file, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		breach(file);
	}
}

static void look(const char *prefix, const char *folder)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < canary_count; i++) {
		if (moved(path, prefix, folder, canaries[i])) {
			file_look(path);
		}
	}
	for (size_t i = 0; i < folder_count; i++) {
		if (moved(path, prefix, folder, folders[i])) {
			folder_look(path);
		}
	}
}

/* What other processes have as their root and working folder. */
static void look_proc(const char *proc)
{
	static const char *const links[] = { "root", "cwd" };
	DIR *all = opendir(proc);
	struct dirent *entry;
	char path[PATH_MAX];

	while (all && (entry = readdir(all))) {
		for (size_t i = 0; i < 2 && entry->d_name[0] > '0' && entry->d_name[0] <= '9';
		     i++) {
			snprintf(path, sizeof(path), "%.64s/%.16s/%s", proc, entry->d_name,
				 links[i]);
			look(path, "/");
		}
	}
	if (all) {
		closedir(all);
	}
}

/* --- ways ------------------------------------------------------------------------------------- */

static bool unmount(int flags)
{
	bool possible = umount2(place, flags) == 0;

	look("", "/");
	return possible;
}

static bool umount_plain(void)
{
	return unmount(0);
}

static bool umount_lazy(void)
{
	return unmount(MNT_DETACH);
}

static bool umount_force(void)
{
	return unmount(MNT_FORCE);
}

static bool umount_expire(void)
{
	(void)umount2(place, MNT_EXPIRE);
	return unmount(MNT_EXPIRE);
}

/* As umount -R would, from the innermost. */
static bool umount_all(void)
{
	char line[8192], at[PATH_MAX];
	static char found[512][256];
	size_t count = 0;
	bool possible = false;
	FILE *table = fopen("/proc/self/mountinfo", "re");

	while (table && count < 512 && fgets(line, sizeof(line), table)) {
		if (sscanf(line, "%*s %*s %*s %*s %4095s", at) == 1 &&
		    strncmp(at, place, strlen(place)) == 0) {
			snprintf(found[count++], sizeof(found[0]), "%.255s", at);
		}
	}
	while (count > 0) {
		possible = umount2(found[--count], MNT_DETACH) == 0 || possible;
	}
	look("", "/");
	return possible;
}

static bool private_umount(void)
{
	(void)mount("", "/", NULL, MS_PRIVATE | MS_REC, NULL);
	(void)mount("", place, NULL, MS_SHARED, NULL);
	return umount_lazy();
}

static bool bind(void)
{
	bool possible = mount(place, stage, NULL, MS_BIND, NULL) == 0;

	look(stage, possible ? place : "/");
	return possible;
}

static bool bind_all(void)
{
	char path[PATH_MAX];
	bool possible = mount(place, stage, NULL, MS_BIND | MS_REC, NULL) == 0;

	if (possible) {
		look(stage, place);
		for (size_t i = 0; i < canary_count; i++) {
			if (!moved(path, stage, place, canaries[i])) {
				continue;
			}
			/* All folders on the way, upwards. */
			for (char *slash;
			     (slash = strrchr(path, '/')) && slash > path + strlen(stage);) {
				*slash = '\0';
				(void)umount2(path, MNT_DETACH);
			}
			look(stage, place);
		}
	}
	return possible;
}

static bool tree(unsigned int flags)
{
	int fd = open_tree(AT_FDCWD, place, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | flags);
	char path[64];

	if (fd < 0) {
		return false;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	look(path, place);
	(void)move_mount(fd, "", AT_FDCWD, stage, MOVE_MOUNT_F_EMPTY_PATH);
	look(stage, place);
	return true;
}

static bool tree_one(void)
{
	return tree(0);
}

static bool tree_all(void)
{
	return tree(AT_RECURSIVE);
}

static bool move(void)
{
	bool possible = move_mount(AT_FDCWD, place, AT_FDCWD, stage, 0) == 0 ||
			mount(place, stage, NULL, MS_MOVE, NULL) == 0;

	look("", "/");
	return possible;
}

static bool remount(void)
{
	struct mount_attr clear = { .attr_clr = MOUNT_ATTR_RDONLY };
	bool possible = mount("", place, NULL, MS_REMOUNT | MS_BIND, NULL) == 0;

	possible = mount("", place, NULL, MS_REMOUNT, NULL) == 0 || possible;
	possible = mount_setattr(AT_FDCWD, place, 0, &clear, sizeof(clear)) == 0 || possible;
	possible = mount_setattr(AT_FDCWD, place, AT_RECURSIVE, &clear, sizeof(clear)) == 0 ||
		   possible;
	look("", "/");
	return possible;
}

static bool reconfigure(void)
{
	int fd = fspick(AT_FDCWD, place, FSPICK_CLOEXEC);
	bool possible = fd >= 0 && fsconfig(fd, FSCONFIG_SET_FLAG, "rw", NULL, 0) == 0 &&
			fsconfig(fd, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0) == 0;

	look("", "/");
	return possible;
}

/* A copy may have other flags than what it is of. */
static bool remount_copy(void)
{
	struct mount_attr clear = { .attr_clr = MOUNT_ATTR_RDONLY };
	bool possible = mount(place, stage, NULL, MS_BIND | MS_REC, NULL) == 0;

	if (possible) {
		(void)mount("", stage, NULL, MS_REMOUNT | MS_BIND, NULL);
		(void)mount_setattr(AT_FDCWD, stage, AT_RECURSIVE, &clear, sizeof(clear));
		look(stage, place);
	}
	return possible;
}

/* An overlay takes its layers without what is mounted in them. */
static bool overlay(void)
{
	char options[PATH_MAX + 64];
	bool possible;

	if (mount("tmpfs", stage, "tmpfs", 0, NULL) < 0 || chdir(stage) < 0) {
		return false;
	}
	(void)mkdir("u", 0755);
	(void)mkdir("w", 0755);
	(void)mkdir("m", 0755);
	(void)mkdir("empty", 0755);
	/* Writes would go to the upper layer: here only canaries count. */
	folder_count = 0;
	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=u,workdir=w,userxattr", place);
	possible = mount("overlay", "m", "overlay", 0, options) == 0;
	snprintf(options, sizeof(options), "lowerdir=%s:empty,userxattr", place);
	possible = possible || mount("overlay", "m", "overlay", 0, options) == 0;
	look("m", place);
	(void)chdir("/");
	return possible;
}

static bool pivot(void)
{
	char path[PATH_MAX + 8];
	bool possible;

	if (mount("tmpfs", stage, "tmpfs", 0, NULL) < 0 || chdir(stage) < 0) {
		return false;
	}
	(void)mkdir("old", 0755);
	possible = syscall(SYS_pivot_root, ".", "old") == 0;
	if (possible) {
		(void)chdir("/");
		look("/old", "/");
		snprintf(path, sizeof(path), "/old%s", place);
		(void)umount2(path, MNT_DETACH);
		look("/old", "/");
		(void)umount2("/old", MNT_DETACH);
		look("", "/");
		look("/old", "/");
		(void)chdir("..");
		look(".", "/");
	}
	return possible;
}

static bool new_proc(void)
{
	int status;
	bool possible;
	pid_t pid;

	if (unshare(CLONE_NEWPID) < 0 || (pid = fork()) < 0) {
		return false;
	}
	if (pid == 0) {
		possible = mount("proc", stage, "proc", 0, NULL) == 0;
		look_proc(stage);
		look_proc("/proc");
		_exit(possible ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	return status == 0;
}

static bool new_sys(void)
{
	bool possible = unshare(CLONE_NEWNET) == 0 && mount("sysfs", stage, "sysfs", 0, NULL) == 0;

	look("", "/");
	return possible;
}

static const struct {
	const char *name;
	bool (*run)(void);
} WAYS[] = {
	{ "umount", umount_plain },
	{ "umount-lazy", umount_lazy },
	{ "umount-force", umount_force },
	{ "umount-expire", umount_expire },
	{ "umount-recursive", umount_all },
	{ "private-umount", private_umount },
	{ "bind", bind },
	{ "rbind-umount", bind_all },
	{ "open_tree", tree_one },
	{ "open_tree-recursive", tree_all },
	{ "move", move },
	{ "remount", remount },
	{ "reconfigure", reconfigure },
	{ "remount-copy", remount_copy },
	{ "overlay", overlay },
	{ "pivot_root", pivot },
	{ "new-proc", new_proc },
	{ "new-sys", new_sys },
};
#define WAY_COUNT (sizeof(WAYS) / sizeof(WAYS[0]))

/* --- namespaces ------------------------------------------------------------------------------- */

static void text_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0) {
		err(1, "%s", path);
	}
	close(fd);
}

static void root_become(void)
{
	const uid_t uid = getuid();
	const gid_t gid = getgid();
	char map[64];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) {
		err(1, "unshare");
	}
	text_write("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	text_write("/proc/self/uid_map", map);
	snprintf(map, sizeof(map), "0 %u 1", gid);
	text_write("/proc/self/gid_map", map);
}

/* Returns whether the way was possible at all. */
static bool way_try(size_t at, int depth)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		err(1, "fork");
	}
	if (pid == 0) {
		snprintf(way, sizeof(way), "%s/%d", WAYS[at].name, depth);
		while (depth-- > 0) {
			root_become();
		}
		status = WAYS[at].run() ? 0 : 3;
		fflush(stdout);
		_exit(status);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 3)) {
		printf("FAILED %s %s\n", WAYS[at].name, place);
	}
	return status == 0;
}

int main(int argc, char **argv)
{
	unsigned int tried = 0, possible = 0;
	int option;

	while ((option = getopt(argc, argv, "c:r:")) != -1) {
		if (option == 'c' && canary_count < LIST_MAX) {
			canaries[canary_count++] = optarg;
		} else if (option == 'r' && folder_count < LIST_MAX) {
			folders[folder_count++] = optarg;
		} else {
			errx(2, "usage: escaper [-c CANARY]... [-r FOLDER]... STAGE PLACE...");
		}
	}
	if (argc - optind < 2) {
		errx(2, "usage: escaper [-c CANARY]... [-r FOLDER]... STAGE PLACE...");
	}
	snprintf(stage, sizeof(stage), "%s", argv[optind]);
	snprintf(way, sizeof(way), "nothing");
	look("", "/");
	look_proc("/proc");
	for (int i = optind + 1; i < argc; i++) {
		snprintf(place, sizeof(place), "%s", argv[i]);
		for (size_t j = 0; j < WAY_COUNT; j++) {
			for (int depth = 1; depth <= 2; depth++) {
				possible += way_try(j, depth);
				tried++;
			}
		}
	}
	printf("ways %u, of them %u possible\n", tried, possible);
	return 0;
}
