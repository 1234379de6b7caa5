/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cached.h - opening a path by what the kernel knows of it already.
 */
#ifndef LOGINSPACE_CACHED_H
#define LOGINSPACE_CACHED_H

/*
 * cached_open - PATH with O_PATH and FLAGS, without following a link, and without asking any file
 * system on the way: one of a user's, or of a server's, that does not answer holds nobody up.
 * Returns an fd, close-on-exec; -EAGAIN when it is not all in the cache; another negative errno.
 */
int cached_open(const char *path, int flags);

#endif
