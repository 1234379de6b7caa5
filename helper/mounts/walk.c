/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walk.c - from a path to an fd. Runs in the helper and in the child that becomes init, with
 * CAP_DAC_READ_SEARCH where paths lead through folders of users.
 */
#include "walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "scope.h"

#define LINKS_MAX 40 /* as MAXSYMLINKS of the kernel's include/linux/namei.h */

/* A walk by hand: where it is, what is still to go, and whether a link may still be followed. */
struct walk {
	int at;
	char rest[PATH_MAX];
	bool trusted; /* all folders so far are root's and nobody else's to write */
	unsigned int links;
};

static int open_at(int folder, const char *path, uint64_t flags, uint64_t resolve)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC | flags, .resolve = resolve };
	int fd;

	do {
		/* EAGAIN: somebody renames on the way of a "..", openat2(2). */
		fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
	} while (fd < 0 && (errno == EAGAIN || errno == EINTR));
	return fd < 0 ? -errno : fd;
}

/* An access control list that lets others write shows in the bits of the group, acl(5). */
static bool is_roots(const struct stat *about)
{
	return about->st_uid == 0 && (about->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

static void walk_move(struct walk *walk, int to)
{
	(void)close(walk->at);
	walk->at = to;
}

static int walk_from_root(struct walk *walk)
{
	int root = open_at(AT_FDCWD, "/", O_DIRECTORY, 0);

	if (root < 0) {
		return root;
	}
	walk_move(walk, root);
	walk->trusted = true;
	return 0;
}

/* The text of the link comes before what is still to go. */
static int follow(struct walk *walk, int link)
{
	char text[PATH_MAX];
	struct statfs where;
	ssize_t length;
	size_t rest = strlen(walk->rest);

	if (!walk->trusted || ++walk->links > LINKS_MAX) {
		return -ELOOP;
	}
	if (fstatfs(link, &where) < 0) {
		return -errno;
	}
	if (where.f_type == PROC_SUPER_MAGIC) {
		return -ELOOP;
	}
	length = readlinkat(link, "", text, sizeof(text));
	if (length < 0) {
		return -errno;
	}
	if (length == 0 || (size_t)length + 1 + rest >= sizeof(walk->rest)) {
		return length == 0 ? -ENOENT : -ENAMETOOLONG;
	}
	memmove(walk->rest + length + 1, walk->rest, rest + 1);
	memcpy(walk->rest, text, (size_t)length);
	walk->rest[length] = '/';
	return text[0] == '/' ? walk_from_root(walk) : 0;
}

/* Cuts the next part off REST; false when there is none. */
static bool next_part(struct walk *walk, char part[NAME_MAX + 1], int *ret_error)
{
	const char *start = walk->rest + strspn(walk->rest, "/");
	const size_t length = strcspn(start, "/");

	*ret_error = 0;
	if (length == 0) {
		return false;
	}
	if (length > NAME_MAX) {
		*ret_error = -ENAMETOOLONG;
		return false;
	}
	memcpy(part, start, length);
	part[length] = '\0';
	memmove(walk->rest, start + length, strlen(start + length) + 1);
	return true;
}

/* One part further: into a folder, to the end, or along a link. */
static int step(struct walk *walk, const char *part)
{
	struct stat folder, about;
	int fd, err = 0;

	if (fstat(walk->at, &folder) < 0) {
		return -errno;
	}
	if (!S_ISDIR(folder.st_mode)) {
		return -ENOTDIR;
	}
	walk->trusted = walk->trusted && is_roots(&folder);
	/* O_NOFOLLOW would leave an automount alone, which O_DIRECTORY triggers. */
	fd = open_at(walk->at, part, O_DIRECTORY, RESOLVE_NO_SYMLINKS);
	if (fd == -ENOTDIR || fd == -ELOOP) {
		fd = open_at(walk->at, part, O_NOFOLLOW, 0);
	}
	if (fd < 0) {
		return fd;
	}
	if (fstat(fd, &about) < 0) {
		err = -errno;
	} else if (S_ISLNK(about.st_mode)) {
		walk->trusted = walk->trusted && about.st_uid == 0;
		err = follow(walk, fd);
	} else {
		walk_move(walk, fd);
		return 0;
	}
	(void)close(fd);
	return err;
}

static int walk_by_hand(const char *path, int *ret_fd)
{
	struct walk walk = { .at = -1 };
	char part[NAME_MAX + 1];
	int err;

	if ((size_t)snprintf(walk.rest, sizeof(walk.rest), "%s", path) >= sizeof(walk.rest)) {
		return -ENAMETOOLONG;
	}
	walk.at = open_at(AT_FDCWD, "/", O_DIRECTORY, 0);
	if (walk.at < 0) {
		return walk.at;
	}
	walk.trusted = true;
	while (next_part(&walk, part, &err) && err == 0) {
		err = step(&walk, part);
		if (err < 0) {
			break;
		}
	}
	if (err < 0) {
		(void)close(walk.at);
		return err;
	}
	*ret_fd = walk.at;
	return 0;
}

int walk_open(const char *path, int *ret_fd)
{
	int fd;

	if (path[0] != '/') {
		return -EINVAL;
	}
	/* Most paths have no link: one call, and whoever renames on the way changes nothing. */
	fd = open_at(AT_FDCWD, path, O_DIRECTORY, RESOLVE_NO_SYMLINKS);
	if (fd == -ENOTDIR) {
		fd = open_at(AT_FDCWD, path, 0, RESOLVE_NO_SYMLINKS);
	}
	if (fd == -ELOOP) {
		return walk_by_hand(path, ret_fd);
	}
	if (fd < 0) {
		return fd;
	}
	*ret_fd = fd;
	return 0;
}

int folder_check(int folder, mode_t forbidden)
{
	struct stat about;

	if (fstat(folder, &about) < 0) {
		return -errno;
	}
	if (!S_ISDIR(about.st_mode)) {
		return -ENOTDIR;
	}
	return about.st_uid == 0 && (about.st_mode & forbidden) == 0 ? 0 : -EPERM;
}

const char *walk_phrase(int err)
{
	switch (err) {
	case -ENOENT:
		return "it does not exist";
	case -ELOOP:
		return "it is a link, or behind one, in a folder that others than root may write";
	case -ENOTDIR:
		return "it is no folder, or behind a file";
	case -EPERM:
		return "it has to be root's, and nobody else's to write";
	default:
		return "it cannot be reached";
	}
}
