/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rootdir.h - is "/" the root of the mount namespace?
 */
#ifndef LOGINSPACE_ROOTDIR_H
#define LOGINSPACE_ROOTDIR_H

/*
 * rootdir_check - an application in a chroot would leave it by joining a space, as setns(2) makes
 * the root of the mount namespace its root. The caller's own root becomes just that.
 * Returns 0; -EXDEV (a chroot); another negative errno. Needs CAP_SYS_ADMIN and CAP_SYS_CHROOT.
 */
int rootdir_check(void);

#endif
