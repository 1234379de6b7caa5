/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * namespaces.h - the application's own namespaces: remembered, left, and gone back to.
 */
#ifndef LOGINSPACE_NAMESPACES_H
#define LOGINSPACE_NAMESPACES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NAMESPACES_COUNT 6

/*
 * The kinds, in the order in which one goes back to them: the mount namespace last. There is no way
 * back out of a user namespace: who has joined one has no power over the others any more.
 */
struct namespace_kind {
	uint32_t flag;           /* CLONE_NEW*, see namespaces(7) */
	const char *name;        /* in /proc/PID/ns */
	const char *return_name; /* the same for setns(2) of one's own later children */
};

extern const struct namespace_kind NAMESPACE_KINDS[NAMESPACES_COUNT];

/* Where the application came from. Each fd is close-on-exec, above 2, and known by its inode. */
struct namespaces {
	int fds[NAMESPACES_COUNT]; /* -1: not remembered */
	dev_t device;              /* of nsfs */
	ino_t inodes[NAMESPACES_COUNT];
};

extern const struct namespaces NAMESPACES_NONE;

/* namespaces_remember - opens all of them below PROC. Returns 0 or a negative errno. */
int namespaces_remember(int proc, struct namespaces *ret);

/* namespaces_keep - those in FLAGS; the others will not be left, and are forgotten. */
void namespaces_keep(struct namespaces *namespaces, uint32_t flags);

/*
 * namespaces_return - goes back to all that are remembered.
 * Returns 0; -EBADF when the application has closed or reused an fd (the others are gone back to
 * all the same); another negative errno of the first failure.
 */
int namespaces_return(const struct namespaces *namespaces);

/* Closes what is remembered, but never an fd whose number means something else by now. */
void namespaces_forget(struct namespaces *namespaces);

#endif
