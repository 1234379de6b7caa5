/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * application.h - can the process we are a guest in be confined at all?
 */
#ifndef LOGINSPACE_APPLICATION_H
#define LOGINSPACE_APPLICATION_H

#include <stdbool.h>

/* More than one thread? setns(2) to a PID namespace would leave it unable to make new ones. */
bool application_is_threaded(void);

/*
 * application_check - the application runs as root, of the initial user namespace or one that
 * maps every id onto itself, and its next child would be born where it lives itself.
 * Returns 0; -EPERM (not root), -EUSERS (a user namespace with other ids), -EBUSY (unshare(2) has
 * already set another PID namespace aside for its children), another negative errno.
 * *RET_DETAIL is set to a constant sentence on failure.
 */
int application_check(const char **ret_detail);

#endif
