/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cwd.h - the application's working folder, across a change of mount namespace.
 */
#ifndef LOGINSPACE_CWD_H
#define LOGINSPACE_CWD_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct cwd {
	char path[PATH_MAX];
	dev_t device;
	ino_t inode;
};

/* cwd_remember - a folder that has no path any more is remembered as "/". Cannot fail. */
void cwd_remember(struct cwd *ret);

/*
 * cwd_restore - back to the same folder by its path, or to "/" when this mount namespace has
 * another folder there, or none: a user who swaps a component for a link gains nothing. LIVED_IN: the
 * user's processes are in here, so no file system is asked, and what is not known without is not
 * gone to. Returns 0 or the negative errno of chdir("/").
 */
int cwd_restore(const struct cwd *cwd, bool lived_in);

#endif
