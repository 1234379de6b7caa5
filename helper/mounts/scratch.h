/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scratch.h - a small file system in memory that nobody sees, for files and folders of ours that
 * are mounted somewhere else.
 */
#ifndef LOGINSPACE_SCRATCH_H
#define LOGINSPACE_SCRATCH_H

#include <stddef.h>

/* scratch_make - detached, root's alone; to be filled through its fd. 0 or a negative errno. */
int scratch_make(int *ret_mount);

/*
 * scratch_take - a detached tree of each of COUNT names in the scratch; the scratch itself stays
 * detached. Without an error all RET_TREES are set. Returns 0 or a negative errno.
 */
int scratch_take(int mount, const char *const *names, size_t count, int *ret_trees);

/*
 * scratch_file - a scratch with one file in it, 0644, which FILL has written: the detached tree of
 * that file. Returns 0; what FILL returned below 0; another negative errno.
 */
int scratch_file(int (*fill)(int file, const void *data), const void *data, int *ret_tree);

#endif
