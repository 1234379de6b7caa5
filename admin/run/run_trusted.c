/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_trusted.c - a way through the file system that only root could have made. Runs as root inside
 * a space, in the process that becomes the command.
 */
#include "run_trusted.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "quote.h"
#include "scope.h"

#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546 /* newer headers have it in linux/magic.h */
#endif

#define LINKS_MOST 40 /* as many as the kernel follows, path_resolution(7) */

/* On the way: so far, and what is left to go. */
struct walk {
	int root;
	int at;              /* the folder that was reached */
	char done[PATH_MAX]; /* its path without links; empty: ROOT itself */
	char rest[PATH_MAX];
	unsigned int links;
	char *reason;
};

static int refuse(const struct walk *walk, const char *name, int err, const char *why)
{
	char path[2 * PATH_MAX], quoted[QUOTE_SIZE(80)];

	(void)snprintf(path, sizeof(path), "%s/%s", walk->done, name);
	(void)snprintf(walk->reason, TRUSTED_REASON_SIZE, "%s: %s",
		       quote(quoted, sizeof(quoted), path), why);
	return err;
}

/* Is what FD names, NAME in the folder that was reached, root's alone? */
static int verify(const struct walk *walk, int fd, const char *name, struct stat *ret_about)
{
	struct statfs where;
	struct stat about;

	if (fstat(fd, &about) < 0 || fstatfs(fd, &where) < 0) {
		const int err = -errno;

		return refuse(walk, name, err, strerror(-err));
	}
	if (where.f_type == FUSE_SUPER_MAGIC) {
		return refuse(walk, name, -EPERM, "is on FUSE, which may be a user's own");
	}
	if (about.st_uid != 0) {
		return refuse(walk, name, -EPERM, "is not root's");
	}
	if (!S_ISLNK(about.st_mode) && (about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		return refuse(walk, name, -EPERM, "others than root may write to it");
	}
	*ret_about = about;
	return 0;
}

/* Takes FD over as the folder that is reached, by NAME. */
static int step_in(struct walk *walk, int fd, const char *name)
{
	const size_t length = strlen(walk->done);
	char *last = strrchr(walk->done, '/');

	(void)close(walk->at);
	walk->at = fd;
	if (strcmp(name, "..") == 0) {
		if (last != NULL) {
			*last = '\0';
		}
		return 0;
	}
	if (length + strlen(name) + 2 > sizeof(walk->done)) {
		return refuse(walk, name, -ENAMETOOLONG, strerror(ENAMETOOLONG));
	}
	walk->done[length] = '/';
	memcpy(walk->done + length + 1, name, strlen(name) + 1);
	return 0;
}

static int root_reach(struct walk *walk)
{
	struct stat about = { 0 };
	int fd;

	fd = openat(walk->root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return refuse(walk, "", -errno, strerror(errno));
	}
	if (walk->at >= 0) {
		(void)close(walk->at);
	}
	walk->at = fd;
	walk->done[0] = '\0';
	return verify(walk, fd, "", &about);
}

/* The link's text takes its place before what is left to go. */
static int link_follow(struct walk *walk, int link, const char *name)
{
	char text[PATH_MAX], rest[PATH_MAX];
	ssize_t length;

	length = readlinkat(link, "", text, sizeof(text) - 1);
	if (length < 0) {
		return refuse(walk, name, -errno, strerror(errno));
	}
	text[length] = '\0';
	walk->links++;
	if (walk->links > LINKS_MOST) {
		return refuse(walk, name, -ELOOP, strerror(ELOOP));
	}
	memcpy(rest, walk->rest, sizeof(rest));
	if (snprintf(walk->rest, sizeof(walk->rest), "%s%s%s", text, rest[0] != '\0' ? "/" : "",
		     rest) >= (int)sizeof(walk->rest)) {
		return refuse(walk, name, -ENAMETOOLONG, strerror(ENAMETOOLONG));
	}
	return text[0] == '/' ? root_reach(walk) : 0;
}

/* Cuts the next name off what is left to go. False: nothing is left. */
static bool name_next(struct walk *walk, char name[PATH_MAX])
{
	const char *from = walk->rest + strspn(walk->rest, "/");
	const size_t length = strcspn(from, "/");

	if (length == 0) {
		return false;
	}
	memcpy(name, from, length);
	name[length] = '\0';
	memmove(walk->rest, from + length, strlen(from + length) + 1);
	return true;
}

/* One name further. *RET_FILE is set when that is no folder and no link; then REST is its name. */
static int step(struct walk *walk, const char *name, int *ret_file)
{
	struct stat about = { 0 };
	int err, fd;

	fd = openat(walk->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return refuse(walk, name, -errno, strerror(errno));
	}
	err = verify(walk, fd, name, &about);
	if (err == 0 && S_ISDIR(about.st_mode)) {
		return step_in(walk, fd, name);
	}
	if (err == 0 && S_ISLNK(about.st_mode)) {
		err = link_follow(walk, fd, name);
	} else if (err == 0 && walk->rest[0] != '\0') {
		err = refuse(walk, name, -ENOTDIR, strerror(ENOTDIR));
	} else if (err == 0) {
		*ret_file = fd;
		(void)snprintf(walk->rest, sizeof(walk->rest), "%s", name);
		return 0;
	}
	(void)close(fd);
	return err;
}

/* To the end: *RET_FILE stays -1 if that is a folder. */
static int walk_on(struct walk *walk, int *ret_file)
{
	char name[PATH_MAX];
	int err;

	err = root_reach(walk);
	while (err == 0 && *ret_file < 0 && name_next(walk, name)) {
		const bool above = strcmp(name, "..") == 0 && walk->done[0] == '\0';

		if (strcmp(name, ".") != 0 && !above) { /* above "/" is "/" */
			err = step(walk, name, ret_file);
		}
	}
	return err;
}

int trusted_open(int root, const char *path, mode_t type, int *ret_fd, char ret_path[PATH_MAX],
		 char reason[TRUSTED_REASON_SIZE])
{
	struct walk walk = { .root = root, .at = -1, .reason = reason };
	SCOPE_FD int file = -1;
	SCOPE_FD int folder = -1;
	struct stat about;
	int err;

	if (path[0] != '/' || strlen(path) >= sizeof(walk.rest)) {
		return refuse(&walk, "", -EINVAL, "not an absolute path");
	}
	memcpy(walk.rest, path, strlen(path));
	err = walk_on(&walk, &file);
	folder = walk.at;
	if (err < 0) {
		return err;
	}
	if (fstat(file >= 0 ? file : folder, &about) < 0 || (about.st_mode & S_IFMT) != type) {
		return refuse(&walk, walk.rest, type == S_IFDIR ? -ENOTDIR : -EACCES,
			      type == S_IFDIR ? "is no folder" : "is no file");
	}
	if (snprintf(ret_path, PATH_MAX, "%s/%s", walk.done, file >= 0 ? walk.rest : "") >=
	    PATH_MAX) {
		return refuse(&walk, "", -ENAMETOOLONG, strerror(ENAMETOOLONG));
	}
	*ret_fd = file >= 0 ? file : folder;
	if (file >= 0) {
		file = -1;
	} else {
		folder = -1;
	}
	return 0;
}

void trusted_path_filter(int root, char *path)
{
	char reason[TRUSTED_REASON_SIZE], found[PATH_MAX];
	char *from = path, *to = path;

	while (*from != '\0') {
		const size_t length = strcspn(from, ":");
		const bool more = from[length] == ':';
		char *next = from + length + (more ? 1 : 0);
		int fd;

		from[length] = '\0';
		if (trusted_open(root, from, S_IFDIR, &fd, found, reason) == 0) {
			(void)close(fd);
			if (to != path) {
				*to++ = ':';
			}
			memmove(to, from, length);
			to += length;
		}
		from = next;
	}
	*to = '\0';
}
