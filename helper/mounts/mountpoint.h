/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mountpoint.h - folders and files to mount on, made where they are missing, on file systems of
 * ours and nowhere else.
 */
#ifndef LOGINSPACE_MOUNTPOINT_H
#define LOGINSPACE_MOUNTPOINT_H

#include <stdbool.h>

#include "ledger.h"

/*
 * mountpoint_make - PATH, with all folders on the way to it that are missing: root's, 0755; a file
 * has 0644. Returns 0; -ENOENT when it would have to be made on a file system that is not ours;
 * as walk_open.
 */
int mountpoint_make(const struct ledger *ledger, const char *path, bool folder, int *ret_fd);

/*
 * mountpoint_is_own - would PATH, which does not exist, have to be made on a file system of ours?
 * Returns 0; as walk_open.
 */
int mountpoint_is_own(const struct ledger *ledger, const char *path, bool *ret_own);

#endif
