/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * application.h - can the process we are a guest in be confined at all?
 */
#ifndef LOGINSPACE_APPLICATION_H
#define LOGINSPACE_APPLICATION_H

/*
 * application_check - the application runs as root, of the initial user namespace or one that
 * maps every id onto itself, has one thread, its next child would be born where it lives itself,
 * and the user's program will be a child. Returns 0; -EPERM (not root); -EINVAL (threads: after
 * setns(2) to a PID namespace it could make no more; or systemd); -EUSERS (a user namespace with
 * other ids); -EBUSY (its children go to another PID namespace already); another negative errno.
 * *RET_PROC is its /proc (proc_open), the caller's to close, also on failure when it is not -1;
 * *RET_DETAIL is set to a constant sentence on failure.
 */
int application_check(int *ret_proc, const char **ret_detail);

#endif
