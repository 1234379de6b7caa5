/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_trusted.h - root runs a file in a space, and no file that the space's user could have put
 * there or changed.
 *
 * Such a file, every folder and every link on the way to it, from "/" on, belong to root, and none
 * but the links may be written to by group or others (so no sticky folder either); none is on FUSE,
 * where a user's own program says what belongs to whom. The same holds for each folder of PATH, or
 * it is taken out of there, and for the interpreter of a script.
 */
#ifndef LOGINSPACE_ADMIN_RUN_TRUSTED_H
#define LOGINSPACE_ADMIN_RUN_TRUSTED_H

#include <limits.h>
#include <sys/stat.h>

#define TRUSTED_REASON_SIZE 512

/*
 * trusted_open - walks PATH (absolute) below the folder ROOT; TYPE is S_IFREG or S_IFDIR. *RET_FD
 * is O_PATH and close-on-exec, RET_PATH the way to it without links, from ROOT. Links lead to where
 * they would if ROOT were "/". Returns 0; -EPERM (somebody else could have changed it); -ELOOP;
 * -ENOENT, -ENOTDIR and others as from open(2). REASON then says what is wrong with which part, or
 * is strerror(3).
 */
int trusted_open(int root, const char *path, mode_t type, int *ret_fd, char ret_path[PATH_MAX],
		 char reason[TRUSTED_REASON_SIZE]);

/*
 * trusted_path_filter - takes those folders out of PATH, a list with colons, that trusted_open
 * refuses. In place.
 */
void trusted_path_filter(int root, char *path);

/*
 * trusted_exec - FILE is an absolute path, or a name to look for in the PATH of ENVIRONMENT, which
 * is filtered first. It is executed by the fd that was checked, and so is the interpreter of a
 * script; the interpreter gets the script's path, which only root could turn into another's.
 * Returns only on failure: a negative errno, -ENOENT when there is no FILE, and a REASON.
 */
int trusted_exec(const char *file, char *const *words, char *const *environment,
		 char reason[TRUSTED_REASON_SIZE]);

#endif
