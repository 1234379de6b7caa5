/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * path.h - absolute paths without ".", ".." and a slash at the end, compared part by part. Pure.
 */
#ifndef LOGINSPACE_PATH_H
#define LOGINSPACE_PATH_H

#include <stdbool.h>

/* path_is_below - does PATH lie below FOLDER? What is the same does not. */
bool path_is_below(const char *path, const char *folder);

/* path_is_within - is it the same, or below? */
bool path_is_within(const char *path, const char *folder);

#endif
