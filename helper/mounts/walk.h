/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walk.h - from a path to an fd, without being led astray.
 */
#ifndef LOGINSPACE_WALK_H
#define LOGINSPACE_WALK_H

#include <sys/types.h>

/*
 * walk_open - what is at the absolute PATH, below the process's root folder, as an O_PATH fd. It
 * opens nothing: a FIFO does not block, a device is not touched. An automount is triggered.
 *
 * A symbolic link is followed where it and all folders on the way to it are root's and nobody
 * else's to write, so that /var/run and a /home that is a link go on to work; links in /proc never.
 * Everywhere else a link is an error: its owner would choose what root mounts.
 * Returns 0; -ENOENT; -ENOTDIR; -ELOOP (a link that is not followed); another negative errno.
 */
int walk_open(const char *path, int *ret_fd);

/* walk_phrase - what an errno of walk_open or folder_check means: "it does not exist". */
const char *walk_phrase(int err);

/*
 * folder_check - is FOLDER a folder, root's, and has nobody else one of the permissions FORBIDDEN,
 * such as S_IWGRP | S_IWOTH? So what is in it root has put there. Returns 0; -ENOTDIR; -EPERM;
 * another negative errno.
 */
int folder_check(int folder, mode_t forbidden);

#endif
