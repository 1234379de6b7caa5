/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init.h - PID 1 of a space.
 */
#ifndef LOGINSPACE_INIT_H
#define LOGINSPACE_INIT_H

/* How long the processes of an ending space have between SIGTERM and SIGKILL. */
#define INIT_GRACE_MS 400

/*
 * init_prepare - what the loop needs and may not fail to get later: the fds of init_fds.h, at their
 * numbers. REGISTRY, of registry_make, goes to INIT_REGISTRY_FD; no lock may be held yet.
 * Returns 0 or a negative errno.
 */
int init_prepare(int registry);

/*
 * init_run - counts the owners and reaps until the space ends, ends it, and exits. The first knock
 * waits at the door: KNOCK_CHARTER. GROUP: the name of a folder in INIT_GROUP_FD, which is removed
 * in the end; or NULL. Never returns.
 */
_Noreturn void init_run(const char *group);

#endif
