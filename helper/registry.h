/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * registry.h - which spaces live, and their numbers, with nothing on disk.
 *
 * The registry is the folder /run/loginspace (0700, root's), which stays empty. A space is one
 * byte of the folder's range of record locks (fcntl(2)): byte UID * 65536 + N is locked by the init
 * of space UID-N for as long as it lives. The kernel releases the lock with the process, however it
 * ends, so there is nothing to repair; F_GETLK tells whether a space lives, and the pid of its
 * init. Only root can open the folder, so nobody else can lock a byte. To take a number never waits
 * for another process, so an init that its user has frozen holds up nobody.
 */
#ifndef LOGINSPACE_REGISTRY_H
#define LOGINSPACE_REGISTRY_H

#include <stdint.h>
#include <sys/types.h>

/*
 * registry_open - makes the folder when it is missing, and refuses one that others may use.
 * Returns 0; -EPERM (owner or mode wrong); another negative errno.
 */
int registry_open(int *ret_registry);

/*
 * registry_has_room - 0 when fewer than MAX spaces of UID live; -EUSERS when not; another
 * negative errno. A glance, to refuse before anything is made; registry_take decides.
 */
int registry_has_room(int registry, uid_t uid, unsigned int max);

/*
 * registry_take - a free number of UID below MAX, for the calling process while it lives: the
 * lowest, but for one that another login is just trying for.
 * The process must not close any other fd of the folder: that would release the lock, fcntl(2).
 * Returns 0; -EUSERS (all taken); another negative errno.
 */
int registry_take(int registry, uid_t uid, unsigned int max, uint32_t *ret_number);

#endif
