/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - a small file in one go, such as those of /proc whose text counts as one write(2).
 */
#ifndef LOGINSPACE_FILE_H
#define LOGINSPACE_FILE_H

#include <stddef.h>

/*
 * file_write - opens PATH for writing, openat(2) with FOLDER (or AT_FDCWD) and FLAGS besides, and
 * writes TEXT at once. With O_CREAT the new file is its owner's alone. Returns 0; -EIO: only a part
 * was taken; another negative errno of openat(2) or write(2).
 */
int file_write(int folder, const char *path, int flags, const char *text);

/*
 * file_read - what PATH, openat(2) with FOLDER, gives at one read(2): up to SIZE - 1 bytes, with a NUL
 * behind them. Returns 0 or a negative errno.
 */
int file_read(int folder, const char *path, char *text, size_t size);

#endif
