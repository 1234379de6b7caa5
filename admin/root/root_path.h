/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root_path.h - the PATH of a fake root. Pure.
 */
#ifndef LOGINSPACE_ADMIN_ROOT_PATH_H
#define LOGINSPACE_ADMIN_ROOT_PATH_H

/*
 * path_extend - PATH (NULL: not set) with those of the folders for root's programs behind it that
 * are not in it. The result is to be freed; NULL: no memory.
 */
char *path_extend(const char *path);

#endif
